"""The ledger of what a person reports on: its rows as they are taken out, and the items that a sheet names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.domain.ledger import Kind
from tracker.domain.reporting import ReportState
from tracker.domain.states import Status
from tracker.models import Metric, Milestone, Report, Unit, User
from tracker.models.subjects import key_of
from tracker.permissions import Permission, Reach, readable, within
from tracker.queries import reports_due
from tracker.queries.report_items import Item, loaded_metrics, loaded_milestones, metric_item, milestone_item

MOST_ROWS = 10_000
"""Rows of one kind in a ledger; who answers for more is told so, and can take out what is due."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """An item with the row it stands for, as a report needs it."""

    row: Milestone | Metric
    item: Item


@dataclass(frozen=True, slots=True)
class Ledger:
    """The items of one person's ledger, and the units they report for: (code, name); `cut`: there are more."""

    milestones: tuple[Item, ...]
    metrics: tuple[Item, ...]
    units: tuple[tuple[str, str], ...]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows each choice of a ledger has."""

    open: int
    due: int


def counts(*, reach: Reach, on: date, now: datetime) -> Counts:
    """How many items the ledger of everything open has, and that of what is due."""
    milestones, metrics = _open(reach)
    due = reports_due.asked(reach=reach, on=on, now=now, back=reports_due.returned(reach))
    return Counts(milestones.count() + metrics.count(), sum(key.subject in set(Kind) for key in due))


def ledger(*, reach: Reach, on: date, now: datetime, language: str, due: bool) -> Ledger:
    """Every open item the person may report on, or only what is due; as many statements whatever it holds."""
    milestones, metrics = _open(reach)
    held = reports_due.returned(reach)
    if due:
        keys = reports_due.asked(reach=reach, on=on, now=now, back=held)
        milestones = loaded_milestones().filter(pk__in=[key.pk for key in keys if key.subject == Kind.MILESTONE])
        metrics = loaded_metrics().filter(pk__in=[key.pk for key in keys if key.subject == Kind.METRIC])
    back = _by_item(held)
    programme = ("project__programme__position", "project__programme__code")
    order = (*programme, "project__position", "project__code", "position", "code")
    shown: dict[str, Any] = {"on": on, "language": language}
    rows = list(milestones.order_by(*order)[: MOST_ROWS + 1])
    measured = list(metrics.order_by("programme__position", "programme__code", "position", "code")[: MOST_ROWS + 1])
    return Ledger(
        milestones=tuple(milestone_item(row, back.get((Kind.MILESTONE, row.pk)), **shown) for row in rows[:MOST_ROWS]),
        metrics=tuple(metric_item(row, back.get((Kind.METRIC, row.pk)), **shown) for row in measured[:MOST_ROWS]),
        units=_units(reach, language),
        cut=max(len(rows), len(measured)) > MOST_ROWS,
    )


def named(
    codes: Iterable[tuple[Kind, str]], *, reach: Reach, on: date, language: str
) -> dict[tuple[Kind, str], Loaded]:
    """The items of these codes that are in reading reach."""
    wanted: dict[Kind, list[str]] = {Kind.MILESTONE: [], Kind.METRIC: []}
    for kind, code in codes:
        wanted[kind].append(code)
    back = _by_item(reports_due.returned(reach))
    shown: dict[str, Any] = {"on": on, "language": language}
    found: dict[tuple[Kind, str], Loaded] = {}
    for row in loaded_milestones().filter(readable(reach), code__in=wanted[Kind.MILESTONE]).order_by():
        item = milestone_item(row, back.get((Kind.MILESTONE, row.pk)), **shown)
        found[Kind.MILESTONE, row.code] = Loaded(row, item)
    for measured in loaded_metrics().filter(readable(reach), code__in=wanted[Kind.METRIC]).order_by():
        item = metric_item(measured, back.get((Kind.METRIC, measured.pk)), **shown)
        found[Kind.METRIC, measured.code] = Loaded(measured, item)
    return found


def sent_before(tokens: Sequence[str], *, by: User) -> set[str]:
    """Those tokens under which the person has sent a report that was not taken back."""
    rows = Report.objects.filter(author=by, client_token__in=tokens).exclude(state=ReportState.WITHDRAWN)
    return {str(one) for one in rows.order_by().values_list("client_token", flat=True)}


def reports_for_any(codes: Sequence[str], *, reach: Reach) -> bool:
    """Whether the person reports for one of these units, or for a unit above or below one."""
    held = reach.paths(Permission.REPORT)
    paths = Unit.objects.filter(code__in=codes).order_by().values_list("path", flat=True)
    return any(path.startswith(own) or own.startswith(path) for path in paths for own in held)


def _open(reach: Reach) -> tuple[Any, Any]:
    own = within("unit__path", reach.paths(Permission.REPORT))
    milestones = loaded_milestones().filter(own).exclude(status=Status.DONE)
    return milestones, loaded_metrics().filter(own, derived=False)


def _by_item(back: Iterable[Report]) -> dict[tuple[Kind, int], Report]:
    """By what they are about; clearance sites and what else has a table of its own is passed over."""
    return {(Kind(one.kind), key_of(one)[1]): one for one in back if one.kind in set(Kind)}


def _units(reach: Reach, language: str) -> tuple[tuple[str, str], ...]:
    posts = [post for post in reach.posts if reach.may(Permission.REPORT, post.unit_path)]
    names = {one.unit_code: one.unit_name if language.startswith("zh") else one.unit_name_en for one in posts}
    return tuple(names.items())
