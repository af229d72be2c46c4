"""manage.py load_works: load the documents' works from fixtures/works; safe to run again."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tracker.actions import people, works
from tracker.audit import Refused


class Command(BaseCommand):
    """Adds what is missing and corrects documents and citations; what people entered is left as it is."""

    help = "Load the works of the source documents; what people named, planned or reported is left as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to look first."""
        parser.add_argument(
            "--if-changed",
            action="store_true",
            help="do nothing where these fixtures were the last to be loaded, or people keep works of their own only",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Carry it out and say what was added and corrected."""
        today, folder = timezone.localdate(), settings.BASE_DIR / "fixtures" / "works"
        if options["if_changed"] and not works.wanted(folder):
            return
        try:
            added = works.load(folder=folder, today=today)
            if settings.DEMO:
                people.ensure_demo_accounts(demo=settings.DEMO, today=today)
        except Refused as refused:
            raise CommandError(refused.code) from refused
        words = ", ".join(f"{count} {kind}" for kind, count in sorted(added.items())) or "nothing new"
        self.stdout.write(f"Loaded: {words}.")
