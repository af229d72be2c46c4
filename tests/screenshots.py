"""Takes the pictures of docs/screenshots from a demo server of its own: `make screenshots`.

The server works on a folder of its own under var/, with the training scenario; pictures follow the day of their taking.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.chromium import chromium

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
DESKTOP, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
START_SECONDS = 240


@dataclass(frozen=True)
class Shot:
    """One picture: its file, the address, who looks, and how."""

    name: str
    path: str
    role: str = "demo-leader"
    language: str = "zh-hans"
    dark: bool = False
    size: ViewportSize | None = None


SHOTS = (
    Shot("overview", "/"),
    Shot("overview-dark", "/", dark=True),
    Shot("overview-en", "/", language="en"),
    Shot("timeline", "/timeline/"),
    Shot("project", "/projects/XH-CQ/"),
    Shot("metric", "/metrics/XH-M-01/"),
    Shot("sources", "/sources/000/"),
    Shot("relocation", "/relocation/"),
    Shot("site", "/sites/XH-S-02/"),
    Shot("resettlement", "/housing/XH-H-01/"),
    Shot("tenders", "/tenders/"),
    Shot("report-phone", "/reports/mine/", role="demo-official-a", size=PHONE),
    Shot("review", "/review/", role="demo-reviewer"),
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demo_server() -> Iterator[str]:
    """The address of a demo server with training data; it ends with the block."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("GUATU_")}
    env.pop("DATABASE_URL", None)
    env |= {"GUATU_VAR": str(ROOT / "var" / "screenshots"), "PORT": str(port)}
    command = [sys.executable, "-m", "config.launch", "--training"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, process)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit("The demo server did not start; what it said stands above.")
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    sys.exit(f"The demo server did not answer within {START_SECONDS} seconds.")


def take(browser: Browser, address: str, shot: Shot) -> None:
    """Sign in with one click, choose the language, open the page, wait for its charts, and take the picture."""
    context = browser.new_context(
        base_url=address,
        viewport=shot.size or DESKTOP,
        color_scheme="dark" if shot.dark else "light",
        device_scale_factor=2 if shot.size is PHONE else 1,
    )
    context.add_cookies([{"name": "guatu_language", "value": shot.language, "url": address}])
    page = context.new_page()
    page.goto("/sign-in/")
    page.click(f'button[name="role"][value="{shot.role}"]')
    page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
    answer = page.goto(shot.path)
    if answer is None or answer.status != 200:
        sys.exit(f"{shot.path}: {answer.status if answer else 'no answer'}")
    settle(page)
    page.screenshot(path=FOLDER / f"{shot.name}.png")
    context.close()


def settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    charts = page.locator(".chart .main-svg")
    if page.locator(".chart").count():
        charts.first.wait_for(timeout=20_000)
    page.wait_for_timeout(400)  # a drawing chart comes to rest


def main() -> None:
    """Take every picture, or those named on the command line."""
    wanted = [shot for shot in SHOTS if not sys.argv[1:] or shot.name in sys.argv[1:]]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo_server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for shot in wanted:
            take(browser, address, shot)
            sys.stdout.write(f"docs/screenshots/{shot.name}.png\n")
        browser.close()


if __name__ == "__main__":
    main()
