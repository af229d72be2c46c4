"""A portfolio of made-up projects: what is planned, what happened and what was reported, from a seed and a day alone.

The same seed and day give the same portfolio. Every report keeps the rules of `domain.reporting`; nothing is random
that a leader would wonder at: works follow one another, a late step delays the next, progress never runs backwards.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tracker.domain.dates import DateKind, ImpreciseDate, Precision
from tracker.domain.progress import Direction, Form
from tracker.domain.states import Status

SHANGHAI = ZoneInfo("Asia/Shanghai")
STEPS_A_PROJECT, REPORTS_A_STEP, METRICS_A_PROJECT, MEASUREMENTS_A_METRIC = 20, 3, 3, 12
HISTORY_DAYS = 720
"""How far back the oldest project begins, and reporting with it."""
LAST_REPORT_DAYS = 3
"""The latest report speaks of this many days before today, so that it can have been accepted by now."""

STEPS = (
    ("项目建议书批复", "Project proposal approved"), ("用地预审与选址意见", "Land pre-examination and siting opinion"),
    ("可行性研究批复", "Feasibility study approved"), ("环境影响评价批复", "Environmental assessment approved"),
    ("勘察设计招标", "Survey and design tender"), ("初步设计与概算批复", "Preliminary design and budget approved"),
    ("用地规划许可", "Land-use planning permit"), ("补偿方案公告", "Compensation plan published"),
    ("签约完成", "Agreements signed"), ("搬迁腾空", "Site vacated"),
    ("拆除清表", "Demolition and site clearance"), ("工程规划许可", "Works planning permit"),
    ("施工图审查", "Working drawings reviewed"), ("施工监理招标", "Construction and supervision tender"),
    ("施工许可", "Construction permit"), ("开工", "Construction begins"), ("主体完工", "Main works complete"),
    ("室外配套完工", "External works complete"), ("竣工验收备案", "Completion acceptance filed"),
    ("移交使用", "Handed over for use"),
)  # fmt: skip
KINDS = (
    ("安置房", "Resettlement housing"), ("滨河绿地", "Riverside green"), ("老旧小区改造", "Old estate renovation"),
    ("道路", "Road"), ("学校", "School"), ("管网", "Utility network"), ("产业用房", "Industrial premises"),
    ("公园", "Park"),
)  # fmt: skip
NOTES = ("按计划推进。", "手续已报送，等待批复。", "现场已进场，人员设备到位。", "协调会已召开，问题清单已分工。", "")
LATE_NOTES = ("前序手续未办结，后延。", "资金未到位，进度放缓。", "少数户未签约，影响进场。")


@dataclass(frozen=True, slots=True)
class MadeReport:
    """What one accepted report says, and when it came in and was accepted."""

    as_of: date
    submitted_at: datetime
    accepted_at: datetime
    note: str
    status: Status = Status.NOT_STARTED
    progress: Decimal | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    forecast: ImpreciseDate | None = None
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MadeMilestone:
    """One step: names, plan, and its reports, the latest last."""

    name: str
    name_en: str
    planned_start: date
    due: ImpreciseDate
    reports: tuple[MadeReport, ...]


@dataclass(frozen=True, slots=True)
class MadeMetric:
    """One measure of a project with its straight plan from 0 to the target, and its measurements."""

    name: str
    name_en: str
    direction: Direction
    form: Form
    measure: str
    start_on: date
    target: Decimal
    due: ImpreciseDate
    reports: tuple[MadeReport, ...]


@dataclass(frozen=True, slots=True)
class MadeProject:
    """One project; `number` counts from 1."""

    number: int
    name: str
    name_en: str
    milestones: tuple[MadeMilestone, ...]
    metrics: tuple[MadeMetric, ...]


@dataclass(slots=True)
class _Course:
    """How a project fares: `pace` stretches its steps, `stops` suspends it, `silent` stops reporting."""

    pace: float
    stops: bool
    silent: bool
    free_from: date


def portfolio(*, projects: int, seed: int, today: date) -> Iterator[MadeProject]:
    """The projects of a seed, one after another; each depends on its own number only."""
    for number in range(1, projects + 1):
        # Not cryptographic, and meant: the same seed makes the same portfolio.
        yield _project(number, random.Random(f"{seed}:{number}"), today)  # noqa: S311


def by_month(day: date) -> ImpreciseDate:
    """A deadline as officials write it: by the end of that month."""
    last = (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return ImpreciseDate(f"{day.year}年{day.month}月底前", None, last, Precision.MONTH, DateKind.BY)


def by_day(day: date) -> ImpreciseDate:
    """A deadline on one day."""
    return ImpreciseDate(f"{day.year}年{day.month}月{day.day}日前", None, day, Precision.DAY, DateKind.BY)


def office_hours(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a working day in Shanghai."""
    return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI)


def _project(number: int, rng: random.Random, today: date) -> MadeProject:
    begins = today - timedelta(days=rng.randint(40, HISTORY_DAYS))
    fate = rng.random()
    course = _Course(
        pace=1.0 if fate < 0.55 else 0.85 if fate < 0.65 else rng.uniform(1.1, 1.6),
        stops=fate > 0.94,
        silent=rng.random() < 0.15,
        free_from=begins,
    )
    milestones = []
    planned_start = begins
    for name, name_en in STEPS:
        days = rng.randint(15, 60)
        planned = planned_start + timedelta(days=days)
        due = by_month(planned) if rng.random() < 0.5 else by_day(planned)
        assert due.latest is not None
        reports = _life(rng, course, planned_start, days, due.latest, today)
        milestones.append(MadeMilestone(name, name_en, planned_start, due, reports))
        planned_start = due.latest + timedelta(days=1)
    kind, kind_en = rng.choice(KINDS)
    last = milestones[-1].due.latest
    assert last is not None
    return MadeProject(
        number=number,
        name=f"模拟{kind}{number:04}",
        name_en=f"Simulated {kind_en.lower()} {number:04}",
        milestones=tuple(milestones),
        metrics=_metrics(rng, course, begins, last, today),
    )


def _life(
    rng: random.Random, course: _Course, planned_start: date, days: int, due: date, today: date
) -> tuple[MadeReport, ...]:
    """The three reports of one step, and what it leaves for the next: `course.free_from`."""
    last_day = today - timedelta(days=LAST_REPORT_DAYS)
    start = max(course.free_from, planned_start)
    finish = start + timedelta(days=max(3, round(days * course.pace * rng.uniform(0.85, 1.15))))
    course.free_from = finish + timedelta(days=1)
    if finish <= last_day:
        return _finished(rng, start, finish, last_day)
    if start <= last_day and course.stops:
        return _stopped(rng, start, last_day)
    if start <= last_day:
        return _underway(rng, course, start, finish, due, last_day)
    return _ahead(rng, finish, due, last_day)


def _finished(rng: random.Random, start: date, finish: date, last_day: date) -> tuple[MadeReport, ...]:
    third = (finish - start) / 3
    said = min(finish + timedelta(days=rng.randint(0, 4)), last_day)
    begun = [
        (start + third, Status.IN_PROGRESS, Decimal(rng.randint(15, 40)), None),
        (start + 2 * third, Status.IN_PROGRESS, Decimal(rng.randint(45, 85)), None),
        (said, Status.DONE, Decimal(100), finish),
    ]
    return told(rng, begun, start=start, notes=NOTES)


def _underway(
    rng: random.Random, course: _Course, start: date, finish: date, due: date, last_day: date
) -> tuple[MadeReport, ...]:
    quiet = rng.randint(35, 70) if course.silent else rng.randint(0, 12)
    said = max(start, last_day - timedelta(days=quiet))
    share = (said - start) / (finish - start)
    late = finish > due
    end = max(finish, said + timedelta(days=1))
    forecast = by_day(end) if late or rng.random() < 0.4 else None
    done = max(1, min(95, round(share * 100)))
    third = (said - start) / 3
    begun = [
        (start + third, Status.IN_PROGRESS, Decimal(done // 3), None),
        (start + 2 * third, Status.IN_PROGRESS, Decimal(done * 2 // 3), None),
        (said, Status.IN_PROGRESS, Decimal(done), None),
    ]
    return told(rng, begun, start=start, notes=LATE_NOTES if late else NOTES, forecast=forecast)


def _stopped(rng: random.Random, start: date, last_day: date) -> tuple[MadeReport, ...]:
    third = (last_day - start) / 3
    done = Decimal(rng.randint(5, 60))
    begun = [
        (start + third, Status.IN_PROGRESS, done, None),
        (start + 2 * third, Status.IN_PROGRESS, done, None),
        (last_day - timedelta(days=rng.randint(0, 2)) if third.days else last_day, Status.SUSPENDED, done, None),
    ]
    return told(rng, begun, start=start, notes=LATE_NOTES)


def _ahead(rng: random.Random, finish: date, due: date, last_day: date) -> tuple[MadeReport, ...]:
    forecast = by_day(finish) if finish > due + timedelta(days=10) else None
    days = sorted(last_day - timedelta(days=rng.randint(low, low + 20)) for low in (0, 30, 60))
    said = [(day, Status.NOT_STARTED, None, None) for day in days]
    return told(rng, said, start=None, notes=("",), forecast=forecast)


def told(
    rng: random.Random,
    said: Sequence[tuple[date, Status, Decimal | None, date | None]],
    *,
    start: date | None,
    notes: Sequence[str],
    forecast: ImpreciseDate | None = None,
    until: date | None = None,
) -> tuple[MadeReport, ...]:
    """Reports in order, from (day, status, progress, actual finish); each is accepted within two days and by the day
    `until`, later than the one before; the last carries the forecast.
    """
    reports: list[MadeReport] = []
    for index, (day, status, progress, finish) in enumerate(said):
        submitted = office_hours(day, 9, rng.randint(0, 59))
        decided = day + timedelta(days=rng.randint(0, 2))
        accepted = office_hours(min(decided, until) if until else decided, 11 + index, rng.randint(0, 59))
        if reports:
            accepted = max(accepted, reports[-1].accepted_at + timedelta(minutes=1))
        last = index == len(said) - 1
        reports.append(
            MadeReport(
                as_of=day,
                submitted_at=submitted,
                accepted_at=accepted,
                note=rng.choice(notes),
                status=status,
                progress=progress,
                actual_start=start,
                actual_finish=finish,
                forecast=forecast if last else None,
            )
        )
    return tuple(reports)


def _metrics(rng: random.Random, course: _Course, begins: date, due: date, today: date) -> tuple[MadeMetric, ...]:
    """Signing rate, area cleared and money spent, each measured twelve times."""
    wanted = (
        ("签约率", "Agreements signed", Direction.INCREASE, Form.PERCENT, "%", Decimal(100)),
        ("腾退面积", "Area cleared", Direction.REACH, Form.AMOUNT, "万平方米", Decimal(rng.randint(20, 400)) / 10),
        ("完成投资", "Investment made", Direction.REACH, Form.AMOUNT, "万元", Decimal(rng.randint(2000, 90000))),
    )
    found = []
    for name, name_en, direction, form, measure, target in wanted:
        reports = _measured(rng, course, begins, due, target, today)
        found.append(MadeMetric(name, name_en, direction, form, measure, begins, target, by_day(due), reports))
    return tuple(found)


def _measured(
    rng: random.Random, course: _Course, begins: date, due: date, target: Decimal, today: date
) -> tuple[MadeReport, ...]:
    last_day = today - timedelta(days=LAST_REPORT_DAYS)
    every = (last_day - begins) / MEASUREMENTS_A_METRIC
    pace = rng.uniform(0.9, 1.1) / course.pace * (0.6 if course.stops else 1)
    reports: list[MadeReport] = []
    value = Decimal(0)
    for index in range(1, MEASUREMENTS_A_METRIC + 1):
        day = begins + every * index
        share = Decimal(min(0.999, (day - begins) / (due - begins) * pace * rng.uniform(0.96, 1.04)))
        value = max(value, (target * share).quantize(Decimal("0.1")))
        submitted = office_hours(day, 9, rng.randint(0, 59))
        accepted = office_hours(day + timedelta(days=rng.randint(0, 2)), 11, rng.randint(0, 59))
        if reports:
            accepted = max(accepted, reports[-1].accepted_at + timedelta(minutes=1))
        reports.append(MadeReport(day, submitted, accepted, "", value=min(value, target)))
    return tuple(reports)
