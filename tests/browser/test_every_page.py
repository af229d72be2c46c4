"""Every page as each role sees it, in a real browser: accessible, in one language, fit for a phone, light of weight.

The pages and who may open them come from the table of `tests.test_every_address`. Each is opened in Chinese in the
light theme and in English in the dark one, with simulated reports on the works so that there is something to see.
Console errors, content-policy violations and requests that leave the site fail by `tests.watched`.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from tests.addresses import Rows, arguments, rows
from tests.cast import everybody
from tests.test_every_address import LINES, ROLES
from tests.watched import accessibility_violations, carry_axe, contrast_violations
from tracker.actions import simulation
from tracker.models import (
    AuditEvent,
    Citation,
    Evidence,
    MetricPlan,
    MilestonePlan,
    MilestoneReport,
    ProcessTemplate,
    ProcessUse,
    Report,
    SheetMapping,
    SheetUpload,
    User,
)

pytestmark = pytest.mark.browser
WIDE, PHONE = 1440, 360
BUDGET = 60 * 1024
"""Bytes of our own CSS and scripts on one page, as they are written (the wire carries less)."""
NO_PAGE = {"healthz", "evidence", "evidence_preview", "project_schedule", "programme_schedule"}
NO_PAGE |= {"sheet_ledger", "sheet_faults", "sheet_sending"}
VISITORS = ("leader", "official_a", "reviewer", "administrator")

LATIN = re.compile(r"[A-Za-z][A-Za-z'’-]{2,}")
CJK = re.compile(r"[\u3400-\u9fff]")
CODE = re.compile(
    r"\b[A-Z]{2,3}(?:-[A-Z0-9]+)+\b|\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b|\b[0-9a-f]{8}\b"
)  # of an item, a request, a sheet
EXAMPLES: tuple[str, ...] = ("10月底前", "上半年", "4月—6月", "by end of October 2026")
EXAMPLES += (
    "320户",
    "约203万平方米",
    "800余户",
    "20.3万平方米",
    "20.3万",
    "1200套",
    "12.5万平方米",
    "1200万元",
    "3亿元",
)
"""How dates and figures may be typed is shown in both languages."""

# What a reader reads: visible text, and what a screen reader says instead of it. What is marked as another language, or
# quoted as printed in a document, is left out.
READ = """() => {
  const found = [], skip = 'script, style, noscript, [lang]:not(html), .printed, .js-plotly-plot, code, pre, .unread';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim(), owner = node.parentElement;
    if (text && !owner.closest(skip) && owner.checkVisibility()) found.push(text);
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [data-label]'))
    for (const name of ['aria-label', 'title', 'placeholder', 'data-label'])
      if (element.hasAttribute(name) && !element.closest(skip)) found.push(element.getAttribute(name));
  return [document.title, ...found];
}"""
OWN_BYTES = """() => Object.fromEntries(performance.getEntriesByType('resource')
  .filter((entry) => entry.name.includes('/static/tracker/') && /\\.(css|js)$/.test(entry.name))
  .map((entry) => [entry.name, entry.decodedBodySize]))"""


def pages_of(role: str) -> list[tuple[str, str]]:
    """Address and sample of every page the role opens; the ones a leader sees too are left to the leader."""
    found: dict[str, str] = {}
    for line in LINES:
        if line.method != "GET" or line.address in NO_PAGE or line.expected[ROLES.index(role)] != 200:
            continue
        shared = line.address != "overview" and line.expected[ROLES.index("leader")] == 200
        if role == "leader" or not shared:
            found.setdefault(line.address, line.sample)
    return list(found.items())


@pytest.fixture(scope="module")
def found(module_database: None) -> Rows:
    simulation.training(seed=1, today=timezone.localdate())
    everybody()
    return rows()


def _of_copies() -> Iterator[str]:
    """What a unit's copy of a template and its original are called: changes show both languages side by side."""
    for row in ProcessTemplate.objects.filter(code__startswith="tender"):
        yield from (row.name, row.name_en, str(row), row.code)
    for event in AuditEvent.objects.filter(action__startswith="process."):
        for values in (event.before or {}, event.after or {}):
            for value in values.values():
                said = map(str, value if isinstance(value, list) else [value])
                yield from (text for text in said if len(text) > 3)  # a digit is nobody's word


@pytest.fixture(scope="module")
def quoted(found: Rows) -> re.Pattern[str]:
    """What is never translated: what people typed, their names, and how a document numbers its places."""
    texts = {
        *EXAMPLES,
        "挂图",
        "中文",
        "English",
        "Guatu",
        "CSV",
        "XML",
        "Excel",
        "Project 文件",
        "在 Project 中",
        "Word",
        "PowerPoint",
        "PDF",
        "OFD",
        "xlsx",
        "docx",
        "pptx",
    }
    texts |= set(SheetUpload.objects.values_list("name", flat=True)) | set(_of_copies())
    texts |= set(SheetMapping.objects.values_list("title", flat=True))
    for names in User.objects.values_list("username", "name", "name_en"):
        texts |= set(names)
    for typed in Report.objects.values_list("note", "comment", "supersede_reason"):
        texts |= set(typed)
    texts |= set(Evidence.objects.values_list("name", flat=True))
    texts |= {text for row in MilestonePlan.objects.values_list("reason", "due_text") for text in row}
    texts |= set(ProcessUse.objects.values_list("deadline_text", flat=True))
    texts |= set(MetricPlan.objects.values_list("reason", flat=True))
    texts |= set(MilestoneReport.objects.values_list("forecast_text", flat=True))
    texts |= set(Citation.objects.values_list("place", flat=True))
    texts |= {CODE.sub("", text) for text in texts}  # codes are taken out first
    return re.compile("|".join(map(re.escape, sorted(texts - {""}, key=len, reverse=True))))


@pytest.fixture
def people(leader: User, official_a: User, reviewer: User, administrator: User) -> dict[str, User]:
    return dict(zip(VISITORS, (leader, official_a, reviewer, administrator), strict=True))


def problems(page: Page, language: str, quoted: re.Pattern[str]) -> Iterator[str]:
    """What is wrong with the page as it stands: all rules in the light theme, then colours in the dark one.

    It was opened at one width and stays at the other, so that laying a long page out again is done once: of the pages
    that follow each other axe sees one as wide as a desk and the next on a phone.
    """
    yield from wrong_language(page.evaluate(READ), language, quoted)
    sizes = page.evaluate(OWN_BYTES)
    if sum(sizes.values()) > BUDGET:
        yield f"{sum(sizes.values())} bytes of our own, at most {BUDGET}: {sizes}"
    yield from too_wide(page)
    page.set_viewport_size({"width": WIDE if page.evaluate("innerWidth") == PHONE else PHONE, "height": 800})
    yield from too_wide(page)
    page.evaluate(SHORTEN)
    yield from (accessibility_violations if language == "zh" else contrast_violations)(page)


def too_wide(page: Page) -> Iterator[str]:
    """What makes a reader move the page sideways."""
    width, needed = page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
    if needed > width:
        yield f"{needed} pixels wide on a screen of {width}: {page.evaluate(TOO_WIDE)}"


SHORTEN = """() => {
  for (const list of document.querySelectorAll('tbody, ul, ol, .sheet')) {
    if (!list.isConnected) continue;
    const seen = new Map();
    for (const row of [...list.children].filter((one) => one.matches('tr, li, .metric, details.item'))) {
      const kind = [row, ...row.querySelectorAll('*')].map((one) => one.tagName + one.className).join(' ');
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
      if (seen.get(kind) > 1) row.remove();
    }
  }
}"""
"""A long list shows rows of the same make again and again: one of each is left, axe takes seconds over a hundred."""
TOO_WIDE = """() => [...document.body.querySelectorAll('*')].filter((element) => {
  for (let up = element.parentElement; up; up = up.parentElement)
    if (getComputedStyle(up).overflowX !== 'visible') return false;
  return element.getBoundingClientRect().right > innerWidth + 0.5;
}).slice(-3).map((element) => element.tagName + '.' + element.className)"""


def wrong_language(texts: list[str], language: str, quoted: re.Pattern[str]) -> Iterator[str]:
    """Words of the other language in what is read."""
    for text in dict.fromkeys(texts):
        bare = quoted.sub("", CODE.sub("", text))
        if (CJK if language == "en" else LATIN).search(bare):
            yield f"not in the reader's language: {text[:80]}"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("role", VISITORS)
def test_every_page(
    role: str,
    language: str,
    found: Rows,
    quoted: re.Pattern[str],
    people: dict[str, User],
    page_zh: Callable[..., Page],
    page_en: Callable[..., Page],
):
    page = (page_en if language == "en" else page_zh)(people[role], width=WIDE, dark=language == "en")
    carry_axe(page)
    wrong = []
    for name, sample in pages_of(role):
        page.goto(reverse(name, kwargs=None if sample == "-" else dict(arguments(found)[name][sample])))
        wrong += [f"{name}: {problem}" for problem in problems(page, language, quoted)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_a_visitor_and_of_an_error(
    language: str,
    quoted: re.Pattern[str],
    leader: User,
    page_zh: Callable[..., Page],
    page_en: Callable[..., Page],
):
    opened = page_en if language == "en" else page_zh
    for path, user in (("/sign-in/", None), ("/no/such/page/", leader), ("/people/", leader)):
        page = opened(user, width=WIDE, dark=language == "en", path=path, expect=("404", "403"))
        assert list(problems(page, language, quoted)) == [], path


def test_the_overview_shows_at_once_without_plotly(found: Rows, leader: User, page_zh: Callable[..., Page]):
    page = page_zh(leader, width=WIDE, height=900, path="/")
    page.wait_for_load_state("networkidle")
    names = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert names
    assert not [name for name in names if "plotly" in name]


def test_words_of_the_other_language_are_found():
    name = re.compile("English|official-a|二（四）")
    assert list(wrong_language(["概览", "XH-ZB-02", "English", "official-a", "7F3A-K9C2"], "zh", name)) == []
    assert list(wrong_language(["Overview", "Source 000 二（四）2"], "en", name)) == []
    assert len(list(wrong_language(["Milestones 里程碑"], "zh", name))) == 1
    assert len(list(wrong_language(["Milestones 里程碑"], "en", name))) == 1
