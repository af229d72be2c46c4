"""Fifty people report at once while the server is killed under them: no report is lost, none is there twice."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode
from uuid import uuid4

import psutil
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.cast import SINCE, UNIT_A, signed_in
from tracker.management.measuring import HOST, free_port
from tracker.models import Appointment, AuditEvent, Milestone, MilestoneReport, Report, Role, Unit, User
from tracker.models.guard import writing

pytestmark = pytest.mark.slow
PEOPLE, EACH, ITEMS = 50, 4, 8
PATIENCE = 150.0
"""Seconds somebody goes on trying; on an idle machine all is done in a small part of it."""


@dataclass(slots=True)
class Site:
    """The production server on the test's own database; it may be killed and started again."""

    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start two workers; who asks meanwhile finds nobody there."""
        folder, name = connection.settings_dict["HOST"], connection.settings_dict["NAME"]
        user = connection.settings_dict["USER"]
        kept = {one: os.environ[one] for one in ("PATH", "HOME") if one in os.environ}
        own = {
            "DATABASE_URL": f"postgresql://{user}@{quote(folder, safe='')}/{name}",
            "SECRET_KEY": settings.SECRET_KEY,
            "GUATU_WORKERS": "2",
            "GUATU_LOG_LEVEL": "ERROR",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"from config.launch import serve; serve({self.port})"],
            env=kept | own | {"DJANGO_SETTINGS_MODULE": "config.settings"},
            cwd=settings.BASE_DIR,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill_a_worker(self) -> None:
        """SIGKILL one worker in the middle of what it does; the server starts another."""
        assert self.process
        os.kill(psutil.Process(self.process.pid).children()[0].pid, signal.SIGKILL)

    def kill(self) -> None:
        """SIGKILL the server with all its workers."""
        assert self.process
        first = psutil.Process(self.process.pid)
        for one in (first, *first.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self.process.wait(10)


@contextmanager
def serving() -> Iterator[Site]:
    site = Site()
    site.start()
    try:
        yield site
    finally:
        if site.process and site.process.poll() is None:
            site.kill()


@dataclass(slots=True)
class Author:
    """One person with a browser: sends a form until it has an answer, as the page's script does."""

    port: int
    cookies: str
    csrf: str
    accepted: list[str] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)
    lost: int = 0

    def report(self, code: str, version: int, progress: int) -> None:
        """Report once; the same form, with the same token, goes out again as long as no answer comes."""
        token = str(uuid4())
        values = {
            "csrfmiddlewaretoken": self.csrf, "client_token": token, "version": str(version), "status": "in_progress",
            "progress": str(progress), "as_of": timezone.localdate().isoformat(), "note": "",
        }  # fmt: skip
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            status = self._post(f"/milestones/{code}/report/", values)
            if status and status < 300:
                self.accepted.append(token)
                return
            if status and status < 500:
                self.refused[status] += 1
                return
            self.lost += 1
            time.sleep(0.1)

    def _post(self, path: str, values: dict[str, str]) -> int:
        """The status, 0 where the connection broke before one came."""
        link = http.client.HTTPConnection(HOST, self.port, timeout=20)
        headers = {"Cookie": self.cookies, "HX-Request": "true", "Origin": f"http://{HOST}:{self.port}"}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            link.request("POST", path, urlencode(values), headers)
            answer = link.getresponse()
            answer.read()
            return answer.status
        except (http.client.HTTPException, OSError):
            return 0
        finally:
            link.close()


def authors(port: int) -> list[Author]:
    """Fifty officials of one unit, each with a session."""
    unit = Unit.named(UNIT_A)
    with writing():
        people = User.objects.bulk_create(
            [User(username=f"fifty-{n:02}", name=f"填报{n}", simulated=True, password="!") for n in range(PEOPLE)]
        )
        Appointment.objects.bulk_create(
            [Appointment(user=one, unit=unit, role=Role.OFFICIAL, valid_from=SINCE) for one in people]
        )
    page = signed_in(people[0]).get("/reports/mine/")
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert found
    csrf = f"guatu_csrf={page.cookies['guatu_csrf'].value}"
    sessions = [signed_in(one).cookies[settings.SESSION_COOKIE_NAME].value for one in people]
    return [Author(port, f"{csrf}; {settings.SESSION_COOKIE_NAME}={one}", found[1]) for one in sessions]


def trouble(site: Site, enough: Callable[[int], bool]) -> list[str]:
    """Kill a worker after a quarter of the reports and the whole server after half of them; start it again."""
    done = []
    while not enough(PEOPLE * EACH // 4):
        time.sleep(0.01)
    site.kill_a_worker()
    done.append("worker")
    while not enough(PEOPLE * EACH // 2):
        time.sleep(0.01)
    site.kill()
    site.start()
    return [*done, "server"]


def test_nothing_is_lost_and_nothing_doubled_though_the_server_is_killed(own_database: None):
    items = list(Milestone.objects.filter(unit__code=UNIT_A, status="").order_by("code")[:ITEMS])
    with serving() as site:
        everybody = authors(site.port)

        def work(number: int) -> None:
            for turn in range(EACH):
                item = items[(number + turn) % len(items)]
                everybody[number].report(item.code, item.version, 10 + turn)

        started = threading.Event()

        def enough(count: int) -> bool:
            return started.is_set() or sum(len(one.accepted) for one in everybody) >= count

        with ThreadPoolExecutor(PEOPLE + 1) as pool:
            killer = pool.submit(trouble, site, enough)
            for one in [pool.submit(work, number) for number in range(PEOPLE)]:
                one.result()
            started.set()
            assert killer.result() == ["worker", "server"]

    accepted = [token for one in everybody for token in one.accepted]
    assert not sum((one.refused for one in everybody), Counter())
    assert len(accepted) == len(set(accepted)) == PEOPLE * EACH
    assert sum(one.lost for one in everybody) > 0, "nobody noticed that the server was killed"
    stored = [str(one) for one in Report.objects.filter(origin="form").values_list("client_token", flat=True)]
    assert sorted(stored) == sorted(accepted)
    assert MilestoneReport.objects.filter(report__origin="form").count() == len(stored)
    assert AuditEvent.objects.filter(action="report.submit", refused=False).count() == len(stored)
    for item in items:
        waiting = Report.objects.filter(milestone=item, state="submitted").count()
        assert Milestone.objects.get(pk=item.pk).pending == waiting > 0
