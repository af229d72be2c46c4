"""Calendar and windows: loading them, a year's notice, new versions and local rows; and what the database refuses."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
import yaml
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from tests.cast import UNIT_A, person, reach_for
from tests.domain.test_notices import NOTICE
from tracker.actions import calendars, reference, windows
from tracker.actions.processes import put_templates
from tracker.actions.windows import Wording
from tracker.audit import Refused
from tracker.domain.calendars import OutsideCalendar, Unit, minimum
from tracker.domain.notices import as_table, read_notice
from tracker.domain.windows import WindowKind, in_force, problem, unit_by_text
from tracker.models import (
    AuditEvent,
    CalendarDay,
    CalendarNotice,
    DayStatus,
    ProcessTemplate,
    Role,
    SourceTag,
    StatutoryWindow,
    User,
)
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
MAX = WindowKind.MAX
FOLDER = Path(settings.BASE_DIR) / "fixtures" / "reference"
NOTICE_2027 = """元旦：1月1日至3日放假，共3天。
春节：2月5日（周五）至11日放假调休，共7天。1月31日、2月20日上班。
清明节：4月3日至5日放假，共3天。
劳动节：5月1日至5日放假调休，共5天。5月8日上班。
端午节：6月9日放假，共1天。
中秋节：9月15日放假，共1天。
国庆节：10月1日至7日放假调休，共7天。9月26日、10月9日上班。
"""


def load(by: User, *, year: int = 2027, text: str = NOTICE_2027, number: int = 1, region: str = "") -> CalendarNotice:
    return calendars.load_notice(
        year=year, region=region, source="通知", text=text, number=number, by=by, reach=reach_for(by)
    )


# ----------------------------------------------------------------------- the calendar


def test_every_day_of_the_table_is_that_of_the_package():
    calendar = CalendarDay.objects.calendar()
    assert (calendar.first, calendar.last) == (date(2004, 1, 1), date(2031, 12, 31))
    assert calendar.estimated_from == date(2027, 1, 1)
    day, different = date(2004, 1, 1), []
    while day <= date(2026, 12, 31):
        if chinese_calendar.is_workday(day) != calendar.is_working(day):
            different.append(day)
        day += timedelta(1)
    assert different == []


def test_holidays_have_names_in_both_languages():
    assert not CalendarDay.objects.exclude(name="").filter(name_en="").exists()
    weekdays_off = CalendarDay.objects.filter(working=False, name="", day__week_day__in=range(2, 7))
    assert not weekdays_off.exists()


def test_estimated_years_hold_the_days_of_the_measures():
    expected = {"元旦", "春节", "清明节", "劳动节", "端午节", "国庆节"}
    for year in range(2027, 2032):
        off = CalendarDay.objects.filter(day__year=year, working=False).exclude(name="")
        assert expected <= {name for row in off for name in row.name.split("、")}
        assert off.count() >= 13 - (year in (2028, 2031))  # there 中秋节 falls on a day of 国庆节


def test_loading_again_changes_nothing():
    assert reference.load(folder=FOLDER) == {}
    with pytest.raises(Refused, match="no_fixtures"):
        reference.load(folder=FOLDER / "nowhere")


def test_official_days_are_not_overwritten_and_estimated_ones_are(administrator: User, tmp_path: Path):
    load(administrator)
    read = yaml.safe_load((FOLDER / "calendar.yaml").read_text(encoding="utf-8"))
    read["official_to"] = date(2028, 12, 31)
    (tmp_path / "calendar.yaml").write_text(yaml.safe_dump(read, allow_unicode=True), encoding="utf-8")
    for name in ("windows.yaml", "processes.yaml", "packages.yaml"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    assert reference.load(folder=tmp_path) == {"days": 366}
    calendar = CalendarDay.objects.calendar()
    assert calendar.estimated_from == date(2029, 1, 1)
    assert calendar.is_working(date(2027, 1, 31))  # from the administrator's notice, not from the file


def test_a_notice_makes_its_year_official(administrator: User):
    assert minimum(date(2026, 12, 30), 5, Unit.WORKING_DAY, CalendarDay.objects.calendar()).estimated
    notice = load(administrator)
    calendar = CalendarDay.objects.calendar()
    found = minimum(date(2026, 12, 30), 25, Unit.WORKING_DAY, calendar)
    assert not found.estimated
    assert (notice.number, notice.status, calendar.estimated_from) == (2, "official", date(2028, 1, 1))
    assert calendar.is_working(date(2027, 1, 31))
    assert not calendar.is_working(date(2027, 2, 11))
    rows = CalendarDay.objects.filter(day__year=2027)
    assert rows.count() == 365
    assert set(rows.values_list("notice_id", "status", "version")) == {(notice.pk, "official", 2)}
    event = AuditEvent.objects.get(action="calendar.load")
    assert event.before is not None
    assert event.after is not None
    assert (event.subject_code, event.after["2027-01-31"], event.before["2027-01-31"]) == ("2027", "1 春节", "0")
    assert "2027-02-05" not in event.after  # off before and after


def test_a_table_does_as_well_and_a_second_loading_corrects_the_first(administrator: User):
    load(administrator, text=as_table(read_notice(NOTICE_2027, 2027).marks))
    with pytest.raises(Refused, match="notice_no_change"):
        load(administrator, number=2)
    corrected = load(administrator, number=2, text=NOTICE_2027.replace("6月9日放假，共1天", "6月9日至10日放假，共2天"))
    assert (corrected.number, corrected.changed) == (3, 1)
    assert CalendarNotice.objects.filter(year=2027).count() == 3


def test_the_year_after_the_last_can_be_loaded_and_no_later_one(administrator: User):
    days = {"元旦": "1月1日", "春节": "2月11日至14日", "清明节": "4月4日", "劳动节": "5月1日", "端午节": "6月12日"}
    days |= {"中秋节": "9月19日", "国庆节": "10月1日至3日"}
    text = "\n".join(f"{name}：{day}放假" for name, day in days.items())
    assert load(administrator, year=2032, text=text, number=0).number == 1
    assert CalendarDay.objects.calendar().last == date(2032, 12, 31)
    with pytest.raises(Refused, match="notice_year_range"):
        load(administrator, year=2034, text=text, number=0)


def test_a_notice_may_reach_back_into_december(administrator: User):
    load(administrator, text="元旦：2026年12月31日至2027年1月3日放假，共4天。2026年12月26日上班。\n" + NOTICE_2027)
    rows = {row.day: row for row in CalendarDay.objects.filter(day__gte=date(2026, 12, 20), day__year=2026)}
    assert (rows[date(2026, 12, 31)].working, rows[date(2026, 12, 26)].working) == (False, True)
    assert rows[date(2026, 12, 30)].version == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": 0}, "stale"),
        ({"number": 7}, "stale"),
        ({"text": NOTICE_2027.replace("共7天", "共6天")}, "notice_total"),
        ({"text": NOTICE}, "notice_weekday"),
        ({"year": 2003}, "notice_year_range"),
        ({"year": 99999}, "notice_year_range"),
        ({"region": "ZJ", "year": 2032, "number": 0}, "notice_year_range"),
    ],
)
def test_a_notice_that_cannot_be_used_changes_nothing(administrator: User, change: dict, code: str):
    before = list(CalendarDay.objects.order_by("pk").values_list("working", "status", "version"))
    with pytest.raises(Refused, match=code):
        load(administrator, **change)
    assert list(CalendarDay.objects.order_by("pk").values_list("working", "status", "version")) == before
    assert not CalendarNotice.objects.filter(by=administrator).exists()


def test_only_who_keeps_the_whole_house_may(reviewer: User):
    street = person("street-administrator", Role.ADMINISTRATOR, UNIT_A)
    for somebody in (reviewer, street):
        with pytest.raises(Refused, match="no_right"):
            load(somebody)
        with pytest.raises(Refused, match="no_right"):
            windows.add_version(
                code="TB-05", region="", version=1, wording=said(), by=somebody, reach=reach_for(somebody)
            )
    assert AuditEvent.objects.filter(refused=True, code="no_right").count() == 4


def test_a_region_has_its_own_days_beside_the_national_ones(administrator: User):
    load(administrator, region="GX", number=0, text="三月三：4月9日放假")
    assert CalendarDay.objects.calendar().is_working(date(2027, 4, 9))
    local = CalendarDay.objects.calendar("GX")
    assert not local.is_working(date(2027, 4, 9))
    assert (local.first, local.last) == (date(2004, 1, 1), date(2031, 12, 31))
    load(administrator, region="GX", number=1, text="三月三：4月12日放假")
    assert list(CalendarDay.objects.filter(region="GX").values_list("day", flat=True)) == [date(2027, 4, 12)]


def test_an_empty_or_broken_calendar_is_not_counted_on():
    with writing():
        CalendarDay.objects.filter(day=date(2026, 5, 20)).delete()
        with pytest.raises(RuntimeError, match="lacks 1 days"):
            CalendarDay.objects.calendar()
        CalendarDay.objects.all().delete()
    with pytest.raises(OutsideCalendar):
        CalendarDay.objects.calendar().is_working(date(2026, 5, 20))


def test_the_audit_event_and_the_days_stand_or_fall_together(administrator: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(AuditEvent, "store_new", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        load(administrator)
    assert not CalendarDay.objects.filter(day__year=2027, status=DayStatus.OFFICIAL).exists()


# ----------------------------------------------------------------------- the windows


def said(**change: object) -> Wording:
    base = Wording(
        name="投标文件编制期", name_en="Time to prepare bids", from_step="发出", from_step_en="issued", to_step="截止",
        to_step_en="deadline", kind=WindowKind.MIN, n=25, unit=Unit.DAY, law="某条例", law_en="Some rules", article="3",
        effective_from=date(2026, 1, 1), effective_to=None, source_tag=SourceTag.KNOWN, note="", note_en="",
        reason="地方规定",
    )  # fmt: skip
    return replace(base, **change)  # type: ignore[arg-type]


def local(by: User, code: str = "TB-05", region: str = "ZJ", **change: object) -> StatutoryWindow:
    return windows.add_local(code=code, region=region, wording=said(**change), by=by, reach=reach_for(by))


def version(by: User, seen: int, code: str = "TB-05", region: str = "", **change: object) -> StatutoryWindow:
    return windows.add_version(
        code=code, region=region, version=seen, wording=said(**change), by=by, reach=reach_for(by)
    )


def test_the_rows_of_the_fixture_make_sense():
    rows = StatutoryWindow.objects.windows()
    assert len(rows) >= 120
    for row in rows:
        assert problem(row) == "", row.id
        assert row.verified == (row.source_tag == "L"), row.id
        assert all((row.name_en, row.from_step_en, row.to_step_en, row.law_en)), row.id
        assert row.law.count("；") == row.article.count("；"), row.id
        assert bool(row.note) == bool(row.note_en), row.id
    for row in rows:
        if row.region:
            bound = in_force(rows, on=date(2026, 11, 20), region=row.region)
            assert row in bound, f"{row.id} in {row.region} loosens the national row"


def test_units_of_the_fixture_follow_the_law_s_own_reading():
    for row in StatutoryWindow.objects.filter(law__in=["行政许可法", "行政强制法", "行政处罚法"], unit__in=["d", "wd"]):
        assert unit_by_text(row.law, row.n or 0).value == row.unit, row.code


def test_the_code_on_the_environment_took_over_from_the_old_law():
    def law(day: date) -> str:
        return next(row.law for row in in_force(StatutoryWindow.objects.windows(), on=day) if row.id == "EA-01a")

    assert law(date(2026, 8, 14)) == "环境影响评价法"
    assert law(date(2026, 8, 15)) == "生态环境法典"


def test_a_new_version_keeps_the_old(administrator: User):
    row = version(administrator, 1, n=21)
    assert (row.version, row.applies_to, row.by) == (2, "tender", administrator)
    assert list(StatutoryWindow.objects.filter(code="TB-05").values_list("version", "n")) == [(1, 20), (2, 21)]
    assert [row.n for row in StatutoryWindow.objects.newest().filter(code="TB-05")] == [21]
    event = AuditEvent.objects.get(action="window.version")
    assert event.before is not None
    assert event.after is not None
    assert (event.subject_code, event.before["n"], event.after["n"]) == ("TB-05", 20, 21)
    with pytest.raises(Refused, match="stale"):
        version(administrator, 1, n=22)


def test_a_local_row_that_tightens_binds_there(administrator: User):
    local(administrator)
    rows = StatutoryWindow.objects.windows()
    for region, n in (("", 20), ("ZJ", 25), ("BJ", 20)):
        bound = in_force(rows, on=date(2026, 11, 20), region=region)
        assert next(row.n for row in bound if row.id == "TB-05") == n
    with pytest.raises(Refused, match="window_exists"):
        local(administrator)
    with pytest.raises(Refused, match="window_shorter_than_national"):
        version(administrator, 1, region="ZJ", n=19)


@pytest.mark.parametrize(
    ("change", "refused", "field"),
    [
        ({"n": 19}, "window_shorter_than_national", "n"),
        ({"kind": MAX}, "window_kind_differs", "n"),
        ({"unit": Unit.MONTH, "n": None}, "window_length_missing", "n"),
        ({"code": "TB-11", "kind": MAX, "n": 31}, "window_longer_than_national", "n"),
        (
            {"code": "TB-13", "kind": MAX, "n": 5, "unit": Unit.WORKING_DAY},
            "window_units_not_comparable",
            "n",
        ),
        ({"code": "XX-99"}, "window_unknown", "code"),
        ({"code": "tb-05"}, "window_code_form", "code"),
        ({"region": "ZZ"}, "window_region_unknown", "region"),
        ({"region": ""}, "window_region_unknown", "region"),
        ({"reason": " "}, "reason_window_missing", "reason"),
        ({"effective_to": date(2025, 1, 1)}, "window_force_reversed", "effective_to"),
    ],
)
def test_what_a_local_row_may_not_say(administrator: User, change: dict, refused: str, field: str):
    with pytest.raises(Refused, match=refused) as failure:
        local(administrator, **change)
    assert failure.value.field == field
    assert StatutoryWindow.objects.filter(by=administrator).count() == 0


def test_a_local_row_is_held_against_every_national_version_of_its_time(administrator: User):
    version(administrator, 1, n=30, effective_from=date(2027, 1, 1))
    with pytest.raises(Refused, match="window_shorter_than_national"):
        local(administrator)
    assert local(administrator, effective_to=date(2026, 12, 31)).n == 25


def test_the_database_keeps_versions_and_notices():
    for statement in (
        "UPDATE tracker_statutorywindow SET n = 1",
        "DELETE FROM tracker_statutorywindow",
        "UPDATE tracker_calendarnotice SET source = ''",
        "DELETE FROM tracker_calendarnotice",
    ):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    for table in ("statutorywindow", "calendarnotice"):
        with pytest.raises(IntegrityError, match="TRUNCATE"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE tracker_{table} CASCADE")


# ----------------------------------------------------------------------- process templates


def _processes() -> dict[str, object]:
    read: dict[str, object] = yaml.safe_load((FOLDER / "processes.yaml").read_text(encoding="utf-8"))
    return read


def test_templates_are_loaded_once_and_are_what_the_file_says():
    assert "templates" not in reference.load(folder=FOLDER)
    found = {row.code: ProcessTemplate.objects.whole(row.code) for row in ProcessTemplate.objects.newest()}
    assert list(found) == [item["code"] for item in _processes()["templates"]]  # type: ignore[attr-defined]
    tender = found["tender"]
    assert tender is not None
    assert [step.code for step in tender.steps.all()][:5] == ["B01", "B02", "B03", "B04", "B06"]
    assert "TB-05" in {held.window for held in tender.value().windows}


def test_a_template_is_only_ever_added():
    for table in ("processtemplate", "processstep", "processtie", "processwindow"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE tracker_{table} SET id = id")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"goal": "X99"}, "unknown_step"),
        ({"windows": [["XX-99", "B01", "f", "B02", "f"]]}, "unknown_window"),
        ({"windows": [["TB-05", "B11", "f", "B03", "s"]]}, "cycle"),
        (
            {"steps": [{"id": "B11", "name": "甲", "name_en": "A", "days": 0, "unit": "wd", "after": [["Z"]]}]},
            "unknown_step",
        ),
    ],
)
def test_a_template_that_contradicts_itself_is_refused_whole(change: dict[str, object], why: str):
    item = _processes()["templates"][0] | {"version": 2} | change  # type: ignore[index]
    if "steps" in change:
        item["windows"] = []
    with pytest.raises(Refused) as refused, transaction.atomic(), writing():
        put_templates({"templates": [item]}, timezone.now())
    assert refused.value.inputs["why"] == why
    assert ProcessTemplate.objects.count() == 12
