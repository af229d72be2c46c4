"""Tender packages on the timeline: a line from the first step to the last, its steps' days, the lawful periods between.

The days are those of the package's own page (`tender_state`): a suspension has moved what is still to come, and the
brackets hold whether or not the package was planned back.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.states import Colour
from tracker.domain.tender_values import Held, Phase, Point
from tracker.models import Citation, Milestone, PackageStep
from tracker.permissions import Reach
from tracker.queries.tender_deadlines import light, through, urgency, word
from tracker.queries.tender_state import Known, packages_in_reach, present
from tracker.queries.tenders import sentence
from tracker.queries.timeline_rows import LawSpan, Row, day_beside, place_of, planned_lines, source_of
from tracker.queries.timeline_wanted import Wanted
from tracker.words import tenders as said
from tracker.words import windows as law

TOLD = 3
"""As many findings as stand in the line's hover text; its page has all."""


def between_steps(rows: Any, reach: Reach, on: date, wanted: Wanted) -> Any:
    """Packages whose days, planned, forecast or moved by a suspension, reach into those wanted, and those without any.

    Where clocks have stood the packages are read for it, in as many statements however many.
    """
    if wanted.start is None and wanted.end is None:
        return rows
    stood = rows.filter(Q(suspended_from__isnull=False) | ~Q(earlier_stops=[])).order_by()
    found = present(packages_in_reach(reach).filter(pk__in=stood.values("pk")), reach=reach, on=on)
    return rows.filter(Q(pk__in=[one.row.pk for one in found if _reaches(one, wanted)]) | _planned(rows, wanted))


def _reaches(one: Known, wanted: Wanted) -> bool:
    """Whether the days to which a suspension has moved its steps reach into those wanted."""
    days = [point.finish for point in one.reading.points if point.finish and point.key in one.reading.moved]
    begins = (wanted.end is None or min(days) <= wanted.end) if days else False
    return begins and (wanted.start is None or max(days) >= wanted.start)


def _planned(rows: Any, wanted: Wanted) -> Q:
    """The packages whose planned or forecast days reach into those wanted, as a condition on their keys."""
    steps = PackageStep.objects.filter(package=OuterRef("pk"), milestone__retired_at__isnull=True)
    begin = Coalesce("milestone__planned_start", "milestone__due_earliest", "milestone__due_latest")
    first = steps.annotate(day=begin).filter(day__isnull=False).order_by("day").values("day")[:1]
    end = Greatest("milestone__due_latest", "milestone__forecast_latest")
    last = steps.annotate(day=end).filter(day__isnull=False).order_by("-day").values("day")[:1]
    rows = rows.alias(begins=Subquery(first), ends=Subquery(last))
    if wanted.start:
        rows = rows.filter(Q(ends__isnull=True) | Q(ends__gte=wanted.start))
    if wanted.end:
        rows = rows.filter(Q(begins__isnull=True) | Q(begins__lte=wanted.end))
    return Q(pk__in=rows.order_by().values("pk"))


def of_light(rows: Any, reach: Reach, on: date, state: str) -> Any:
    """The packages whose light has a colour; the queries of `tender_state.known` more, however many packages."""
    ours = packages_in_reach(reach).filter(pk__in=rows.values("pk"))
    keys = [one.row.pk for one in present(ours, reach=reach, on=on) if light(one) == state]
    return rows.filter(pk__in=keys)


def package_rows(keys: Sequence[int], *, reach: Reach, on: date, language: str) -> Iterator[tuple[int, Row]]:
    """The rows of these packages; as many queries however many they are."""
    stored = packages_in_reach(reach).filter(pk__in=keys).select_related("report__citation__document")
    cited: dict[int, Citation] = {}
    found = Citation.objects.filter(package__in=keys).select_related("document").order_by("position", "pk")
    for citation in found:
        if citation.package_id is not None:
            cited.setdefault(citation.package_id, citation)
    for one in present(stored, reach=reach, on=on):
        yield one.row.pk, _row(one, cited.get(one.row.pk), on, language)


def _row(one: Known, cited: Citation | None, on: date, language: str) -> Row:
    row, reading = one.row, one.reading
    planned = [held for _point, held in _dated(one) if held.due_latest or held.due_earliest]
    last = max(planned, key=_end, default=None)
    first = min((_begin(held) for held in planned), default=None)
    programme = row.project.programme
    assumed = last.due_latest.year if last and last.plan_year and programme.base_year_assumed and last.due_latest else 0
    clock = said.deadline(reading.next, lambda code: one.name(code, language), reading.untold)
    due = words.interval(first, _end(last)) if last else ""
    source = source_of(row) or (_("Source: %(places)s") % {"places": place_of(cited)} if cited else "")
    held = [span for span in reading.held if span.first_day and span.last_day and span.window.n is not None]
    stopped = "" if reading.suspended else said.suspension(row.counts, on)  # while it is, a finding says so
    reason = [stopped, "" if reading.phase is Phase.OVER else clock, *_against(one)]
    ends, where = _ends(one, last, assumed or None), _("suspended") if reading.suspended else word(one)
    rooms = [f"{law.named(span.window)} · {said.slack(span)[1]}" for span in held]
    return Row(
        kind="package",
        pk=row.pk,
        code=row.code,
        name=row.called(language),
        url=reverse("tender", args=[row.code]),
        colour=light(one),
        word=where,
        label=" · ".join(part for part in (_at(one, language), ends, where) if part),
        brief=f"{ends} · {where}",
        hover=(row.called(language), *planned_lines(due, assumed or None), *reason, *rooms, source),
        ledger=_("Tenders"),
        unit=row.unit.called(language),
        due=due or _("no day yet"),
        reason=" ".join(part for part in reason if part),
        source=source,
        assumed=assumed or None,
        dots=tuple(_marks(one)),
        periods=tuple(_laws(held)),
        late=reading.next is not None and reading.next.days < 0,
        **_plan(last, first),
        **_course(one, last),
    )


def _at(one: Known, language: str) -> str:
    """The step whose day stands beside the bar; '' where none is ahead, and the day is the end of the plan."""
    coming = one.reading.next
    return one.name(coming.key, language) if coming else ""


def _ends(one: Known, last: Milestone | None, assumed: int | None) -> str:
    """The day beside the bar: that of the next step, as the clock has it, else the last that is planned."""
    coming = one.reading.next
    held = one.milestone(coming.key) if coming else last
    if coming and (coming.moved or coming.basis == "forecast" or held is None or held.due is None):
        return words.day(coming.day)
    return day_beside(held.due, assumed) if held and held.due else _("no day yet")


def _against(one: Known) -> list[str]:
    """The worst of what stands against it, without the passed day that its clock names anyway."""
    late = one.reading.next.key if one.reading.next else ""
    told = (held for held in one.reading.findings if held.code != "overdue" or held.inputs["step"] != late)
    return [sentence(one, held) for held in list(told)[:TOLD]]


def _dated(one: Known) -> Iterator[tuple[Point, Milestone]]:
    """The steps that are planned, with their milestones."""
    for step, point in zip(one.steps, one.reading.points, strict=True):
        held = step.milestone
        if held is not None and held.retired_at is None and held.plan_number:
            yield point, held


def _begin(row: Milestone) -> date:
    return row.planned_start or row.due_earliest or row.due_latest or date.max


def _end(row: Milestone) -> date:
    return row.due_latest or row.due_earliest or date.min


def _plan(last: Milestone | None, first: date | None) -> dict[str, Any]:
    """The plan from the first day of its steps to the last, as precise as the last is."""
    if last is None:
        return {}
    return {
        "planned_start": first if first != last.due_earliest else last.planned_start,
        "earliest": last.due_earliest,
        "latest": last.due_latest,
        "precision": last.due_precision,
        "aim": last.due_kind,
    }


def _course(one: Known, last: Milestone | None) -> dict[str, Any]:
    """What happened, up to the last step that is done, and the day the last open one is expected by."""
    begun = [day for point, held in _dated(one) for day in (held.actual_start, held.actual_finish) if day]
    over = through(one)
    days: dict[str, Any] = {
        "actual_start": min(begun, default=None),
        "seen": max(begun, default=None),
        "actual_finish": max(begun, default=None) if over else None,
        "actual_text": words.day(max(begun, default=None)) if over else "",
        "done": over,
    }
    open_ = [(point.finish, point, held) for point, held in _dated(one) if point.finish and not point.done]
    if over or not open_:
        return days
    ends, point, held = max(open_, key=lambda item: item[0])
    moved = point.key in one.reading.moved
    if not moved and point.basis != "forecast":
        return days
    since = (last.due_latest if last else None) if moved else held.forecast_earliest
    text = words.day(ends) if moved else words.imprecise(held.forecast)
    return days | {"forecast_earliest": since, "forecast_latest": ends, "forecast_text": text}


def _marks(one: Known) -> Iterator[tuple[date, Colour, int]]:
    """The day of each step, as the clock has it, in the colour of its own light."""
    coming = {deadline.key: deadline for deadline in one.reading.coming}
    for point in one.reading.points:
        if point.finish is None:
            continue
        deadline = coming.get(point.key)
        yield point.finish, Colour.DONE if point.done else Colour(urgency(deadline)), 1


def _laws(held: Iterable[Held]) -> Iterator[LawSpan]:
    """The lawful periods as they are drawn, the broken ones last: they are on top."""
    spans = []
    for one in held:
        first, last = sorted(day for day in (one.first_day, one.last_day) if day)
        parts = (law.named(one.window), law.rule(one.window), law.citation(one.window), said.slack(one)[1])
        spans.append(LawSpan(first, last, " · ".join(parts), one.slack is not None and one.slack < 0))
    yield from sorted(spans, key=lambda span: span.broken)
