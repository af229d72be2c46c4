"""What `make run` starts, from an empty folder: the works are loaded, files are hashed, nothing is left running."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from config import embedded

pytestmark = pytest.mark.slow


@pytest.fixture
def var() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="guatu-test-") as folder:
        yield Path(folder) / "var"


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def launch(var: Path, port: int) -> subprocess.Popen[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "config.launch"],
        env=kept | {"GUATU_VAR": str(var), "PORT": str(port), "GUATU_WORKERS": "1"},
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_until_served(address: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 90
    while True:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < deadline, "not served within 90 seconds"
            time.sleep(0.2)


def test_a_first_start_serves_the_works_and_stops_clean(var: Path, port: int):
    address = f"http://127.0.0.1:{port}"
    process = launch(var, port)
    wait_until_served(address, process)
    page = urllib.request.urlopen(f"{address}/sign-in/", timeout=10).read().decode()
    style = re.search(r'href="(/static/tracker/css/base\.[0-9a-f]{12}\.css)"', page)
    assert style, "style sheets are not hashed"
    assert "immutable" in urllib.request.urlopen(address + style[1], timeout=10).headers["Cache-Control"]

    second = launch(var, port)
    said = second.communicate(timeout=60)[0]
    assert second.returncode
    assert "make run PORT=8001" in said

    with embedded.start(var / "pg").connect("guatu") as link:
        row = link.execute("SELECT count(*) FROM tracker_programme").fetchone()
    embedded.release(var / "pg")
    assert row == (5,)
    assert embedded.is_running(var / "pg"), "stopped under the product"

    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 0
    assert f"http://127.0.0.1:{port}/" in said
    assert not embedded.is_running(var / "pg")
