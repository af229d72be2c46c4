"""Which item a row of somebody else's sheet means."""

import pytest

from tracker.domain.name_matching import Known, Matcher

ITEMS = (
    Known("milestone:A-1", "A-1", ("施工、监理招投标完成", "Works tendered"), ("某公园",)),
    Known("milestone:A-2", "A-2", ("开工",), ("某公园",)),
    Known("milestone:B-2", "B-2", ("开工",), ("某道路",)),
    Known("metric:M-1", "M-1", ("新增绿地",), (), "亩"),
)


@pytest.mark.parametrize(
    ("code", "name", "place", "key"),
    [
        ("a-1", "随便", "", "milestone:A-1"),
        ("", "A-1", "", "milestone:A-1"),
        ("", "《施工、监理招投标完成》", "", "milestone:A-1"),
        ("", "3．施工 监理招投标完成。", "", "milestone:A-1"),
        ("", "（一）新增绿地", "", "metric:M-1"),
        ("", "works  TENDERED", "", "milestone:A-1"),
        ("", "开工", "某道路", "milestone:B-2"),
        ("", "开工", "", None),
        ("", "监理招标", "", None),
        ("", "", "", None),
    ],
)
def test_by_code_and_by_name_however_it_is_spaced(code: str, name: str, place: str, key: str | None):
    assert Matcher(ITEMS).find(code, name, place).key == key


def test_what_is_alike_is_offered_the_likeliest_first():
    matcher = Matcher(ITEMS)
    assert matcher.find("", "开工").candidates == ("milestone:A-2", "milestone:B-2")
    assert matcher.candidates("监理招投标")[0] == "milestone:A-1"
    assert matcher.candidates("完全无关") == ()
    assert matcher.candidates("准备开工", "某道路")[0] == "milestone:B-2"
