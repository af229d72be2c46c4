"""What is odd in a report on a clearance site, rule by rule; and that every rule has its sentence."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from tracker.domain.quantity_values import Qualifier
from tracker.domain.relocation import Count, Entry, Obstacle, Scope, Use
from tracker.domain.suspicion import Doubt
from tracker.domain.suspicion_sites import RULES, SiteSaid, site_doubts
from tracker.words import review

DAY = date(2026, 11, 10)
SCOPE = {
    Count.HOUSEHOLDS: Scope(Decimal(900), Qualifier.EXACT),
    Count.AREA: Scope(Decimal(90_000), Qualifier.ABOUT),
}


def said(days: int = 0, obstacles: dict[Obstacle, int] | None = None, **figures: Any) -> SiteSaid:
    stated = {name: Decimal(value) for name, value in figures.items()}
    return SiteSaid(DAY + timedelta(days), Entry(stated, obstacles or {}))


def doubts(old: SiteSaid | None, new: SiteSaid, use: Use = Use.RESIDENTIAL) -> list[Doubt]:
    found = site_doubts(old, new, use=use, scope=SCOPE)
    for one in found:
        assert set(one.inputs) == set(RULES[one.code])
    return found


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ({"signed_households": 40}, {"signed_households": 50}, []),
        ({"signed_households": 40}, {"signed_households": 39}, ["site_falls"]),
        ({"signed_households": 40}, {"signed_households": 400}, ["site_tenfold"]),
        ({"signed_households": 4}, {"signed_households": 40}, []),
        ({"signed_area": 8000}, {"signed_area": 800}, ["site_tenth"]),
        ({"signed_area": 200_000}, {"signed_area": 20}, ["site_wan"]),
        ({"signed_area": 80_000}, {"signed_area": 90_001}, ["site_beyond_about"]),
        ({}, {"surveyed_area": 8000, "signed_area": 8001}, ["site_beyond_surveyed"]),
        ({}, {"surveyed_area": 8000, "signed_area": 8000}, []),
        ({"signed_households": 100}, {"signed_households": 400}, []),
        ({"signed_households": 100}, {"signed_households": 401}, ["site_jumps"]),
        ({}, {"signed_households": 10, "signed_area": 49}, ["site_area_each"]),
        ({}, {"signed_households": 10, "signed_area": 20_001}, ["site_area_each"]),
        ({}, {"signed_households": 10, "signed_area": 20_000}, []),
    ],
)
def test_each_rule_strikes_where_it_should(old, new, codes):
    assert [one.code for one in doubts(said(**old), said(7, **new))] == codes


def test_a_jump_takes_at_most_a_week_and_an_area_a_home():
    assert not doubts(said(signed_households=100), said(8, signed_households=401))
    assert [one.code for one in doubts(said(signed_households=100), said(signed_households=401))] == ["site_jumps"]
    assert not doubts(None, said(signed_households=10, signed_area=49), Use.NON_RESIDENTIAL)


@pytest.mark.parametrize(
    ("held", "more", "struck"),
    [(5, {}, False), (3, {}, True), (3, {"signed_households": 12}, False), (0, {"decided_households": 4}, True)],
)
def test_obstacles_do_not_vanish_by_themselves(held, more, struck):
    old = said(0, {Obstacle.ABSENT: 5}, signed_households=10)
    new = said(3, {Obstacle.OTHER: held} if held else None, **({"signed_households": 10} | more))
    assert [one.code for one in doubts(old, new)] == (["site_obstacles_vanish"] if struck else [])


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        (None, {"signed_households": 40}, ["site_scope_unstated"]),
        (None, {"signed_area": 4_000}, ["site_scope_unstated"]),
        ({"signed_area": 4_000}, {"signed_households": 40}, ["site_scope_unstated"]),
        ({"signed_households": 30}, {"signed_households": 40}, []),
        (None, {"surveyed_households": 99_999, "signed_households": 12}, ["site_implausible"]),
        ({"signed_households": 99_000}, {"signed_households": 99_999}, ["site_implausible"]),
        (None, {"signed_households": 5_000}, ["site_scope_unstated"]),
    ],
)
def test_what_no_scope_bounds_is_brought_to_the_reviewer(old, new, codes):
    then = said(**old) if old else None
    assert [one.code for one in site_doubts(then, said(30, **new), use=Use.RESIDENTIAL, scope={})] == codes


def test_a_scope_in_the_other_count_lets_small_figures_pass_and_large_ones_not():
    scope = {Count.HOUSEHOLDS: Scope(Decimal(900), Qualifier.EXACT)}
    for area, codes in ((40_000, []), (9_999_999, ["site_implausible"])):
        found = site_doubts(None, said(signed_area=area), use=Use.RESIDENTIAL, scope=scope)
        assert [one.code for one in found] == codes


def test_fewer_people_than_households_and_more_than_about_so_many():
    few = doubts(None, said(vacated_households=10, vacated_persons=9))
    assert [one.code for one in few] == ["site_persons_few"]
    about = Scope(Decimal(30), Qualifier.ABOUT)
    found = site_doubts(None, said(vacated_persons=31), use=Use.RESIDENTIAL, scope=SCOPE, persons=about)
    assert [one.code for one in found] == ["site_beyond_about"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("code", sorted(RULES))
def test_every_doubt_has_its_sentence(language, code):
    inputs: dict[str, Any] = {name: Decimal(12) for name in RULES[code]}
    inputs |= {name: 3 for name in ("days", "times") if name in inputs}
    inputs |= {"figure": "signed_area"} if "figure" in inputs else {}
    with translation.override(language):
        sentence = review.doubt(Doubt(code, inputs))
    assert "%(" not in sentence
    assert "site_" not in sentence
    assert len(sentence) > 10
