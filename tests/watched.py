"""Browser pages that are watched: a console error, a content-policy violation or a foreign request fails the test."""

import re
from types import TracebackType
from typing import Any, Self

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize

from tests.sessions import session_of

# Written into every page before its own scripts; the browser's console says the same, but not for every directive.
LISTEN = """document.addEventListener('securitypolicyviolation', (event) =>
  console.error('content policy: ' + event.violatedDirective + ' ' + event.blockedURI));"""


class WatchedPages:
    """Opens pages in one language and collects what went wrong on any of them; leaving it raises AssertionError."""

    def __init__(self, browser: Browser, site: str, language: str) -> None:
        self.browser, self.site, self.language = browser, site, language
        self.contexts: list[BrowserContext] = []
        self.problems: list[str] = []
        self.expected: list[re.Pattern[str]] = []

    def open(
        self,
        user: Any = None,
        *,
        path: str = "",
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        javascript: bool = True,
        expect: tuple[str, ...] = (),
    ) -> Page:
        """Return a page signed in as `user` (None: a visitor), at `path` if one is given.

        `expect`: patterns of console messages that belong to the test, such as "404" for a page that is not there.
        Relative addresses work: `page.goto("/")`.
        """
        self.expected += [re.compile(pattern) for pattern in expect]
        context = self.browser.new_context(
            base_url=self.site,
            viewport=ViewportSize(width=width, height=height),
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="en-US",  # the reader's choice counts, not the browser's language
            has_touch=width < 600,
        )
        self.contexts.append(context)
        context.set_default_timeout(10_000)
        cookies = {settings.LANGUAGE_COOKIE_NAME: "en"} if self.language == "en" else {}
        if user is not None:
            cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
        context.add_cookies([{"name": name, "value": value, "url": self.site} for name, value in cookies.items()])
        context.on("request", self._watch_request)
        context.on("console", self._watch_console)
        context.on("weberror", lambda error: self.problems.append(f"script error: {error.error}"))
        context.add_init_script(LISTEN)
        page = context.new_page()
        if path:
            page.goto(path)
        return page

    def _watch_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.site}/", "data:", "blob:")):
            self.problems.append(f"request left the site: {request.url}")

    def _watch_console(self, message: ConsoleMessage) -> None:
        text = f"{message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not any(pattern.search(text) for pattern in self.expected):
            self.problems.append(f"console: {text}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for context in self.contexts:
            context.close()
        if error is None:
            assert not self.problems, "\n".join(self.problems)


def accessibility_violations(page: Page) -> list[str]:
    """Return one line for each rule of axe-core the page breaks: rule, what it says, and the first places."""
    _bring_axe(page)
    options: dict[str, Any] = {"resultTypes": ["violations"], "rules": {CONTRAST: {"enabled": False}}}
    return [_line(found) for found in page.evaluate(VIOLATIONS, options)] + contrast_violations(page)


def contrast_violations(page: Page) -> list[str]:
    """Return what axe-core says of the colours of the page's texts, for a page already looked at in another theme.

    Reckoning contrast takes axe longer than all its other rules, and one page after the other has the same texts on the
    same grounds. A make of text that axe has found well in this process is not handed to it again; see MAKES.
    """
    fresh = page.evaluate(MAKES, sorted(_well))
    if not fresh:
        return []
    _bring_axe(page)
    found = page.evaluate(CONTRASTS, CONTRAST)
    _well.update(found["well"])
    return [_line(one) for one in found["violations"]]


def carry_axe(page: Page) -> None:
    """Give axe-core to the browser once, for all the pages it opens here: it is half a million signs to hand over."""
    page.add_init_script(f"window.carriedAxe = () => {{ {Axe().axe_script} }}")


def _bring_axe(page: Page) -> None:
    if not page.evaluate("'axe' in window || Boolean(window.carriedAxe && (carriedAxe(), 'axe' in window))"):
        page.evaluate(Axe().axe_script)


def _line(found: dict[str, Any]) -> str:
    return f"{found['id']}: {found['help']} at {found['places']}"


CONTRAST = "color-contrast"
_well: set[str] = set()
"""The makes of text whose contrast axe has found sufficient, here or on another page of this process."""
TELL = """(violations) => violations.map((found) =>
  ({id: found.id, help: found.help, places: found.nodes.slice(0, 3).map((node) => node.target)}))"""
"""What axe found to be well is not sent: handing it over takes as long as finding it."""
VIOLATIONS = f"(options) => axe.run(document, options).then((results) => ({TELL})(results.violations))"
MAKES = """(well) => {
  const known = new Set(well), grounds = new Map(), makes = new Map();
  const ground = (element) => {
    if (!element) return '';
    if (!grounds.has(element)) {
      const style = getComputedStyle(element);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.position];
      const above = ground(element.parentElement);
      const plain = own.join() === 'rgba(0, 0, 0, 0),none,1,none,static';
      grounds.set(element, plain ? above : above + '/' + own.join());
    }
    return grounds.get(element);
  };
  const named = (element) => element.localName + '.' + (element.getAttribute('class') ?? '');
  const fields = 'input, select, textarea, button';
  for (const element of document.body.querySelectorAll('*')) {
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!(says || element.matches(fields)) || !element.checkVisibility({visibilityProperty: true})) continue;
    const style = getComputedStyle(element);
    const own = [style.color, style.fontSize, style.fontWeight, style.textShadow, element.disabled ?? ''];
    const make = [named(element.parentElement), named(element), own.join(), ground(element)].join(' | ');
    if (!known.has(make)) makes.set(element, make);
  }
  window.freshMakes = makes;
  return makes.size;
}"""
"""The make of a text: what it and its parent are, its own colour and size, and every ground it stands on. Kept with the
page are those that are not known to be well."""
CONTRASTS = f"""async (rule) => {{
  const options = {{runOnly: [rule], resultTypes: ['violations', 'passes'], elementRef: true}};
  const results = await axe.run({{include: [...freshMakes.keys()]}}, options), well = new Set();
  for (const passed of results.passes)
    for (const node of passed.nodes) if (freshMakes.has(node.element)) well.add(freshMakes.get(node.element));
  for (const broken of results.violations) for (const node of broken.nodes) well.delete(freshMakes.get(node.element));
  return {{violations: ({TELL})(results.violations), well: [...well]}};
}}"""
