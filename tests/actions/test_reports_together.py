"""Several people at once: a replay is one report, a report is decided once, and numbers of waiting reports add up."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any

from django.db import connection
from django.utils import timezone

from tests.cast import UNIT_A, person, reach_for
from tracker.actions import reports as actions
from tracker.actions.reports import Said
from tracker.audit import Refused
from tracker.domain.states import Status
from tracker.models import AuditEvent, Milestone, Report, Role, User

TODAY = timezone.localdate()
AT_ONCE = 6


def together(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run the acts at the same moment, each in a thread with a connection of its own; refusals come back as codes."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(20)
            return act()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def submit(milestone: Milestone, by: User, *, token: str | None = None, progress: int = 60) -> Report:
    return actions.submit_milestone(
        milestone=milestone,
        said=Said(as_of=TODAY, token=token),
        status=Status.IN_PROGRESS,
        progress=Decimal(progress),
        actual_start=None,
        actual_finish=None,
        forecast=None,
        by=by,
        reach=reach_for(by),
        today=TODAY,
    )


def accept(report: Report, by: User) -> Report:
    return actions.accept(report=report, by=by, reach=reach_for(by))


def open_milestones() -> list[Milestone]:
    return list(Milestone.objects.filter(unit__code=UNIT_A, status="").select_related("unit")[:2])


def test_one_form_sent_many_times_at_once_is_one_report(own_database, official_a):
    milestone = open_milestones()[0]
    found = together([lambda: submit(milestone, official_a, token="same-token-1")] * AT_ONCE)
    assert len({report.pk for report in found}) == 1
    assert Report.objects.filter(author=official_a).count() == 1
    assert Milestone.objects.get(pk=milestone.pk).pending == 1
    assert AuditEvent.objects.filter(action="report.submit").count() == 1


def test_one_token_on_two_items_at_once_is_one_report_and_one_refusal(own_database, official_a):
    one, two = open_milestones()
    found = together(
        [lambda: submit(one, official_a, token="same-token-2"), lambda: submit(two, official_a, token="same-token-2")]
    )
    assert sorted(type(result).__name__ for result in found) == ["Report", "str"]
    assert "already_sent" in found
    assert Report.objects.filter(author=official_a).count() == 1


def test_a_report_accepted_by_several_at_once_is_accepted_once(own_database, official_a):
    milestone = open_milestones()[0]
    report = submit(milestone, official_a)
    reviewers = [person(f"reviewer-{number}", Role.REVIEWER, "GT") for number in range(AT_ONCE)]
    loaded = Report.objects.select_related("unit").get(pk=report.pk)
    acts: list[Callable[[], Any]] = [partial(accept, loaded, one) for one in reviewers]
    acts[-1] = lambda: actions.return_(
        report=loaded, comment="请核实", by=reviewers[-1], reach=reach_for(reviewers[-1])
    )
    found = Counter(result if isinstance(result, str) else "decided" for result in together(acts))
    assert found == {"decided": 1, "already_decided": AT_ONCE - 1}
    row = Milestone.objects.get(pk=milestone.pk)
    assert row.pending == 0
    assert row.version == milestone.version + (Report.objects.get(pk=report.pk).state == "accepted")


def test_many_authors_at_once_are_counted_and_each_is_recorded(own_database, official_a):
    milestone = open_milestones()[0]
    authors = [person(f"author-{number}", Role.OFFICIAL, UNIT_A) for number in range(AT_ONCE)]
    found = together([partial(submit, milestone, one) for one in authors])
    assert all(isinstance(report, Report) for report in found)
    assert Milestone.objects.get(pk=milestone.pk).pending == AT_ONCE
    assert AuditEvent.objects.filter(action="report.submit").count() == AT_ONCE
