"""What happens when I press save: one function per thing a person does, keyword-only, audited."""
