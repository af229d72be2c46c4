"""manage.py bench: start the production server on a database of its own and measure every page at several sizes."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from tracker.actions import people, simulation
from tracker.actions.bulk_rows import settle_pages
from tracker.domain.states import Status
from tracker.management import measuring
from tracker.management.measuring import Reader, Server, Times, alone, together
from tracker.models import Metric, Milestone, Project, Report, User

SIZES = "30,300,3000"
CLIENTS = 8
ENTRIES = 100
"""Entries of each simulated clearance site."""
BACKEND = "tracker.views.signed_in.PersonBackend"
LEADER, OFFICIAL, REVIEWER = "demo-leader", "sim-01-1", "demo-reviewer"


@dataclass(frozen=True, slots=True)
class PageToMeasure:
    """One page: what it is called, the name of its address, its arguments and query, and who opens it."""

    label: str
    name: str
    arguments: tuple[str, ...] = ()
    query: str = ""
    who: str = LEADER


@dataclass(frozen=True, slots=True)
class Effort:
    """How often each page is opened: by one reader, by each of `clients`, and the most seconds for either."""

    clients: int
    alone: int
    together: int
    seconds: float


FULL, QUICK = Effort(CLIENTS, 40, 15, 8.0), Effort(2, 3, 1, 2.0)


class Command(BaseCommand):
    """The caller's database is not touched: each size has its own, on a database server that is removed afterwards."""

    help = "Measure every page over HTTP at several sizes, on a database of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sizes", default=SIZES, help=f"numbers of simulated projects (default {SIZES})")
        parser.add_argument("--json", metavar="FILE", help="keep the figures in this file")
        parser.add_argument("--quick", action="store_true", help="open each page a few times only")
        parser.add_argument("--only", default="", metavar="TEXT", help="only pages whose name begins with this")
        parser.add_argument("--inside", type=int, help="used by the command itself: measure in this process")
        parser.add_argument("--result", help="used by the command itself: where the figures of --inside go")

    def handle(self, *args: Any, **options: Any) -> None:
        effort = QUICK if options["quick"] else FULL
        if options["inside"]:
            found = _measured(options["inside"], effort, options["only"])
            Path(options["result"]).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
            return
        results = []
        with measuring.folder(settings.VAR) as var:
            for size in _sizes(options["sizes"]):
                self.stderr.write(f"{size} projects, {size * 20} milestones ...")
                results.append(self._in_own_process(var, size, only=options["only"], quick=options["quick"]))
                self.stdout.write(table(results[-1]))
                if options["json"]:
                    kept = json.dumps(results, ensure_ascii=False, indent=1)
                    Path(options["json"]).write_text(kept, encoding="utf-8")

    def _in_own_process(self, var: Path, size: int, *, only: str, quick: bool) -> dict[str, Any]:
        """A process whose settings name the measured database; ours keep naming the caller's."""
        result = var / f"{size}.json"
        command = [sys.executable, "manage.py", "bench", "--inside", str(size), "--result", str(result)]
        command += ["--only", only]
        done = subprocess.run(  # noqa: S603 - ourselves
            [*command, *(["--quick"] if quick else [])],
            check=False,
            cwd=settings.BASE_DIR,
            env=measuring.environment(var, size),
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            raise CommandError(f"The measurement with {size} projects failed; what it printed stands above.")
        found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return found


def _sizes(text: str) -> list[int]:
    try:
        sizes = [int(part) for part in text.split(",")]
    except ValueError as error:
        raise CommandError("--sizes: give whole numbers with commas, such as 30,300") from error
    if not all(1 <= size <= simulation.MOST_PROJECTS for size in sizes):
        raise CommandError(f"--sizes: give numbers from 1 to {simulation.MOST_PROJECTS}")
    return sizes


def _measured(size: int, effort: Effort, only: str) -> dict[str, Any]:
    """Fill the database, start the server, measure; everything as plain values."""
    seconds = _fill(size)
    env = dict(os.environ)
    with measuring.server(env, settings.VAR / f"server-{size}.log") as running:
        readers = _sign_in(running.port)
        pages = [_page(running, page, readers, effort) for page in pages_of(size) if page.label.startswith(only)]
        writes = _write_together(running, effort)
        # Last, so that the portfolio is measured by itself as ever.
        simulation.sites(sites=size, entries=ENTRIES, seed=1, today=timezone.localdate())
        settle_pages(Report)
        pages += [_page(running, page, readers, effort) for page in ledger_pages(size) if page.label.startswith(only)]
        files = {kind: _file(running, readers[LEADER](), kind) for kind in ("csv", "xlsx")}
    return {
        "projects": size,
        "clients": effort.clients,
        "milestones": Milestone.objects.count(),
        "simulate_seconds": round(seconds, 1),
        "pages": pages,
        "writes": writes,
        **files,
    }


def _fill(size: int) -> float:
    """The documents' works, the portfolio and people to sign in; returns the seconds the portfolio took."""
    today = timezone.localdate()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_works", verbosity=0)
    began = time.perf_counter()
    simulation.portfolio(projects=size, seed=1, today=today)
    taken = time.perf_counter() - began
    # The demo's people, in a database that lives as long as this measurement; the server offers no such sign-in.
    people.ensure_demo_accounts(demo=True, today=today)
    return taken


def _sign_in(port: int) -> dict[str, Callable[[], Reader]]:
    """For each person a maker of readers with a session of that person; the password page is not what is measured."""
    found: dict[str, Callable[[], Reader]] = {}
    for username in (LEADER, OFFICIAL, REVIEWER, *(f"sim-{unit:02}-1" for unit in range(1, CLIENTS + 1))):
        client = Client()
        client.force_login(User.objects.get(username=username), backend=BACKEND)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        found[username] = lambda cookie=cookie: Reader(port, {settings.SESSION_COOKIE_NAME: cookie})  # type: ignore[misc]
    return found


def pages_of(size: int) -> list[PageToMeasure]:
    """Every page to measure, on rows in the middle of the portfolio."""
    project = Project.objects.filter(programme__simulated=True).order_by("code")[size // 2].code
    last_page = str(max(1, (Milestone.objects.current().count() + 99) // 100 - 1))
    metric = Metric.objects.filter(project__code=project).order_by("code")[0].code
    return [
        PageToMeasure("overview", "overview"),
        PageToMeasure("overview, one programme", "programme", ("SIM01",)),
        PageToMeasure("timeline", "timeline"),
        PageToMeasure("timeline, a programme open", "timeline", query="open=SIM01"),
        PageToMeasure("milestones, 100 rows", "milestones"),
        PageToMeasure("milestones, far page", "milestones", query=f"page={last_page}"),
        PageToMeasure("milestones, overdue", "milestones", query="state=red"),
        PageToMeasure("milestones, by state", "milestones", query="sort=state"),
        PageToMeasure("milestones, search", "milestones", query="q=shigong"),
        PageToMeasure("programmes", "programmes"),
        PageToMeasure("project", "project", (project,)),
        PageToMeasure("milestone", "milestone", (f"{project}-10",)),
        PageToMeasure("milestone, as of a past day", "milestone", (f"{project}-10",), _past()),
        PageToMeasure("overview, as of a past day", "overview", query=_past()),
        PageToMeasure("metrics", "metrics"),
        PageToMeasure("metric", "metric", (metric,)),
        PageToMeasure("reports", "reports"),
        PageToMeasure("my reports", "my_reports", who=OFFICIAL),
        PageToMeasure("review", "review", who=REVIEWER),
        PageToMeasure("review, late", "review", who=REVIEWER, query="tab=late"),
        PageToMeasure("history", "history"),
    ]


def ledger_pages(size: int) -> list[PageToMeasure]:
    """The pages of the clearance ledger, with as many sites as the portfolio has projects."""
    return [
        PageToMeasure("clearance ledger", "relocation"),
        PageToMeasure("clearance ledger, who is behind", "relocation", query="state=behind"),
        PageToMeasure("clearance ledger, as of a past day", "relocation", query=_past()),
        PageToMeasure("clearance site, burn-down", "site", (f"SIMCQ-S-{max(1, size // 2):04}",)),
        PageToMeasure("clearance, programme totals", "programme", ("SIMCQ",)),
        PageToMeasure("clearance, metric of the ledger", "metric", ("SIMCQ-M1",)),
    ]


def _past() -> str:
    return f"on={timezone.localdate() - timedelta(days=90):%Y-%m-%d}"


def _page(
    running: Server, page: PageToMeasure, readers: dict[str, Callable[[], Reader]], effort: Effort
) -> dict[str, Any]:
    """Queries, bytes and times of one page; a page that is not there, or fails, with a note instead."""
    row: dict[str, Any] = {"page": page.label}
    try:
        path = reverse(page.name, args=page.arguments)
    except NoReverseMatch:
        return row | {"note": "no such page"}
    path = f"{path}?{page.query}" if page.query else path
    reader = readers[page.who]()
    warm = 4 if effort is FULL else 2  # each worker once or twice, so that both are warm
    answers = [reader.get(path) for _ in range(warm)]
    if answers[-1].status != 200:
        return row | {"note": f"answers {answers[-1].status}"}
    several = [readers[page.who]() for _ in range(effort.clients)]
    before = running.cpu()
    one = alone(lambda: reader.get(path), times=effort.alone, seconds=effort.seconds)
    return row | {
        "queries": _queries(path, page.who),
        "bytes": answers[-1].size,
        "cpu_ms": round((running.cpu() - before) / one.count * 1000, 1),
        "alone": asdict(one),
        "together": asdict(
            together(
                [lambda one=one: one.get(path) for one in several],  # type: ignore[misc]
                times=effort.together,
                seconds=effort.seconds,
            )
        ),
    }


def _queries(path: str, username: str) -> int:
    """How many queries the page makes, counted in this process on the same database."""
    client = Client(SERVER_NAME=measuring.HOST)
    client.force_login(User.objects.get(username=username), backend=BACKEND)
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        client.get(path)
    return len(caught)


def _write_together(running: Server, effort: Effort) -> dict[str, Any]:
    """Officials of eight units report at once, each on works of their own unit, over HTTP."""
    readers = _sign_in(running.port)
    writers = [_writer(readers[f"sim-{unit:02}-1"](), f"SIM-U-{unit:02}") for unit in range(1, CLIENTS + 1)]
    if not all(writers):
        return {"note": "too few projects for eight units"}
    for writer in writers:
        writer()  # type: ignore[misc]
    before = running.cpu()
    times = together(writers, times=effort.alone * 5, seconds=effort.seconds)  # type: ignore[arg-type]
    cpu_ms = round((running.cpu() - before) / times.count * 1000, 1)
    return asdict(times) | {"officials": CLIENTS, "cpu_ms": cpu_ms}


def _writer(reader: Reader, unit: str) -> Callable[[], None] | None:
    found = Milestone.objects.filter(unit__code=unit).exclude(status=Status.DONE).order_by("code")
    codes = list(found.values_list("code", "version"))
    if not codes:
        return None
    form = reader.get(reverse("report_milestone", args=[codes[0][0]])).body.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    if token is None:
        raise measuring.CannotMeasure("The report form carries no token.")
    count = 0

    def write() -> None:
        nonlocal count
        code, version = codes[count % len(codes)]
        count += 1
        values = {
            "csrfmiddlewaretoken": token[1],
            "client_token": str(uuid4()),
            "version": str(version),
            "as_of": timezone.localdate().isoformat(),
            "status": Status.IN_PROGRESS.value,
            "progress": str(20 + count % 70),
            "note": "现场核对，按计划推进。",
        }
        answer = reader.post(reverse("report_milestone", args=[code]), values)
        if answer.status != 200:
            raise measuring.CannotMeasure(f"A report was answered {answer.status}: {answer.body[:300]!r}")

    return write


def _file(running: Server, reader: Reader, kind: str) -> dict[str, Any]:
    """The file of all milestones: seconds, rows, bytes, and how much the server's memory grew meanwhile."""
    path = f"{reverse('milestones')}?_export={kind}"
    before, cpu = running.memory(), running.cpu()
    highest, done = [before], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            highest.append(running.memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    answer = reader.get(path)
    taken = time.perf_counter() - began
    done.set()
    watcher.join()
    if answer.status != 200:
        return {"note": f"answers {answer.status}"}
    return {
        "seconds": round(taken, 2),
        "cpu_seconds": round(running.cpu() - cpu, 2),
        "rows": answer.body.count(b"\r\n") - 1 if kind == "csv" else Milestone.objects.count(),
        "bytes": answer.size,
        "memory_growth_mb": round((max(highest) - before) / 1_000_000, 1),
    }


def table(result: dict[str, Any]) -> str:
    """The figures of one size as a table people can read."""
    heads: tuple[tuple[str, int], ...] = (
        ("page", -27),
        ("queries", 8),
        ("bytes", 9),
        ("cpu ms", 8),
        ("alone ms", 9),
        ("p95", 8),
    )
    heads += ((f"{result['clients']} at once", 10), ("p95", 8), ("/s", 7))
    sizes = f"{result['projects']} projects, {result['milestones']} milestones"
    lines = [
        f"\n{sizes}, simulated in {result['simulate_seconds']} s",
        "".join(f"{text:<{-width}}" if width < 0 else f"{text:>{width}}" for text, width in heads),
    ]
    for page in result["pages"]:
        if "note" in page:
            lines.append(f"{page['page']:<27}{page['note']:>20}")
            continue
        one, many = Times(**page["alone"]), Times(**page["together"])
        lines.append(
            f"{page['page']:<27}{page['queries']:>8}{page['bytes']:>9}{page['cpu_ms']:>8}{one.median_ms:>9}{one.p95_ms:>8}"
            f"{many.median_ms:>10}{many.p95_ms:>8}{many.per_second:>7}"
        )
    writes = result["writes"]
    if "note" in writes:
        lines.append(f"reports by {CLIENTS} officials: {writes['note']}")
    else:
        lines.append(
            f"reports by {CLIENTS} officials at once: {writes['per_second']} a second,"
            f" median {writes['median_ms']} ms, p95 {writes['p95_ms']} ms, cpu {writes['cpu_ms']} ms each"
        )
    lines += [_file_line(kind, result[kind]) for kind in ("csv", "xlsx")]
    return "\n".join(lines)


def _file_line(kind: str, files: dict[str, Any]) -> str:
    if "note" in files:
        return f"{kind} of all milestones: {files['note']}"
    return (
        f"{kind} of all milestones: {files['rows']} rows, {files['bytes']} bytes in {files['seconds']} s"
        f" (cpu {files['cpu_seconds']} s), server memory +{files['memory_growth_mb']} MB"
    )
