"""manage.py evidence: whether every file of evidence is there and unchanged; --sweep removes what no report names."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tracker.actions.evidence_files import sweep
from tracker.queries.evidence import damaged

LEFT_OVER = timedelta(days=1)
"""A younger file may belong to a report that is being stored."""


class Command(BaseCommand):
    """Without options it changes nothing.

    Sweeping is never done unasked: after an old dump was restored, files of newer reports have no row, and a second,
    newer dump may still bring it back.
    """

    help = "Check the files of evidence against the database; --sweep removes those that no report names."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to remove files."""
        parser.add_argument("--sweep", action="store_true", help="remove files older than a day that no report names")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was found; a file that is missing or changed is an error."""
        if options["sweep"]:
            files, size = sweep(before=(timezone.now() - LEFT_OVER).timestamp())
            self.stdout.write(f"Removed {files} files no report names, {size} bytes, from {settings.EVIDENCE}.")
            return
        count = bad = 0
        for row, problem in damaged():
            count += 1
            if problem:
                bad += 1
                self.stdout.write(f"{problem}: {row.path} (report {row.report_id}, {row.name})")
        self.stdout.write(f"{count} files in {settings.EVIDENCE}, {bad} of them missing or changed.")
        if bad:
            raise CommandError("Bring the files back from the backup of that folder.")
