"""The schedules of projects as a reader may see them: floats, brackets of the law, findings, for many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from tracker import words
from tracker.domain.project_schedule import Finding, ProjectSchedule, Spot
from tracker.models import Milestone
from tracker.models.networks import Calendars, Network, networks, placed, timed
from tracker.permissions import Reach, readable
from tracker.queries.state import overlay_milestones
from tracker.queries.tender_clock_past import steps_then, stopped_at
from tracker.words import project_schedule as said


@dataclass(frozen=True, slots=True)
class Drawn:
    """One project's schedule with what it was made from. `seen` are the codes of milestones the reader may read; the
    names of others must not be shown.
    """

    project_id: int
    schedule: ProjectSchedule
    network: Network
    seen: frozenset[str]

    def spot(self, code: str) -> Spot | None:
        """Where a milestone lies; None where it is not in the network, or the network was refused."""
        return self.schedule.spots.get(code)

    def findings(self) -> list[Finding]:
        """The findings at milestones the reader may read, and those at the whole; the worst first."""
        return [one for one in self.schedule.findings if not one.key or one.key in self.seen]

    def row(self, code: str) -> Milestone | None:
        """The milestone of a code, of this project or tied to it; `name` says what the reader may know of it."""
        return self.network.rows.get(code) or self.network.outside.get(code)

    def name(self, code: str) -> str:
        """What a milestone is called; a word for those out of reach."""
        row = self.row(code)
        if row is None or code not in self.seen:
            return said.unseen()
        return row.called(words.language())


def project_schedules(
    projects: Iterable[int], *, reach: Reach, on: date, known: datetime, past: bool
) -> dict[int, Drawn]:
    """The schedules of those projects (by key) on a day; those with nothing to place are left out.

    Eight queries however many projects, one more where the clock of a tender has stood still (four more for a past
    moment, ten where a tender of theirs was ever suspended; one for each further region's calendar). For a
    past moment the day is the data date, and plan, ties and state are those known then.
    """
    ids = list(projects)
    if not ids:
        return {}

    def overlay(rows: Sequence[Milestone]) -> None:
        overlay_milestones(rows, on=on, known=known)

    found = networks(ids, on=on, known=known, overlay=overlay) if past else networks(ids, on=on)
    if past:
        keys = [row.pk for one in found.values() for row in (*one.rows.values(), *one.outside.values())]
        timed(found, steps_then(stopped_at(Q(milestone__in=keys), reach=None), on=on, at=known))
    calendars = Calendars()
    made = {pk: schedule for pk, one in found.items() if (schedule := placed(one, on=on, calendars=calendars))}
    seen = _seen([found[pk] for pk in made], reach)
    return {
        pk: Drawn(pk, schedule, found[pk], seen & frozenset([*found[pk].rows, *found[pk].outside]))
        for pk, schedule in made.items()
    }


def _seen(shown: Iterable[Network], reach: Reach) -> frozenset[str]:
    """The codes of their milestones that the reader may read; one query."""
    keys = [row.pk for one in shown for row in (*one.rows.values(), *one.outside.values())]
    if not keys:
        return frozenset()
    rows = Milestone.objects.current().filter(readable(reach), pk__in=keys)
    return frozenset(rows.values_list("code", flat=True))
