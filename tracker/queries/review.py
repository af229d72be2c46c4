"""The reports that wait for review: what each would change, what is odd in it, how it stands to the plan."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.relocation import EMPTY
from tracker.domain.reporting import ReportState
from tracker.domain.resettlement import Entry as Homes
from tracker.domain.states import Facts, Status, read
from tracker.domain.suspicion import Doubt
from tracker.domain.tender_values import Counts
from tracker.models import HousingReport, MetricReport, Milestone, MilestoneReport, PackageReport, Report, SiteReport
from tracker.models.subjects import KINDS, SAID
from tracker.models.worded import WordedRows
from tracker.permissions import Reach
from tracker.queries.asked import A_KEY
from tracker.queries.evidence import File, files, with_files
from tracker.queries.metric_state import measurements
from tracker.queries.reports import Change, ReportRow, report_row, values_of, whole, with_items
from tracker.queries.review_doubts import Measured, PlanLight, before, doubts, figure_before, is_older, plan_lights
from tracker.queries.review_scope import Narrow
from tracker.queries.review_tenders import tender_doubts
from tracker.queries.spans import Span, span
from tracker.queries.state import Light, light
from tracker.words import relocation, resettlement, tenders
from tracker.words import review as said

PAGE = 50
LOOKED_THROUGH = 200
"""So many waiting reports, the oldest, are looked through for those without doubts; no more are accepted at once."""
LATEST = date(2199, 12, 31)
LOADED = ("decided_by", *(f"supersedes__{name}" for name in SAID), "metric__report__on_metric")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One waiting report. `before` and `after` are the milestone's lights now and once it is accepted.

    `version` is that of the item the report was looked at with. `clean`: no doubts, no correction, not one's own.
    """

    row: ReportRow
    version: int
    changes: tuple[Change, ...]
    before: Light | None
    after: Light | None
    flags: tuple[str, ...]
    plan: tuple[PlanLight, ...]
    reason: str
    corrected_url: str
    corrected_as_of: str
    own: bool
    clean: bool
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One page of the list, and how many of the oldest may be accepted together."""

    rows: tuple[ReviewRow, ...]
    span: Span
    clean: int


@dataclass(frozen=True, slots=True)
class Clean:
    """The reports without doubts among the oldest that wait; `more` if there are others that were not looked at."""

    rows: tuple[ReviewRow, ...]
    more: bool


def waiting(
    *, reach: Reach, narrow: Narrow, on: date, now: datetime, language: str, total: int, page: int = 1
) -> Waiting:
    """What waits for this reviewer, oldest first: `total` in all. Five queries, however many rows."""
    found = submitted(reach, narrow)
    shown = span(total, page, PAGE)
    oldest = found.order_by("submitted_at", "id").values_list("pk", flat=True)
    rows = _loaded(oldest[shown.first - 1 : shown.first - 1 + PAGE])
    keys, of_tenders = _clean_keys(found, also=rows, reach=reach, on=on)
    return Waiting(
        rows=tuple(_rows(rows, reach=reach, on=on, now=now, language=language, of_tenders=of_tenders)),
        span=shown,
        clean=len(keys),
    )


def clean(*, reach: Reach, narrow: Narrow, on: date, now: datetime, language: str) -> Clean:
    """The reports without doubts, each with what it would change."""
    found = submitted(reach, narrow)
    keys, of_tenders = _clean_keys(found, also=(), reach=reach, on=on)
    rows = _loaded(keys)
    return Clean(
        rows=tuple(_rows(rows, reach=reach, on=on, now=now, language=language, of_tenders=of_tenders)),
        more=found.count() > LOOKED_THROUGH,
    )


def waiting_report(*, pk: int, reach: Reach) -> Report | None:
    """A report within reviewing reach, whatever its state, with all that a row prints."""
    return next(iter(_loaded(Report.objects.filter(Narrow().reports(reach), pk=pk).values_list("pk", flat=True))), None)


def within_reach(keys: Sequence[int], *, reach: Reach) -> dict[int, Report]:
    """The reports of these numbers that one may review, whatever their state."""
    found = Report.objects.filter(Narrow().reports(reach), pk__in=keys).values_list("pk", flat=True)
    return {one.pk: one for one in whole(found)}


def submitted(reach: Reach, narrow: Narrow) -> QuerySet[Report]:
    """What waits, in reviewing reach."""
    found: QuerySet[Report] = Report.objects.submitted().filter(narrow.reports(reach))
    return found


OfTenders = Mapping[int, list[Doubt]]
"""What the reports looked at together would bring up in tender packages, by their keys."""


def _clean_keys(
    found: QuerySet[Report], *, also: Sequence[Report], reach: Reach, on: date
) -> tuple[list[int], OfTenders]:
    """Those of the oldest that nothing speaks against, without what only a row prints; and what was found out about
    tenders on the way, of the reports in `also` too.
    """
    oldest = found.order_by("submitted_at", "id")[:LOOKED_THROUGH]
    loaded = list(oldest.select_related(*KINDS, *SAID, "metric__report__on_metric"))
    others = [one for one in loaded if one.author_id != reach.user_id and one.supersedes_id is None]
    of_tenders = tender_doubts([*others, *also], reach=reach, on=on)
    return [one.pk for one in others if not doubts(one, on, of_tenders)], of_tenders


def _loaded(keys: Iterable[int]) -> list[Report]:
    """The reports of these numbers, in their order, with all that a row prints; as for `whole`, the few are known."""
    wanted = list(keys)
    found = {one.pk: one for one in _ROWS.all(wanted)} if wanted else {}
    prefetch_related_objects(list(found.values()), with_files())
    return [found[key] for key in wanted]


_ROWS = WordedRows(lambda keys: with_items(Report.objects.filter(pk__among=keys)).select_related(*LOADED), [A_KEY])


def _rows(
    reports: Sequence[Report], *, reach: Reach, on: date, now: datetime, language: str, of_tenders: OfTenders
) -> list[ReviewRow]:
    metrics = [one.metric for one in reports if one.metric is not None]
    measured: Mapping[int, Measured] = measurements(metrics, on=LATEST, known=now)
    return [
        review_row(
            one,
            reach=reach,
            on=on,
            language=language,
            measured=measured.get(one.metric_id or 0, ()),
            of_tenders=of_tenders,
        )
        for one in reports
    ]


def one_row(report: Report, *, reach: Reach, on: date, now: datetime, language: str) -> ReviewRow:
    """A loaded report as a row, with its plan."""
    of_tenders = tender_doubts([report], reach=reach, on=on) if report.state == ReportState.SUBMITTED else {}
    return _rows([report], reach=reach, on=on, now=now, language=language, of_tenders=of_tenders)[0]


def review_row(
    report: Report,
    *,
    reach: Reach,
    on: date,
    language: str,
    measured: Measured,
    of_tenders: OfTenders,
) -> ReviewRow:
    """A loaded report as a row of the list."""
    values, item = values_of(report), report.subject
    milestone = isinstance(values, MilestoneReport)
    open_ = report.state == ReportState.SUBMITTED
    odd = doubts(report, on, of_tenders) if open_ else []
    corrected = report.supersedes if report.supersedes_id else None
    own = report.author_id == reach.user_id
    return ReviewRow(
        row=report_row(report, language=language, reader=reach.user_id),
        version=getattr(item, "version", 0),
        changes=tuple(CHANGES[report.kind](report)),
        before=light_now(report.milestone, on) if report.milestone else None,
        after=light_after(report, on) if milestone else None,
        flags=tuple(said.doubt(one) for one in odd),
        plan=tuple(plan_lights(report, measured)) if open_ else (),
        reason=report.supersede_reason,
        corrected_url=f"/reports/{report.supersedes_id}/" if corrected else "",
        corrected_as_of=words.day(corrected.as_of) if corrected else "",
        own=own,
        clean=open_ and not (odd or corrected or own),
        files=files(getattr(report, "files_there", ())),
    )


def light_now(row: Milestone, on: date) -> Light:
    """The milestone's light as it stands; its project and programme are loaded."""
    return light(read(row.facts(row.project.programme.tracking_from), on))


def light_after(report: Report, on: date) -> Light | None:
    """The light once this report is accepted; None for a metric."""
    row, values = report.milestone, values_of(report)
    if row is None or not isinstance(values, MilestoneReport):
        return None
    if is_older(report):
        return light_now(row, on)
    facts = Facts(
        due_earliest=row.due_earliest,
        due_latest=row.due_latest,
        tracking_from=row.project.programme.tracking_from,
        status=Status(values.status),
        as_of=report.as_of,
        actual_finish=values.actual_finish,
        forecast_latest=values.forecast_latest,
        progress=values.progress,
    )
    return light(read(facts, on))


def _milestone_changes(report: Report) -> list[Change]:
    old, new = before(report), values_of(report)
    return [
        Change(_("Status"), words.status(getattr(old, "status", "")), words.status(getattr(new, "status", ""))),
        Change(_("Progress"), _percent(old), _percent(new)),
        *_unless_empty(_("Started on"), words.day(_get(old, "actual_start")), words.day(_get(new, "actual_start"))),
        *_unless_empty(_("Finished on"), words.day(_get(old, "actual_finish")), words.day(_get(new, "actual_finish"))),
        *_unless_empty(_("Expected"), words.imprecise(_get(old, "forecast")), words.imprecise(_get(new, "forecast"))),
    ]


def _get(values: Any, name: str) -> Any:
    return getattr(values, name, None)


def _percent(values: Any) -> str:
    progress = _get(values, "progress")
    return f"{words.number(progress)}%" if progress is not None else ""


def _unless_empty(label: str, before: str, after: str) -> list[Change]:
    return [Change(label, before, after)] if before or after else []


def _metric_changes(report: Report) -> list[Change]:
    new = values_of(report)
    after = words.quantity(new.quantity) if isinstance(new, MetricReport) else ""
    return [Change(_("Value"), words.quantity(figure_before(report)), after)]


def _site_changes(report: Report) -> list[Change]:
    old, new = before(report), values_of(report)
    entry = new.entry if isinstance(new, SiteReport) else EMPTY
    found = [Change(*one) for one in relocation.changes(old.entry if old else None, entry)]
    same = relocation.said(entry)
    return found or [Change(_("Figures"), same, same)]


def _housing_changes(report: Report) -> list[Change]:
    old, new = before(report), values_of(report)
    entry = new.entry if isinstance(new, HousingReport) else Homes()
    found = [Change(*one) for one in resettlement.changes(old.entry if old else None, entry)]
    same = resettlement.said(entry)
    return found or [Change(_("Figures"), same, same)]


def _package_changes(report: Report) -> list[Change]:
    old, new = before(report), values_of(report)
    counts = new.counts if isinstance(new, PackageReport) else Counts()
    changed = tenders.changes(old.counts if old else None, counts, corrects=report.supersedes_id is not None)
    found = [Change(*one) for one in changed]
    same = tenders.said(counts)
    return found or [Change(_("Figures"), same, same)]


CHANGES: Mapping[str, Callable[[Report], list[Change]]] = {
    "milestone": _milestone_changes,
    "metric": _metric_changes,
    "site": _site_changes,
    "housing": _housing_changes,
    "package": _package_changes,
}
"""What a report would change, by kind."""
