#!/usr/bin/env python
"""Guatu's command line. Starts the embedded PostgreSQL first for every command that talks to the database."""

import os
import sys

# Commands that must work without a database: a checkout on a build machine, an editor, a first look.
WITHOUT_DATABASE = {"help", "version", "--version", "--help", "collectstatic", "messages", "check", "bench_network"}


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command not in WITHOUT_DATABASE and "--help" not in sys.argv:
        from config import embedded

        embedded.start_if_needed()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
