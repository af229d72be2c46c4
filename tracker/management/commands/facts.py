"""manage.py facts --format json|csv: print every stored fact."""

import csv
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tracker.queries.facts import COLUMNS, facts


class Command(BaseCommand):
    """One row a citation, in document order."""

    help = "Print every fact stored from the source documents, with its document, place and figure as printed."

    def add_arguments(self, parser: CommandParser) -> None:
        """The output format."""
        parser.add_argument("--format", choices=("json", "csv"), default="json", help="json (default) or csv")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write to standard output."""
        if options["format"] == "json":
            self.stdout.write(json.dumps(list(facts()), ensure_ascii=False, indent=1))
            return
        writer = csv.DictWriter(self.stdout, fieldnames=COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(facts())
