"""manage.py load_works: load the documents' works from fixtures/works; safe to run again."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.actions import people, works
from tracker.audit import Refused


class Command(BaseCommand):
    """Adds what is missing; rows that exist, reports and states are left as they are."""

    help = "Load the works of the source documents; rows that exist are left as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        try:
            added = works.load(folder=settings.BASE_DIR / "fixtures" / "works", today=today)
            if settings.DEMO:
                people.ensure_demo_accounts(demo=settings.DEMO, today=today)
        except Refused as refused:
            raise CommandError(refused.code) from refused
        words = ", ".join(f"{count} {kind}" for kind, count in sorted(added.items())) or "nothing new"
        self.stdout.write(f"Loaded: {words}.")
