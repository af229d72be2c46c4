"""The short list of reports that wait for review: what each would change, and what a reviewer should look at."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.quantities import Quantity
from tracker.domain.states import Facts, Status, read
from tracker.domain.stored import in_measure
from tracker.models import MetricReport, Milestone, MilestoneReport, Report
from tracker.permissions import Permission, Reach, within
from tracker.queries.evidence import File, files, with_files
from tracker.queries.reports import Change, ReportRow, report_row, values_of, with_items
from tracker.queries.state import Light, light

PAGE = 50


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One waiting report. `before` and `after` are the milestone's lights now and once it is accepted."""

    row: ReportRow
    changes: tuple[Change, ...]
    before: Light | None
    after: Light | None
    flags: tuple[str, ...]
    reason: str
    corrected_url: str
    own: bool
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One page of the list."""

    rows: tuple[ReviewRow, ...]
    total: int
    page: int
    pages: int
    first: int

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.first + len(self.rows) - 1

    @property
    def previous(self) -> int:
        """The page before."""
        return self.page - 1

    @property
    def next(self) -> int:
        """The page after."""
        return self.page + 1


def waiting(*, reach: Reach, on: date, language: str, page: int = 1) -> Waiting:
    """What waits for this reviewer, oldest first; three queries."""
    found = _submitted(reach)
    total = found.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    start = (page - 1) * PAGE
    rows = _loaded(found).order_by("submitted_at", "id")[start : start + PAGE]
    return Waiting(
        rows=tuple(review_row(one, reach=reach, on=on, language=language) for one in rows),
        total=total,
        page=page,
        pages=pages,
        first=start + 1,
    )


def waiting_report(*, pk: int, reach: Reach) -> Report | None:
    """A report within reviewing reach, whatever its state, with all that a row prints."""
    found: Report | None = _loaded(Report.objects.filter(_reviewable(reach))).filter(pk=pk).first()
    return found


def _reviewable(reach: Reach) -> Any:
    return within("unit__path", reach.paths(Permission.REVIEW))


def _submitted(reach: Reach) -> QuerySet[Report]:
    found: QuerySet[Report] = Report.objects.submitted().filter(_reviewable(reach))
    return found


def _loaded(reports: QuerySet[Report]) -> QuerySet[Report]:
    return (
        with_items(reports)
        .select_related("decided_by", "supersedes__on_milestone", "supersedes__on_metric")
        .prefetch_related(with_files())
    )


def review_row(report: Report, *, reach: Reach, on: date, language: str) -> ReviewRow:
    """A loaded report as a row of the list."""
    values = values_of(report)
    milestone = isinstance(values, MilestoneReport)
    return ReviewRow(
        row=report_row(report, language=language, reader=reach.user_id),
        changes=tuple(_milestone_changes(report) if milestone else _metric_changes(report)),
        before=light_now(report.milestone, on) if report.milestone else None,
        after=light_after(report, on) if milestone else None,
        flags=tuple(_flags(report)),
        reason=report.supersede_reason,
        corrected_url=f"/reports/{report.supersedes_id}/" if report.supersedes_id else "",
        own=report.author_id == reach.user_id,
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
    if _is_older(report):
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


def _is_older(report: Report) -> bool:
    """Whether a later accepted report stays in force once this one is accepted."""
    item: Any = report.milestone or report.metric
    return bool(item.as_of and report.as_of < item.as_of and item.report_id != report.supersedes_id)


def _before(report: Report) -> Any:
    """What the report is held against: what it corrects, else the milestone's state."""
    if report.supersedes_id and report.supersedes is not None:
        return values_of(report.supersedes)
    return report.milestone if report.milestone_id else None


def _milestone_changes(report: Report) -> list[Change]:
    old, new = _before(report), values_of(report)
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
    return [Change(_("Value"), words.quantity(_figure_before(report)), after)]


def _figure_before(report: Report) -> Quantity | None:
    if report.supersedes_id and report.supersedes is not None:
        old = values_of(report.supersedes)
        return old.quantity if isinstance(old, MetricReport) else None
    return report.metric.value if report.metric else None


def _flags(report: Report) -> list[str]:
    """What deserves a second look."""
    found = []
    item: Any = report.milestone or report.metric
    if item.retired_at:
        found.append(_("The item has been retired: this can only be returned."))
    if _is_older(report):
        found.append(_("A later report is in force (as of %(day)s): the present state stays.") % _day(item.as_of))
    if report.milestone_id:
        return [*found, *_milestone_flags(_before(report), values_of(report))]
    return [*found, *_metric_flags(report)]


def _day(value: date | None) -> dict[str, str]:
    return {"day": words.day(value)}


def _milestone_flags(old: Any, new: Any) -> list[str]:
    found: list[str] = []
    if old is None or new is None:
        return found
    if old.status == Status.DONE and new.status != Status.DONE:
        found.append(_("Was reported as done, now no longer."))
    if old.progress is not None and new.progress is not None and new.progress < old.progress:
        found.append(_("Progress falls by %(points)s points.") % {"points": words.number(old.progress - new.progress)})
    for name, label in (("actual_start", _("Started on")), ("actual_finish", _("Finished on"))):
        before, after = getattr(old, name), getattr(new, name)
        if before and after and after < before:
            found.append(_("%(what)s is earlier than reported before.") % {"what": label})
    slip = _slip(old, new)
    if slip:
        found.append(_("The forecast moves back by %(days)s.") % {"days": words.days(slip)})
    return found


def _slip(old: Any, new: Any) -> int:
    if not old.forecast_latest or not new.forecast_latest:
        return 0
    days: int = (new.forecast_latest - old.forecast_latest).days
    return max(0, days)


def _metric_flags(report: Report) -> list[str]:
    metric, new, old = report.metric, values_of(report), _figure_before(report)
    if metric is None or not isinstance(new, MetricReport) or old is None or not metric.cumulative:
        return []
    before = in_measure(old.low, old.measure, metric.measure)
    after = in_measure(new.low, new.measure, metric.measure)
    if before is None or after is None or after >= before:
        return []
    fall = Quantity(before - after, before - after, new.quantity.qualifier.EXACT, metric.measure)
    return [_("A cumulative figure falls by %(amount)s.") % {"amount": words.quantity(fall)}]
