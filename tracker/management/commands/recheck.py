"""manage.py recheck: check every project's schedule on today's date; run it once a day, since time alone changes it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tracker.actions import rechecks


class Command(BaseCommand):
    """Replaces the findings that the overview shows."""

    help = "Check every project's schedule against today, the law and the calendar; run it daily."

    def handle(self, *args: Any, **options: Any) -> None:
        count = rechecks.recheck_all(today=timezone.localdate())
        if options["verbosity"]:
            self.stdout.write(f"Findings: {count}.")
