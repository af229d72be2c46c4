"""When a programme wants reports: the form, who may use it, and what it changes for those who report."""

import pytest
from django.utils import timezone

from tests.addresses import report_on
from tests.cast import reach_for, signed_in
from tracker.actions import programmes as actions
from tracker.audit import Refused
from tracker.domain.duties import Cycle, Rhythm
from tracker.models import AuditEvent, Milestone, Programme, User
from tracker.queries.reports_due import due

pytestmark = pytest.mark.django_db
ADDRESS = "/programmes/XH/cycle/"


def posted(version: int, **values: object) -> dict[str, object]:
    return {"rhythm": "monthly", "weekday": 5, "month_day": 25, "escalate_days": 10, "version": version} | values


def test_a_reviewer_sets_the_cycle_and_the_page_says_so(reviewer: User):
    row = Programme.objects.get(code="XH")
    client = signed_in(reviewer)
    assert "每周一次，周五前报送" in client.get("/programmes/XH/").content.decode()
    assert client.post(ADDRESS, posted(row.version)).status_code == 302
    row.refresh_from_db()
    assert row.cycle == Cycle(Rhythm.MONTHLY, 25)
    assert row.escalate_days == 10
    assert "每月一次，25日前报送" in client.get("/programmes/XH/").content.decode()
    event = AuditEvent.objects.get(action="programme.cycle")
    assert event.before is not None
    assert event.after is not None
    assert (event.before["report_rhythm"], event.after["report_rhythm"]) == ("weekly", "monthly")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"rhythm": "daily"}, "rhythm"),
        ({"month_day": 32, "weekday": "x"}, "month_day"),
        ({"month_day": ""}, "month_day"),
        ({"rhythm": "weekly", "weekday": 8}, "weekday"),
        ({"escalate_days": 0}, "escalate_days"),
    ],
)
def test_what_makes_no_cycle_is_refused_at_its_field(reviewer: User, values: dict[str, object], field: str):
    row = Programme.objects.get(code="XH")
    answer = signed_in(reviewer).post(ADDRESS, posted(row.version, **values))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    row.refresh_from_db()
    assert row.report_rhythm == "weekly"


def test_a_stale_form_is_refused_once(reviewer: User):
    row = Programme.objects.get(code="XH")
    answer = signed_in(reviewer).post(ADDRESS, posted(row.version + 1))
    assert answer.status_code == 409
    again = answer.context["form"].data
    assert signed_in(reviewer).post(ADDRESS, again).status_code == 302


def test_an_official_may_not(official_a: User):
    with pytest.raises(Refused, match="no_right"):
        actions.set_cycle(
            programme=Programme.objects.get(code="XH"), cycle=Cycle(Rhythm.MONTHLY, 25), escalate_days=7, version=None,
            by=official_a, reach=reach_for(official_a),
        )  # fmt: skip
    assert AuditEvent.objects.filter(action="programme.cycle", refused=True).count() == 1


def asked(user: User) -> set[str]:
    page = due(reach=reach_for(user), on=timezone.localdate(), now=timezone.now(), language="zh-hans")
    return {item.code for item in page.items}


def test_an_item_is_asked_for_once_a_period(official_a: User, reviewer: User):
    from tracker.actions.reports import accept

    report = report_on("XH-ZB-02", official_a)
    assert "XH-ZB-02" not in asked(official_a)  # waiting for review
    accept(report=report, by=reviewer, reach=reach_for(reviewer))
    row = Milestone.objects.get(code="XH-ZB-02")
    assert row.as_of == timezone.localdate()
    assert "XH-ZB-02" not in asked(official_a)


def test_my_reports_says_by_when(official_a: User):
    page = signed_in(official_a).get("/reports/mine/")
    assert page.context["due"].closes
    assert "本期截止" in page.content.decode()
