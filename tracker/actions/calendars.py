"""Loading a year's holiday notice into the calendar; every loading is kept beside the days it made."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError
from django.db.models import Max, Q

from tracker.actions.rechecks import recheck_calendar
from tracker.audit import Refused, clock, record, record_refusal, recording
from tracker.domain.notices import DayMark, Difference, differences, read_notice, target
from tracker.models import CalendarDay, CalendarNotice, DayStatus, User
from tracker.permissions import Reach, keeps_reference

FIRST_YEAR, LAST_YEAR = 2004, 2100
SOURCE_LENGTH = 200


def load_notice(
    *, year: int, region: str, source: str, text: str, number: int, by: User, reach: Reach
) -> CalendarNotice:
    """Make a year official by its notice, as printed or as a table; `region` '' is the national calendar.

    `number` is that of the year's last loading the person saw (0 for none). Raises Refused: 'no_right',
    'notice_year_range', 'notice_source_missing', 'notice_source_long', 'stale', 'notice_no_change', and the codes of
    `domain.notices` with the line. Nothing is changed unless the whole text can be used.
    """
    code = notice_code(year, region)
    if not keeps_reference(reach):
        record_refusal("calendar.load", by=by, subject_type="calendar", subject_code=code, code="no_right")
        raise Refused("no_right", right=True)
    source = _checked_source(source)
    wanted = _wanted(year, region, text)
    try:
        with recording():
            before = _last_number(year, region)
            if before != number:
                raise Refused("stale")
            return _load(year, region, source, wanted, before, by)
    except IntegrityError:  # another administrator has just loaded the same year for the first time
        raise Refused("stale") from None


def notice_code(year: int, region: str) -> str:
    """What a year of a calendar is called in the audit trail: 2027, ZJ-2027."""
    return f"{region}-{year}" if region else str(year)


def _checked_source(source: str) -> str:
    source = source.strip()
    if not source:
        raise Refused("notice_source_missing", field="source")
    if len(source) > SOURCE_LENGTH:
        raise Refused("notice_source_long", field="source", limit=SOURCE_LENGTH)
    return source


def _wanted(year: int, region: str, text: str) -> dict[date, DayMark]:
    held = CalendarDay.objects.filter(region="").aggregate(last=Max("day"))["last"]
    last = min(held.year + 1 if held else FIRST_YEAR, LAST_YEAR)
    if not FIRST_YEAR <= year <= (last if not region else last - 1):
        raise Refused("notice_year_range", field="year", low=FIRST_YEAR, high=last if not region else last - 1)
    found = read_notice(text, year, complete=not region)
    if found.problems:
        first = found.problems[0]
        raise Refused(first.code, field="text", line=first.line, **first.inputs)
    return target(year, found.marks, national=not region)


def _last_number(year: int, region: str) -> int:
    """The number of the year's last loading; its rows are locked until the transaction ends."""
    rows = CalendarNotice.objects.select_for_update().filter(year=year, region=region).order_by("-number")
    last = rows.first()
    return last.number if last else 0


def _load(year: int, region: str, source: str, wanted: Mapping[date, DayMark], before: int, by: User) -> CalendarNotice:
    outside = [day for day in wanted if day.year != year]
    touched = Q(day__year=year) | Q(day__in=outside)
    held = {row.day: row for row in CalendarDay.objects.select_for_update().filter(touched, region=region)}
    changes = differences({day: mark_of(row) for day, row in held.items()}, wanted)
    if not changes and all(row.status == DayStatus.OFFICIAL for row in held.values()):
        raise Refused("notice_no_change", field="text")
    now = clock()
    notice = CalendarNotice(
        region=region, year=year, number=before + 1, status=DayStatus.OFFICIAL,
        source=source, changed=len(changes), recorded_at=now, by=by,
    )  # fmt: skip
    notice.save(force_insert=True)
    put(notice, held, wanted)
    recheck_calendar(now=now)
    record(
        "calendar.load", by=by, subject_type="calendar", subject_code=notice_code(year, region),
        before=_said(changes, old=True), after={"source": source, **_said(changes, old=False)}, at=now,
    )  # fmt: skip
    return notice


def mark_of(row: CalendarDay) -> DayMark:
    """A stored day as the domain compares it."""
    return DayMark(row.day, row.working, row.name)


def put(notice: CalendarNotice, held: Mapping[date, CalendarDay], wanted: Mapping[date, DayMark]) -> None:
    """Make the rows of a notice what is wanted; days no longer listed are taken out. Call it inside `recording`."""
    gone = [row.pk for day, row in held.items() if day not in wanted]
    CalendarDay.objects.filter(pk__in=gone).delete()
    fresh, kept = [], []
    for day, mark in wanted.items():
        row = held.get(day)
        if row is None:
            row = CalendarDay(region=notice.region, day=day)
            fresh.append(row)
        else:
            row.version += 1
            kept.append(row)
        row.working, row.name, row.name_en = mark.working, mark.name, mark.name_en
        row.status, row.notice = notice.status, notice
    CalendarDay.objects.bulk_create(fresh, batch_size=2000)
    CalendarDay.objects.bulk_update(kept, ["working", "name", "name_en", "status", "notice", "version"], batch_size=500)


def put_reference(*, year: int, status: DayStatus, source: str, wanted: Mapping[date, DayMark], now: datetime) -> int:
    """Load one national year from the fixtures; returns how many days changed. Call it inside `recording`.

    What an administrator or an earlier load made official stays as it is: only missing and estimated days are written.
    """
    rows = CalendarDay.objects.select_for_update().filter(region="", day__year=year)
    held = {row.day: row for row in rows}
    official = {day for day, row in held.items() if row.status == DayStatus.OFFICIAL}
    open_days = {day: row for day, row in held.items() if day not in official}
    due = {
        day: mark
        for day, mark in wanted.items()
        if day not in official and (day not in held or mark_of(held[day]) != mark or status == DayStatus.OFFICIAL)
    }
    if not due:
        return 0
    changed = len(differences({day: mark_of(row) for day, row in open_days.items() if day in due}, due))
    notice = CalendarNotice(
        region="", year=year, number=_last_number(year, "") + 1, status=status, source=source,
        changed=changed, recorded_at=now,
    )  # fmt: skip
    notice.save(force_insert=True)
    put(notice, {day: row for day, row in open_days.items() if day in due}, due)
    return len(due)


def _said(changes: list[Difference], *, old: bool) -> dict[str, str]:
    """The changed days for the audit trail: 2027-02-05 → 0 春节."""
    found = {}
    for change in changes:
        mark = change.old if old else change.new
        found[change.day.isoformat()] = f"{int(mark.working)} {mark.name}".strip() if mark else ""
    return found
