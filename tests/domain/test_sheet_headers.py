"""What the column titles of other offices' sheets mean."""

import pytest

from tracker.domain import sheet_headers as headers
from tracker.domain.ledger import Cell

TITLES = {
    "序号": "",
    "项目编号": "code",
    "项目名称": "project",
    "节点名称": "name",
    "重点工作事项": "name",
    "指标名称": "name",
    "项目/地块": "name",
    "责任单位": "unit",
    "牵头单位": "unit",
    "责任人/电话": "",
    "计划完成时限": "due",
    "截止日期": "due",
    "截至日期": "as_of",
    "计划开工时间": "",
    "实际开工时间": "actual_start",
    "实际竣工": "actual_finish",
    "预计完成时间": "forecast",
    "进度（％）": "progress",
    "状态": "status",
    "形象进度": "note",
    "完成情况及说明": "note",
    "存在问题": "note",
    "目标值": "target",
    "任务（亩）": "target",
    "年度计划投资（万元）": "target",
    "累计完成投资(万元)": "quantity",
    "完成数": "quantity",
    "实际完成（亩）": "quantity",
    "已签约户": "quantity",
    "未签约户": "",
    "应拆户": "",
    "签约率": "",
    "占年度计划%": "",
    "单位": "measure",
    "Item": "name",
    "Progress %": "progress",
    "Note": "note",
    "无关的一列": "",
}


@pytest.mark.parametrize(("title", "role"), TITLES.items())
def test_a_title_is_understood(title: str, role: str):
    assert headers.guess((title,)) == role


@pytest.mark.parametrize(
    ("path", "measure", "scale"),
    [
        (("总投资（万元）",), "万元", ""),
        (("拆除面积(万㎡)",), "万平方米", ""),
        (("征地", "任务亩"), "亩", ""),
        (("已签约户数",), "户", ""),
        (("征收（单位：亩）", "完成"), "亩", ""),
        (("完成数（万）",), None, "万"),
        (("完成情况",), None, ""),
        (("户",), None, ""),
    ],
)
def test_a_title_names_its_unit(path: tuple[str, ...], measure: str | None, scale: str):
    assert (headers.measure(path), headers.scale(path)) == (measure, scale)


def test_what_is_said_once_is_said_by_one_column_and_the_project_names_the_row_where_nothing_else_does():
    def guessed(*titles: str, cells: str = "") -> list[str]:
        return headers.guesses([(one,) for one in titles], [[Cell(cells)] for _one in titles])

    assert guessed("项目名称", "进度", "完成进度") == ["name", "progress", ""]
    assert guessed("项目名称", "节点名称", "备注", "存在问题") == ["project", "name", "note", "note"]
    assert guessed("指标", "本月完成（亩）", "累计完成（亩）") == ["name", "", "quantity"]
    assert guessed("指标", "单位", cells="亩") == ["name", "measure"]
    assert guessed("指标", "单位", cells="某局") == ["name", "unit"]
    assert guessed("事项", "形象进度", cells="５５％") == ["name", "progress"]
    assert guessed("事项", "形象进度", cells="在建") == ["name", "status"]


def test_the_day_and_the_unit_above_a_table():
    assert headers.stated_day(["进度表（截至2026年8月31日）"]) == "2026年8月31日"
    assert headers.stated_day(["填报时间：２０２６.８.３１"]) == "2026.8.31"
    assert headers.stated_day(["进度表（截至8月底）"]) == "8月底"
    assert headers.stated_day(["进度表"]) == ""
    assert headers.stated_measure(["单位：万元"]) == "万元"
    assert headers.stated_measure(["填报单位：某局", "单位：户、亩"]) is None


def test_a_header_is_remembered_whatever_the_month_and_the_width():
    one = [("节点名称",), ("8月完成（亩）",), ()]
    assert headers.fingerprint(one) == headers.fingerprint([("节点 名称",), ("９月完成(亩)",)])
    assert headers.fingerprint(one) != headers.fingerprint([("节点名称",), ("8月完成（户）",)])
