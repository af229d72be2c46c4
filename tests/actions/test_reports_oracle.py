"""The state columns against the reports they come from: a second, slow and obvious reading, after random histories."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import UNIT_A, person, reach_for
from tracker.actions import reports as actions
from tracker.actions.reports import Said
from tracker.audit import Refused, clock
from tracker.domain import dates, quantities
from tracker.domain.states import Status
from tracker.models import Metric, Milestone, Report, Role
from tracker.queries.state import overlay_metrics, overlay_milestones

TODAY = timezone.localdate()
FAR = date(9999, 12, 31)
STATE = ("status", "progress", "actual_finish", "forecast_text", "forecast_latest", "as_of", "report_id", "reported_at")
VALUE = ("value_low", "value_high", "value_qualifier", "as_of", "report_id", "reported_at")

DAYS = st.integers(0, 4)
AT_ONCE = st.sampled_from(
    (True, True, False)
)  # most are accepted before the next step, so that histories get somewhere
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), st.sampled_from("ab"), DAYS, st.integers(0, 100), AT_ONCE),
        st.tuples(st.just("correct"), st.sampled_from("ab"), st.integers(0, 3), DAYS, st.integers(0, 99), AT_ONCE),
        st.tuples(st.sampled_from(("accept", "return", "withdraw")), st.integers(0, 5)),
    ),
    min_size=4,
    max_size=9,
)


class History:
    """Carries the steps out on one milestone or metric; a step that makes no sense is refused and left out."""

    def __init__(self, item: Milestone | Metric) -> None:
        self.item = item
        self.people = {"a": person("oracle-a", Role.OFFICIAL, UNIT_A), "b": person("oracle-b", Role.OFFICIAL, UNIT_A)}
        self.reviewer = person("oracle-reviewer", Role.REVIEWER, "GT")
        self.reaches = {user.pk: reach_for(user) for user in (*self.people.values(), self.reviewer)}
        self.reports: list[int] = []

    def step(self, name: str, *rest: Any) -> None:
        with suppress(Refused, IndexError):
            getattr(self, "return_" if name == "return" else name)(*rest)

    def submit(self, who: str, back: int, figure: int, at_once: bool = False, **said: Any) -> None:
        user = self.people[who]
        given = Said(as_of=TODAY - timedelta(days=back), **said)
        doer: dict[str, Any] = {"said": given, "by": user, "reach": self.reaches[user.pk], "today": TODAY}
        if isinstance(self.item, Metric):
            text = f"{figure}公顷" if figure % 3 == 0 else f"约{figure}亩"
            report = actions.submit_metric(metric=self.item, quantity=quantities.parse(text), **doer)
        else:
            done = figure == 100
            report = actions.submit_milestone(
                milestone=self.item,
                status=Status.DONE if done else Status.IN_PROGRESS,
                progress=Decimal(figure),
                actual_start=None,
                actual_finish=given.as_of if done else None,
                forecast=None if figure % 2 or done else dates.parse(f"2099年{figure % 12 + 1}月底前"),
                **doer,
            )
        self.reports.append(report.pk)
        if at_once:
            self.accept(-1)

    def correct(self, who: str, index: int, back: int, figure: int, at_once: bool = False) -> None:
        wrong = Report.objects.get(pk=self.reports[index])
        self.submit(who, back, figure, at_once, supersedes=wrong, reason="更正")

    def _chosen(self, index: int) -> Report:
        return Report.objects.select_related("unit").get(pk=self.reports[index])

    def accept(self, index: int) -> None:
        actions.accept(report=self._chosen(index), by=self.reviewer, reach=self.reaches[self.reviewer.pk])

    def return_(self, index: int) -> None:
        reach = self.reaches[self.reviewer.pk]
        actions.return_(report=self._chosen(index), comment="请核实", by=self.reviewer, reach=reach)

    def withdraw(self, index: int) -> None:
        report = self._chosen(index)
        actions.withdraw(report=report, by=next(p for p in self.people.values() if p.pk == report.author_id))


def obvious(item: Milestone | Metric, on: date, known: datetime) -> Report | None:
    """The report that counts, read as the rule is written: one loop for each of its clauses."""
    key = "metric" if isinstance(item, Metric) else "milestone"
    known_then = [
        report
        for report in Report.objects.filter(**{key: item})
        if report.state == "accepted" and report.accepted_at and report.accepted_at <= known
    ]
    standing: list[Any] = []
    for report in known_then:
        if all(other.supersedes_id != report.pk for other in known_then) and report.as_of <= on:
            standing.append(report)
    standing.sort(key=lambda report: report.pk)
    standing.sort(key=lambda report: report.accepted_at)
    standing.sort(key=lambda report: report.as_of)
    return standing[-1] if standing else None


def waiting(item: Milestone | Metric) -> int:
    key = "metric" if isinstance(item, Metric) else "milestone"
    return sum(1 for report in Report.objects.filter(**{key: item}) if report.state == "submitted")


def columns(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def reread(item: Any) -> Any:
    return type(item).objects.select_related("unit").get(pk=item.pk)


def live(item: Any, names: tuple[str, ...], overlay: Any, steps: list[Any]) -> None:
    """Play the steps; after each, the columns are what the obvious reading says; later, each moment still reads so."""
    history, seen = History(item), []
    for step in steps:
        history.step(*step)
        row, now = reread(item), clock()
        counting = obvious(row, FAR, now)
        assert (row.report_id, row.as_of) == ((counting.pk, counting.as_of) if counting else (None, None)), (
            f"after {step}"
        )
        assert row.pending == waiting(row)
        seen.append((now, columns(row, names)))
    for known, then in seen:
        row = reread(item)
        overlay([row], on=FAR, known=known)
        assert columns(row, names) == then
        for back in range(5):
            on = TODAY - timedelta(days=back)
            overlay([row], on=on, known=known)
            counting = obvious(row, on, known)
            assert row.report_id == (counting.pk if counting else None)


def _played(item: Any, names: tuple[str, ...], overlay: Any, steps: list[Any]) -> None:
    with transaction.atomic():
        live(item, names, overlay, steps)
        transaction.set_rollback(True)


QUIET = settings(max_examples=9, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@pytest.mark.django_db
@QUIET
@given(steps=STEPS)
def test_the_state_of_a_milestone_is_what_its_reports_say(steps):
    item = Milestone.objects.filter(unit__code=UNIT_A, status="").select_related("unit").first()
    _played(item, STATE, overlay_milestones, steps)


@pytest.mark.django_db
@QUIET
@given(steps=STEPS)
def test_the_value_of_a_metric_is_what_its_reports_say(steps):
    item = Metric.objects.select_related("unit").get(unit__code=UNIT_A, name_en="New green land")
    _played(item, VALUE, overlay_metrics, steps)


@pytest.mark.django_db
def test_a_history_with_every_kind_of_step():
    item = Milestone.objects.filter(unit__code=UNIT_A, status="").select_related("unit").first()
    steps = [
        ("submit", "a", 3, 20),
        ("accept", 0),
        ("submit", "a", 1, 90),
        ("submit", "b", 0, 100),
        ("accept", 2),
        ("accept", 1),
        ("correct", "b", 2, 2, 40),
        ("correct", "a", 2, 0, 44),
        ("accept", 4),
        ("accept", 3),
        ("correct", "a", 4, 4, 8),
        ("return", 5),
        ("correct", "a", 4, 4, 9),
        ("accept", 6),
        ("submit", "a", 0, 50),
        ("withdraw", 7),
    ]
    _played(item, STATE, overlay_milestones, steps)
