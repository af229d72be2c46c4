"""Loading what the whole house counts with: calendar, statutory windows, process templates; and with the templates
the tender packages of the documents, whose steps they give. Safe to run again.
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from tracker.actions.calendars import put_reference
from tracker.actions.document_packages import put_packages
from tracker.actions.processes import put_templates
from tracker.actions.rechecks import recheck_calendar
from tracker.audit import Refused, clock, record, recording
from tracker.domain.notices import DayMark, whole_year
from tracker.models import DayStatus, SourceTag, StatutoryWindow


def load(*, folder: Path) -> dict[str, int]:
    """Add what is missing from the fixtures in one transaction; returns how many rows of each kind were written.

    Official days and versions that exist are left as they are; an estimated day becomes official, or a better
    estimate. Raises Refused('no_fixtures') where the folder holds none.
    """
    files = {name: folder / f"{name}.yaml" for name in ("calendar", "windows", "processes", "packages")}
    if not all(path.exists() for path in files.values()):
        raise Refused("no_fixtures", folder=str(folder))
    read = {name: yaml.safe_load(path.read_text(encoding="utf-8")) for name, path in files.items()}
    with recording():
        now = clock()
        added = {"days": _load_days(read["calendar"], now), "windows": _load_windows(read["windows"], now)}
        added["templates"] = put_templates(read["processes"], now)
        added["packages"] = put_packages(read["packages"], now)
        if any(added.values()):
            recheck_calendar(now=now)
            record("reference.load", by=None, subject_type="reference", after=added, at=now)
    return {name: count for name, count in added.items() if count}


def _load_days(read: dict[str, Any], now: datetime) -> int:
    written = 0
    for year in range(read["first"].year, read["last"].year + 1):
        marks = _marks(read["years"].get(year, {}))
        status = DayStatus.OFFICIAL if year <= read["official_to"].year else DayStatus.ESTIMATED
        wanted = {mark.day: mark for mark in whole_year(year, marks)}
        written += put_reference(year=year, status=status, source=read[status.value], wanted=wanted, now=now)
    return written


def _marks(year: dict[str, Any]) -> list[DayMark]:
    marks = [DayMark(day, True, name) for day, name in year.get("worked", ())]
    for first, last, name in year.get("rest", ()):
        marks += [DayMark(day, False, name) for day in _days(first, last)]
    return marks


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(at) for at in range((last - first).days + 1)]


def _load_windows(read: dict[str, Any], now: datetime) -> int:
    held = set(StatutoryWindow.objects.values_list("code", "region", "version"))
    rows = [_window(item, read["laws"], position, now) for position, item in enumerate(read["rows"], start=1)]
    fresh = [row for row in rows if (row.code, row.region, row.version) not in held]
    StatutoryWindow.objects.bulk_create(fresh)
    return len(fresh)


def _window(item: dict[str, Any], laws: dict[str, Any], position: int, now: datetime) -> StatutoryWindow:
    cited = [laws[key] for key, _article in item["cites"]]
    return StatutoryWindow(
        code=item["id"],
        region=item.get("region", ""),
        version=item.get("version", 1),
        position=position,
        applies_to=item["for"],
        name=item["name"],
        name_en=item["name_en"],
        from_step=item["from"],
        from_step_en=item["from_en"],
        to_step=item["to"],
        to_step_en=item["to_en"],
        kind=item["kind"],
        n=item.get("n"),
        unit=item.get("unit", ""),
        law="；".join(law["zh"] for law in cited),
        law_en="; ".join(law["en"] for law in cited),
        article="；".join(str(article) for _key, article in item["cites"]),
        effective_from=item.get("from_day", cited[0]["from"]),
        effective_to=item.get("until"),
        verified=item["tag"] == SourceTag.LAW,
        source_tag=item["tag"],
        note=item.get("note", ""),
        note_en=item.get("note_en", ""),
        reason=item.get("reason", ""),
        recorded_at=now,
    )
