"""Clearance sites at a moment: their state as known then, and what their reports tell of their pace.

For now a site's own columns say how it stands. For a past moment plan and figures are read back from the plan versions
and reports known then and laid over the loaded rows, in memory: two queries, however many sites.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest
from django.db.models.lookups import Exact, IsNull, LessThan

from tracker.domain.clearance_pace import STALL_DAYS, Course, Known
from tracker.domain.clearance_pace import known as pace_known
from tracker.domain.progress import PACE_DAYS
from tracker.domain.relocation import COUNTS as COUNTED
from tracker.domain.relocation import FIGURES, LAST, MAIN, Count, Stage, Tally, Use, column, deciding
from tracker.domain.reporting import Origin
from tracker.models import Report, Site, SitePlan
from tracker.models.relocation import SiteReport
from tracker.models.worded import WordedRows
from tracker.queries.asked import A_DAY, A_KEY, A_MOMENT
from tracker.queries.relocation_sites import LATEST, PLAN_COLUMNS

_TEXTS = ("_qualifier", "_text", "_precision", "_kind")
_NO_PLAN = (0, *("" if name.endswith(_TEXTS) else None for name in PLAN_COLUMNS))
_SAID = tuple(f"on_site__{name}" for name in (*FIGURES, "obstacles"))
CLEARED = tuple(dict.fromkeys(column(LAST[use], count) for use in Use for count in COUNTED[use]))
"""The columns that say how much has been cleared, of every use and count."""
AMOUNT: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=18, decimal_places=4)
NOTHING: "Value" = Value(0, AMOUNT)
ON_COURSE: "Value" = Value(Course.ON_COURSE.value)
FIRST = ("as_of", "-accepted_at", "-id")


def overlay_sites(rows: Sequence[Site], *, on: date, known: datetime) -> None:
    """Lay scope, due day and figures as known at a moment over loaded sites (not saved); two queries.

    What no plan version knew yet has plan number 0 then.
    """
    ids = [row.pk for row in rows]
    plans = SitePlan.objects.filter(site__pk__among=ids, recorded_at__lte=known).order_by("site_id", "-number")
    plan_of = {plan[0]: plan[1:] for plan in plans.distinct("site_id").values_list("site_id", "number", *PLAN_COLUMNS)}
    counting = Report.objects.counting(on=on, known=known).filter(site=OuterRef("pk")).order_by(*LATEST)
    # By index one look-up a site: in one statement with all that they say, every report of each site would be sorted.
    latest = Site.objects.filter(pk__among=ids).order_by().annotate(last=Subquery(counting.values("pk")[:1]))
    reports = Report.objects.filter(pk__in=latest.values("last")).order_by()
    said_of = {
        said[0]: said[1:] for said in reports.values_list("site_id", "pk", "as_of", "accepted_at", "origin", *_SAID)
    }
    for row in rows:
        for name, value in zip(("plan_number", *PLAN_COLUMNS), plan_of.get(row.pk, _NO_PLAN), strict=True):
            setattr(row, name, value)
        row.report_id, row.as_of, accepted, origin, *figures = said_of.get(row.pk) or (
            *(None, None, None, ""),
            *(None for _name in FIGURES),
            {},
        )
        row.reported_at = None if origin == Origin.DOCUMENT else accepted
        for name, value in zip((*FIGURES, "obstacles"), figures, strict=True):
            setattr(row, name, value)
        row.pending = 0  # whether something waits for review is a matter of today


def main_count(row: Site) -> Count:
    """What the rates and the pace of a site go by; without any scope, what its use is counted in."""
    # What `deciding` says of `row.scope`, without making the values of all counts: a page asks thousands of times.
    return next((count for count, name in _DECIDING[row.use] if getattr(row, name) is not None), MAIN[Use(row.use)])


_DECIDING = {
    use.value: [(one, f"scope_{one}") for one in sorted(COUNTED[use], key=lambda one: one is not MAIN[use])]
    for use in Use
}


def tallies_of(row: Site) -> dict[Count, Tally]:
    """The figures of one site by what is counted, the main count first."""
    use, scopes, entry = Use(row.use), row.scope, row.entry
    main, found = deciding(use, scopes) or MAIN[use], {}
    for count in sorted(COUNTED[use], key=lambda one: one is not main):
        stages = {stage: entry.get(stage, count) for stage in Stage}
        found[count] = Tally(scopes[count].value, not scopes[count].firm, stages)
    return found


def cleared_column(row: Site) -> str:
    """The column that says how much of a site has been cleared."""
    return column(LAST[Use(row.use)], main_count(row))


def _by_count(told: Callable[[Use, Count], Any], *, kind: Any = AMOUNT, of: Callable[[str], Any] = F) -> Case:
    """What `told` says of the count by which a site is cleared, in the database: the rule of `deciding`.

    `of` names the columns of the site: `OuterRef` within a statement about its reports.
    """
    order = ((use, count) for use in Use for count in sorted(COUNTED[use], key=lambda one: one is not MAIN[use]))
    cases = (
        When(Q(Exact(of("use"), Value(use.value))) & Q(IsNull(of(f"scope_{count}"), False)), then=told(use, count))
        for use, count in order
    )
    return Case(*cases, output_field=kind)


def _cleared(of: Callable[[str], Any] = F) -> Case:
    """How much a site, or a report on the site that `of` names, says has been cleared; not stated is nothing."""
    return _by_count(lambda use, count: Coalesce(Cast(F(column(LAST[use], count)), AMOUNT), NOTHING), of=of)


def with_course(rows: Any, on: date) -> Any:
    """The sites with what is left of each (`left`, in what `counted` names) and how it stands by its columns alone
    (`course`), in the database: what `pace` says of `known_now`.
    """
    counted = _by_count(lambda _use, count: Value(count.value), kind=CharField())
    whole = _by_count(lambda _use, count: Cast(F(f"scope_{count}"), AMOUNT))
    return rows.annotate(
        whole=whole, counted=counted, left=ExpressionWrapper(F("whole") - _cleared(), output_field=AMOUNT)
    ).annotate(
        course=Case(
            When(whole__isnull=True, then=Value(Course.NO_SCOPE.value)),
            When(as_of__isnull=True, then=Value(Course.NOT_REPORTED.value)),
            When(left__lte=0, then=Value(Course.CLEARED.value)),
            When(due_latest__lt=on, then=Value(Course.OVERDUE.value)),
            default=Value(Course.UNDER_WAY.value),
        )
    )


def with_pace(rows: Any, on: date, known: datetime) -> Any:
    """The same with what their reports tell of the open ones (`standing`): what `pace` says of all that is known.

    Of each open site two reports are looked up by index, and of these only what they say: no other report is read.
    """
    marks = _marked(Report.objects.counting(on=on, known=known).filter(site=OuterRef("pk")), OuterRef("as_of"))
    still = SiteReport.objects.alias(then=_cleared(OuterRef)).filter(pk=OuterRef("still"), then__gte=OuterRef("done"))
    # Lately so much in so many days, against what is left in the days there are: multiplied out, since nothing is lost.
    lately = (OuterRef("done") - _cleared(OuterRef)) * Greatest(_days(OuterRef("due_latest"), Value(on)), Value(1))
    needed = OuterRef("left") * _days(OuterRef("as_of"), F("report__as_of"))
    told = Case(When(LessThan(_amounts(lately), _amounts(needed)), then=Value(Course.BEHIND.value)), default=ON_COURSE)
    before = SiteReport.objects.filter(pk=OuterRef("before")).values(told=told)
    return (
        with_course(rows, on)
        .alias(done=_cleared(), still=marks["still"], before=Coalesce(marks["recent"], marks["older"]))
        .annotate(
            standing=Case(
                When(~Q(course=Course.UNDER_WAY.value), then=F("course")),
                When(Exists(still), then=Value(Course.STALLED.value)),
                When(due_latest__isnull=True, then=F("course")),
                default=Coalesce(Subquery(before), F("course")),
            )
        )
    )


def _amounts(value: Any) -> ExpressionWrapper:
    return ExpressionWrapper(value, output_field=AMOUNT)


def _days(later: Any, earlier: Any) -> Func:
    """The days between two days."""
    return Func(later, earlier, template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())


def _amount(value: Any) -> Decimal:
    return Decimal(value) if value is not None else Decimal(0)


def known_now(row: Site) -> Known:
    """What the columns of a site alone tell: enough for what is cleared, overdue, not reported or without a scope."""
    scope = getattr(row, f"scope_{main_count(row).value}")
    done = _amount(getattr(row, cleared_column(row))) if row.as_of else None
    return Known(None if scope is None else Decimal(scope), done, row.as_of, row.due_latest)


def known_of(rows: Sequence[Site], *, on: date, known: datetime, past: bool) -> dict[int, Known]:
    """What the reports of loaded (perhaps overlaid) sites tell of their pace; two queries, however many sites, and one
    more where any stands still.

    Per site three index look-ups: the first report of the last `PACE_DAYS`, the one before the last, and the last one
    `STALL_DAYS` or more before it. A figure nobody has stated counts as nothing cleared once the site is reported on.
    """
    reported = [row.pk for row in rows if row.as_of]
    marks: dict[int, tuple[int | None, ...]] = {}
    for pk, *found in MARKS[past].all(reported, on, known) if reported else ():
        marks[pk] = tuple(found)
    said = _said(pk for found in marks.values() for pk in found if pk)
    told = {row.pk: _known(row, marks.get(row.pk, (None, None, None)), said) for row in rows}
    return told | _since([row for row in rows if told[row.pk].still_since], told, on=on, known=known)


def _since(rows: Sequence[Site], told: Mapping[int, Known], *, on: date, known: datetime) -> dict[int, Known]:
    """Since when sites stand still: not since the mark, but since the first report that said no less."""
    names = {row.pk: 2 + CLEARED.index(cleared_column(row)) for row in rows}
    points: dict[int, dict[date, Decimal]] = {pk: {} for pk in names}
    for one in EARLIER.all(list(names), on, known) if names else ():
        points[one[0]][one[1]] = _amount(one[names[one[0]]])  # the last report of a day counts
    return {
        pk: replace(told[pk], still_since=pace_known(list(of.items()), scope=None, due=None).still_since)
        for pk, of in points.items()
    }


def _known(row: Site, marks: Sequence[int | None], said: Mapping[int, tuple[date, dict[str, Any]]]) -> Known:
    told, name = known_now(row), cleared_column(row)
    if told.done is None:
        return told
    recent, older, still = ((said[pk][0], _amount(said[pk][1][name])) if pk else None for pk in marks)
    since = still[0] if still is not None and still[1] >= told.done else None
    return replace(told, before=recent or older, still_since=since)


def _said(keys: Iterable[int]) -> dict[int, tuple[date, dict[str, Any]]]:
    """The day and the cleared figures of reports."""
    wanted = list(keys)
    rows = SAID.all(wanted) if wanted else ()
    return {pk: (day, dict(zip(CLEARED, figures, strict=True))) for pk, day, *figures in rows}


SAID = WordedRows(
    lambda keys: SiteReport.objects.filter(report__pk__among=keys).values_list("report_id", "report__as_of", *CLEARED),
    [A_KEY],
)


EARLIER = WordedRows(
    lambda keys, on, known: (
        Report.objects.counting(on=on, known=known)
        .filter(site__pk__among=keys)
        .order_by("as_of", "accepted_at", "id")
        .values_list("site_id", "as_of", *(f"on_site__{name}" for name in CLEARED))
    ),
    [A_KEY],
    A_DAY,
    A_MOMENT,
)


def _marks(ids: Sequence[int], on: date, known: datetime, *, past: bool) -> Any:
    """The keys of the reports that the pace of each site is reckoned from."""
    counting = Report.objects.counting(on=on, known=known).filter(site=OuterRef("pk"))
    last: Any = Subquery(counting.order_by(*LATEST).values("as_of")[:1]) if past else F("as_of")
    rows = Site.objects.filter(pk__among=ids).order_by().annotate(last=last)
    marks = _marked(counting, OuterRef("last"))
    return rows.annotate(**marks).values_list("pk", *marks)


def _marked(counting: Any, last: OuterRef) -> dict[str, Subquery]:
    """Of the reports of a site the first of the last `PACE_DAYS`, the one before the last, and the last one
    `STALL_DAYS` or more before it, each by its key; `last` is the day of the last.
    """

    def of(rows: Any, order: Sequence[str]) -> Subquery:
        return Subquery(rows.order_by(*order).values("pk")[:1])

    earlier = counting.filter(as_of__lt=last)
    return {
        "recent": of(earlier.filter(as_of__gte=_back(last, PACE_DAYS)), FIRST),
        "older": of(earlier, LATEST),
        "still": of(counting.filter(as_of__lte=_back(last, STALL_DAYS)), LATEST),
    }


MARKS = {past: WordedRows(partial(_marks, past=past), [A_KEY], A_DAY, A_MOMENT) for past in (False, True)}


def _back(last: OuterRef, days: int) -> Func:
    """So many days before the last report; as a date, so that the index on the day is used."""
    return Func(last, Value(days), template="(%(expressions)s)", arg_joiner=" - ", output_field=DateField())
