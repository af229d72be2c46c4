"""Clearance sites on the timeline: plan, what is cleared so far, and when each may be cleared at its own pace."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.clearance_pace import COURSE_COLOURS, Course, Finish, Pace, Points, finish, known, pace
from tracker.models import Report, Site
from tracker.queries.relocation_lines import as_of
from tracker.queries.relocation_state import CLEARED, cleared_column, known_now, main_count, with_course, with_pace
from tracker.queries.site_page import REPORTS
from tracker.queries.timeline_rows import Row, day_beside, planned_lines, source_of, undated
from tracker.queries.timeline_wanted import NOW
from tracker.words import clearance_pace as pace_words

OPEN = (Course.UNDER_WAY, Course.OVERDUE)
"""By its columns alone: reported on and with something left, so that a finish can be reckoned."""


TOLD = (Course.OVERDUE, Course.STALLED, Course.BEHIND)
"""What stands beside the bar as a word."""


def of_state(rows: Any, on: date, state: str) -> Any:
    """The sites whose light has a colour, also where only their reports tell it."""
    courses = [course for course, colour in COURSE_COLOURS.items() if colour == state]
    return with_pace(rows, on, NOW).filter(standing__in=courses)


def site_rows(keys: Sequence[int], on: date, language: str) -> Iterable[tuple[int, Row]]:
    """The rows of these sites; two statements, the second for the reports of those with anything left."""
    begun = Report.objects.counting(on=on, known=NOW).filter(site=OuterRef("pk")).order_by("as_of")
    rows = with_course(Site.objects.filter(pk__in=keys), on).annotate(begun=Subquery(begun.values("as_of")[:1]))
    found = list(rows.select_related("unit", "project__programme", "report__citation__document"))
    reported = _points([row for row in found if row.course in OPEN], on)
    for row in found:
        now = known_now(row)
        points = reported.get(row.pk, [])
        told = known(points, scope=now.scope, due=now.due)
        standing = pace(replace(now, before=told.before, still_since=told.still_since), on)
        ends = finish(points, scope=now.scope, on=on, code=row.code) if points else Finish("done")
        yield row.pk, _row(row, standing, ends, language)


def _points(rows: Sequence[Site], on: date) -> dict[int, Points]:
    """How much of each site had been cleared by each day, as its own page has it; one query, none without sites."""
    if not rows:
        return {}
    names = {row.pk: CLEARED.index(cleared_column(row)) for row in rows}
    counting = Report.objects.counting(on=on, known=NOW).filter(site__pk__among=list(names))
    columns = ("site_id", "as_of", *(f"on_site__{name}" for name in CLEARED))
    said: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for pk, day, *figures in counting.order_by("as_of", "accepted_at", "id").values_list(*columns):
        said[pk].append((day, Decimal(figures[names[pk]] or 0)))  # a figure nobody stated counts as none
    # The last report of a day counts.
    return {pk: sorted(dict(one[-REPORTS:]).items()) for pk, one in said.items()}


def _row(row: Any, standing: Pace, ends: Finish, language: str) -> Row:
    """A site with its course, the day of its first entry (`begun`) and, where its reports tell, when it may be done."""
    course, programme, no_day = standing.course, row.project.programme, undated(row)
    cleared = course is Course.CLEARED
    assumed = row.due_latest.year if row.plan_year and programme.base_year_assumed and row.due_latest else None
    due, source = words.imprecise(row.due), source_of(row)
    reason = pace_words.reason(standing, main_count(row), due=words.day(row.due_latest), as_of=as_of(row))
    still, expected = pace_words.standstill(standing), pace_words.finish(ends)
    beside = [day_beside(row.due, assumed) if row.due else "", _share(row)]
    beside += [pace_words.course(course)] if course in TOLD else []
    return Row(
        kind="site",
        pk=row.pk,
        code=row.code,
        name=row.called(language),
        url=reverse("site", args=[row.code]),
        colour=standing.colour,
        word=pace_words.course(course),
        label=" · ".join(part for part in beside if part) or _("no date stated"),
        hover=(row.called(language), *planned_lines(due, assumed), reason, still, expected, source),
        ledger=_("Clearance"),
        unit=row.unit.called(language),
        due=due,
        reason=" ".join(part for part in (reason, still, expected) if part),
        source=source,
        assumed=assumed,
        planned_start=row.planned_start,
        earliest=row.due_earliest,
        latest=row.due_latest,
        precision=row.due_precision,
        aim=row.due_kind,
        forecast_earliest=ends.p50,
        forecast_latest=ends.p80 or ends.p50,
        forecast_text=words.interval(ends.p50, ends.p80) if ends.p80 else words.day(ends.p50),
        actual_start=None if no_day else row.begun,
        actual_finish=row.as_of if cleared and not no_day else None,
        actual_text=words.day(row.as_of) if cleared and not no_day else "",
        seen=None if no_day else row.as_of,
        done=cleared,
        late=course is Course.OVERDUE,
    )


def _share(row: Any) -> str:
    """How much is cleared as a share; cut, for nothing is all before it is."""
    if row.whole is None or row.as_of is None or row.left is None:
        return ""
    return f"{int((row.whole - row.left) * 100 / row.whole) if row.whole else 100}%"
