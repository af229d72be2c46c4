"""Reads the environment for config/settings.py. A bad value stops the start with the variable's name and what to do.

Every function takes the environment as an argument, so that tests can give it one.
"""

import difflib
import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
MODES = ("local", "demo", "production")
TRUE, FALSE = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")
OWN_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
SECRET_KEY_LENGTH = 50
KNOWN_VARIABLES = (
    "GUATU_MODE",
    "GUATU_DEBUG",
    "GUATU_DEMO",
    "GUATU_VAR",
    "GUATU_EVIDENCE",
    "GUATU_DATABASE",
    "GUATU_POOL_MIN",
    "GUATU_POOL_MAX",
    "GUATU_BEHIND_PROXY",
    "GUATU_HSTS_SECONDS",
    "GUATU_STATIC",
    "GUATU_COUNT_FIRST_DAY",
    "GUATU_LOG_LEVEL",
    "GUATU_SITE",
    "GUATU_MAIL",
    "GUATU_MAIL_HOST",
    "GUATU_MAIL_PORT",
    "GUATU_MAIL_TLS",
    "GUATU_MAIL_USER",
    "GUATU_MAIL_PASSWORD",
    "GUATU_MAIL_FROM",
    "GUATU_WORKERS",
    "GUATU_THREADS",
)


class BadEnvironment(ImproperlyConfigured):
    """An environment variable that cannot be used; the message names it and the next step."""

    def __init__(self, variable: str, problem: str, next_step: str) -> None:
        super().__init__(f"{variable}: {problem}. {next_step}.")


def refuse_unknown(env: Mapping[str, str]) -> None:
    """Raise BadEnvironment for a GUATU_ variable nobody reads: a typing error would be ignored in silence."""
    for name in sorted(env):
        if name.startswith("GUATU_") and name not in KNOWN_VARIABLES:
            near = difflib.get_close_matches(name, KNOWN_VARIABLES, n=1)
            hint = f"Did you mean {near[0]}" if near else f"Known are {', '.join(KNOWN_VARIABLES)}"
            raise BadEnvironment(name, "no such setting", hint)


def read_choice(env: Mapping[str, str], name: str, choices: tuple[str, ...], default: str) -> str:
    """Return the variable's value, one of `choices`; raise BadEnvironment for any other."""
    value = env.get(name, "") or default
    if value not in choices:
        raise BadEnvironment(name, f"is {value!r}", f"Set it to one of: {', '.join(choices)}")
    return value


def read_flag(env: Mapping[str, str], name: str, default: bool = False) -> bool:
    """Return the variable as yes or no; raise BadEnvironment for anything else."""
    if name not in env:
        return default
    value = env[name].strip().lower()
    if value not in TRUE + FALSE:
        raise BadEnvironment(name, f"is {env[name]!r}", "Set it to 1 or 0, or leave it out")
    return value in TRUE


def read_number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """Return the variable as a whole number from `low` to `high`; raise BadEnvironment otherwise."""
    text = env.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise BadEnvironment(name, f"is {text!r}", f"Set it to a whole number from {low} to {high}")
    return int(text)


def read_debug(env: Mapping[str, str], mode: str) -> bool:
    """Return whether error pages may show source code: only when asked for, and only in local mode."""
    debug = read_flag(env, "GUATU_DEBUG")
    if debug and mode != "local":
        raise BadEnvironment("GUATU_DEBUG", f"is on in {mode} mode", "Remove it, or set GUATU_MODE=local")
    return debug


def read_demo(env: Mapping[str, str], mode: str) -> bool:
    """Return whether one-click sign-in is offered; in production it cannot be switched on by any variable."""
    if mode == "production" and read_flag(env, "GUATU_DEMO"):
        raise BadEnvironment("GUATU_DEMO", "one-click sign-in is impossible in production", "Remove it")
    if "GUATU_DEMO" in env and read_flag(env, "GUATU_DEMO") != (mode == "demo"):
        raise BadEnvironment("GUATU_DEMO", f"contradicts GUATU_MODE={mode}", "Remove it and set GUATU_MODE=demo")
    return mode == "demo"


def read_hosts(env: Mapping[str, str], mode: str) -> list[str]:
    """Return the host names served: in production only those named, elsewhere this machine's own besides."""
    hosts = [host.strip() for host in env.get("ALLOWED_HOSTS", "").split(",") if host.strip()]
    if any("/" in host or " " in host for host in hosts):
        raise BadEnvironment("ALLOWED_HOSTS", f"is {env['ALLOWED_HOSTS']!r}", "Give host names only, by commas")
    if mode != "production":
        return OWN_HOSTS + hosts
    if not hosts:
        raise BadEnvironment("ALLOWED_HOSTS", "is empty", "Name the hosts people type, separated by commas")
    if "*" in hosts:
        raise BadEnvironment("ALLOWED_HOSTS", "contains *", "Name the hosts: a free choice lets links be forged")
    return hosts


def read_secret_key(env: Mapping[str, str], mode: str, var: Path) -> str:
    """Return the signing key: from SECRET_KEY, or outside production generated once into `var`.

    Raises BadEnvironment when production has none or a weak one.
    """
    key = env.get("SECRET_KEY", "")
    make_one = 'Make one with: python -c "import secrets; print(secrets.token_urlsafe(64))"'
    if mode == "production" or key:
        if not key:
            raise BadEnvironment("SECRET_KEY", "is empty", make_one)
        if len(key) < SECRET_KEY_LENGTH or len(set(key)) < 10:
            raise BadEnvironment("SECRET_KEY", f"is shorter than {SECRET_KEY_LENGTH} or too regular", make_one)
        return key
    path = var / "secret_key"
    if not path.exists():
        write_once(path, secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii")


def write_once(path: Path, text: str) -> None:
    """Write a private file that several processes may create at once: the first one wins, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def read_var(env: Mapping[str, str]) -> Path:
    """Return the folder for everything this machine makes: embedded database, secret key, collected files."""
    path = Path(env.get("GUATU_VAR", "") or BASE_DIR / "var").expanduser()
    if not path.is_absolute():
        raise BadEnvironment("GUATU_VAR", f"is {str(path)!r}", "Give the whole path, beginning with /")
    return path


def read_evidence(env: Mapping[str, str], var: Path) -> Path:
    """Return the folder for the files people attach to reports: GUATU_EVIDENCE, or a folder of its own in `var`.

    A folder that is named has to be there: a disk that is not mounted must stop the start, lest files go beside it.
    """
    name, text = "GUATU_EVIDENCE", env.get("GUATU_EVIDENCE", "").strip()
    if not text:
        return var / "evidence"
    path = Path(text)
    if not path.is_absolute():
        raise BadEnvironment(name, f"is {text!r}", "Give the whole path, beginning with /")
    path = path.resolve()
    for served in (var / "static", BASE_DIR / "tracker" / "static"):
        served = served.resolve()
        if path == served or served in path.parents or path in served.parents:
            raise BadEnvironment(name, f"is {text!r}, and {served} is served to everybody", "Choose a folder elsewhere")
    if not path.is_dir():
        raise BadEnvironment(name, f"is {text!r}, and there is no such folder", "Make it, or mount its disk")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise BadEnvironment(name, f"is {text!r}, where this user may not write", "Give the folder to Guatu's user")
    return path


def embedded_socket_folder(data: Path) -> Path:
    """Return the folder of the embedded server's socket: its data folder, or a short one if that path is too long.

    A socket's path may have 103 bytes on macOS and 107 on Linux; ".s.PGSQL.5432.lock" follows the folder.
    """
    if len(os.fsencode(data)) <= 84:
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    # Not TMPDIR: two shells with a different one must still find the same server.
    return Path("/tmp") / f"guatu-{name}"  # noqa: S108 - made private, and its owner checked, by embedded.py


def embedded_database(env: Mapping[str, str], var: Path) -> dict[str, Any]:
    """Return the address of the embedded server's database, without starting it."""
    name = env.get("GUATU_DATABASE", "") or "guatu"
    if not (name.isascii() and name.replace("_", "").isalnum() and name[0].isalpha() and len(name) < 50):
        raise BadEnvironment("GUATU_DATABASE", f"is {name!r}", "Use letters, digits and _, a letter first")
    host = str(embedded_socket_folder(var / "pg"))
    return {"NAME": name.lower(), "USER": "postgres", "PASSWORD": "", "HOST": host, "PORT": "", "OPTIONS": {}}


def external_database(url: str) -> dict[str, Any]:
    """Return the address that DATABASE_URL names; raise BadEnvironment for anything but a PostgreSQL address."""
    form = "Write postgresql://user:password@host:5432/name?sslmode=require, special characters as %XX"
    try:
        scheme = urlsplit(url).scheme
        if scheme not in ("postgres", "postgresql"):
            raise BadEnvironment("DATABASE_URL", f"is for {scheme or 'nothing'!r}, and Guatu needs PostgreSQL", form)
        found: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        # Not `from error`, and not the value: it holds the password.
        raise BadEnvironment("DATABASE_URL", "cannot be read", form) from None
    if not found["NAME"]:
        raise BadEnvironment("DATABASE_URL", "names no database", form)
    return {key: found.get(key) or "" for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} | {
        "OPTIONS": dict(found.get("OPTIONS") or {})
    }


def read_database(env: Mapping[str, str], mode: str, var: Path) -> dict[str, Any]:
    """Return Django's settings of the one database: DATABASE_URL's, or else the embedded server's."""
    url = env.get("DATABASE_URL", "").strip()
    if mode == "production" and not url:
        raise BadEnvironment("DATABASE_URL", "is empty", "Production needs a PostgreSQL server of its own")
    database = external_database(url) if url else embedded_database(env, var)
    low = read_number(env, "GUATU_POOL_MIN", 1, 0, 100)
    high = read_number(env, "GUATU_POOL_MAX", 8, 1, 500)
    if low > high:
        raise BadEnvironment("GUATU_POOL_MIN", f"is above GUATU_POOL_MAX={high}", "Lower it")
    options = {"application_name": "guatu", "connect_timeout": "10", **database["OPTIONS"]}
    options["prepare_threshold"] = 3  # for what tracker/models/worded.py asks; Django's own statements are not prepared
    options["pool"] = {"min_size": low, "max_size": high, "timeout": 10}
    return {
        **database,
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,  # the pool keeps the connections
        "CONN_HEALTH_CHECKS": True,  # and asks each before lending it: a restarted database costs nobody a report
        "ATOMIC_REQUESTS": False,  # actions open their own transactions
    }
