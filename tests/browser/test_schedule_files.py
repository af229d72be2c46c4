"""In a real browser: a planner takes a project's plan out, looks at a changed file, and loads it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.actions.test_schedule_files import THREE
from tests.imports.plans import plan
from tests.watched import accessibility_violations
from tracker.models import User

pytestmark = pytest.mark.browser


def test_a_plan_goes_out_and_a_file_comes_in(module_database: None, reviewer: User, page_zh: Callable[..., Page]):
    page = page_zh(reviewer, width=360, path="/projects/XH-ZB/")
    with page.expect_download() as found:
        page.get_by_role("link", name="导出 Project 文件").click()
    assert found.value.suggested_filename == "XH-ZB.xml"
    page.get_by_role("link", name="导入进度文件").click()
    page.get_by_label("Project 文件（XML）").set_input_files(
        {"name": "计划.xml", "mimeType": "text/xml", "buffer": plan(*THREE).getvalue()}
    )
    page.get_by_role("button", name="先看变化").click()
    expect(page.get_by_text("新增3个节点；新增2条衔接关系")).to_be_visible()
    expect(page.get_by_text("尚未改动任何内容")).to_be_visible()
    assert accessibility_violations(page) == []
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("已从计划.xml导入")).to_be_visible()
    expect(page.get_by_role("link", name="开标").first).to_be_visible()
