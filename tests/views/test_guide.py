"""The guide says what the rules say, in both languages, to whoever is signed in."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tracker import words
from tracker.domain import dates
from tracker.domain.progress import Verdict
from tracker.domain.states import COLOURS, DateState
from tracker.models import User
from tracker.queries import guide
from tracker.words.guide import STATE_RULES, VERDICT_RULES


def test_every_state_has_its_rule():
    assert set(STATE_RULES) == set(DateState)
    assert len(guide.states()) == len(DateState)
    assert set(VERDICT_RULES) == set(Verdict)
    assert len(guide.verdicts()) == len(Verdict)


def test_a_date_is_overdue_on_the_day_after_its_last():
    for sample in guide.SAMPLES:
        found = dates.parse(sample, year=2026)
        if found.latest:
            assert not dates.overdue(found, found.latest)
            assert dates.overdue(found, found.latest + timedelta(days=1))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("role", ["leader", "official_a", "reviewer", "administrator"])
def test_the_page(request: pytest.FixtureRequest, client_for: Callable[..., Client], language: str, role: str):
    user: User = request.getfixturevalue(role)
    answer: Any = client_for(user, language).get("/guide/")
    text = answer.content.decode()
    assert answer.status_code == 200
    with translation.override(language):
        for state in DateState:
            assert f'class="light {COLOURS[state].value}"' in text
            assert words.state(state) in text
    anchors = re.findall(r'href="#([a-z-]+)"', text)
    assert set(anchors) >= {"officials", "reviewers", "leaders", "administrators"}
    for anchor in anchors:
        assert f'id="{anchor}"' in text


@pytest.mark.parametrize(
    ("role", "groups"),
    [
        ("official_a", [["资料", "倒排", "法定期限", "工作日历"], ["使用说明"]]),
        ("leader", [["资料", "倒排", "计划体检", "法定期限", "工作日历"], ["历史"], ["使用说明"]]),
        (
            "administrator",
            [["资料", "倒排", "计划体检", "法定期限", "工作日历"], ["人员", "单位", "历史"], ["使用说明"]],
        ),
    ],
)
def test_more_holds_groups_in_one_order(
    request: pytest.FixtureRequest, client_for: Callable[..., Client], role: str, groups: list[list[str]]
):
    answer: Any = client_for(request.getfixturevalue(role), "zh-hans").get("/guide/")
    found: list[list[str]] = [[]]
    for item in answer.context["nav"]:
        if item.place == "more":
            found += [[]] if item.line else []
            found[-1].append(item.label)
    assert found == groups
