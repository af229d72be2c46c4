"""People and units in a real browser: an account from first to last, and pages anybody can read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tracker.models import User

pytestmark = pytest.mark.browser
PAGES = ("/people/", "/people/add/", "/people/official-a/", "/units/", "/units/XH-U-LX/", "/guide/", "/me/password/")


def test_an_account_from_first_to_last(page_zh: Callable[..., Page], page_en: Callable[..., Page], administrator: User):
    page = page_en(administrator, path="/people/")
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("User name", exact=True).fill("newcomer")
    page.get_by_label("Full name", exact=True).fill("新同事")
    page.get_by_label("Unit").select_option("XH-U-JS")
    page.get_by_label("Role").select_option("official")
    page.get_by_role("button", name="Add", exact=True).click()
    password = page.locator("[data-password]").inner_text()
    page.get_by_role("link", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("新同事")

    theirs = page_zh(None, path="/sign-in/?next=/guide/")
    theirs.locator("#id_username").fill("newcomer")
    theirs.locator("#id_password").fill(password)
    theirs.get_by_role("button", name="登录").first.click()
    theirs.wait_for_url("**/guide/")
    theirs.goto("/me/password/")
    theirs.locator("#id_old").fill(password)
    theirs.locator("#id_new").fill("bie-de-mima-9")
    theirs.locator("#id_again").fill("bie-de-mima-9")
    theirs.locator("main button").click()
    expect(theirs.locator("#messages")).to_contain_text("密码已更改")

    page.get_by_role("button", name="Deactivate").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    expect(page.locator("#messages")).to_contain_text("deactivated")
    theirs.goto("/me/password/")
    assert "/sign-in/" in theirs.url


def test_a_phone_without_scripts_ends_an_appointment(
    page_zh: Callable[..., Page], administrator: User, official_b: User
):
    page = page_zh(administrator, path="/people/official-b/", width=360, javascript=False)
    page.locator("details.item > summary").first.click()
    page.locator("details.item button").first.click()
    expect(page.locator("#messages")).to_contain_text("任职的最后一天已设定")


def test_nothing_is_wider_than_a_tablet(page_en: Callable[..., Page], administrator: User, official_a: User):
    """Telephone and desk, both themes and all rules of axe: test_every_page opens these pages too."""
    page = page_en(administrator, width=768)
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 768, path
