"""manage.py build_calendar: write fixtures/reference/calendar.yaml from well-kept packages; a developer's command.

Official days come from `chinesecalendar`, the estimate after them from `holidays`: statutory days, and the day off in
lieu where one falls on a weekend. Both packages are development tools: nothing asks them while serving.
"""

from datetime import date, timedelta
from importlib.metadata import version
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tracker.domain.notices import HOLIDAYS

FIRST_YEAR, LAST_YEAR = 2004, 2031
PACKAGES = {"official": "chinesecalendar", "estimated": "holidays"}
NAMES = {
    "农历除夕": "春节",
    "清明": "清明节",
    "端午": "端午节",
    "中秋": "中秋节",
    "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日": "抗战胜利70周年纪念日",
}
"""What the packages call some holidays, and what we call them; English names are the domain's."""
HEAD = """# Days that are not what their weekday says: holidays, and weekends worked in exchange. Written by
# `manage.py build_calendar`; do not edit. rest: [first, last, name]; worked: [day, name]. Every day from `first` to
# `last` that is not listed is worked from Monday to Friday. Official up to `official_to`; later years are estimated.
"""
Marked = dict[date, tuple[bool, str]]


class Command(BaseCommand):
    """Needs the packages of requirements-dev.txt."""

    help = "Write the calendar fixture from the packages of requirements-dev.txt (for developers)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            days, official_to = official()
            days |= estimated(official_to.year + 1)
        except ImportError as error:
            raise CommandError(f"{error}. Install requirements-dev.txt first.") from error
        path = settings.BASE_DIR / "fixtures" / "reference" / "calendar.yaml"
        path.write_text(HEAD + written(days, official_to), encoding="utf-8")
        self.stdout.write(f"{path.name}: {len(days)} days, official up to {official_to}.")


def official() -> tuple[Marked, date]:
    """The exceptions of the years the package knows, and the last day it knows."""
    import chinese_calendar

    chinese = {known.value: known.chinese for known in chinese_calendar.Holiday}
    last = date(max(chinese_calendar.holidays).year, 12, 31)
    found: Marked = {}
    day = date(FIRST_YEAR, 1, 1)
    while day <= last:
        working = chinese_calendar.is_workday(day)
        named = chinese_calendar.holidays.get(day) or chinese_calendar.workdays.get(day)
        if named or working != (day.weekday() < 5):
            found[day] = (working, _called(chinese[named]) if named else "")
        day += timedelta(1)
    return found, last


def estimated(first_year: int) -> Marked:
    """Statutory holidays by the Measures of 2024 and days off in lieu; no exchanged weekends, which nobody can know."""
    import holidays

    found: Marked = {}
    calendar = holidays.country_holidays("CN", years=range(first_year, LAST_YEAR + 1), language="zh_CN")
    for day, name in sorted(calendar.items()):
        known = [_called(part.removesuffix("（补假）").strip()) for part in name.split(";")]
        found[day] = (False, "、".join(sorted(known, key=list(HOLIDAYS).index)))
    return found


def _called(name: str) -> str:
    """Our name of a holiday; a name the domain does not know stops the work."""
    own = NAMES.get(name, name)
    if own not in HOLIDAYS:
        raise CommandError(f"No English name for {name}: add it to tracker/domain/notices.py.")
    return own


def written(days: Marked, official_to: date) -> str:
    """The file: a year at a time, days off that follow each other together."""
    lines = [f"{role}: {name} {version(name)}" for role, name in PACKAGES.items()]
    lines += [f"first: {FIRST_YEAR}-01-01", f"official_to: {official_to}"]
    lines += [f"last: {LAST_YEAR}-12-31", "years:"]
    for year, items in groupby(sorted(days.items()), key=lambda item: item[0].year):
        held = list(items)
        off = [(day, name) for day, (working, name) in held if not working]
        worked = [f"[{day}, {name}]" for day, (working, name) in held if working]
        lines += [f"  {year}:", "    rest:", *(f"      - [{a}, {b}, {name}]" for a, b, name in runs(off))]
        lines += [f"    worked: [{', '.join(worked)}]"] if worked else []
    return "\n".join(lines) + "\n"


def runs(days: list[tuple[date, str]]) -> list[tuple[date, date, str]]:
    """Days of one name that follow each other, as first and last."""
    found: list[tuple[date, date, str]] = []
    for day, name in days:
        if found and found[-1][2] == name and found[-1][1] + timedelta(1) == day:
            found[-1] = (found[-1][0], day, name)
        else:
            found.append((day, day, name))
    return found
