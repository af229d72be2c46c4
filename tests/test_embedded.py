"""The embedded PostgreSQL against real processes: restarts, kills, several at once, root and ordinary users."""

import multiprocessing
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from config import embedded
from config.environment import embedded_socket_folder

pytestmark = pytest.mark.slow

# Starts the server, says so, and uses it until its input ends.
USE = """
import sys
from pathlib import Path
from config import embedded
server = embedded.start(Path(sys.argv[1]), fast=True)
server.create_database("works")
with server.connect("works") as link:
    link.execute("SELECT pg_advisory_lock(1)")
    link.execute("CREATE TABLE IF NOT EXISTS seen (at timestamptz DEFAULT now())")
    link.execute("INSERT INTO seen DEFAULT VALUES")
    print(link.execute("SELECT count(*) FROM seen").fetchone()[0], flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses the server; `rows` is what it read after writing one row."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE, str(data)],
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def rows(self) -> int:
        assert self.process.stdout
        assert self.process.stderr
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        return int(line)

    def leave(self) -> None:
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=60)


@pytest.fixture
def data() -> Iterator[Path]:
    # Not tmp_path: pytest closes its folder to everybody else on each run, and as root the server is somebody else.
    with tempfile.TemporaryDirectory(prefix="guatu-test-") as folder:
        place = Path(folder) / "pg"
        yield place
        if (place / "postmaster.pid").exists() and embedded.is_running(place):
            os.kill(postmaster(place), signal.SIGQUIT)
            wait_until_stopped(place)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    """A data folder as the first start leaves it."""
    with tempfile.TemporaryDirectory(prefix="guatu-test-") as folder:
        place = Path(folder) / "pg"
        embedded.start(place, fast=True)
        embedded.release(place)
        yield place


@pytest.fixture
def begun(data: Path, cluster: Path) -> None:
    """The test is about a later start than the first; making the folder takes longer than all else."""
    subprocess.run(["cp", "-a", cluster, data], check=True)


def postmaster(data: Path) -> int:
    return int((data / "postmaster.pid").read_text().splitlines()[0])


def wait_until_stopped(data: Path) -> None:
    deadline = time.monotonic() + 20
    while embedded.is_running(data):
        assert time.monotonic() < deadline, "the server still runs"
        time.sleep(0.05)


@pytest.mark.usefixtures("begun")
def test_data_survive_a_restart_and_the_last_user_stops_the_server(data: Path):
    first = User(data)
    assert first.rows == 1
    second = User(data)
    assert second.rows == 2
    first.leave()
    assert embedded.is_running(data), "stopped under the second user"
    second.leave()
    assert not embedded.is_running(data)
    third = User(data)
    assert third.rows == 3
    third.leave()


@pytest.mark.usefixtures("begun")
def test_a_killed_user_leaves_nothing_behind(data: Path):
    first = User(data)
    assert first.rows == 1
    first.kill()
    second = User(data)
    assert second.rows == 2
    second.leave()
    assert not embedded.is_running(data), "the killed process still counts as a user"


@pytest.mark.usefixtures("begun")
def test_a_killed_server_is_started_again(data: Path):
    first = User(data)
    assert first.rows == 1
    os.kill(postmaster(data), signal.SIGKILL)
    first.kill()
    second = User(data)
    assert second.rows >= 1
    second.leave()


@pytest.mark.usefixtures("begun")
def test_a_process_number_left_from_before_a_reboot_is_not_believed(data: Path):
    first = User(data)
    assert first.rows == 1
    left = (data / "postmaster.pid").read_text().splitlines()
    first.leave()
    somebody = psutil.Process()  # alive, and no server
    (data / "postmaster.pid").write_text("\n".join([str(somebody.pid), *left[1:], ""]))
    second = User(data)
    assert second.rows == 2
    second.leave()


def test_an_interrupted_first_start_is_finished_by_the_next(data: Path):
    draft = data.with_name("pg.new")
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    user = User(data)
    assert user.rows == 1
    user.leave()


def test_four_may_start_at_once(data: Path):
    users = [User(data) for _ in range(4)]
    assert {user.rows for user in users} == {1, 2, 3, 4}
    for user in users:
        user.leave()
    assert not embedded.is_running(data)


def test_a_long_path_works(data: Path):
    long = data.parent / ("深" * 40) / "pg"
    user = User(long)
    assert user.rows == 1
    user.leave()
    assert not embedded.is_running(long)
    embedded_socket_folder(long).rmdir()


def in_a_child_as(name: str, data: Path) -> str:
    """Use the server in a forked process of that user; return what happened."""

    def use(answers: "multiprocessing.Queue[str]") -> None:
        user = pwd.getpwnam(name)
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        try:
            with embedded.start(data, fast=True).connect() as link:
                row = link.execute("SELECT version()").fetchone()
            embedded.release(data)
            answers.put(str(row))
        except Exception as error:
            answers.put(f"{type(error).__name__}: {error}")

    context = multiprocessing.get_context("fork")
    answers: multiprocessing.Queue[str] = context.Queue()
    child = context.Process(target=use, args=(answers,))
    child.start()
    said = answers.get(timeout=60)
    child.join(60)
    return said


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user; the rest ran as this one")


@as_root
def test_an_ordinary_user_needs_no_rights(data: Path):
    nobody = pwd.getpwnam("nobody")
    os.chown(data.parent, nobody.pw_uid, nobody.pw_gid)
    assert "PostgreSQL 18" in in_a_child_as("nobody", data)
    assert data.stat().st_uid == nobody.pw_uid
    assert not embedded.is_running(data)


@as_root
def test_as_root_the_server_runs_as_a_system_user_behind_closed_doors(data: Path):
    user = User(data)
    assert user.rows == 1
    assert psutil.Process(postmaster(data)).username() == embedded.SYSTEM_USER
    assert data.stat().st_mode & 0o077 == 0
    user.leave()


@as_root
@pytest.mark.usefixtures("begun")
def test_another_users_data_are_refused_with_a_way_out(data: Path):
    user = User(data)
    assert user.rows == 1
    user.leave()
    os.chmod(data.parent, 0o777)  # noqa: PTH101
    said = in_a_child_as("nobody", data)
    assert "belongs to" in said
    assert "GUATU_VAR" in said
