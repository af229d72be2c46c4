"""Statutory windows: the list, and one row with its versions, its local rows and a count from a day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker import words
from tracker.domain import windows as rules
from tracker.domain.calendars import Counted, OutsideCalendar, warn_day
from tracker.domain.windows import Window, WindowKind
from tracker.models import CalendarDay, StatutoryWindow
from tracker.words import windows as said


@dataclass(frozen=True, slots=True)
class WindowLine:
    """One version of a row, worded."""

    code: str
    region_code: str
    region: str
    version: int
    name: str
    area: str
    from_step: str
    to_step: str
    rule: str
    laws: list[tuple[str, str]]
    verified: bool
    tag: str
    force: str
    binding: bool
    passed_over: bool
    counts: bool
    counts_back: bool
    note: str
    reason: str
    recorded: str
    by: str


def listed() -> Any:
    """The newest version of every row, in the order of the table; nothing is read yet."""
    return StatutoryWindow.objects.newest()


def regions() -> list[tuple[str, str]]:
    """The regions that have rows of their own, by name; one query."""
    codes = StatutoryWindow.objects.exclude(region="").order_by().values_list("region", flat=True).distinct()
    return sorted(((code, said.region(code)) for code in codes), key=lambda pair: pair[0])


def lines(rows: list[StatutoryWindow], *, on: date) -> list[WindowLine]:
    """Rows as printed; one query for what binds on the day."""
    binding = _binding(StatutoryWindow.objects.filter(code__in={row.code for row in rows}).windows(), on)
    return [_line(row, on=on, binding=binding) for row in rows]


Keys = set[tuple[str, str, int]]


def _binding(windows: list[Window], on: date) -> Keys:
    """The versions that speak on a day: the national ones, and each region's that only tighten."""
    found: Keys = set()
    for region in {window.region for window in windows} | {""}:
        found |= {(row.id, row.region, row.version) for row in rules.in_force(windows, on=on, region=region)}
    return found


def _line(row: StatutoryWindow, *, on: date, binding: Keys) -> WindowLine:
    value = row.value()
    first, last = said.steps(value)
    binds = (row.code, row.region, row.version) in binding
    return WindowLine(
        code=row.code,
        region_code=row.region,
        region=said.region(row.region),
        version=row.version,
        name=said.name(value),
        area=str(said.AREAS.get(row.applies_to, row.applies_to)),
        from_step=first,
        to_step=last,
        rule=said.rule(value),
        laws=said.laws(value),
        verified=row.verified,
        tag=str(said.TAGS[row.source_tag]),
        force=said.force(value, on),
        binding=binds,
        passed_over=bool(row.region) and value.in_force_on(on) and not binds and _is_newest(row, binding),
        counts=value.kind is not WindowKind.GATE,
        counts_back=value.kind in (WindowKind.MIN, WindowKind.BEFORE),
        note=said.note(value),
        reason=row.reason,
        recorded=words.instant(row.recorded_at),
        by=row.by.called(words.language()) if "by" in row._state.fields_cache and row.by else "",
    )


def _is_newest(row: StatutoryWindow, binding: Keys) -> bool:
    """Whether no other version of the local row speaks instead: then the national row keeps its place."""
    return not any(code == row.code and region == row.region for code, region, _version in binding)


@dataclass(frozen=True, slots=True)
class WindowPage:
    """One code: the national row and each region's, every one with its versions, newest first."""

    code: str
    name: str
    area: str
    now: WindowLine
    kept: list["Versions"]
    reading: str


@dataclass(frozen=True, slots=True)
class Versions:
    """A row of one region, newest version first."""

    region_code: str
    region: str
    lines: list[WindowLine]


def window_page(*, code: str, on: date) -> WindowPage | None:
    """The rows of that code with all their versions; None where there is none. One query."""
    rows = list(StatutoryWindow.objects.filter(code=code).select_related("by").order_by("region", "-version"))
    if not rows:
        return None
    binding = _binding([row.value() for row in rows], on)
    kept: dict[str, list[WindowLine]] = {}
    for row in rows:
        kept.setdefault(row.region, []).append(_line(row, on=on, binding=binding))
    shown = kept[rows[0].region]
    now = next((line for line in shown if line.binding), shown[0])
    return WindowPage(
        code=code,
        name=now.name,
        area=now.area,
        now=now,
        kept=[Versions(region, said.region(region), held) for region, held in kept.items()],
        reading=_reading(next(row for row in rows if row.version == now.version and row.region == now.region_code)),
    )


def _reading(row: StatutoryWindow) -> str:
    """What 日 means in the law a row rests on, as a code for the template; '' for lengths not in days."""
    if row.unit not in ("d", "wd"):
        return ""
    if row.unit == "d":
        return "natural_min" if row.kind == WindowKind.MIN else "natural"
    laws = row.law.split("；")
    return "by_law" if any(rules.unit_by_text(law, row.n or 0).value == "wd" for law in laws) else "working"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a count from a day came to: the steps on both sides in order, and a remark on each."""

    first: str
    first_day: str
    first_note: str
    last: str
    last_day: str
    last_note: str
    warn: str
    outside: str


def count(*, code: str, region: str, version: int, way: str, day: date) -> Answer | None:
    """Count a version from `day` on (`way` 'from') or back from it ('to'); None where there is nothing to count.

    Two queries. A day outside the calendar gives an answer that says so.
    """
    row = StatutoryWindow.objects.filter(code=code, region=region, version=version).first()
    if row is None:
        return None
    window = row.value()
    if window.kind is WindowKind.GATE or (window.kind is WindowKind.MAX and way == "to"):
        return None
    first, last = said.steps(window)
    calendar = CalendarDay.objects.calendar(region)
    shown, warn = words.day(day), ""
    try:
        if way == "to":
            found = rules.latest_start(window, day, calendar)
            return Answer(first, words.day(found.day), said.counted(found), last, shown, "", "", "")
        if window.kind is WindowKind.MAX:
            found = rules.holds(window, day, day, calendar).bound
            sooner: Counted = warn_day(day, *window.length, calendar)
            warn = words.day(sooner.day) if sooner.day != found.day else ""
        else:
            found = rules.earliest_end(window, day, calendar)
    except OutsideCalendar as outside:
        held = words.interval(outside.first, outside.last) if outside.first <= outside.last else ""
        return Answer(first, "", "", last, "", "", "", held or "—")
    return Answer(first, shown, "", last, words.day(found.day), said.counted(found), warn, "")
