"""Which Chromium the browser tests and the pictures of README.md are made with."""

from pathlib import Path

# Without its windows it opens a page with a quarter of the work; what it draws is the same.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")


def chromium() -> str | None:
    """The path of the Chromium that is installed, the lightest first; None where there is none."""
    paths = (Path("/usr/bin") / name for name in NAMES)
    return next((str(path) for path in paths if path.exists()), None)
