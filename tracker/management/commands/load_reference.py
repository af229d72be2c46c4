"""manage.py load_reference: load calendar, statutory windows and process templates; safe to run again."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tracker.actions import reference
from tracker.audit import Refused


class Command(BaseCommand):
    """Adds what is missing; official days and versions that exist are left as they are."""

    help = "Load calendar, windows and process templates; official days and existing versions are left as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = reference.load(folder=settings.BASE_DIR / "fixtures" / "reference")
        except Refused as refused:
            raise CommandError(refused.code) from refused
        words = ", ".join(f"{count} {kind}" for kind, count in sorted(added.items())) or "nothing new"
        if options["verbosity"]:
            self.stdout.write(f"Loaded: {words}.")
