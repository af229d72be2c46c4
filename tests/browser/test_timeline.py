"""The timeline in a real browser: the library from our own origin, hover, click, folding, themes, a phone, paper."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.watched import accessibility_violations
from tracker.models import User

pytestmark = pytest.mark.browser
ADDRESS = "/timeline/?programme=XH&open=XH-FA,XH-ZB&zoom=quarter&links=1"


def drawn(page: Page) -> None:
    """Wait until the first figure is there."""
    expect(page.locator(".gantt .js-plotly-plot .barlayer path").first).to_be_attached(timeout=20_000)


def point_at(page: Page, code: str, share: float) -> tuple[float, float]:
    """Move the pointer onto the row of that code, that far along the figure."""
    row = page.locator(f"#r-{code}")
    row.scroll_into_view_if_needed()
    line, plot = row.bounding_box(), page.locator(".gantt .plot").first.bounding_box()
    assert line
    assert plot
    at = plot["x"] + plot["width"] * share, line["y"] + line["height"] / 2
    page.mouse.move(at[0] - 3, at[1])
    page.mouse.move(*at)
    return at


def along(page: Page, code: str) -> float:
    """How far along the figure the marks of a row are."""
    return float(
        page.evaluate(
            """(code) => {
              const list = [...document.querySelectorAll('.gantt li')].map((one) => one.id).indexOf('r-' + code);
              const plot = document.querySelector('.gantt .js-plotly-plot'), hit = plot.data.at(-1);
              const axis = plot._fullLayout.xaxis, start = axis.r2c(hit.base[list]);
              const middle = axis.c2p(start + hit.x[list] / 2);
              return (middle + plot._fullLayout.margin.l) / plot.clientWidth;
            }""",
            code,
        )
    )


def test_rows_stand_beside_their_marks_and_answer(page_zh: Callable[..., Page], leader: User):
    page = page_zh(leader, path=ADDRESS, width=1440)
    drawn(page)
    first = page.locator(".gantt").first
    figure = "(one) => one.querySelector('.js-plotly-plot').data.at(-1).y.length"
    assert first.locator("li").count() == first.evaluate(figure)
    heights = page.evaluate(
        """[...document.querySelectorAll('.gantt')].map((one) =>
        [one.querySelector('ol').offsetHeight, one.querySelector('.chart').offsetHeight])"""
    )
    assert all(abs(names - figure) <= 1 for names, figure in heights), heights
    point_at(page, "XH-ZB-02", along(page, "XH-ZB-02"))
    hover = page.locator(".hoverlayer .hovertext")
    expect(hover).to_contain_text("计划：")
    expect(hover).to_contain_text("资料 000")
    at = point_at(page, "XH-ZB-02", along(page, "XH-ZB-02"))
    page.mouse.click(*at)
    expect(page).to_have_url(re.compile("/milestones/XH-ZB-02/"))


def test_groups_fold_without_losing_the_place_and_back_again(page_en: Callable[..., Page], leader: User):
    page = page_en(leader, path="/timeline/", width=1280)
    drawn(page)
    before = page.locator(".gantt li").count()
    page.locator("#r-XH-FA .fold").click()
    expect(page.locator("#r-XH-FA .fold")).to_have_attribute("aria-expanded", "true")
    expect(page).to_have_url(re.compile("open=XH-FA"))
    assert page.locator(".gantt li").count() > before
    drawn(page)
    page.locator("#r-XH-FA .fold").press("Enter")
    expect(page.locator("#r-XH-FA .fold")).to_have_attribute("aria-expanded", "false")
    assert page.locator(".gantt li").count() == before


def test_without_scripts_the_rows_the_folding_and_the_table_are_there(page_zh: Callable[..., Page], leader: User):
    page = page_zh(leader, path="/timeline/", javascript=False)
    page.locator("#r-XH-FA .fold").click()
    expect(page.locator("#r-XH-FA-01, #r-XH-FA ~ li.milestone").first).to_be_visible()
    assert page.locator("table tbody tr").count() == page.locator(".gantt li").count()


def test_the_colours_are_those_of_the_theme(page_zh: Callable[..., Page], leader: User):
    found = []
    for dark in (False, True):
        page = page_zh(leader, path=ADDRESS, dark=dark)
        drawn(page)
        found.append(page.locator(".barlayer path").first.evaluate("(one) => getComputedStyle(one).fill"))
        assert "token" not in page.locator(".gantt .plot").first.inner_html()
        assert accessibility_violations(page) == []
    assert found[0] != found[1]


def test_nothing_moves_while_the_figure_is_drawn(page_zh: Callable[..., Page], leader: User):
    page = page_zh(leader)
    page.add_init_script(
        """window.shifts = 0; new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shifts += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });"""
    )
    page.goto(ADDRESS)
    drawn(page)
    assert page.evaluate("window.shifts") < 0.02


def test_a_phone_shows_names_above_their_marks(page_zh: Callable[..., Page], leader: User):
    page = page_zh(leader, path=ADDRESS, width=360, height=740)
    page.locator("#r-XH").scroll_into_view_if_needed()
    drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    heights = page.evaluate(
        "[document.querySelector('.gantt ol').offsetHeight, document.querySelector('.gantt .chart').offsetHeight]"
    )
    assert abs(heights[0] - heights[1]) <= 1
    page.locator("#r-XH-FA .name a").click()
    expect(page).to_have_url(re.compile("/projects/XH-FA/"))


def test_paper_is_light_wide_and_a_sheet_a_page(page_zh: Callable[..., Page], leader: User):
    page = page_zh(leader, path="/timeline/?open=XH-FA,XH-ZB", dark=True, width=1440)
    drawn(page)
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = {tuple(float(n) for n in box) for box in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)}
    assert all(width > 1180 and height < 850 for width, height in sizes), sizes  # points: A3 lying down
    assert len(re.findall(rb"/Type /Page\b", pdf)) == page.locator(".gantt").count()
