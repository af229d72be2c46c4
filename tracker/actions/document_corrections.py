"""What a later version of Guatu reads differently in the documents, taken over into a database that holds them already.

Only documents and citations are corrected: nobody edits them here. What follows from a citation (the plan taken from
it, the report of what it states) gets a new version, unless a person has planned or corrected it. What people name and
arrange (units, programmes, projects, the names of works) stays as it stands.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from tracker.actions.document_reports import CORRECTED
from tracker.actions.document_sites import site_columns
from tracker.actions.plans import metric_columns, milestone_columns, take_baseline
from tracker.actions.versions import Planned, latest_version, next_version, put_version
from tracker.audit import record, snapshot
from tracker.models import Citation, Document, Metric, Milestone, Programme, Site

BASELINE = ("首次承诺（资料更正）", "First commitment (document corrected)")
COLUMNS: dict[type[Any], tuple[str, ...]] = {
    Document: ("title", "title_en", "kind", "complete", "dated", "note", "note_en", "position"),
    Citation: (
        *("place", "name", "name_en", "printed", "low", "high", "qualifier", "measure", "base_low", "base_high"),
        *("basis", "basis_en", "date_text", "plan_year", "date_earliest", "date_latest", "date_precision", "date_kind"),
        *("status", "in_total", "note", "note_en", "position"),
    ),
}
"""What is corrected. What a citation is about and of which kind stays: another fact has another code."""


def correct(stated: Document | Citation, *, at: datetime) -> bool:
    """Let the row of that code say what the fixtures say now, with an audit event; returns whether it did not."""
    names = COLUMNS[type(stated)]
    held = type(stated)._default_manager.get(code=stated.code)
    now = snapshot(stated, *names)
    before = {name: value for name, value in snapshot(held, *names).items() if value != now[name]}
    if not before:
        return False
    after = {name: now[name] for name in before}
    for name, value in after.items():
        setattr(held, name, value)
    held.save(update_fields=list(after))
    kind = type(stated).__name__.lower()
    record(
        f"{kind}.correct", by=None, subject_type=kind, subject_code=held.code,
        before=_told(before), after=_told(after), at=at,
    )  # fmt: skip
    return True


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """The columns as the history keeps them: the place of a site is another thing."""
    return {"numbering" if name == "place" else name: value for name, value in values.items()}


def plan_again(programme: Programme, touched: Collection[Citation], now: datetime) -> int:
    """Give what was planned from those citations, and by nobody else, a version that says what they say now.

    They become its first commitment, held in a baseline of their own; earlier versions and baselines stay. Returns how
    many versions were added. Called inside a recording action (loading).
    """
    plans: dict[type[Any], list[Any]] = {}
    for model, kind, columns_of in SOURCES:
        keys = {getattr(one, f"{kind}_id") for one in touched if one.programme_id == programme.pk} - {None}
        found = (_again(row, *columns_of(row), now) for row in _unplanned(model, keys))
        plans[model] = [plan for plan in found if plan is not None]
    milestone_plans, metric_plans, site_plans = plans[Milestone], plans[Metric], plans[Site]
    if added := len(milestone_plans) + len(metric_plans) + len(site_plans):
        take_baseline(
            programme=programme, milestone_plans=milestone_plans, metric_plans=metric_plans, site_plans=site_plans,
            now=now, by=None, names=BASELINE, reason=CORRECTED,
        )  # fmt: skip
    return added


def _unplanned(model: type[Any], keys: Iterable[int]) -> list[Any]:
    """The items, locked, that have a plan which no person has had a say in."""
    rows = model.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys, plan_number__gt=0)
    return list(rows.exclude(plans__by__isnull=False).order_by("pk"))


def _again(row: Planned, source: Citation | None, columns: Mapping[str, Any], now: datetime) -> Any:
    """The next version of a plan, stored with its row; None where the one in force says the same."""
    plan = latest_version(row)
    if all(getattr(plan, name) == value for name, value in columns.items()):
        return None
    next_version(plan, reason=CORRECTED, now=now)
    plan.citation = source
    for name, value in columns.items():
        setattr(plan, name, value)
    put_version(row, plan)
    return plan


def _cited(row: Planned) -> Any:
    return row.citations.order_by("position", "id")


SOURCES: tuple[tuple[type[Any], str, Callable[[Any], tuple[Citation | None, dict[str, Any]]]], ...] = (
    (Milestone, "milestone", lambda row: milestone_columns(_cited(row))),
    (Metric, "metric", lambda row: metric_columns(_cited(row), row.programme)),
    (Site, "site", lambda row: site_columns(row, _cited(row))),
)
"""What is planned from citations: its kind, and what they make of its plan."""
