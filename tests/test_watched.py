"""The browser guard sees what it must: each kind of trouble makes it fail, and a clean page does not."""

from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test.utils import override_settings
from django.urls import path
from playwright.sync_api import Browser

from tests.watched import WatchedPages, accessibility_violations

pytestmark = pytest.mark.browser

PAGE = (
    "<!doctype html><html lang=zh><head><title>t</title><link rel=icon href='data:,'></head><body><main><h1>一</h1>{}"
)
BODIES = {
    "clean": "<p>好</p>",
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
        pages.open(path=f"/{name}").wait_for_timeout(50)


def test_a_clean_page_passes(pages: WatchedPages):
    with pages:
        page = pages.open(path="/clean", width=360, dark=True)
        assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        assert accessibility_violations(page) == []


def test_what_a_test_expects_does_not_fail_it(pages: WatchedPages):
    with pages:
        pages.open(path="/missing", expect=("404",)).wait_for_timeout(50)


def test_the_accessibility_rules_are_applied(pages: WatchedPages):
    with pages:
        assert any(found.startswith("image-alt") for found in accessibility_violations(pages.open(path="/unnamed")))
