"""How the tests get their database, their server and their browser.

One seeded database is built (migrations, then `load_works`); every test process works on a copy of it.
Unit tests roll back. Browser tests commit, so each of their modules gets a copy of its own, served by a real server.
Fixtures: `db` (pytest-django's), `own_database`, `module_database`, `site`, `page_zh`, `page_en`, the standing cast.
"""

import fcntl
import gc
import hashlib
import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import hypothesis
import psutil
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from django.utils import timezone, translation
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.plugin import DjangoDbBlocker
from whitenoise.middleware import WhiteNoiseMiddleware

from config import embedded
from tests.chromium import chromium
from tests.deep import DEEP
from tests.watched import WatchedPages

pytest_plugins = ["tests.cast", "tests.counting"]  # the standing cast; query counts on record

VAR = Path(settings.BASE_DIR) / "var" / "test"
PREFIX, TEMPLATE_PREFIX = "gt_", "seeded_"
SEEDED_FROM = ["tracker/migrations", "tracker/models", "tracker/domain", "tracker/actions", "tracker/audit.py"]
SEEDED_FROM += ["tracker/management/commands/load_works.py", "fixtures", "requirements.txt"]
SEEDED_FROM += ["tracker/management/commands/load_reference.py"]
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
CHROMIUM += ["--disable-component-update", "--disable-sync"]


def pytest_configure(config: pytest.Config) -> None:
    """Name this run once, for all its processes; refuse an environment the tests were not written for."""
    if settings.MODE != "local" or not settings.EMBEDDED_DATABASE or settings.DEBUG:
        raise pytest.UsageError("The tests start their own database. Unset GUATU_MODE, GUATU_DEBUG and DATABASE_URL.")
    os.environ.setdefault("PYTEST_RUN", f"{os.getpid()}_{secrets.token_hex(3)}")
    settings.EVIDENCE = VAR / "evidence" / os.environ["PYTEST_RUN"]
    # Hashing a password for safety takes a quarter of a second; hundreds of tests need no such safety.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# The longest files first, so that the last one to end does not keep one process waiting for the other. Every second of
# the first four goes to the second process and needs no seeded database: it works while the first process makes that.
LONGEST = (
    "test_every_page",
    "test_embedded",
    "test_every_address",
    "test_launch",
    "test_bench",
    "test_query_counts",
    "test_simulation",
    "test_training",
)

# How long an example takes says nothing on a machine that does other work besides. Every push tries the same examples,
# so that none fails for what it did not touch; `make deep` draws new ones, and many more.
_alike = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("push", _alike, max_examples=60, derandomize=True)
hypothesis.settings.register_profile("deep", _alike, max_examples=1000)
hypothesis.settings.load_profile("deep" if DEEP else "push")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let the second process load the test files from the last one on.

    In a fresh clone pytest compiles each of them, which takes as long as all else until the first test. Both processes
    go through the files in the same order; from both ends, each compiles half of them for both.
    """
    if getattr(session.config, "workerinput", {}).get("workerid") == "gw1":
        root = Path(settings.BASE_DIR)
        for path in sorted((root / "tests").rglob("test_*.py"), reverse=True):
            with suppress(Exception):  # what cannot be loaded is told when it is collected
                import_module(".".join(path.relative_to(root).with_suffix("").parts))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files at the head; the order within a file stays."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONGEST) + ("browser" not in item.path.parts)))


def pytest_collection_finish() -> None:
    """What is loaded by now stays; looking through it for garbage again and again is a sixth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


_listed: dict[str, Any] = {}
_list = WhiteNoiseMiddleware.add_files_from_finders


def _list_once(self: WhiteNoiseMiddleware) -> None:
    """Look the static files up once a process: every test client has middleware of its own and would read them all."""
    if not _listed:
        _list(self)
        _listed.update(self.files)
    self.files.update(_listed)


WhiteNoiseMiddleware.add_files_from_finders = _list_once


@pytest.fixture(autouse=True)
def product_language() -> Iterator[None]:
    """Begin each test in the product's own language: a page served in English leaves it behind in its thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Drop what this run made; the process that started the run does it, after the others have ended."""
    if not hasattr(session.config, "workerinput"):
        shutil.rmtree(settings.EVIDENCE, ignore_errors=True)
    if not hasattr(session.config, "workerinput") and embedded.is_running(VAR / "pg"):
        server = embedded.start(VAR / "pg", fast=True)
        for name in _databases(server):
            if name.startswith(f"{PREFIX}{os.environ['PYTEST_RUN']}_"):
                server.drop_database(name)


def _databases(server: embedded.Server) -> list[str]:
    with server.connect() as link:
        return [str(row[0]) for row in link.execute("SELECT datname FROM pg_database WHERE NOT datistemplate")]


def _drop_leftovers(server: embedded.Server) -> None:
    """Drop what killed runs left (the name holds the number of the process that began the run) and old templates."""
    for name in _databases(server):
        owner = name.removeprefix(PREFIX).split("_")[0]
        if name.startswith(PREFIX) and owner.isdigit() and not psutil.pid_exists(int(owner)):
            server.drop_database(name)
    with server.connect() as link:
        made = "(pg_stat_file('base/' || oid || '/PG_VERSION')).modification"
        query = f"SELECT datname FROM pg_database WHERE datname LIKE '{TEMPLATE_PREFIX}%' ORDER BY {made} DESC OFFSET 6"
        old = [str(row[0]) for row in link.execute(query)]
    for name in old:
        server.drop_database(name)


def _point_at(server: embedded.Server, name: str) -> None:
    """Make this process, and every thread it starts, work on that database."""
    connections.close_all()
    connection.settings_dict |= {"NAME": name, "HOST": str(server.socket_folder)}
    connection.settings_dict["OPTIONS"].pop("pool", None)  # a pool would keep connections to a dropped database


@contextmanager
def _copy(server: embedded.Server, template: str, name: str) -> Iterator[None]:
    """Work on a fresh copy of the template for a while, then return to what was before."""
    before = connection.settings_dict["NAME"]
    server.create_database(name, template)
    _point_at(server, name)
    try:
        yield
    finally:
        _point_at(server, before)
        server.drop_database(name)


@pytest.fixture(scope="session")
def postgres() -> embedded.Server:
    """The tests' own embedded server, shared by all runs on this machine."""
    return embedded.start(VAR / "pg", fast=True)


def _seed_hash() -> str:
    """Return a hash of everything the seeded database is made from; the day belongs to it, as the load records it."""
    digest = hashlib.sha256(timezone.localdate().isoformat().encode())
    for place in SEEDED_FROM:
        root = Path(settings.BASE_DIR) / place
        for path in sorted(root.rglob("*") if root.is_dir() else [root]):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def template(postgres: embedded.Server, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of the seeded database; the first process to ask builds it, the others wait.

    It is kept for the next run, under a name that changes with whatever it is made from.
    """
    name = f"{TEMPLATE_PREFIX}{_seed_hash()}"
    with (VAR / "template.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if name not in _databases(postgres):
            _drop_leftovers(postgres)
            postgres.drop_database(f"{name}_draft")
            postgres.create_database(f"{name}_draft")
            _point_at(postgres, f"{name}_draft")
            with django_db_blocker.unblock():
                call_command("migrate", verbosity=0, interactive=False)
                call_command("load_works", verbosity=0)
                call_command("load_reference", verbosity=0)
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")  # copies keep the statistics, so plans are those of a lived-in database
            _point_at(postgres, "postgres")
            with postgres.connect() as link:
                link.execute(f'ALTER DATABASE "{name}_draft" RENAME TO "{name}"')
    return name


@pytest.fixture(scope="session")
def django_db_setup(postgres: embedded.Server, template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this process its own copy of the seeded database; replaces pytest-django's fixture of that name."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with django_db_blocker.unblock(), _copy(postgres, template, f"{PREFIX}{os.environ['PYTEST_RUN']}_{worker}"):
        yield


@pytest.fixture
def own_database(
    django_db_setup: None, postgres: embedded.Server, template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A fresh copy for one test that must commit: several connections, threads, triggers at commit.

    Use it in place of `django_db(transaction=True)`, which would empty every table afterwards.
    """
    name = f"{PREFIX}{os.environ['PYTEST_RUN']}_{secrets.token_hex(4)}"
    with django_db_blocker.unblock(), _copy(postgres, template, name):
        yield


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the tests look at the pages, not at the access log."""


@pytest.fixture(scope="session")
def server_address() -> Iterator[str]:
    """The address of this process's web server; it serves whatever database the process points at."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, name="site", daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)


@pytest.fixture(scope="module")
def module_database(
    django_db_setup: None, postgres: embedded.Server, template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A fresh copy that the tests of one module share and commit to."""
    name = f"{PREFIX}{os.environ['PYTEST_RUN']}_{secrets.token_hex(4)}"
    with django_db_blocker.unblock(), _copy(postgres, template, name):
        yield


@pytest.fixture(scope="module")
def site(server_address: str, module_database: None) -> str:
    """The address of the running site, on a database of this module's own; the test writes to the same one."""
    return server_address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for this process."""
    # Playwright keeps an event loop in this thread, and Django would refuse the database next to one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    path = chromium()
    if path is None:
        pytest.fail("No Chromium. Install it (Debian: apt-get install chromium fonts-noto-cjk) or run make test.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield started
        started.close()


@pytest.fixture
def page_zh(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Opens pages as a Chinese reader: `page_zh(user, width=360, dark=True)`; see WatchedPages.open."""
    with WatchedPages(browser, site, "zh-hans") as pages:
        yield pages.open


@pytest.fixture
def page_en(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Opens pages as a reader who has chosen English; see WatchedPages.open."""
    with WatchedPages(browser, site, "en") as pages:
        yield pages.open
