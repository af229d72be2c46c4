"""The browser guard sees what it must: each kind of trouble makes it fail, and a clean page does not."""

from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test.utils import override_settings
from django.urls import path
from playwright.sync_api import Browser

from tests.watched import WatchedPages, accessibility_violations, contrast_violations

pytestmark = pytest.mark.browser

PAGE = (
    "<!doctype html><html lang=zh><head><title>t</title><link rel=icon href='data:,'></head><body><main><h1>一</h1>{}"
)
BODIES = {
    "clean": "<p>一切都好</p>",
    "script": "<script>document.title = 'changed'</script>",
    "style": "<p style='color: red'>红</p>",
    "foreign": "<img alt='' src='http://127.0.0.2:9/a.png'>",
    "missing": "<img alt='' src='/nothing.png'>",
    "unnamed": "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>",
}


def show(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(PAGE.format(BODIES[name]))


class Addresses:
    urlpatterns = [path("<slug:name>", show)]


@pytest.fixture
def pages(browser: Browser, site: str) -> Iterator[WatchedPages]:
    with override_settings(ROOT_URLCONF=Addresses):
        yield WatchedPages(browser, site, "zh-hans")


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("script", "content policy: script-src"),
        ("style", "content policy: style-src"),
        ("foreign", "request left the site"),
        ("missing", "404"),
    ],
)
def test_trouble_on_a_page_fails_the_test(pages: WatchedPages, name: str, trouble: str):
    with pytest.raises(AssertionError, match=trouble), pages:
        page = pages.open(path=f"/{name}")
        for _turn in range(100):  # the browser tells of it when it likes, perhaps after the page is there
            if not any(trouble in problem for problem in pages.problems):
                page.wait_for_timeout(50)


def test_a_clean_page_passes(pages: WatchedPages):
    with pages:
        page = pages.open(path="/clean", width=360, dark=True)
        assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        assert accessibility_violations(page) == []


def test_what_a_test_expects_does_not_fail_it(pages: WatchedPages):
    with pages:
        page = pages.open(expect=("404",))
        with page.expect_console_message(lambda message: "404" in message.text):
            page.goto("/missing")


def test_the_accessibility_rules_are_applied(pages: WatchedPages):
    with pages:
        assert any(found.startswith("image-alt") for found in accessibility_violations(pages.open(path="/unnamed")))


def test_faint_text_is_found_each_time_though_its_like_was_well(pages: WatchedPages):
    """What was found well is not looked at again: the same text in another colour is another one."""
    with pages:
        page = pages.open(path="/clean")
        assert contrast_violations(page) == []
        for colour in ("#bbb", "#bbb", "#ccc"):
            page.evaluate("(colour) => { document.querySelector('p').style.color = colour; }", colour)
            assert [found.split(":")[0] for found in contrast_violations(page)] == ["color-contrast"]
            assert [found.split(":")[0] for found in accessibility_violations(page)] == ["color-contrast"]
        page.evaluate("document.querySelector('main').style.backgroundColor = '#222'")
        page.evaluate("document.querySelector('p').style.color = ''")
        assert [found.split(":")[0] for found in contrast_violations(page)] == ["color-contrast"]
