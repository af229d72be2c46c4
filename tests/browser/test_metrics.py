"""Metrics in a real browser: the curve is drawn from our own origin, and the pages are accessible."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.watched import accessibility_violations
from tracker.models import User

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_curve_is_drawn_in_the_colours_of_the_theme(page_zh: Callable[..., Page], leader: User, dark: bool):
    page = page_zh(leader, path="/metrics/XH-M-16/", dark=dark)
    expect(page.locator(".js-plotly-plot .scatterlayer path.js-line").first).to_be_attached(timeout=20_000)
    expect(page.locator(".js-plotly-plot")).to_contain_text("按直线推定")
    expect(page.locator(".js-plotly-plot")).to_contain_text("今天")
    assert "token" not in page.locator(".plot").inner_html()
    assert accessibility_violations(page) == []


def test_the_list_folds_and_fits_a_phone(page_en: Callable[..., Page], reviewer: User):
    page = page_en(reviewer, path="/metrics/", width=360, height=740, expect=("422",))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    first = page.locator("details.group").first
    expect(first.locator(".metric").first).to_be_visible()
    first.locator("summary").click()
    expect(first.locator(".metric").first).to_be_hidden()
    assert accessibility_violations(page) == []
    page.goto("/metrics/XH-M-16/plan/")
    assert accessibility_violations(page) == []
    page.locator("#id_target").fill("nonsense")
    page.get_by_label("Why the target changes").fill("a reason")
    page.get_by_role("button", name="Change the target").click()
    expect(page.get_by_text("This is no figure we can read")).to_be_visible()
    expect(page.locator("#id_target")).to_have_value("nonsense")
