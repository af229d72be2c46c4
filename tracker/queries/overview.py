"""The overview: are we on course, what changed, what needs a decision, how fresh is what we know."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.states import Colour, DateState
from tracker.models import Milestone, Programme
from tracker.permissions import Reach
from tracker.queries import overview_rows as rows_of
from tracker.queries.changes import NOTHING_MOVED, Changes, changes_since, end_of
from tracker.queries.metric_state import MetricLine, citations_of, measurements, metric_line, with_reports
from tracker.queries.overview_past import Past
from tracker.queries.overview_rows import FRESH_DAYS, Group, is_open
from tracker.queries.state import Light, light_of, overlay_metrics
from tracker.queries.tallies import Part, Sign, tally
from tracker.queries.tender_clock import moved_to
from tracker.queries.tender_deadlines import colour_of
from tracker.words.tenders import countdown

SHOWN_PROGRAMMES, SHOWN_UNITS = 12, 8


@dataclass(frozen=True, slots=True)
class View:
    """Whose overview, of which moment: everything the page's questions share."""

    reach: Reach
    on: date
    known: datetime
    past: bool
    query: str = ""


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """One line of the table of works."""

    url: str
    name: str
    assumed: bool
    count: int
    parts: Sequence[Part]
    next_name: str
    next_url: str
    next_due: str
    forecast: str
    light: Sign | None
    reported: datetime | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """One milestone with the days left to its last day (negative: days past)."""

    url: str
    name: str
    where: str
    due: str
    days: int
    light: Light


@dataclass(frozen=True, slots=True)
class UnitFreshness:
    """How many of a unit's open items were reported in the last month."""

    name: str
    url: str
    parts: list[Part]
    reported: int
    due: int


@dataclass(frozen=True, slots=True)
class MetricTab:
    """One programme whose key figures can be shown."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """All the page shows."""

    sentence: str
    detail: str
    total: int
    parts: Sequence[Part]
    programmes: list[ProgrammeRow]
    more_programmes: int
    tabs: list[MetricTab]
    metrics: list[MetricLine]
    decisions: list[Deadline]
    deadlines: list[Deadline]
    freshness: list[UnitFreshness]
    reported: int
    due: int
    changes: Changes


def overview(
    *, view: View, since: date, programme: str = "", full: bool = False, moved: Mapping[int, date] = NOTHING_MOVED
) -> Overview:
    """Everything on the overview; a constant number of queries. `programme` chooses whose key figures are shown,
    `full` compares with `since` even where very many items changed, `moved` is what `tender_clock` says has moved.
    """
    past = Past.at(view.reach, view.on, view.known) if view.past else None
    tallies = past.tallies if past else _tally_now(view, since)
    programmes = _programmes(view, {one.programme_id for one in tallies})
    shown = programmes[:SHOWN_PROGRAMMES]
    of_programme: dict[int, list[Group]] = {item.pk: [] for item in programmes}
    for one in tallies:
        of_programme.setdefault(one.programme_id, []).append(one)
    whole = tally(_totals(tallies), filters=None if view.past else {"sort": "due"})
    nexts = past.coming if past else _next_now(view, shown, tallies)
    deadlines = _deadlines(past, view, moved)
    tabs, metrics = _key_metrics(view, programmes, programme)
    freshness = _freshness(tallies)
    return Overview(
        sentence=whole.sentence,
        detail=_detail(deadlines),
        total=whole.total,
        parts=whole.parts,
        programmes=[_programme_row(item, of_programme[item.pk], nexts.get(item.pk), view, moved) for item in shown],
        more_programmes=len(programmes) - len(shown),
        tabs=tabs,
        metrics=metrics,
        decisions=_decisions(past, view, moved),
        deadlines=deadlines,
        freshness=freshness[:SHOWN_UNITS],
        reported=sum(one.fresh for one in tallies if is_open(one.state)),
        due=sum(one.count for one in tallies if is_open(one.state)),
        changes=changes_since(
            reach=view.reach,
            on=view.on,
            known=view.known,
            since=since,
            full=full,
            moved=moved,
            count=None if view.past else sum(one.touched for one in tallies),
        ),
    )


def _tally_now(view: View, since: date) -> list[Group]:
    """One scan of the milestones in reach."""
    grouped = rows_of.TALLIES.all(view.reach, view.on, view.on - timedelta(days=FRESH_DAYS), end_of(since))
    return [Group(p, u, DateState(state), *rest) for p, u, state, *rest in grouped]


def _programmes(view: View, ids: Iterable[int]) -> list[Programme]:
    """The programmes in reach."""
    return rows_of.PROGRAMMES.all(list(ids))


def _totals(tallies: Iterable[Group]) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for one in tallies:
        totals[one.state.value] += one.count
    return totals


def _detail(deadlines: Sequence[Deadline]) -> str:
    """What comes next, in one sentence."""
    coming = next((item for item in deadlines if item.days >= 0), None)
    if coming is None:
        return ""
    named = {"name": coming.name, "where": coming.where, "due": coming.due}
    if not coming.days:
        return _("Next: %(name)s (%(where)s), %(due)s, today.") % named
    return _("Next: %(name)s (%(where)s), %(due)s, in %(days)s.") % (named | {"days": words.days(coming.days)})


def _next_now(view: View, shown: Sequence[Programme], tallies: Sequence[Group]) -> dict[int, Milestone]:
    """The next open milestone of each programme shown; one query, which looks only at the days the tallies name."""
    days: dict[int, date] = {}
    for one in tallies:
        if one.coming is not None:
            days[one.programme_id] = min(one.coming, days.get(one.programme_id, one.coming))
    ids = [item.pk for item in shown]
    rows = rows_of.NEXT.all(view.reach, ids, sorted({days[pk] for pk in ids if pk in days}))
    return {row.project.programme_id: row for row in rows}


def _programme_row(
    item: Programme, mine: Sequence[Group], coming: Milestone | None, view: View, moved: Mapping[int, date]
) -> ProgrammeRow:
    whole = tally(_totals(mine), filters=None if view.past else {"programme": item.code})
    reported = [one.reported for one in mine if one.reported]
    language = words.language()
    suffix = f"?{view.query}" if view.query else ""
    return ProgrammeRow(
        url=reverse("programme", args=[item.code]),
        name=item.called(language),
        assumed=item.base_year_assumed and any(one.assumed for one in mine),
        count=whole.total,
        parts=whole.parts,
        next_name=coming.called(language) if coming else "",
        next_url=reverse("milestone", args=[coming.code]) + suffix if coming else "",
        next_due=_due(coming, moved.get(coming.pk)) if coming else "",
        forecast=words.imprecise(coming.forecast) if coming else "",
        light=whole.sign,
        reported=max(reported) if reported else None,
    )


def _deadline(row: Milestone, view: View, moved: date | None = None) -> Deadline:
    """A milestone with the days to its last day; to the day a suspension of its tender has moved it to."""
    language = words.language()
    suffix = f"?{view.query}" if view.query else ""
    last, due = moved or row.due_latest, _due(row, moved)
    days = (last - view.on).days if last else 0
    light = light_of(row, view.on, row.project.programme.tracking_from)
    if moved is not None:
        light = Light(light.state, Colour(colour_of(days)), countdown(days), due)
    return Deadline(
        url=reverse("milestone", args=[row.code]) + suffix,
        name=row.called(language),
        where=row.project.called(language),
        due=due,
        days=days,
        light=light,
    )


def _due(row: Milestone, moved: date | None) -> str:
    """Its planned day, and that to which a suspension has moved it."""
    due = words.imprecise(row.due)
    return _("%(due)s, %(moved)s") % {"due": due, "moved": moved_to(moved)} if moved else due


def _deadlines(past: Past | None, view: View, moved: Mapping[int, date]) -> list[Deadline]:
    """The latest that passed and the next that come, by their last day."""
    if past:
        rows = [*past.passed, *past.ahead]
    else:
        rows = [*reversed(rows_of.PASSED.all(view.reach, view.on)), *rows_of.COMING.all(view.reach, view.on)]
    return sorted((_deadline(row, view, moved.get(row.pk)) for row in rows), key=lambda one: one.days)


def _decisions(past: Past | None, view: View, moved: Mapping[int, date]) -> list[Deadline]:
    """Where somebody has to act: reported as late or forecast late, the longest first; not what a suspension has moved
    to a day still to come.
    """
    rows = past.late if past else rows_of.LATE.all(view.reach, view.on)
    late = [row for row in rows if row.pk not in moved or moved[row.pk] < view.on]
    return [_told(_deadline(row, view), moved.get(row.pk)) for row in late]


def _told(item: Deadline, moved: date | None) -> Deadline:
    """With the day to which a suspension has moved it beside the reason for its light, which is the plan's."""
    if moved is None:
        return item
    return replace(item, light=replace(item.light, reason=_("; ").join((item.light.reason, moved_to(moved)))))


def _freshness(tallies: Iterable[Group]) -> list[UnitFreshness]:
    """Units by how many reports are awaited from them; one query for their names."""
    due: Counter[int] = Counter()
    fresh: Counter[int] = Counter()
    for one in tallies:
        if is_open(one.state):
            due[one.unit_id] += one.count
            fresh[one.unit_id] += one.fresh
    language = words.language()
    chosen = [pk for pk, _count in due.most_common(SHOWN_UNITS)]
    names = {unit.pk: unit for unit in rows_of.UNITS.all(chosen)}
    lines = []
    for pk in chosen:
        unit = names[pk]
        left = due[pk] - fresh[pk]
        parts = [
            Part(Colour.DONE, _("Reported"), fresh[pk], ""),
            Part(Colour.LATER, _("Not reported"), left, ""),
        ]
        url = f"{reverse('milestones')}?{urlencode({'unit': unit.code})}"
        lines.append(UnitFreshness(unit.called(language), url, parts, fresh[pk], due[pk]))
    return lines


def _key_metrics(view: View, programmes: Sequence[Programme], wanted: str) -> tuple[list[MetricTab], list[MetricLine]]:
    """The first metrics of the chosen programme that have a target; tabs for the programmes that have any."""
    ids = [item.pk for item in programmes[:SHOWN_PROGRAMMES]]
    having = set(rows_of.HAVING.all(view.reach, ids))
    choice = [item for item in programmes[:SHOWN_PROGRAMMES] if item.pk in having]
    if not choice:
        return [], []
    chosen = next((item for item in choice if item.code == wanted), choice[0])
    language = words.language()
    tabs = [
        MetricTab(
            label=item.called(language),
            url=f"?{urlencode({'programme': item.code})}#metrics",
            current=item.pk == chosen.pk,
        )
        for item in choice[:8]
    ]
    rows = rows_of.KEY_METRICS.all(view.reach, chosen.pk, view.on)
    if view.past:
        overlay_metrics(rows, on=view.on, known=view.known)
    measured = measurements(rows, on=view.on, known=view.known)
    with_reports(rows)
    cited = citations_of(rows)
    return tabs, [metric_line(row, measured.get(row.pk, []), view.on, language, cited.get(row.pk)) for row in rows]
