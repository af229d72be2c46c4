"""Planning a tender: a package from a template, its terms with a reason, its steps by planning back, its end."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import ROOT
from tests.packages import package
from tracker.models import AuditEvent, Package, ProcessStep, ProcessTemplate, ProcessUse, Unit, User
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
TERMS = {"kind": "goods", "regime": "procurement", "template": "tender", "estimate": "0.3亿元", "compulsory": "no"}
NEW = {"project": "XH-ZB", "code": "xh-bd-06", "name": "湿地设备采购", "name_en": "", "validity_days": "90", **TERMS}


@pytest.fixture
def planning(client: Client, reviewer: User) -> Client:
    client.force_login(reviewer)
    return client


def test_a_package_is_added_with_the_steps_of_its_template(planning):
    answer = planning.post("/tenders/new/", NEW, follow=True)
    assert "湿地设备采购" in answer.content.decode()
    row = Package.objects.get(code="XH-BD-06")
    assert row.estimate_low == 3000
    assert (row.compulsory, row.validity_days, row.plan_number) == (False, 90, 1)
    assert [step.code for step in row.steps.all()][:4] == ["B01", "B02", "B03", "B04"]
    assert row.steps.filter(milestone=None).count() == 13
    assert AuditEvent.objects.filter(action="package.add", subject_code="XH-BD-06").count() == 1
    told = planning.get("/history/package/XH-BD-06/").content.decode()
    assert "新增标段" in told
    assert "政府采购法" in told
    assert planning.post("/tenders/new/", NEW).status_code == 422, "the code is taken"


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("code", "xh bd", "大写字母"),
        ("estimate", "30亩", "金额"),
        ("estimate", "许多", ""),
        ("validity_days", "0", ""),
        ("template", "no-such", "请选有招标或挂牌环节的流程"),
        ("template", "resettlement", "请选有招标或挂牌环节的流程"),
        ("template", "land", "请选相符的法律和流程"),
        ("regime", "land", "请选相符的法律和流程"),
        ("kind", "land", "请选相符的法律和流程"),
        ("project", "PQ-NO", ""),
    ],
)
def test_what_makes_no_sense_is_said_at_its_place_and_adds_nothing(planning, field, text, said):
    answer = planning.post("/tenders/new/", NEW | {field: text})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    at = "regime" if field == "kind" else field
    assert list(answer.context["form"].errors) == [at]
    assert not Package.objects.filter(code="XH-BD-06").exists()


def test_only_processes_that_lead_through_a_call_are_offered(planning, reviewer):
    """A unit's copy too, though it calls its steps otherwise."""
    whole = {
        "recorded_at": timezone.now(),
        "unit": Unit.named(ROOT),
        "goal": "Z01",
        "name": "自编",
        "name_en": "Own",
        "by": reviewer,
    }
    with writing():
        for code, house in (("tender-c1", "tender"), ("permits-c1", "permits")):
            copy = ProcessTemplate(code=code, origin=ProcessTemplate.objects.whole(house), **whole)
            copy.save()
            ProcessStep(template=copy, code="Z01", position=1, name="其一", name_en="One", duration=0).save()
    offered = dict(planning.get("/tenders/new/").context["form"].fields["template"].choices)
    assert set(offered) >= {"tender", "tender-prequal", "design", "land", "tender-c1"}
    other = {"clearance", "collective", "agreement", "retain", "resettlement", "plan", "permits", "permits-c1"}
    assert not other & set(offered)


def test_terms_change_with_a_reason_and_earlier_ones_stay(planning):
    row = package(days={"B11": timezone.localdate()})
    change = {**TERMS, "template": "tender-prequal", "version": row.version}
    assert planning.post("/tenders/T-BD/plan/", change).status_code == 422, "no reason"
    answer = planning.post("/tenders/T-BD/plan/", change | {"reason": "改用资格预审"}, follow=True)
    assert "改用资格预审" in answer.content.decode()
    row.refresh_from_db()
    assert (row.plan_number, row.plans.count(), row.kind, row.regime) == (2, 2, "goods", "procurement")
    codes = [step.code for step in row.steps.all()]
    assert codes.index("B05a") < codes.index("B06") < codes.index("B11")
    assert row.steps.get(code="B11").milestone is not None, "a step with a milestone keeps it"
    stale = planning.post("/tenders/T-BD/plan/", change | {"reason": "再改"})
    assert stale.status_code == 422


def test_a_package_is_planned_back_to_milestones_of_its_open_steps(planning):
    row = Package.objects.get(code="XH-BD-04")
    deadline = timezone.localdate() + timedelta(120)
    asked = {"template": "tender", "deadline": deadline.isoformat(), "package": row.code}
    shown = planning.get("/backplan/", asked)
    assert "用于本标段" in shown.content.decode()
    asked |= {"seen": shown.context["page"].seen, "project": "XH-ZB"}
    answer = planning.post("/backplan/apply/", asked, follow=True)
    assert answer.redirect_chain[-1][0] == "/tenders/XH-BD-04/"
    steps = {step.code: step.milestone for step in row.steps.select_related("milestone")}
    codes = {code: milestone.code for code, milestone in steps.items() if milestone}
    assert codes["B08"] == "XH-BD-04-B08"
    assert codes["B11"] == "XH-ZB-02", "the document's milestone stays that of its step"
    assert set(codes) == set(steps)
    use = ProcessUse.objects.get(package=row)
    assert use.windows.filter(window__code="TB-05", until=steps["B08"]).exists()
    text = answer.content.decode()
    assert "投标文件编制期" in text
    again = planning.post("/backplan/apply/", asked)
    assert again.status_code == 422
    assert "已按这个流程倒排过" in again.content.decode()
    other = planning.post("/backplan/apply/", asked | {"package": "XH-BD-05"}, follow=True)
    assert other.redirect_chain, "another package of the project has its own"
    assert planning.post("/backplan/apply/", asked | {"package": "XH-BD-01"}).status_code == 422, "another process"


def test_a_package_is_retired_with_a_reason(planning):
    row = package()
    assert planning.post("/tenders/T-BD/retire/", {"version": row.version, "reason": ""}).status_code == 422
    answer = planning.post("/tenders/T-BD/retire/", {"version": row.version, "reason": "并入其他标段"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/tenders/"
    assert planning.get("/tenders/T-BD/").status_code == 404
    row.refresh_from_db()
    assert row.retired_reason == "并入其他标段"


def test_who_does_not_plan_changes_nothing(client, official_a):
    client.force_login(official_a)
    row = Package.objects.get(code="XH-BD-04")
    for address in ("/tenders/new/", "/tenders/XH-BD-04/plan/", "/tenders/XH-BD-04/retire/"):
        assert client.post(address, {**NEW, "reason": "x", "version": row.version}).status_code == 403
    row.refresh_from_db()
    assert (row.plan_number, row.retired_at) == (1, None)
