"""A photograph goes from an official's phone, without the position it holds, to the reviewer's list."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests import samples
from tests.watched import accessibility_violations
from tracker.models import Evidence

pytestmark = pytest.mark.browser
CODE, PHOTO = "XH-ZB-02", samples.jpeg(800, 600)


def file(name: str, content: bytes) -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def test_a_photograph_from_the_phone_to_the_review(page_zh, official_a, reviewer, tmp_path: Path, settings: Any):
    settings.EVIDENCE = tmp_path
    phone = page_zh(official_a, path=f"/milestones/{CODE}/report/", width=360, expect=("422",))
    form = phone.locator("form[data-report]")
    form.get_by_text("进行中").click()
    form.get_by_label("说明").fill("公示期满，无异议。")
    form.get_by_text("佐证材料（选填）").click()
    form.get_by_label("附件").set_input_files([file("坏.jpg", b"MZ" + b"\0" * 99)])
    form.get_by_role("button", name="提交", exact=True).click()
    expect(phone.get_by_text("坏.jpg：按内容判断")).to_be_visible()
    assert form.get_by_label("说明").input_value() == "公示期满，无异议。"
    assert accessibility_violations(phone) == []
    form.get_by_label("附件").set_input_files([file("现场.jpg", PHOTO), file("公示.pdf", samples.pdf())])
    form.get_by_role("button", name="提交", exact=True).click()
    expect(phone.get_by_text("已提交，待审").first).to_be_visible()
    picture = Evidence.objects.get(name="现场.jpg")
    assert samples.PLACE not in picture.path.read_bytes()

    desk = page_zh(reviewer, path="/review/", width=360)
    row = desk.locator("article.item", has_text="公示期满，无异议。")
    image = row.locator("img")
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("naturalWidth", 320)
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
    row.get_by_role("link", name="现场.jpg").click()
    expect(desk.locator("img")).to_have_js_property("naturalWidth", 800)


def test_a_file_goes_with_a_form_of_the_list_and_one_too_large_is_told_at_once(
    page_zh, official_a, tmp_path: Path, settings: Any
):
    settings.EVIDENCE = tmp_path
    page = page_zh(official_a, path="/reports/mine/", width=360, expect=("422",))
    form = page.locator("details.item form[data-report]").first
    sending = form.get_by_role("button", name="提交", exact=True)
    with page.expect_request(lambda request: request.method == "POST") as sent:
        sending.click()
    assert sent.value.headers["content-type"] == "application/x-www-form-urlencoded"
    expect(form.locator(".error").first).to_be_visible()
    form.get_by_text("佐证材料（选填）").click()
    field = form.get_by_label("附件")
    field.evaluate("field => { field.dataset.limit = 1000 }")
    field.set_input_files([file("大.jpg", PHOTO)])
    assert field.evaluate("field => [field.files.length, field.validationMessage]") == [0, "文件超过20 MB。"]
    field.set_input_files([file("小.pdf", samples.pdf())])
    assert field.evaluate("field => [field.files.length, field.validationMessage]") == [1, ""]
    form.get_by_label("数值").fill("约5")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        sending.click()
    assert sent.value.headers["content-type"].startswith("multipart/form-data")
    expect(page.locator(".item[role=status][data-confirmed]")).to_contain_text("待审")
    assert Evidence.objects.filter(name="小.pdf", uploaded_by=official_a).count() == 1
