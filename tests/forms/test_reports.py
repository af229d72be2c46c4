"""What a form is prefilled with reads back as the same values, in both languages: an untouched form changes nothing."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tracker import words
from tracker.domain import dates
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.quantity_values import SHAPES
from tracker.domain.reporting import CODES
from tracker.domain.states import Status
from tracker.forms.reports import (
    MetricReportForm,
    MilestoneReportForm,
    measures_like,
    metric_initial,
    milestone_initial,
    ticket,
)

TODAY = date(2026, 11, 20)
LANGUAGES = st.sampled_from(("zh-hans", "en"))
DAYS = st.dates(TODAY - timedelta(days=900), TODAY)
TEXTS = ("12月上旬", "2027年1月底前", "第一季度", "明年上半年", "12月10日", "争取2027年3月", "4月—6月", "2027年")
PERCENT = st.decimals(0, 99, places=2)


def milestone_form(data: dict[str, Any]) -> MilestoneReportForm:
    return MilestoneReportForm(data, today=TODAY)


@given(
    language=LANGUAGES,
    status=st.sampled_from((Status.IN_PROGRESS, Status.SUSPENDED)),
    progress=st.none() | PERCENT,
    started=st.none() | DAYS,
    as_of=DAYS,
    text=st.none() | st.sampled_from(TEXTS),
)
def test_an_untouched_milestone_form_says_what_is_stored(language, status, progress, started, as_of, text):
    forecast = dates.parse(text, year=2027, today=TODAY) if text else None
    values = {"status": status.value, "progress": progress, "actual_start": started, "actual_finish": None}
    with translation.override(language):
        initial = milestone_initial({**values, "forecast": forecast}, as_of=as_of)
        form = milestone_form({name: value or "" for name, value in initial.items()})
        assert form.is_valid(), form.errors
    read = form.cleaned_data
    assert (read["status"], read["progress"], read["as_of"]) == (status, progress, as_of)
    assert (read["actual_start"], read["actual_finish"]) == (started, None)
    found = read["forecast"]
    ends = (found.earliest, found.latest) if found else None
    assert ends == ((forecast.earliest, forecast.latest) if forecast else None)


@given(
    language=LANGUAGES,
    qualifier=st.sampled_from([one for one in Qualifier if one is not Qualifier.WITHHELD]),
    bounds=st.tuples(st.decimals(1, 10**5, places=6), st.decimals(1, 10**5, places=6)).map(sorted),
    measure=st.sampled_from(("亩", "万平方米", "公顷", "亿元", "%")),
)
def test_an_untouched_metric_form_says_what_is_stored(language, qualifier, bounds, measure):
    has_low, has_high = SHAPES[qualifier]
    low, high = bounds if qualifier is Qualifier.RANGE and bounds[0] < bounds[1] else (bounds[0], bounds[0])
    if qualifier is Qualifier.RANGE and low == high:
        high = low + 1
    stored = Quantity(low if has_low else None, high if has_high else None, qualifier, measure, "口径")
    with translation.override(language):
        initial = metric_initial(stored, measure=measure, as_of=TODAY)
        form = MetricReportForm(initial, today=TODAY, measure=measure, basis="口径")
        assert form.is_valid(), (initial, form.errors)
    assert form.cleaned_data["quantity"] == stored


@pytest.mark.parametrize(
    ("typed", "read"),
    [("７５％", Decimal(75)), (" 37.5 % ", Decimal("37.5")), ("", None), ("+5", Decimal(5)), ("-5", Decimal(-5))],
)
def test_progress_as_people_type_it(typed, read):
    form = milestone_form({"status": "in_progress", "as_of": "今天", "progress": typed})
    assert form.is_valid()
    assert form.cleaned_data["progress"] == read


@pytest.mark.parametrize("typed", ["NaN", "Infinity", "1e2", "五十", "5,5", "0x10", "1_0", "٥٠", "--5", "9" * 30])
def test_what_is_no_progress(typed):
    form = milestone_form({"status": "in_progress", "as_of": "今天", "progress": typed})
    assert "progress" in form.errors


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80), st.text(max_size=300))
def test_no_text_breaks_the_forms(as_of, progress, forecast, note):
    form = milestone_form(
        {"status": "in_progress", "as_of": as_of, "progress": progress, "forecast": forecast, "note": note}
    )
    form.is_valid()
    metric = MetricReportForm({"as_of": as_of, "quantity": forecast, "measure": "亩"}, today=TODAY, measure="亩")
    metric.is_valid()


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_the_hidden_fields(token, version):
    found = ticket({"client_token": token, "version": version})
    assert found.token is None or found.token == token
    assert (found.version is None) == (version == "")


def test_the_forecast_reads_in_the_year_of_the_day_it_is_said_on():
    form = milestone_form({"status": "in_progress", "as_of": "2025-11-20", "forecast": "12月上旬"})
    assert form.is_valid()
    assert form.cleaned_data["forecast"].latest == date(2025, 12, 10)


CODES_OF_TEXTS = [f"date_{code}" for code in ("unreadable", "no_year", "reversed", "no_such_day", "too_long")]
CODES_OF_TEXTS += ["empty_quantity", "unreadable_quantity", "measure_missing", "unknown_measure"]
CODES_OF_TEXTS += ["contradictory_quantity", "range_reversed", "progress_unreadable", "too_many_decimals"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("code", [*CODES, *CODES_OF_TEXTS, "stale", "already_sent", "nothing_to_repeat", "own_report"])
def test_every_fault_has_its_sentence(language, code):
    inputs = dict.fromkeys(CODES.get(code, ()), TODAY) | {"places": 2, "symbol": "尺", "high": 100}
    with translation.override(language):
        sentence = words.refusal(code, inputs)
    assert code not in sentence
    assert "%(" not in sentence
    assert bool(re.search("[一-鿿]", sentence.replace("尺", "").replace("亩", ""))) == (language == "zh-hans")


def test_measures_of_the_same_kind_only():
    symbols = [symbol for symbol, _label in measures_like("亩")]
    assert symbols[0] == "亩"
    assert {"公顷", "平方米", "万平方米"} < set(symbols)
    assert "人" not in symbols
    assert [symbol for symbol, _label in measures_like("村")] == ["村", "个"]
    with translation.override("en"):
        assert dict(measures_like("亩"))["亩"] == words.measure("亩") == "mu"
