"""The clearance ledger: what an entry must fulfil, rates against the right whole, totals that mix nothing."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.quantity_values import Qualifier
from tracker.domain.relocation import (
    CODES,
    COLUMNS,
    FIGURES,
    Count,
    Entry,
    Obstacle,
    Scope,
    Stage,
    Tally,
    Use,
    added,
    check_entry,
    columns_of,
)

EXACT, ABOUT = Qualifier.EXACT, Qualifier.ABOUT
HOUSEHOLDS = {Count.HOUSEHOLDS: Scope(Decimal(100), EXACT)}


def problems(
    figures: dict[str, int | str],
    last: dict[str, int] | None = None,
    *,
    use: Use = Use.RESIDENTIAL,
    scope: dict[Count, Scope] | None = None,
    obstacles: dict[Obstacle, int] | None = None,
    correction: bool = False,
) -> set[tuple[str, str]]:
    found = check_entry(
        use=use,
        entry=Entry({name: Decimal(value) for name, value in figures.items()}, obstacles or {}),
        last=Entry({name: Decimal(value) for name, value in (last or {}).items()}),
        scope=HOUSEHOLDS if scope is None else scope,
        is_correction=correction,
    )
    assert {one.code for one in found} <= set(CODES)
    assert all(tuple(one.inputs) == CODES[one.code] for one in found)
    return {(one.field, one.code) for one in found}


def test_every_figure_has_its_column_once():
    assert len(COLUMNS) == 15
    assert len(set(FIGURES)) == len(FIGURES) == 20


def test_a_site_on_its_way_is_accepted():
    figures: dict[str, int | str] = {"surveyed_households": 100, "signed_households": 90, "vacated_households": 80}
    figures |= {"demolished_households": 60, "handed_over_households": 10, "cash_households": 30}
    figures |= {"exchange_households": 60, "vacated_persons": 250, "demolished_area": "7200.5"}
    assert not problems(figures, obstacles={Obstacle.OWNERSHIP: 20})


@pytest.mark.parametrize(
    ("figures", "wrong"),
    [
        ({}, ("", "entry_empty")),
        ({"signed_land": 3}, ("signed_land", "entry_not_of_use")),
        ({"signed_households": -1}, ("signed_households", "entry_negative")),
        ({"signed_households": "2.5"}, ("signed_households", "entry_not_whole")),
        ({"signed_households": 101}, ("signed_households", "entry_beyond_scope")),
        ({"signed_households": 10, "vacated_households": 11}, ("vacated_households", "entry_beyond_stage")),
        ({"vacated_households": 10, "demolished_households": 11}, ("demolished_households", "entry_beyond_stage")),
        ({"demolished_area": 10, "handed_over_area": 11}, ("handed_over_area", "entry_beyond_stage")),
        ({"signed_households": 10, "demolished_households": 11}, ("demolished_households", "entry_beyond_stage")),
        ({"signed_area": 10, "handed_over_area": "10.5"}, ("handed_over_area", "entry_beyond_stage")),
        (
            {"signed_households": 10, "cash_households": 6, "exchange_households": 5},
            ("cash_households", "entry_kinds_beyond_signed"),
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(figures: dict[str, int | str], wrong: tuple[str, str]):
    assert problems(figures) == {wrong}


def test_a_cumulative_figure_falls_only_in_a_correction():
    assert problems({"signed_households": 9}, {"signed_households": 10}) == {("signed_households", "entry_falls")}
    assert not problems({"signed_households": 9}, {"signed_households": 10}, correction=True)
    assert not problems({"signed_households": 10}, {"signed_households": 10})


def test_a_compensation_decision_stands_for_a_signature_and_may_be_lifted():
    figures: dict[str, int | str] = {"signed_households": 10, "decided_households": 2, "vacated_households": 12}
    assert not problems(figures, {"decided_households": 5})
    assert problems({**figures, "vacated_households": 13}) == {("vacated_households", "entry_beyond_stage")}


def test_signing_before_the_survey_is_finished_is_no_fault():
    assert not problems({"surveyed_households": 5, "signed_households": 9})


def test_more_than_a_scope_stated_as_about_is_no_fault():
    assert not problems({"signed_area": 2_100_000}, scope={Count.AREA: Scope(Decimal(2_030_000), ABOUT)})
    assert not problems({"signed_area": 2_100_000}, scope={Count.AREA: Scope(None, Qualifier.WITHHELD)})


def test_no_more_are_held_up_than_have_not_moved_out():
    assert not problems({"vacated_households": 90, "signed_households": 90}, obstacles={Obstacle.ABSENT: 10})
    found = problems({"vacated_households": 90, "signed_households": 90}, obstacles={Obstacle.ABSENT: 11})
    assert found == {("obstacles", "entry_obstacles_beyond")}


def test_land_is_handed_over_without_the_stages_of_a_house():
    assert not problems({"handed_over_land": 2571}, use=Use.LAND, scope={})
    assert not problems({"signed_land": 2500, "handed_over_land": 2571}, use=Use.LAND, scope={}), "ordered to"
    assert problems({"vacated_persons": 3}, use=Use.LAND, scope={}) == {("vacated_persons", "entry_not_of_use")}
    assert "demolished_area" in columns_of(Use.NON_RESIDENTIAL)


def tally(scope: int | None, about: bool = False, **stages: int) -> Tally:
    held = {stage: Decimal(stages[stage.value]) if stage.value in stages else None for stage in Stage}
    return Tally(None if scope is None else Decimal(scope), about, held)


def test_rates_are_of_everything_in_scope():
    """Two rates of a published table: 5,377 and 5,231 of 5,387 households are 99.8 % and 97.1 %."""
    row = tally(5387, signed=5377, vacated=5231)
    assert round(float(row.share(Stage.SIGNED) or 0) * 100, 1) == 99.8
    assert round(float(row.share(Stage.VACATED) or 0) * 100, 1) == 97.1
    assert row.left(Stage.VACATED) == Decimal(156)
    assert row.gap(Stage.SIGNED, Stage.VACATED) == Decimal(146)
    assert tally(0, signed=0).share(Stage.SIGNED) is None
    assert tally(None, signed=3).left(Stage.SIGNED) is None


def test_a_total_of_sites_of_which_one_states_nothing_says_so():
    whole = added([tally(100, signed=40), tally(None), tally(50, about=True, signed=5, vacated=2)])
    assert whole.scope == Decimal(150)
    assert whole.scope_about
    assert whole.stages[Stage.SIGNED] == Decimal(45)
    assert whole.stages[Stage.VACATED] == Decimal(2)
    assert whole.stages[Stage.DEMOLISHED] is None
    assert not added([tally(1), tally(2)]).scope_about


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50)), min_size=1, max_size=6))
def test_the_rate_of_a_total_lies_between_those_of_its_sites(rows: list[tuple[int, int]]):
    sites = [tally(scope, signed=min(scope, signed)) for scope, signed in rows]
    shares = [site.share(Stage.SIGNED) or Fraction(0) for site in sites]
    assert min(shares) <= (added(sites).share(Stage.SIGNED) or Fraction(0)) <= max(shares)
