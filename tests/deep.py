"""Whether the tests look longer than every push can afford: `make deep`, which sets PYTEST_DEEP."""

import os

DEEP = os.environ.get("PYTEST_DEEP") == "1"
"""Every hostile value in every field of every page; properties tried on many more examples, drawn anew each time."""
