"""What `manage.py bench` measures with: signed-in readers over HTTP, a production server of its own, medians.

A reader keeps its connection open as a browser does. Times are in seconds inside, in milliseconds where they are shown.
"""

import http.client
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psutil

HOST = "127.0.0.1"
START_SECONDS = 180
OURS = ("GUATU_", "DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "PORT")
"""Variables of the caller's environment that must not change what is measured."""


class CannotMeasure(RuntimeError):
    """The server under measurement does not answer as it should; the message says how."""


@dataclass(frozen=True, slots=True)
class Times:
    """Of many answers: how many, the median and the 95th percentile in milliseconds, and how many a second."""

    count: int
    median_ms: float
    p95_ms: float
    per_second: float


def summed(seconds: Sequence[float], elapsed: float) -> Times:
    """The times of some answers that took `elapsed` seconds together."""
    ordered = sorted(seconds)
    place = min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))
    return Times(
        count=len(ordered),
        median_ms=round(statistics.median(ordered) * 1000, 1),
        p95_ms=round(ordered[place] * 1000, 1),
        per_second=round(len(ordered) / elapsed, 1) if elapsed else 0.0,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: status, size of the body in bytes, and the body itself if it was to be kept."""

    status: int
    size: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(slots=True)
class Reader:
    """One signed-in person with an open connection; not to be shared between threads."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    link: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._send("GET", path, None, {})

    def post(self, path: str, values: Mapping[str, str], *, htmx: bool = True) -> Answer:
        """Send a form, as the page's own script does."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{HOST}:{self.port}"}
        if htmx:
            headers["HX-Request"] = "true"
        return self._send("POST", path, urlencode(values).encode(), headers)

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if self.link is None:
            self.link = http.client.HTTPConnection(HOST, self.port, timeout=300)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        try:
            self.link.request(method, path, body, sent)
            response = self.link.getresponse()
        except (http.client.HTTPException, OSError):  # the server closes idle connections; once more on a new one
            self.link.close()
            self.link.request(method, path, body, sent)
            response = self.link.getresponse()
        data = response.read()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie" and value.startswith("guatu_csrf="):
                self.cookies["guatu_csrf"] = value.split(";", 1)[0].partition("=")[2]
        return Answer(response.status, len(data), data, dict(response.getheaders()))


def alone(act: Callable[[], object], *, times: int, seconds: float) -> Times:
    """Do something again and again, `times` times or for `seconds`, whichever ends first, three times at least."""
    taken: list[float] = []
    began = time.perf_counter()
    while len(taken) < times and (len(taken) < 3 or time.perf_counter() - began < seconds):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return summed(taken, time.perf_counter() - began)


def together(acts: Sequence[Callable[[], object]], *, times: int, seconds: float) -> Times:
    """The same by several at once."""
    began = time.perf_counter()

    def work(act: Callable[[], object]) -> list[float]:
        taken: list[float] = []
        while len(taken) < times and (not taken or time.perf_counter() - began < seconds):
            start = time.perf_counter()
            act()
            taken.append(time.perf_counter() - start)
        return taken

    with ThreadPoolExecutor(len(acts)) as pool:
        taken = [one for found in pool.map(work, acts) for one in found]
    return summed(taken, time.perf_counter() - began)


@dataclass(frozen=True, slots=True)
class Server:
    """The running server: its port, its first process, and where the database keeps the number of its own."""

    port: int
    process: psutil.Process
    database: Path

    def memory(self) -> int:
        """Bytes that its processes hold together, the database aside."""
        return sum(process.memory_info().rss for process in self._alive() if "postgres" not in process.name())

    def cpu(self) -> float:
        """Seconds of processor time that its processes and the database have taken so far.

        Unlike the time on the clock this does not depend on what else the machine is doing.
        """
        times = [process.cpu_times() for process in self._alive()]
        return float(sum(one.user + one.system for one in times))

    def _alive(self) -> Iterator[psutil.Process]:
        first = [self.process]
        with suppress(OSError, ValueError, psutil.NoSuchProcess):
            first.append(psutil.Process(int(self.database.read_text().split("\n", 1)[0])))
        for process in [one for root in first for one in (root, *root.children(recursive=True))]:
            with suppress(psutil.NoSuchProcess):
                process.status()
                yield process


@contextmanager
def server(env: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Start the production server as `make run` does, wait until it answers, and stop it afterwards."""
    port = int(env["PORT"])
    command = [sys.executable, "-m", "config.launch"]
    with log.open("ab") as stream:
        process = subprocess.Popen(command, env=dict(env), stdout=stream, stderr=stream)  # noqa: S603 - ourselves
    try:
        _wait(port, process, log)
        yield Server(port, psutil.Process(process.pid), Path(env["GUATU_VAR"]) / "pg" / "postmaster.pid")
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = log.read_text(errors="replace")[-2000:]
            raise CannotMeasure(f"The server stopped ({process.returncode}): {said}")
        try:
            if Reader(port).get("/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise CannotMeasure(f"The server does not answer after {START_SECONDS} s; see {log}")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def environment(var: Path, size: int) -> dict[str, str]:
    """The environment of a server under measurement: production's settings on a database of its own, no debug."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return env | {
        "GUATU_VAR": str(var),
        "GUATU_DATABASE": f"guatu_bench_{size}",
        "GUATU_MODE": "local",  # production's would demand HTTPS; pages are made by the same code
        "GUATU_STATIC": "hashed",
        "GUATU_WORKERS": "2",
        "GUATU_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PORT": str(free_port()),
    }


@contextmanager
def folder(parent: Path) -> Iterator[Path]:
    """A folder for the measured server's data, removed afterwards with all in it, as is what a killed run left."""
    for left in parent.glob("bench-*"):
        if not psutil.pid_exists(int(left.name.removeprefix("bench-"))):
            shutil.rmtree(left, ignore_errors=True)
    path = parent / f"bench-{os.getpid()}"
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
