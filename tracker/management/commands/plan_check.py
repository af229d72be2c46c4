"""manage.py plan_check [--programme CODE] [--format text|json]: print what the plan check finds."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from tracker.exports.plan_check import record
from tracker.models import Programme
from tracker.queries.plan_check import EVERYTHING, Asked, every_line

LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Command(BaseCommand):
    """For a report of an office: the findings change nothing, and finding some is no failure."""

    help = "Check the plans: dates against order, law and calendar, missing dates, units and targets."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to check, and how to print it."""
        parser.add_argument("--programme", default="", metavar="CODE", help="one programme only")
        parser.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")
        parser.add_argument("--language", choices=sorted(LANGUAGES), default="", help="zh or en")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write to standard output."""
        code = options["programme"]
        if code and not Programme.objects.current().filter(code=code).exists():
            raise CommandError(f"There is no programme {code}.")
        language = LANGUAGES.get(options["language"], settings.LANGUAGE_CODE)
        with translation.override(language):
            asked = Asked(programme=code)
            lines = every_line(asked=asked, reach=EVERYTHING, today=timezone.localdate(), language=language)
            if options["format"] == "json":
                self.stdout.write(json.dumps([record(line) for line in lines], ensure_ascii=False, indent=1))
                return
            title = ""
            for line in lines:
                if line.title != title:
                    title = line.title
                    self.stdout.write(f"\n{line.level} · {title}. {line.mend}")
                self.stdout.write(f"  {line.code} {line.name}: {line.sentence}")
