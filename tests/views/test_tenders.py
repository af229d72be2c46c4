"""The tender ledger's pages: the documents' packages, a package of one's own, past moments, files, reach."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import UNIT_A, UNIT_B
from tests.packages import package
from tracker import words
from tracker.models import CalendarDay, Milestone, Package, PackagePlan, Programme, Unit, User
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.fixture
def reading(client: Client, leader: User) -> Client:
    client.force_login(leader)
    return client


@pytest.fixture
def now_and_then() -> tuple[date, date]:
    today = timezone.localdate()
    return today, today + timedelta(10)


def test_the_board_shows_every_package_of_the_document_in_its_phase(reading):
    text = page(reading, "/tenders/")
    for name in ("公园国际方案征集", "公园勘察招标", "公园设计招标", "公园施工招标", "公园监理招标"):
        assert name in text
    listed = page(reading, "/tenders/", view="list", kind="solicitation")
    assert "公园国际方案征集" in listed
    assert "公园勘察招标" not in listed
    assert "这里没有标段" in page(reading, "/tenders/", q="不存在的标段")


def test_the_dates_of_document_000_that_do_not_fit_are_told_on_its_pages(reading):
    solicitation = page(reading, "/tenders/XH-BD-01/")
    assert "“开展方案征集”和“专家评审”都以2026年6月30日为期限" in solicitation
    assert "“方案整合深化”和“征集成果展示”都以2026年8月31日为期限" in solicitation
    assert "无法定时限" in solicitation
    assert "后续有4步期限已过，结果没有写明" in solicitation
    assert "后续各步都还没有日期" not in solicitation
    assert "后续无日期" not in solicitation
    assert "结果未载明" in page(reading, "/tenders/", view="list", q="XH-BD-01")
    works = page(reading, "/tenders/XH-BD-04/")
    assert "“施工招投标前期工作”和“发出中标通知书”都以2026年12月31日为期限" in works


def test_units_registered_are_read_from_their_metric_and_led_to_the_citation(reading):
    text = page(reading, "/tenders/XH-BD-01/")
    assert "/metrics/XH-M-12/" in text
    assert "/citations/000-38/" in text
    assert "/tenders/XH-BD-01/" in page(reading, "/citations/000-38/")
    assert "报名单位21家" in page(reading, "/tenders/", view="list")
    assert "未载明" in text, "a blank stays a blank"


def test_a_package_tells_its_clock_its_law_and_what_stands_against_it(reading, now_and_then):
    today, closing = now_and_then
    package(days={"B08": closing}, done={"B06": today - timedelta(1)}, validity_days=90)
    text = page(reading, "/tenders/T-BD/")
    assert "还剩10天" in text
    assert "招标投标法第24条" in text
    assert "不满足“投标文件编制期”" in text, "eleven days are no twenty"
    assert "T-BD-B08" in text
    months = page(reading, "/tenders/", view="calendar")
    assert "投标截止和开标" in months


def test_what_rests_on_a_window_nobody_has_read_says_so(reading, now_and_then):
    today, _closing = now_and_then
    days = {"S05": today + timedelta(1), "S06": today + timedelta(60)}
    package(days=days, kind="land", regime="land", template="land")
    text = page(reading, "/tenders/T-BD/").split("存在的问题", 1)[1].split("</section>", 1)[0]
    assert "“公布出让结果（待核）”" in text


def test_a_suspension_moves_the_clock(reading, now_and_then):
    today, closing = now_and_then
    row = package(days={"B08": closing})
    with writing():
        Package.objects.filter(pk=row.pk).update(suspended_from=today, suspended_until=today + timedelta(30))
        Milestone.objects.filter(code="T-BD-B08").update(planned_at=timezone.now() - timedelta(3))
    text = page(reading, "/tenders/T-BD/")
    assert "暂停计时" in text
    assert "顺延后：" in text
    assert f'<span class="chip">暂停</span> {words.day(today)}起暂停' in text
    chart = text.split("<h2>法定", 1)[0].rsplit("<table", 1)[1]
    columns, cells = (re.findall(rf"<{tag}[^>]*>([^<]*)</{tag}>", chart) for tag in ("th", "td"))
    day = words.day(CalendarDay.objects.calendar().roll_forward(closing + timedelta(30)))
    assert "顺延后" in columns, "the bars are drawn on the moved day"
    assert day in cells
    assert "因暂停顺延" in page(reading, "/tenders/", view="calendar")
    with writing():
        Package.objects.filter(pk=row.pk).update(suspended_from=today - timedelta(9), suspended_until=today)
    text = page(reading, "/tenders/T-BD/")
    assert "曾于" in text
    assert '<span class="chip">暂停</span>' not in text, "nothing stands still"


def test_a_past_moment_knows_only_the_terms_of_then(reading, now_and_then):
    today, _closing = now_and_then
    row = package(estimate_low=500, estimate_high=500, estimate_qualifier="exact")
    with writing():
        PackagePlan(
            package=row, number=2, recorded_at=timezone.now() + timedelta(1), unit=row.unit, kind="goods",
            regime="procurement", template=row.template, estimate_qualifier="withheld",
        ).save()  # fmt: skip
    assert "500万元" in page(reading, "/tenders/T-BD/", known=today.isoformat())
    assert reading.get("/tenders/T-BD/", {"known": "2020-01-01"}).status_code == 404
    assert "T-BD" not in page(reading, "/tenders/", known="2020-01-01")


def test_projects_programmes_and_the_overview_show_their_packages(reading, now_and_then):
    _today, closing = now_and_then
    package(days={"B08": closing})
    for address in ("/projects/XH-ZB/", "/programmes/XH/", "/"):
        assert "/tenders/T-BD/" in page(reading, address), address
    assert "/tenders/" not in page(reading, "/projects/XH-CQ/").split("<main", 1)[1]


def test_the_ledger_as_a_file(reading):
    answer = reading.get("/tenders/", {"_export": "csv", "kind": "survey"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert ",标段,工程," in lines[0]
    assert lines[1].startswith("XH-BD-02,公园勘察招标,")
    assert len(lines) == 2


def test_one_light_a_count_and_a_file_that_say_what_needs_attention(reading, leader, client_for, now_and_then):
    """Of four packages three: one is overdue, one stands still against the law, one failed."""
    today, ahead = now_and_then
    with writing():
        Programme.objects.update(tracking_from=date(2026, 1, 1))
    package(days={"B02": today - timedelta(9), "B03": today - timedelta(3)})
    since = today - timedelta(4)
    package("T-BD-2", days={"B10": ahead, "B11": ahead}, registered=7, suspended_from=since)
    done = {"B06": today - timedelta(9)}
    package("T-BD-3", bidders=2, failed=True, round=2, done=done, earlier_stops=[["2026-03-02", "2026-03-12", False]])
    package("T-BD-4", days={"B11": ahead + timedelta(90)})
    board = page(reading, "/tenders/", q="T-BD")
    assert "标段4个，需要处理的3个，暂停的1个。" in board
    lights = re.compile(r'/tenders/(T-BD[-0-9]*)/.*?class="light (\w+)".*?([^<>\s]+)</span>', re.DOTALL)
    wanted = {("T-BD", "red", "逾期9天"), ("T-BD-2", "amber", "还剩10天"), ("T-BD-3", "amber", "招标失败")}
    wanted |= {("T-BD-4", "green", "还剩100天")}
    assert set(lights.findall(board.split('class="phases', 1)[1].split("</div>", 1)[0])) == wanted
    listed = page(reading, "/projects/XH-ZB/")
    assert wanted <= set(lights.findall(listed.split("<main", 1)[1]))

    assert "另有1项，见下" in page(reading, "/tenders/", q="T-BD-2", view="list")

    answer = reading.get("/tenders/", {"_export": "csv", "q": "T-BD"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    late, stopped, failed, other = rows
    assert "另有1步逾期。" in late["存在问题"]
    assert "暂停计时" in stopped["存在问题"]
    assert "第2次招标失败" in failed["存在问题"]
    assert other["存在问题"] == ""
    told = [
        stopped[name]
        for name in ("报名单位", "投标单位", "招标次数", "本次招标失败", "暂停自", "暂停至", "合计暂停天数")
    ]
    assert told == ["7", "", "1", "否", since.isoformat(), "", "4"]
    told = [
        failed[name]
        for name in ("投标单位", "招标次数", "本次招标失败", "暂停自", "暂停至", "合计暂停天数", "适用法律")
    ]
    assert told == ["2", "2", "是", "2026-03-02", "", "10", "招标投标法"], "no end is reported"
    answer = client_for(leader, "en").get("/tenders/", {"_export": "csv", "q": "T-BD"})
    head = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[0]
    assert (
        "Units registered,Units shortlisted,Units that bid,Objections raised,Call number,This call has failed" in head
    )


def test_a_package_out_of_reach_is_not_there(client, official_b):
    client.force_login(official_b)
    package(unit=Unit.named(UNIT_A))
    package("T-BD-2", unit=Unit.named(UNIT_B))
    assert client.get("/tenders/T-BD/").status_code == 404
    assert client.get("/tenders/T-BD-2/").status_code == 200
    text = page(client, "/tenders/")
    assert "T-BD-2" in text
    assert "/tenders/T-BD/" not in text
