"""The bell on every page, the list behind it, and the settings, on a phone."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.watched import accessibility_violations
from tracker.actions import notices
from tracker.domain.reminders import Because, Kind, Told
from tracker.models import NoticeSetting
from tracker.models.guard import writing

pytestmark = pytest.mark.browser


def test_from_the_bell_to_the_item_and_the_choice_of_what_to_be_told(page_zh, official_a):
    inputs = {"day": "2026-11-20", "days": 3}
    with writing():
        notices.tell(
            [
                Told(official_a.pk, Kind.DUE, Because.LEAD, "milestone", code, f"due:{code}", inputs)
                for code in ("XH-ZB-01", "XH-ZB-02")
            ],
            now=timezone.now(),
        )
    page = page_zh(official_a, path="/guide/", width=360)
    bell = page.get_by_role("link", name="提醒，2 条未读")
    box = bell.bounding_box()
    assert box["width"] >= 44
    assert box["height"] >= 44
    bell.click()
    expect(page.get_by_text("提醒理由：你是牵头单位")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert accessibility_violations(page) == []
    page.get_by_role("button", name="全部标为已读").click()
    calm = page.get_by_role("link", name="提醒，无未读").bounding_box()
    assert (calm["x"], calm["width"]) == (box["x"], box["width"])  # nothing moves when the count goes

    page.get_by_label("即将到期: 邮件").uncheck()
    page.get_by_label("电子邮箱").fill("a@example.org")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("设置已保存。")).to_be_visible()
    expect(page.get_by_label("即将到期: 邮件")).not_to_be_checked()
    assert Kind.DUE not in NoticeSetting.objects.get(person=official_a).mailed
    page.locator(".notices a").first.click()
    expect(page).to_have_url(re.compile("/milestones/XH-ZB-0"))
