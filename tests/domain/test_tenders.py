"""The tender ledger: document 000's packages and 2026 counted by hand, and what holds for any package."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.test_backplan import CALENDAR, TEMPLATES, WINDOWS
from tracker.domain import tender_reports
from tracker.domain.tender_reports import check_package_report, package_doubts, too_few
from tracker.domain.tender_values import CODES, PHASE_OF, SERIOUS, Counts, Facts, Kind, Phase, Point, Regime
from tracker.domain.tenders import binding, read, standing

BY_ID = {window.id: window for window in WINDOWS}
D = date.fromisoformat


def package(points: list[Point], template: str = "tender", **more: Any) -> Facts:
    held = TEMPLATES[template]
    base: dict[str, Any] = {"kind": Kind.WORKS, "regime": Regime.TENDER, "attached": held.windows, "windows": BY_ID}
    return Facts(points=points, parallel=frozenset(held.parallel()), **(base | more))


def tender(days: dict[str, str], *, done: tuple[str, ...] = (), starts: dict[str, str] | None = None) -> list[Point]:
    """The steps of a tender with their days, '' for none."""
    return [
        Point(
            step.key,
            start=D(starts[step.key]) if starts and step.key in starts else None,
            finish=D(days[step.key]) if step.key in days else None,
            basis="actual" if step.key in done else "planned" if step.key in days else "",
            done=step.key in done,
            usual=step.usual,
        )
        for step in TEMPLATES["tender"].steps
    ]


def codes(facts: Facts, on: str) -> list[str]:
    return [one.code for one in read(facts, on=D(on), calendar=CALENDAR).findings]


def test_twenty_days_over_the_national_day_end_on_the_eighth_of_october():
    """domain.md: issued 2026-09-14, 20 days end on Sunday 10-04, which becomes 10-08."""
    early = read(package(tender({"B06": "2026-09-14", "B08": "2026-10-07"})), on=D("2026-09-01"), calendar=CALENDAR)
    held = next(one for one in early.held if one.window.id == "TB-05")
    assert (held.bound, held.slack) == (D("2026-10-08"), -1)
    assert [one.code for one in early.findings] == ["unlawful", "deadline_not_worked"], "1 to 7 October are not worked"
    kept = read(package(tender({"B06": "2026-09-14", "B08": "2026-10-08"})), on=D("2026-09-01"), calendar=CALENDAR)
    assert not kept.findings
    assert kept.next is not None
    assert (kept.next.key, kept.next.days) == ("B06", 13)


def test_publicity_over_qingming_lasts_until_the_seventh_of_april():
    """domain.md: publicity from 2026-04-02, 3 days end on 04-05, a holiday, so on 04-07; the award comes later."""
    days = {"B10": "2026-04-07", "B11": "2026-04-07"}
    found = read(package(tender(days, starts={"B10": "2026-04-02"})), on=D("2026-04-01"), calendar=CALENDAR)
    assert next(one.bound for one in found.held if one.window.id == "TB-10") == D("2026-04-07")
    assert [one.code for one in found.findings] == ["award_in_publicity"]
    days["B11"] = "2026-04-08"
    assert codes(package(tender(days, starts={"B10": "2026-04-02"})), "2026-04-01") == []


def test_a_contract_is_signed_within_thirty_days():
    """domain.md: letter of award 2026-01-20, 30 days end on 02-19 in the Spring Festival, so on 02-24."""
    days = {"B11": "2026-01-20", "B12": "2026-02-25"}
    found = read(package(tender(days, done=("B11", "B12"))), on=D("2026-03-01"), calendar=CALENDAR)
    held = next(one for one in found.held if one.window.id == "TB-11")
    assert (held.bound, held.slack, held.basis) == (D("2026-02-24"), -1, "actual")
    assert found.unlawful
    assert (found.phase, found.current) == (Phase.CONTRACT, "B13")


def test_dates_of_document_000_leave_no_time_for_the_review_nor_the_exhibition():
    """Solicitation until the end of June, review by then; synthesis and exhibition both by the end of August."""
    points = [
        Point("C02", finish=D("2026-03-10"), basis="planned", done=True, usual=0),
        Point("C03", begun=True, usual=15),
        Point("Z1", D("2026-04-01"), D("2026-06-30"), "planned", usual=None),
        Point("C10", finish=D("2026-06-30"), basis="planned", usual=1),
        Point("C13", finish=D("2026-08-31"), basis="planned", usual=30),
        Point("Z2", finish=D("2026-08-31"), basis="planned"),
    ]
    facts = package(points, "design", kind=Kind.SOLICITATION, regime=Regime.NONE)
    found = read(facts, on=D("2026-04-15"), calendar=CALENDAR)
    pairs = [(one.code, one.inputs["first"], one.inputs["second"]) for one in found.findings]
    assert pairs == [("no_time", "Z1", "C10"), ("no_time", "C13", "Z2")]
    assert (found.phase, found.current) == (Phase.NOTICE, "C03")
    assert not found.held, "no law sets the lengths of a solicitation"
    assert codes(replace(facts, points=[*points[:4], replace(points[4], finish=D("2026-06-01"))]), "2026-04-15") == [
        "order",
        "no_time",
    ]


def test_preparations_and_award_by_the_same_day_leave_no_time_for_the_tender():
    """Document 000: the preparations of the construction tender in the year, its award by the end of the year."""
    points = [Point("Z1", finish=D("2026-12-31"), basis="planned"), *tender({"B11": "2026-12-31"})]
    assert codes(package(points), "2026-11-20") == ["no_time"]
    assert codes(package([*points[:1], *tender({"B01": "2026-12-31"})]), "2026-11-20") == ["no_time"]
    event = [Point("B06", finish=D("2026-12-30"), usual=0), Point("B08", finish=D("2026-12-30"), usual=0)]
    assert "no_time" not in codes(package(event), "2026-11-20")


def test_a_suspension_moves_what_was_planned_before_it():
    """Ten days from Monday 2026-09-07: the bid deadline of 09-21 becomes 10-01, a holiday, so 10-08."""
    points = tender({"B04": "2026-08-20", "B06": "2026-08-31", "B08": "2026-09-21"}, done=("B04", "B06"))
    facts = package(points, counts=Counts(suspended_from=D("2026-09-07"), suspended_until=D("2026-09-17")))
    found = read(facts, on=D("2026-09-10"), calendar=CALENDAR)
    assert found.suspended
    assert found.stopped_days == 10
    assert found.next is not None
    assert (found.next.key, found.next.day, found.next.moved) == ("B08", D("2026-10-08"), True)
    assert [one.code for one in found.findings] == ["suspended"]
    later = replace(facts, points=[replace(one, set_on=D("2026-09-08")) for one in points])
    assert read(later, on=D("2026-09-10"), calendar=CALENDAR).moved == frozenset(), "planned anew since"
    before = read(facts, on=D("2026-09-06"), calendar=CALENDAR)
    assert (before.suspended, before.moved) == (False, frozenset())


def test_an_open_suspension_moves_the_days_by_what_has_passed():
    points = tender({"B08": "2026-09-21"})
    facts = package(points, counts=Counts(suspended_from=D("2026-09-07")))
    assert read(facts, on=D("2026-09-09"), calendar=CALENDAR).coming[0].day == D("2026-09-23")


@pytest.mark.parametrize(
    ("bidders", "done", "failed", "expected"),
    [(2, True, False, ["too_few"]), (2, False, False, []), (3, True, False, []), (2, True, True, ["failed"])],
)
def test_fewer_than_three_bidders_mean_another_call(bidders, done, failed, expected):
    points = tender({"B08": "2026-09-21"}, done=("B08",) if done else ())
    facts = package(points, counts=Counts(bidders=bidders, failed=failed))
    assert codes(facts, "2026-09-10") == expected


def test_a_call_that_has_failed_leads_to_none_of_its_later_steps():
    points = tender({"B08": "2026-09-21", "B11": "2026-09-30"}, done=("B08",))
    going, failed = (package(points, counts=Counts(bidders=2, failed=one)) for one in (False, True))
    assert [one.key for one in read(going, on=D("2026-10-10"), calendar=CALENDAR).coming] == ["B11"]
    assert read(failed, on=D("2026-10-10"), calendar=CALENDAR).coming == ()
    assert [codes(one, "2026-10-10") for one in (going, failed)] == [["too_few", "overdue"], ["failed"]]


def test_days_of_a_call_that_failed_are_not_those_of_the_next():
    """Round 2: until its days are reported, or its bids counted, nothing is awarded on the days of round 1."""
    done = tender({"B04": "2026-08-20", "B08": "2026-09-21", "B11": "2026-09-30"}, done=("B04", "B08"))
    facts = package(done, counts=Counts(registered=4, round=2), validity_days=20)
    again = read(facts, on=D("2026-09-25"), calendar=CALENDAR)
    assert (again.phase, again.current, again.coming, again.valid_until) == (Phase.BIDDING, "B06", (), None)
    assert [one.code for one in again.findings] == ["earlier_call"]
    begun = [replace(one, done=False, finish=D("2026-10-20")) if one.key == "B08" else one for one in done[:-5]]
    assert "earlier_call" not in codes(package(begun, counts=facts.counts), "2026-09-25")
    counted = replace(facts, counts=Counts(registered=4, bidders=3, round=2), validity_days=None)
    assert (codes(counted, "2026-09-25"), standing(done, counted.counts)[1]) == ([], "B09")


def test_bids_stop_binding_so_many_days_after_the_deadline():
    points = tender({"B08": "2026-06-01", "B11": "2026-09-01"}, done=("B08",))
    facts = package(points, validity_days=60)
    found = read(facts, on=D("2026-06-10"), calendar=CALENDAR)
    assert found.valid_until == D("2026-07-31")
    assert [one.code for one in found.findings] == ["validity_short"]
    unplanned = package(tender({"B08": "2026-06-01"}, done=("B08",)), validity_days=60)
    assert codes(unplanned, "2026-07-20") == ["validity_soon"]
    assert codes(unplanned, "2026-08-01") == ["validity_over"]
    awarded = tender({"B08": "2026-06-01", "B11": "2026-07-15"}, done=("B08", "B11"))
    assert codes(package(awarded, validity_days=60), "2026-08-01") == []


def test_a_size_from_which_tendering_is_compulsory():
    works = package(tender({}), regime=Regime.NONE, estimate=Decimal(400))
    assert codes(works, "2026-06-01") == ["must_be_tendered"]
    assert codes(replace(works, estimate=Decimal("399.9")), "2026-06-01") == []
    assert codes(replace(works, kind=Kind.SERVICES, estimate=Decimal(900)), "2026-06-01") == []
    assert codes(replace(works, estimate=None), "2026-06-01") == [], "a blank is no figure"


def test_each_law_has_its_own_windows():
    held = TEMPLATES["tender"].windows
    compulsory = [one.window for one in binding(held, regime=Regime.TENDER, compulsory=None)]
    assert compulsory == [one.window for one in held]
    assert set(compulsory) - {one.window for one in binding(held, regime=Regime.TENDER, compulsory=False)} == {
        "TB-05",
        "TB-12",
    }
    bought = [one.window for one in binding(held, regime=Regime.PROCUREMENT, compulsory=None)]
    assert bought == ["GP-04", "GP-01", "GP-07", "GP-10b"]
    bought = [
        one.window for one in binding(TEMPLATES["procurement"].windows, regime=Regime.PROCUREMENT, compulsory=None)
    ]
    assert {"GP-01", "GP-02", "GP-05a", "GP-05b", "GP-06", "GP-07", "GP-08a", "GP-08b", "GP-10a"} < set(bought)
    assert {step.key for step in TEMPLATES["procurement"].steps} <= set(PHASE_OF)
    assert binding(held, regime=Regime.NONE, compulsory=None) == []
    land = binding(TEMPLATES["land"].windows, regime=Regime.LAND, compulsory=None)
    assert {one.window[:3] for one in land} == {"LD-"}


def test_what_is_counted_tells_how_far_it_has_come():
    """Nobody reported a step done, but units have registered, or bids are in."""
    points = tender({})
    assert standing(points, Counts()) == (Phase.PREPARING, "B01")
    assert standing(points, Counts(registered=9)) == (Phase.BIDDING, "B06")
    assert standing(points, Counts(registered=9, bidders=5)) == (Phase.EVALUATION, "B09")


def test_a_day_that_passed_before_the_ledger_was_kept_is_not_overdue():
    point = Point("B11", finish=D("2026-10-31"), basis="planned", usual=0, unstated=True)
    found = read(package([point]), on=D("2026-11-20"), calendar=CALENDAR)
    assert [one.code for one in found.findings] == ["unstated"]
    assert found.next is None
    assert codes(package([replace(point, unstated=False)]), "2026-11-20") == ["overdue"]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (Counts(), ["package_empty"]),
        (Counts(registered=21), []),
        (Counts(registered=5, shortlisted=6), ["package_grows"]),
        (Counts(registered=5, bidders=6), ["package_grows"]),
        (Counts(registered=10_000), ["package_count_range"]),
        (Counts(round=10), ["package_round_range"]),
        (Counts(suspended_until=D("2026-05-01")), ["package_until_without_since"]),
        (Counts(suspended_from=D("2026-05-02"), suspended_until=D("2026-05-01")), ["package_resumes_first"]),
        (Counts(suspended_from=D("2026-06-02")), ["package_since_future"]),
        (Counts(suspended_from=D("1926-06-02")), ["day_too_early"]),
    ],
)
def test_a_report_that_contradicts_itself_is_refused(counts, expected):
    found = check_package_report(counts, as_of=D("2026-06-01"), last=Counts())
    assert [one.code for one in found] == expected
    assert all(set(one.inputs) == set(tender_reports.CODES[one.code]) for one in found)


def test_what_was_counted_in_a_call_is_not_left_out():
    last, day = Counts(registered=9, bidders=5), D("2026-06-01")
    found = check_package_report(Counts(registered=9), last=last, as_of=day)
    assert [(one.field, one.code, dict(one.inputs)) for one in found] == [("bidders", "entry_gone", {"last": 5})]
    assert not check_package_report(Counts(registered=9), last=last, is_correction=True, as_of=day)
    assert not check_package_report(Counts(registered=4, round=2), last=last, as_of=day)


def test_what_was_accepted_of_a_call_is_repeated_of_the_next_only_on_somebodys_word():
    last = Counts(registered=6, bidders=2, objections=0, suspended_from=D("2026-05-01"), failed=True)
    for new, names in (
        (replace(last, round=2), ["registered", "bidders", "objections", "suspended_from", "failed"]),
        (Counts(registered=7, bidders=2, round=2), ["bidders"]),
        (Counts(registered=7, round=2), []),
        (last, []),
    ):
        found = check_package_report(new, last=last, as_of=D("2026-06-01"))
        assert [one.field for one in found] == names
        assert {one.code for one in found} <= {"package_of_earlier_call"}
        assert not check_package_report(new, last=last, as_of=D("2026-06-01"), counted_anew=True)
        assert len([one for one in package_doubts(last, new) if one.code == "package_as_before"]) == len(names)


def test_what_deserves_a_second_look():
    old = Counts(registered=9, bidders=5)
    assert package_doubts(None, Counts(registered=9)) == []
    falls = package_doubts(old, Counts(registered=7, bidders=2))
    assert [one.code for one in falls] == ["package_falls", "package_falls"]
    assert all(set(one.inputs) == set(tender_reports.DOUBTS[one.code]) for one in falls)
    for regime, rules in ((Regime.TENDER, ["TB-18"]), (Regime.PROCUREMENT, ["GP-15"]), (Regime.LAND, [])):
        assert [one.inputs["rule"] for one in too_few(Counts(bidders=2), regime)] == rules
    assert too_few(Counts(bidders=3), Regime.TENDER) == too_few(Counts(bidders=2, failed=True), Regime.TENDER) == []
    assert package_doubts(old, Counts(registered=2, round=2)) == [], "another call begins to count anew"
    assert [one.code for one in package_doubts(Counts(round=2), Counts())] == ["package_round_back"]


DAYS = st.dates(D("2026-01-01"), D("2026-12-31"))
COUNT = st.none() | st.integers(0, 40)
COUNTS = st.builds(
    Counts,
    registered=COUNT,
    shortlisted=COUNT,
    bidders=COUNT,
    suspended_from=st.none() | DAYS,
    suspended_until=st.none(),
    failed=st.booleans(),
)


@st.composite
def packages(draw: st.DrawFn) -> Facts:
    points = []
    for step in TEMPLATES["tender"].steps:
        finish = draw(st.none() | DAYS)
        done = draw(st.booleans())
        basis = "" if finish is None else "actual" if done else "planned"
        points.append(Point(step.key, finish=finish, basis=basis, done=done, usual=step.usual))
    days = draw(st.none() | st.integers(1, 200))
    return package(points, counts=draw(COUNTS), validity_days=days, regime=draw(st.sampled_from(Regime)))


@settings(max_examples=40, deadline=None)
@given(packages(), DAYS)
def test_any_package_can_be_read(facts, on):
    found = read(facts, on=on, calendar=CALENDAR)
    assert all(set(one.inputs) == set(CODES[one.code]) for one in found.findings), "each sentence has its inputs"
    ranks = [list(CODES).index(one.code) for one in found.findings]
    assert ranks == sorted(ranks), "the worst first"
    assert {one.code for one in found.findings if one.serious} <= SERIOUS
    assert (found.phase, found.current) == standing(facts.points, facts.counts)
    assert [one.day for one in found.coming] == sorted(one.day for one in found.coming)
    kept = {point.key: point for point in facts.points}
    for point in found.points:
        if point.done:
            assert point.finish == kept[point.key].finish, "what has happened never moves"
        elif point.key in found.moved and point.finish is not None:
            before = kept[point.key].finish
            assert before is not None
            assert point.finish >= before + timedelta(found.stopped_days)
    unlawful = {one.window.id for one in found.held if one.slack is not None and one.slack < 0}
    assert unlawful == {one.inputs["window"] for one in found.findings if one.code == "unlawful"}
