"""The file for Microsoft Project: the order of its elements, and what each part of the model becomes."""

import io
import re
import xml.etree.ElementTree as ET
from datetime import date

import pytest

from tests.cast import reach_for
from tests.imports.plans import link, plan, spanning, task
from tracker.actions import schedule_files
from tracker.actions.schedule_files import Loading
from tracker.exports import mspdi
from tracker.imports.mspdi_plan import read, understood
from tracker.models import CalendarDay, Milestone, Project, User
from tracker.models.guard import writing
from tracker.queries import schedule_files as queries

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
NS = "{http://schemas.microsoft.com/project}"
PROJECT = """
SaveVersion UID Name Title Subject Category Company Manager Author CreationDate Revision LastSaved ScheduleFromStart
StartDate FinishDate FYStartDate CriticalSlackLimit CurrencyDigits CurrencySymbol CurrencyCode CurrencySymbolPosition
CalendarUID DefaultStartTime DefaultFinishTime MinutesPerDay MinutesPerWeek DaysPerMonth DefaultTaskType
DefaultFixedCostAccrual DefaultStandardRate DefaultOvertimeRate DurationFormat WorkFormat EditableActualCosts
HonorConstraints InsertedProjectsLikeSummary MultipleCriticalPaths NewTasksEffortDriven NewTasksEstimated
SplitsInProgressTasks SpreadActualCost SpreadPercentComplete TaskUpdatesResource FiscalYearStart WeekStartDay
MoveCompletedEndsBack MoveRemainingStartsBack MoveRemainingStartsForward MoveCompletedEndsForward BaselineForEarnedValue
AutoAddNewResourcesAndTasks StatusDate CurrentDate Autolink NewTaskStartDate NewTasksAreManual DefaultTaskEVMethod
OutlineCodes WBSMasks ExtendedAttributes Calendars Tasks Resources Assignments
""".split()  # noqa: SIM905 - as the schema lists them
TASK = """
UID ID Name Active Manual Type IsNull CreateDate Contact WBS WBSLevel OutlineNumber OutlineLevel Priority Start Finish
Duration ManualStart ManualFinish ManualDuration DurationFormat Work Stop Resume ResumeValid EffortDriven Recurring
OverAllocated Estimated Milestone Summary Critical IsSubproject ExternalTask PercentComplete PercentWorkComplete Cost
ActualStart ActualFinish ActualDuration RemainingDuration ConstraintType CalendarUID ConstraintDate Deadline Notes
HideBar PredecessorLink ExtendedAttribute Baseline
""".split()  # noqa: SIM905
PARTS = {
    "Project": PROJECT,
    "Task": TASK,
    "PredecessorLink": ["PredecessorUID", "Type", "CrossProject", "CrossProjectName", "LinkLag", "LagFormat"],
    "Baseline": ["Number", "Interim", "Start", "Finish", "Duration"],
    "Calendar": ["UID", "Name", "IsBaseCalendar", "IsBaselineCalendar", "BaseCalendarUID", "WeekDays", "Exceptions"],
    "WeekDay": ["DayType", "DayWorking", "TimePeriod", "WorkingTimes"],
    "Exception": ["EnteredByOccurrences", "TimePeriod", "Occurrences", "Name", "Type", "DayWorking", "WorkingTimes"],
    "TimePeriod": ["FromDate", "ToDate"],
    "WorkingTime": ["FromTime", "ToTime"],
    "ExtendedAttribute": ["FieldID", "FieldName", "Alias", "Value"],
}
CODES = {
    "Type": "0123", "ConstraintType": "01234567", "LagFormat": "78", "DurationFormat": "78", "DayType": "01234567",
    "Manual": "01", "Milestone": "01", "Summary": "01", "CrossProject": "01", "Number": "0",
}  # fmt: skip
WHOLE = re.compile(r"-?[0-9]+")
LENGTH = re.compile(r"PT[0-9]+H[0-5]?[0-9]M0S")
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:00")
SHAPES = {
    **dict.fromkeys(
        ["UID", "ID", "PredecessorUID", "LinkLag", "OutlineLevel", "PercentComplete", "CalendarUID"], WHOLE
    ),
    **dict.fromkeys(["Duration", "ManualDuration", "ActualDuration", "RemainingDuration"], LENGTH),
    **dict.fromkeys(["Start", "Finish", "ManualStart", "ManualFinish", "ConstraintDate", "ActualStart"], MOMENT),
    **dict.fromkeys(["StartDate", "FinishDate", "StatusDate", "FromDate", "ToDate", "ActualFinish"], MOMENT),
}


@pytest.fixture
def whole(reviewer: User) -> ET.Element:
    """The export of a project with three linked tasks more."""
    file = plan(
        spanning(1, "甲", "2027-02-01", "2027-03-05", 20),
        spanning(2, "乙", "2027-03-08", "2027-03-12", 5, ConstraintType=7, ConstraintDate="2027-03-12T17:00:00",
                 extra=link(1, lag=4800)),
        task(3, "丙", Start="2027-03-13T00:00:00", Finish="2027-03-15T23:59:00", Duration="PT71H59M0S",
             DurationFormat=8, extra=link(2, kind=3, lag=-14400 * 2, style=8)),
    )  # fmt: skip
    project = Project.objects.select_related("unit", "programme").get(code="XH-ZB")
    found = understood(read(file), CalendarDay.objects.calendar())
    loading = Loading(project, found, "x.xml", by=reviewer, reach=reach_for(reviewer), today=TODAY)
    schedule_files.load(loading, seen=schedule_files.rehearse(loading).fingerprint())
    with writing():
        Milestone.objects.filter(code="XH-ZB-T01").update(name="甲<&>\x0b\ud7ff\uffff", status="done", progress=100)
    return written(reviewer)


def written(by: User, code: str = "XH-ZB") -> ET.Element:
    schedule = queries.of_project(code=code, reach=reach_for(by))
    assert schedule is not None
    return ET.fromstring("".join(mspdi.document(schedule, today=TODAY)))


def named(root: ET.Element, name: str) -> ET.Element:
    return next(one for one in root.iter(f"{NS}Task") if one.findtext(f"{NS}Name") == name)


def test_the_elements_stand_in_the_order_of_the_schema(whole: ET.Element):
    for element in whole.iter():
        order = PARTS.get(element.tag.removeprefix(NS))
        if order:
            places = [order.index(child.tag.removeprefix(NS)) for child in element]
            assert places == sorted(places), [child.tag.removeprefix(NS) for child in element]


def test_codes_shapes_and_references_are_those_of_the_schema(whole: ET.Element):
    for element in whole.iter():
        name, text = element.tag.removeprefix(NS), element.text or ""
        assert text in [*CODES[name]] if name in CODES else True, (name, text)
        assert SHAPES[name].fullmatch(text) if name in SHAPES else True, (name, text)
    assert whole.findtext(f"{NS}SaveVersion") == "14"  # the one element of the project that must be there
    tasks = list(whole.iter(f"{NS}Task"))
    uids = [one.findtext(f"{NS}UID") for one in tasks]
    assert len(set(uids)) == len(uids)
    assert {one.text for one in whole.iter(f"{NS}PredecessorUID")} <= set(uids)
    held = {one.findtext(f"{NS}UID") for one in whole.iter(f"{NS}Calendar")} | {"-1"}
    assert {one.text for one in whole.iter(f"{NS}CalendarUID")} <= held
    for one in tasks:
        outline = one.findtext(f"{NS}OutlineNumber") or ""
        depth = 0 if outline == "0" else outline.count(".") + 1
        assert (one.findtext(f"{NS}WBS"), one.findtext(f"{NS}OutlineLevel")) == (outline, str(depth))


def test_tasks_links_constraints_and_state(whole: ET.Element):
    first, second, third = (named(whole, name) for name in ("甲<&>\ud7ff", "乙", "丙"))
    values = {child.tag.removeprefix(NS): child.text for child in second}
    assert (values["Start"], values["Finish"], values["Duration"]) == (
        "2027-03-08T08:00:00", "2027-03-12T17:00:00", "PT40H0M0S",
    )  # fmt: skip
    assert (values["ConstraintType"], values["ConstraintDate"], values["Manual"]) == ("7", "2027-03-12T17:00:00", "0")
    assert first.findtext(f"{NS}PercentComplete") == "100"
    assert third.findtext(f"{NS}DurationFormat") == "8"
    ties = [[child.text for child in one] for one in third.iter(f"{NS}PredecessorLink")]
    assert ties == [[second.findtext(f"{NS}UID"), "3", "0", "-28800", "8"]]
    assert second.findtext(f"{NS}Baseline/{NS}Finish") == "2027-03-12T17:00:00"
    outline = [(one.findtext(f"{NS}OutlineNumber"), one.findtext(f"{NS}Summary")) for one in whole.iter(f"{NS}Task")]
    assert outline[:3] == [("0", "1"), ("1", "1"), ("1.1", "0")]


def test_an_imprecise_date_ends_on_its_last_day_and_keeps_its_words(reviewer: User):
    row = Milestone.objects.exclude(due_precision="day").filter(due_latest__isnull=False).select_related("project")[0]
    found = next(
        one for one in written(reviewer, row.project.code).iter(f"{NS}Task") if one.findtext(f"{NS}Name") == row.name
    )
    assert found.findtext(f"{NS}Finish") == f"{row.due_latest}T17:00:00"
    assert row.due_text in (found.findtext(f"{NS}Notes") or "")


def test_the_calendar_holds_the_exceptions_of_the_years_of_the_plan(whole: ET.Element):
    days = {
        (one.findtext(f"{NS}TimePeriod/{NS}FromDate") or "")[:10]: one.findtext(f"{NS}DayWorking")
        for one in whole.iter(f"{NS}Exception")
    }
    held = CalendarDay.objects.filter(region="", day__year=2027, name__startswith="春节").order_by("day")
    off = next(one.day for one in held if not one.working and one.day.weekday() < 5)
    assert days[off.isoformat()] == "0"
    assert {name[:4] for name in days} <= {str(year) for year in range(2020, 2031)}


def test_a_programme_is_written_project_by_project(reviewer: User):
    schedule = queries.of_programme(code="XH", reach=reach_for(reviewer))
    assert schedule is not None
    root = ET.fromstring("".join(mspdi.document(schedule, today=TODAY)))
    levels = [one.findtext(f"{NS}OutlineLevel") for one in root.iter(f"{NS}Task")]
    assert (levels.count("0"), levels.count("1")) == (1, Project.objects.filter(programme__code="XH").count())
    # and the reader of one's own reads it
    text = "".join(mspdi.document(schedule, today=TODAY)).encode()
    assert len(understood(read(io.BytesIO(text)), schedule.calendar).tasks) == levels.count("2")


def test_what_is_out_of_reach_is_not_written(official_a: User):
    assert queries.of_project(code="PQ-SD", reach=reach_for(official_a)) is None
    schedule = queries.of_programme(code="XH", reach=reach_for(official_a))
    assert schedule is not None
    units = {row.unit_id for section in schedule.sections for row in section.milestones}
    assert len(units) == 1
