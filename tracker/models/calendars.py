"""The calendar: one row a day, worked or not, official or our estimate; and the notices the rows came from."""

from datetime import date

from django.conf import settings
from django.db import connection, models
from django.db.models import Q

from tracker.domain.calendars import Calendar
from tracker.models.guard import GuardedQuerySet, Record

EMPTY = Calendar(first=date(2000, 1, 1), last=date(1999, 12, 31), working=frozenset())
"""Holds no day, so that every question about one is refused."""

# A region's own rows stand in for the national ones of the same day.
MARKS = """
SELECT min(day), string_agg(CASE WHEN working THEN '1' ELSE '0' END, '' ORDER BY day),
       min(day) FILTER (WHERE status = 'estimated'), max(day) - min(day) + 1 - count(*)
FROM (
    SELECT DISTINCT ON (day) day, working, status FROM tracker_calendarday
    WHERE region IN ('', %s) ORDER BY day, region DESC
) AS spoken
"""


class DayStatus(models.TextChoices):
    """Whether a day rests on a notice of the State Council or on our estimate."""

    OFFICIAL = "official"
    ESTIMATED = "estimated"


class CalendarDayQuerySet(GuardedQuerySet["CalendarDay"]):
    """Questions about many days."""

    def calendar(self, region: str = "") -> Calendar:
        """Every day of the table as one value, with a region's own days where it has some; one query.

        Whether minimum periods count their first day is the setting COUNT_FIRST_DAY: read here and nowhere else.
        Raises RuntimeError where a day is missing between others: a count across it would be wrong.
        """
        with connection.cursor() as cursor:
            cursor.execute(MARKS, [region])
            row = cursor.fetchone()
        if row is None or row[0] is None:
            return EMPTY
        first, marks, estimated_from, missing = row
        if missing:
            raise RuntimeError(f"the calendar lacks {missing} days after {first}")
        return Calendar.of_marks(
            first,
            marks,
            estimated_from=estimated_from,
            region=region,
            count_first_day=settings.COUNT_FIRST_DAY,
        )

    def stretch(self, first: date, last: date, region: str = "") -> Calendar:
        """As `calendar`, but of these days alone: all days of the table take ten times as long. One query."""
        rows = self.filter(Q(region="") | Q(region=region), day__range=(first, last)).order_by("day", "region")
        days = dict(rows.values_list("day", "working"))  # a region's own row comes after the national one
        if not days:
            return EMPTY
        return Calendar(min(days), max(days), frozenset(day for day, working in days.items() if working), region=region)

    def of_year(self, year: int, region: str = "") -> "CalendarDayQuerySet":
        """The rows of one year: the national ones, and a region's own."""
        return self.filter(Q(region="") | Q(region=region), day__year=year).order_by("day", "region")


class CalendarNotice(Record):
    """One loading of a year: what it rests on. A year loaded again gets the next number; nothing is overwritten."""

    region = models.CharField(max_length=8, blank=True, default="")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=10, choices=DayStatus.choices)
    source = models.CharField(max_length=200)
    changed = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = GuardedQuerySet["CalendarNotice"].as_manager()

    class Meta:
        ordering = ("region", "year", "number")
        constraints = [models.UniqueConstraint(fields=["region", "year", "number"], name="calendar_notice_number")]


class CalendarDay(Record):
    """One day: worked or not. `name` is the holiday it belongs to, or for which it is worked; '' for ordinary days.

    `region` is '' for the whole country. `version` grows with every change.
    """

    region = models.CharField(max_length=8, blank=True, default="")
    day = models.DateField()
    working = models.BooleanField()
    name = models.CharField(max_length=60, blank=True, default="")
    name_en = models.CharField(max_length=100, blank=True, default="")
    status = models.CharField(max_length=10, choices=DayStatus.choices)
    notice = models.ForeignKey(CalendarNotice, on_delete=models.PROTECT, related_name="days")
    version = models.PositiveIntegerField(default=1)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        ordering = ("day", "region")
        constraints = [models.UniqueConstraint(fields=["day", "region"], name="calendar_day")]

    def called(self, language: str) -> str:
        """The holiday's name in the reader's language."""
        return self.name if language.startswith("zh") or not self.name_en else self.name_en
