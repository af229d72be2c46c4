"""How a metric stands, as every page shows it: values, targets, plan, verdict and where they come from."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.utils import timezone, translation

from tests.cast import reach_for
from tests.counting import statements
from tests.family import reported_again
from tracker.domain.progress import Verdict
from tracker.domain.states import Colour
from tracker.domain.stored import base_decimal
from tracker.domain.units import MEASURES
from tracker.models import Metric, MetricReport, Report, User
from tracker.models.guard import writing
from tracker.queries.metric_page import loaded, metric_page
from tracker.queries.metric_state import KEPT, MetricLine, curve_of, lines, measurements
from tracker.queries.metrics import csv_row, first_levels, listed, with_names, with_verdict
from tracker.words.metrics import VERDICTS

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
AMOUNT, RATE, CAP, ZERO, SIDE, BLANK = "XH-M-16", "XH-M-06", "XH-M-13", "CJ-M-08", "XH-M-10", "GX-M-06"


@pytest.fixture(autouse=True)
def reported(db: None) -> None:
    """The amount these tests report is one that the documents' works add up from the ledger."""
    reported_again(AMOUNT)


def measured(code: str, *values: tuple[date, str], measure: str = "") -> Metric:
    """The metric with these measurements accepted, the last one as its value."""
    row = Metric.objects.get(code=code)
    now = timezone.now()
    with writing():
        for day, text in values:
            value, unit = Decimal(text), measure or row.measure
            report = Report(metric=row, unit=row.unit, as_of=day, state="accepted", created_at=now, accepted_at=now)
            report.save()
            base = base_decimal(Fraction(value) * MEASURES[unit].factor)
            figure = {"low": value, "high": value, "base_low": base, "base_high": base, "measure": unit}
            MetricReport(report=report, **figure).save()
            row.value_low = row.value_high = value if unit == row.measure else None
            row.value_qualifier, row.as_of, row.report = "exact", day, report
        row.save()
    return row


def line(code: str, on: date = TODAY, language: str = "en") -> MetricLine:
    rows = list(Metric.objects.filter(code=code).select_related("parent"))
    with translation.override(language):
        return lines(rows, on=on, known=timezone.now(), language=language)[0]


def test_an_amount_behind_its_straight_plan():
    measured(AMOUNT, (date(2026, 10, 31), "85"))
    found = line(AMOUNT)
    assert (found.value, found.target, found.unit) == ("850,000", "about 2.03 million", "m²")
    assert (found.now, found.low, found.high) == (Decimal(85), Decimal(0), Decimal(203))
    assert found.planned is not None
    assert Decimal(180) < found.planned < Decimal(181)
    assert found.light.verdict is Verdict.FAR_BEHIND
    assert found.light.colour is Colour.RED
    assert "850,000 m²" in found.light.reason
    assert "percentage points behind" in found.light.reason
    assert line(AMOUNT, language="zh-hans").value == "85"


def test_a_percentage_lies_on_the_scale_of_a_hundred_with_its_ends_marked():
    measured(RATE, (date(2026, 10, 31), "44"))
    found = line(RATE)
    assert (found.low, found.high) == (Decimal(0), Decimal(100))
    assert [value for value, _words in found.marks] == [37, 79]
    assert found.light.verdict in (Verdict.ON_PLAN, Verdict.BEHIND)


def test_a_cap_has_room_and_says_when_it_is_passed():
    measured(CAP, (date(2026, 10, 31), "171"))
    within = line(CAP)
    assert within.light.verdict is Verdict.WITHIN_CAP
    assert within.high > 177
    assert "6 ha to spare" in within.light.reason
    assert not within.over
    measured(CAP, (date(2026, 11, 1), "180"))
    over = line(CAP)
    assert over.over
    assert over.light.colour is Colour.RED


def test_down_to_nothing_is_not_reached_by_having_some_left():
    measured(ZERO, (date(2026, 8, 1), "40"), (date(2026, 10, 31), "12"))
    assert line(ZERO).light.verdict is Verdict.NO_PLAN
    measured(ZERO, (date(2026, 11, 1), "0"))
    assert line(ZERO).light.verdict is Verdict.REACHED


def test_a_withheld_figure_is_no_zero():
    found = line(BLANK)
    assert found.blank
    assert not found.scaled
    assert (found.value, found.target, found.now) == ("", "", None)
    assert found.light.word == "Figure not stated"
    assert found.light.colour is Colour.BLANK
    assert found.cite is not None
    assert found.cite.document == "002"


def test_a_figure_of_another_basis_stands_beside_and_has_no_day_if_none_is_stated():
    found = line(SIDE)
    assert found.side
    assert found.parent
    assert found.as_of == "as the document states"
    assert "2026" not in found.light.reason
    total = line("XH-M-03")
    assert total.blank  # what was cleared in one village is no progress of the total


def test_measurements_are_in_the_metrics_unit_and_the_latest_ones():
    row = Metric.objects.get(code=AMOUNT)
    days = [(TODAY - timedelta(days=number), str(number + 1)) for number in range(KEPT + 5, 0, -1)]
    measured(AMOUNT, *days)
    measured(AMOUNT, (TODAY, "1500000"), measure="平方米")
    found = measurements([row], on=TODAY, known=timezone.now())[row.pk]
    assert len(found) == KEPT
    assert found[-1] == (TODAY, Decimal(150))
    assert found == sorted(found)
    assert measurements([row], on=TODAY - timedelta(days=1), known=timezone.now())[row.pk][-1][1] == Decimal(2)


def test_a_curve_needs_a_day_and_a_target():
    assert curve_of(Metric.objects.get(code=BLANK)) is None
    assert curve_of(Metric.objects.get(code=CAP)) is None
    straight = curve_of(Metric.objects.get(code=AMOUNT))
    assert straight is not None
    assert straight.points == ((date(2026, 1, 1), Decimal(0)), (date(2026, 12, 31), Decimal(203)))
    stepped = Metric.objects.get(code=AMOUNT)
    stepped.curve = [["2026-03-01", "10"], ["2026-12-31", "203"]]
    course = curve_of(stepped)
    assert course is not None
    assert course.points[0] == (date(2026, 3, 1), Decimal(10))


def test_the_statements_do_not_grow_with_the_metrics():
    def count(rows: Sequence[Metric]) -> int:
        with statements() as found:
            lines(rows, on=TODAY, known=timezone.now(), language="zh-hans")
        return len(found)

    every = list(Metric.objects.select_related("parent").filter(derived=False))
    some = list(Metric.objects.select_related("parent").filter(code__startswith="PQ"))
    assert count(every) == count(some) <= 4


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_metric_of_the_documents_has_its_line(language: str):
    with translation.override(language):
        found = lines(list(Metric.objects.select_related("parent")), on=TODAY, known=timezone.now(), language=language)
    for one in found:
        assert one.light.word
        assert one.light.reason
        assert "%(" not in one.light.reason
        assert one.cite is not None, one.code
        if one.now is not None:
            assert one.value


def page(user: User, code: str, *, on: date = TODAY, past: bool = False, known: Any = None) -> Any:
    reach = reach_for(user)
    row = loaded(code=code, reach=reach)
    assert row is not None
    known = known or timezone.now()
    with translation.override("en"):
        return metric_page(row=row, reach=reach, on=on, known=known, past=past, language="en")


def test_the_page_compares_each_measurement_with_its_day(leader: User):
    measured(AMOUNT, (date(2026, 6, 30), "60"), (date(2026, 10, 31), "120"))
    found = page(leader, AMOUNT)
    assert [one.printed for one in found.measured] == ["1.2 million m²", "600,000 m²"]
    assert found.measured[0].gap.startswith("−")
    assert "a month are needed" in found.pace
    assert "target is reached on" in found.pace
    assert found.share == "59.1%"
    assert found.ours
    assert [version.first for version in found.versions] == [True]


def test_the_page_reopens_an_earlier_day(leader: User):
    measured(AMOUNT, (date(2026, 6, 30), "60"), (date(2026, 10, 31), "120"))
    found = page(leader, AMOUNT, on=date(2026, 7, 15), past=True)
    assert found.line.value == "600,000"
    assert len(found.measured) == 1


def test_parts_are_shown_beside_their_total(leader: User):
    found = page(leader, "XH-M-03")
    assert [part.code for part in found.sides] == [SIDE]
    assert found.line.blank


def test_a_metric_out_of_reach_is_not_there(official_b: User, stranger: User):
    assert loaded(code=AMOUNT, reach=reach_for(official_b)) is not None
    assert loaded(code=BLANK, reach=reach_for(official_b)) is None
    assert loaded(code=AMOUNT, reach=reach_for(stranger)) is None


def test_the_file_gives_the_same_verdict_as_the_list(leader: User):
    measured(AMOUNT, (date(2026, 10, 31), "85"))
    measured(ZERO, (date(2026, 3, 1), "40"), (date(2026, 10, 31), "12"))
    rows, now = listed(reach=reach_for(leader)), timezone.now()
    firsts = first_levels(rows, on=TODAY, known=now)
    found: dict[str, set[int]] = {}
    with translation.override("en"):
        for row in with_names(rows):
            cells = csv_row(row, firsts, TODAY, "en")
            assert cells[-2] == line(row.code).light.word, row.code
            found.setdefault(cells[-2], set()).add(row.pk)
        for code, word in VERDICTS.items():
            assert set(with_verdict(rows, code, on=TODAY, known=now)) == found.get(str(word), set()), code


def test_a_way_down_to_nothing_begins_at_the_first_level_measured():
    row = measured(ZERO, (date(2026, 3, 1), "40"), (date(2026, 8, 1), "12"))
    with writing():
        Metric.objects.filter(pk=row.pk).update(
            due_text="2026年底前", due_earliest=date(2026, 12, 31), due_latest=date(2026, 12, 31),
            due_precision="day", due_kind="by", start_on=date(2026, 1, 1),
        )  # fmt: skip
    found = line(ZERO)
    assert found.planned is not None
    assert Decimal(5) < found.planned < Decimal(6), "40 on 1 March, nothing at the end of the year"
    assert found.light.verdict is Verdict.BEHIND
    assert (found.high, found.now) == (Decimal(40), Decimal(12)), "the bar shows what is left of the beginning"
    assert [text for _value, text in found.marks] == ["target 0", "first measured: 40"]
