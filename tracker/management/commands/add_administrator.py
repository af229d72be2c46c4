"""manage.py add_administrator USERNAME NAME: an account for a server where nobody can sign in yet."""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from tracker import words
from tracker.actions import people
from tracker.audit import Refused
from tracker.models import Unit


class Command(BaseCommand):
    """The password is asked for, or read as one line from standard input; it never stands on the command line."""

    help = "Add an administrator. The password is asked for, or read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who it is, and the unit below which they manage people."""
        parser.add_argument("username")
        parser.add_argument("name", help="the person's name")
        parser.add_argument("--name-en", default="", help="the name in English")
        parser.add_argument("--unit", default="", help="code of the unit; without it, the top of the tree")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account and say so."""
        unit = self._unit(options["unit"])
        password = self._password()
        with translation.override("en"):
            try:
                user = people.first_administrator(
                    username=options["username"],
                    names=people.Names(options["name"], options["name_en"]),
                    password=password,
                    unit=unit,
                    today=timezone.localdate(),
                )
            except Refused as refused:
                raise CommandError(words.refusal(refused.code, refused.inputs)) from refused
        self.stdout.write(f"{user.username} administers {unit.code} and everything below it.")

    def _unit(self, code: str) -> Unit:
        found = Unit.objects.filter(code=code) if code else Unit.objects.filter(parent__isnull=True).order_by("path")
        unit: Unit | None = found.first()
        if unit is None:
            raise CommandError(f"No unit {code}." if code else "There are no units yet. Run: manage.py load_works")
        return unit

    def _password(self) -> str:
        """From the prompt, twice; or one line from standard input."""
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\r\n")
        password = getpass.getpass("Password: ")
        if getpass.getpass("Password again: ") != password:
            raise CommandError("The two passwords differ.")
        return password
