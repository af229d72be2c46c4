"""manage.py rebase_years PROGRAMME YEAR: move the assumed base year of a programme."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from tracker import words
from tracker.actions import works
from tracker.audit import Refused
from tracker.models import Programme


class Command(BaseCommand):
    """Every date whose year the document leaves open moves; years printed in full stay."""

    help = "Move a programme's assumed base year; only before its first accepted report by a person."

    def add_arguments(self, parser: CommandParser) -> None:
        """The programme and its new year."""
        parser.add_argument("programme", help="code of the programme, such as XH")
        parser.add_argument("base_year", type=int, help="calendar year of plan year 1, such as 2027")

    def handle(self, *args: Any, **options: Any) -> None:
        """Carry it out and say how many plan versions it made."""
        programme = Programme.objects.filter(code=options["programme"]).first()
        if programme is None:
            raise CommandError(f"No programme {options['programme']}.")
        try:
            count = works.rebase(programme=programme, base_year=options["base_year"])
        except Refused as refused:
            with translation.override("en"):
                raise CommandError(words.refusal(refused.code, refused.inputs)) from refused
        self.stdout.write(f"{programme.code}: base year {options['base_year']}, {count} plan versions added.")
