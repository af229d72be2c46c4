"""manage.py simulate: a made-up portfolio, the training scenario, and the removal of both."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tracker.actions import reminders, simulation
from tracker.audit import Refused

REFUSALS = {
    "already_simulated": "A simulated portfolio is stored already. Remove it first: manage.py simulate --clear "
    "(add --clear to this command to do both). If works stay after that, a person's report is about them.",
    "project_range": "Give a number of projects from %(low)s to %(high)s.",
    "site_range": "Give a number of sites from 1 to %(most)s and of entries from 1 to %(entries)s.",
    "no_works": "No works are loaded, so there is nothing to report on. Run first: manage.py load_works",
}


class Command(BaseCommand):
    """While simulated data is stored, every page says so."""

    help = "Add simulated data (--projects N or --training), or remove all of it (--clear)."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--projects", type=int, metavar="N", help="add a portfolio of N projects, 20 milestones each")
        what.add_argument("--sites", type=int, metavar="N", help="add N clearance sites with weekly entries")
        what.add_argument("--training", action="store_true", help="add reports on the documents' works up to today")
        parser.add_argument("--entries", type=int, default=100, metavar="M", help="entries of each site (default 100)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed and day give the same data (default 1)")
        parser.add_argument("--clear", action="store_true", help="remove everything simulated, before adding if asked")

    def handle(self, *args: Any, **options: Any) -> None:
        """Carry it out and say what went in or out."""
        if not (
            options["clear"] or options["training"] or options["projects"] is not None or options["sites"] is not None
        ):
            raise CommandError("Say what to do: --projects N, --sites N, --training or --clear.")
        if options["training"] and settings.PRODUCTION:
            raise CommandError(
                "Training reports are never added in production mode: they would stand among real ones. "
                "Run make demo, which has a database of its own."
            )
        today = timezone.localdate()
        try:
            if options["clear"]:
                self._clear()
            if options["projects"] is not None:
                counts = simulation.portfolio(projects=options["projects"], seed=options["seed"], today=today)
                self.stdout.write(f"Added: {_listed(counts)}. Every page says that simulated data is loaded.")
            if options["sites"] is not None:
                asked = {"sites": options["sites"], "entries": options["entries"]}
                counts = simulation.sites(**asked, seed=options["seed"], today=today)
                self.stdout.write(f"Added: {_listed(counts)}. Every page says that simulated data is loaded.")
            if options["training"]:
                self._training(options["seed"], today)
        except Refused as refused:
            raise CommandError(REFUSALS.get(refused.code, refused.code) % refused.inputs) from refused

    def _clear(self) -> None:
        cleared = simulation.clear()
        if not cleared.removed:
            self.stdout.write("Nothing simulated is stored that could be removed.")
        else:
            self.stdout.write(f"Removed: {_listed(cleared.removed)}.")
        if cleared.kept:
            self.stdout.write(
                f"Stays, because reports by people are about it, correct it or name it: {_listed(cleared.kept)}. "
                "Reports by people are never deleted."
            )

    def _training(self, seed: int, today: date) -> None:
        try:
            count = simulation.training(seed=seed, today=today)
        except Refused as refused:
            if refused.code != "already_training":
                raise
            # `make demo` asks for it at every start.
            self.stdout.write("The training scenario is there already; nothing was added.")
        else:
            told = sum(reminders.make(on=today).values())
            said = f"Training scenario: {count} simulated reports added, {told} reminders. Every page says so."
            self.stdout.write(said)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
