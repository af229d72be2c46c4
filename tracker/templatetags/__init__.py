"""Template tags: the hand-kept components, each escaped and free of inline style."""
