"""What is odd in a report on resettlement housing."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from tracker.domain.quantity_values import Qualifier
from tracker.domain.relocation import Scope
from tracker.domain.resettlement import Entry, HomeCount
from tracker.domain.suspicion_homes import home_doubts
from tracker.words import resettlement as words


def odd(old: Mapping[str, int] | None, new: Mapping[str, int]) -> list[str]:
    before, after = (
        None if one is None else Entry({name: Decimal(value) for name, value in one.items()}) for one in (old, new)
    )
    planned = {HomeCount.HOMES: Scope(Decimal(1000), Qualifier.ABOUT)}
    return [one.code for one in home_doubts(before, after or Entry(), planned=planned)]


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        (None, {"started_homes": 900}, []),
        (None, {"started_homes": 1001}, ["homes_beyond_about"]),
        ({"started_homes": 100}, {"started_homes": 300}, []),
        ({"started_homes": 100}, {"started_homes": 99}, ["site_falls"]),
        ({"started_homes": 90}, {"started_homes": 900}, ["site_tenfold"]),
        ({"started_area": 12}, {"started_area": 120_000}, ["site_wan"]),
        ({"started_homes": 100, "started_area": 900}, {"started_homes": 100}, []),
    ],
)
def test_what_deserves_a_second_look(old: Mapping[str, int] | None, new: Mapping[str, int], codes: list[str]):
    assert odd(old, new) == codes


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        (None, {"started_homes": 900}, ["homes_plan_unstated"]),
        ({"started_homes": 800}, {"started_homes": 900}, []),
        (None, {"started_area": 900}, []),
        ({"started_homes": 99_000}, {"started_homes": 99_999}, ["homes_implausible"]),
    ],
)
def test_what_no_plan_bounds_is_brought_to_the_reviewer(
    old: Mapping[str, int] | None, new: Mapping[str, int], codes: list[str]
):
    before, after = (None if one is None else Entry({k: Decimal(v) for k, v in one.items()}) for one in (old, new))
    found = home_doubts(before, after or Entry(), planned={})
    assert [one.code for one in found] == codes
    assert all(words.doubt(one).startswith("计划套数未载明，填报") for one in found)
