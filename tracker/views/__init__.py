"""HTTP: load, one query or one action, render."""
