"""The suspensions of a call, beside the present one: read from all its accepted reports, kept in the package's row."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from tracker.domain.tender_stops import Stated, Stop, earlier
from tracker.models.reports import Report


def with_stated(reports: Any, *, on: date, known: datetime) -> Any:
    """The latest reports of packages, each with what the counting reports of its call state of suspensions."""
    said = Report.objects.counting(on=on, known=known).filter(
        package=OuterRef("package"),
        on_package__round=OuterRef("on_package__round"),
        on_package__suspended_from__isnull=False,
    )
    stated = JSONObject(as_of="as_of", since="on_package__suspended_from", until="on_package__suspended_until")
    return reports.annotate(stated=ArraySubquery(said.order_by("as_of", "accepted_at", "id").values_list(stated)))


def earlier_stops(report: Any) -> list[list[str | bool]]:
    """Of a report read `with_stated`, the suspensions of its call but the one it states itself, as a row keeps them:
    first day, day it went on, and false where no report says so, only how far it was stated.
    """
    if report is None:
        return []
    day = date.fromisoformat
    told = [Stated(day(one["as_of"]), day(one["since"]), one["until"] and day(one["until"])) for one in report.stated]
    before = earlier(told, report.on_package.suspended_from)
    return [
        [one.since.isoformat(), one.until.isoformat(), *([] if one.reported else [False])]
        for one in before
        if one.until is not None
    ]


def read(rows: Iterable[Sequence[Any]]) -> tuple[Stop, ...]:
    """Suspensions as a row keeps them; of one with two days alone the end was reported."""
    day = date.fromisoformat
    return tuple(Stop(day(row[0]), day(row[1]), reported=len(row) == 2) for row in rows)
