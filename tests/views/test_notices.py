"""One's notices: the list and its reasons, the bell, what is read, what one wants to be told, and how far one sees."""

from typing import Any

import pytest
from django.utils import timezone

from tests.addresses import report_on
from tests.cast import reach_for, signed_in
from tests.counting import statements
from tracker.actions import notices, reports
from tracker.domain.reminders import MAILED, Because, Kind, Told
from tracker.models import Appointment, AuditEvent, Notice, NoticeSetting, User
from tracker.models.guard import writing
from tracker.queries import notices as queries

pytestmark = pytest.mark.django_db
PAGE, CODE, AWAY = "/me/notices/", "XH-ZB-02", "PQ-SD-01"
EVERY: list[tuple[Kind, dict[str, Any]]] = [
    (Kind.DUE, {"days": 3}),
    (Kind.DUE, {"days": 0}),
    (Kind.OVERDUE, {}),
    (Kind.ESCALATED, {}),
]
EVERY += [(Kind.SCHEDULE, {"finding": "unlawful"}), (Kind.PLAN, {}), (Kind.PLAN, {"before": "", "after": "2026-12-01"})]
EVERY += [(Kind.COMMENT, {"text": "一"}), (Kind.RETURNED, {"text": "补", "report": 7}), (Kind.CORRECTED, {"report": 7})]


def tell(user: User, count: int = 1, *, code: str = CODE, kind: Kind = Kind.OVERDUE, about: str = "milestone") -> None:
    first = Notice.objects.count()
    inputs = {"day": "2026-11-20", "days": 1, "count": 2, "units": 1}
    told = [
        Told(user.pk, kind, Because.LEAD, about, code, f"{kind}{number}", inputs)
        for number in range(first, first + count)
    ]
    with writing():
        notices.tell(told, now=timezone.now())


def settings_form(**changes: Any) -> dict[str, Any]:
    values = {f"page_{kind.value}": "on" for kind in Kind} | {f"mail_{kind.value}": "on" for kind in MAILED}
    return {**values, "email": "", "language": "zh-hans", **changes}


def test_a_notice_says_what_why_and_where_to(official_a: User):
    tell(official_a)
    page = signed_in(official_a).get(PAGE).content.decode()
    assert "已逾期" in page
    assert "应于2026年11月20日前完成，尚未完成" in page
    assert "提醒理由：你是牵头单位" in page
    assert f'href="/milestones/{CODE}/"' in page
    english = signed_in(official_a, "en").get(PAGE).content.decode()
    assert "Why you: your unit leads it" in english


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_kind_has_its_sentence_and_its_reason(official_a: User, language: str):
    dated = {"day": "2026-11-20", "days": 1}
    told = [
        Told(official_a.pk, kind, because, "milestone", CODE, f"{kind}{number}", dated | more)
        for number, ((kind, more), because) in enumerate(zip(EVERY, [*Because] * 2, strict=False))
    ]
    shared = {"day": "2026-11-20", "count": 2, "units": 2, "days": 4}
    told += [
        Told(official_a.pk, kind, Because.LEAD, "programme", "XH", f"{kind}p", shared)
        for kind in (Kind.MISSING, Kind.ESCALATED)
    ]
    with writing():
        notices.tell(told, now=timezone.now())
    page = signed_in(official_a, language).get(PAGE)
    rows = page.context["page"].rows
    assert len(rows) == len(told)
    assert {row.url for row in rows} == {f"/milestones/{CODE}/", "/reports/7/", "/reports/mine/", "/programmes/XH/"}
    assert all(row.title and row.text and row.why and "%(" not in row.text for row in rows)
    chinese = [any("一" <= sign <= "鿿" for sign in f"{row.kind}{row.why}") for row in rows]
    assert all(chinese) if language == "zh-hans" else not any(chinese)


def test_a_review_notice_leads_to_the_desk_and_only_who_reviews_sees_it(reviewer: User, official_a: User):
    for user in (reviewer, official_a):
        tell(user, code="", kind=Kind.WAITING, about="review")
    row = signed_in(reviewer).get(PAGE).context["page"].rows[0]
    assert (row.url, row.title) == ("/review/", "审核台")
    assert signed_in(official_a).get(PAGE).context["page"].rows == []


def test_what_is_out_of_reach_is_left_out_and_so_is_all_once_the_appointment_ends(official_a: User):
    tell(official_a)
    tell(official_a, code=AWAY)
    tell(official_a, code="PQ", about="programme", kind=Kind.MISSING)
    client = signed_in(official_a)
    assert [row.url for row in client.get(PAGE).context["page"].rows] == [f"/milestones/{CODE}/"]
    with writing():
        Appointment.objects.filter(user=official_a).update(valid_to="2026-01-02")
    page = client.get(PAGE)
    assert page.status_code == 200
    assert page.context["page"].rows == []
    assert CODE not in page.content.decode()


def test_nobody_sees_anothers_notices(official_a: User, leader: User):
    tell(official_a)
    client = signed_in(leader)
    assert client.get(PAGE).context["page"].rows == []
    client.post("/me/notices/read/", {"upto": Notice.objects.get().pk})
    assert Notice.objects.get().read_at is None


def test_the_bell_counts_what_is_unread_and_marking_leaves_what_came_later(official_a: User):
    client = signed_in(official_a)
    assert client.get("/guide/").context["bell"].count == ""
    tell(official_a, 2)
    page = client.get(PAGE)
    assert page.context["bell"].count == "2"
    assert 'aria-label="提醒，2 条未读"' in page.content.decode()
    assert Notice.objects.filter(read_at=None).count() == 2  # looking at it is not reading it
    tell(official_a)
    client.post("/me/notices/read/", {"upto": page.context["page"].newest})
    assert client.get("/guide/").context["bell"].count == "1"
    tell(official_a, 120)
    assert client.get("/guide/").context["bell"].count == "99+"


@pytest.mark.parametrize("upto", ["", "-1", "x", "9" * 40, "1e3"])
def test_a_bad_number_marks_nothing_and_says_so(official_a: User, upto: str):
    tell(official_a)
    answer = signed_in(official_a).post("/me/notices/read/", {"upto": upto})
    assert answer.status_code == 422
    assert "未作改动" in answer.content.decode()
    assert Notice.objects.get().read_at is None


def test_the_list_has_pages_and_costs_the_same_however_long(official_a: User):
    client = signed_in(official_a)
    tell(official_a)
    client.get(PAGE)
    with statements() as few:
        client.get(PAGE)
    tell(official_a, 3 * queries.PAGE)
    with statements() as many:
        page = client.get(PAGE, {"page": "2"})
    assert len(many) == len(few)
    assert not many.while_rendering
    assert len(page.context["page"].rows) == queries.PAGE
    assert client.get(PAGE, {"page": "no page"}).context["page"].page.number == 1
    newest = [row.pk for row in client.get(PAGE).context["page"].rows]
    assert newest == sorted(newest, reverse=True)


def test_ones_choice_is_kept_with_the_address_and_written_down(official_a: User):
    client = signed_in(official_a)
    shown = client.get(PAGE).context["form"]
    assert [kind for kind in Kind if shown.initial[f"mail_{kind.value}"]] == [kind for kind in Kind if kind in MAILED]
    form = settings_form(email=" a@example.org ", language="en")
    del form["page_comment"], form["mail_due"]
    assert client.post(PAGE, form).status_code == 302
    official_a.refresh_from_db()
    row = NoticeSetting.objects.get(person=official_a)
    assert (official_a.email, row.hidden, row.language) == ("a@example.org", ["comment"], "en")
    assert "due" not in row.mailed
    kept = client.get(PAGE).context["form"].initial
    assert (kept["page_comment"], kept["mail_due"], kept["email"]) == (False, False, "a@example.org")
    events = {event.action: event for event in AuditEvent.objects.filter(actor_id=official_a.pk)}
    assert events["user.email"].after == {"email": True}  # that there is one, not which
    assert "notice.settings" in events


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "a@@b"}, "email"),
        ({"email": "a@b.org\nBcc: c@d.org"}, "email"),
        ({"email": "a" * 250 + "@example.org"}, "email"),
        ({"language": "tlh"}, "language"),
        ({"language": ""}, "language"),
    ],
)
def test_a_bad_choice_is_told_at_its_place_keeps_what_was_typed_and_changes_nothing(
    official_a: User, changes: dict[str, str], field: str
):
    form = settings_form(**changes)
    del form["page_due"]
    answer = signed_in(official_a).post(PAGE, form)
    assert answer.status_code == 422
    bound = answer.context["form"]
    assert bound[field].errors
    assert not bound["page_due"].value()
    official_a.refresh_from_db()
    assert official_a.email == ""
    assert not NoticeSetting.objects.exists()


def test_whether_a_mail_server_is_there_is_said(official_a: User, settings: Any):
    settings.MAIL_WORKS = False
    assert "暂不发送邮件" in signed_in(official_a).get(PAGE).content.decode()
    settings.MAIL_WORKS = True
    assert "暂不发送邮件" not in signed_in(official_a).get(PAGE).content.decode()


def test_an_administrator_gives_a_person_an_address(administrator: User, official_a: User):
    client = signed_in(administrator)
    page = client.get("/people/official-a/")
    form = {"version": page.context["page"].version, "name": "甲", "name_en": "", "email": "a@example.org"}
    assert client.post("/people/official-a/", form | {"email": "nowhere"}).status_code == 422
    assert client.post("/people/official-a/", form).status_code == 302
    official_a.refresh_from_db()
    assert official_a.email == "a@example.org"
    assert client.get("/people/official-a/").context["names"].initial["email"] == "a@example.org"


def test_one_notice_is_read_and_the_others_stay(official_a, official_b, reviewer):
    for code in ("XH-ZB-01", "XH-ZB-02"):
        reports.return_(report=report_on(code, official_a), by=reviewer, reach=reach_for(reviewer), comment="请核实")
    newer, older = Notice.objects.filter(person=official_a)
    client = signed_in(official_a)
    assert client.get("/me/notices/").content.decode().count('name="only"') == 2
    signed_in(official_b).post("/me/notices/read/", {"only": newer.pk})
    assert Notice.objects.filter(person=official_a, read_at=None).count() == 2, "nobody else's"
    assert client.post("/me/notices/read/", {"only": newer.pk, "page": "2"})["Location"] == "/me/notices/?page=2"
    assert client.post("/me/notices/read/", {"only": newer.pk, "page": "//x"})["Location"] == "/me/notices/"
    assert Notice.objects.get(person=official_a, read_at=None) == older
    assert client.post("/me/notices/read/", {"only": "x"}).status_code == 422
