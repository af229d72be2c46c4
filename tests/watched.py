"""Browser pages that are watched: a console error, a content-policy violation or a foreign request fails the test."""

import re
from types import TracebackType
from typing import Any, Self

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize

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
            client = Client()
            client.force_login(user, backend="tracker.views.signed_in.PersonBackend")
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
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


def accessibility_violations(page: Page, *rules: str) -> list[str]:
    """Return one line for each rule of axe-core the page breaks: rule, what it says, and the first places.

    With `rules` only these are applied, such as "color-contrast" for a page already looked at in another theme.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    page.evaluate(Axe().axe_script)
    violations = page.evaluate(VIOLATIONS, options)
    return [f"{found['id']}: {found['help']} at {found['places']}" for found in violations]


VIOLATIONS = """(options) => axe.run(document, options).then((results) => results.violations.map(
  (found) => ({id: found.id, help: found.help, places: found.nodes.slice(0, 3).map((node) => node.target)})))"""
"""What axe found to be well is not sent: handing it over takes as long as finding it."""
