"""A bad environment stops the start and says which variable, and what to do."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config import environment as s
from config import launch

STRONG = "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKL"
PRODUCTION = {
    "GUATU_MODE": "production",
    "SECRET_KEY": STRONG,
    "ALLOWED_HOSTS": "guatu.example.org",
    "DATABASE_URL": "postgresql://guatu:s%40fe@db.example.org:6432/works?sslmode=require",
}


@pytest.mark.parametrize(
    ("call", "variable", "next_step"),
    [
        (lambda: s.refuse_unknown({"GUATU_MOOD": "x"}), "GUATU_MOOD", "Did you mean GUATU_MODE"),
        (lambda: s.read_choice({"GUATU_MODE": "prod"}, "GUATU_MODE", s.MODES, "local"), "GUATU_MODE", "production"),
        (lambda: s.read_debug({"GUATU_DEBUG": "1"}, "demo"), "GUATU_DEBUG", "Remove it"),
        (lambda: s.read_debug({"GUATU_DEBUG": "maybe"}, "local"), "GUATU_DEBUG", "1 or 0"),
        (lambda: s.read_demo({"GUATU_DEMO": "1"}, "production"), "GUATU_DEMO", "Remove it"),
        (lambda: s.read_demo({"GUATU_DEMO": "1"}, "local"), "GUATU_DEMO", "GUATU_MODE=demo"),
        (lambda: s.read_hosts({}, "production"), "ALLOWED_HOSTS", "Name the hosts"),
        (lambda: s.read_hosts({"ALLOWED_HOSTS": "*"}, "production"), "ALLOWED_HOSTS", "forged"),
        (lambda: s.read_hosts({"ALLOWED_HOSTS": "https://a.org"}, "local"), "ALLOWED_HOSTS", "host names only"),
        (lambda: s.read_secret_key({}, "production", Path("/nowhere")), "SECRET_KEY", "token_urlsafe"),
        (
            lambda: s.read_secret_key({"SECRET_KEY": "short"}, "production", Path("/nowhere")),
            "SECRET_KEY",
            "token_urlsafe",
        ),
        (lambda: s.read_secret_key({"SECRET_KEY": "a" * 60}, "production", Path("/nowhere")), "SECRET_KEY", "regular"),
        (lambda: s.read_var({"GUATU_VAR": "here"}), "GUATU_VAR", "beginning with /"),
        (lambda: s.read_evidence({"GUATU_EVIDENCE": "files"}, Path("/v")), "GUATU_EVIDENCE", "beginning with /"),
        (lambda: s.read_evidence({"GUATU_EVIDENCE": "/v/static/a"}, Path("/v")), "GUATU_EVIDENCE", "folder elsewhere"),
        (lambda: s.read_evidence({"GUATU_EVIDENCE": "/v/../v"}, Path("/v")), "GUATU_EVIDENCE", "served to everybody"),
        (lambda: s.read_evidence({"GUATU_EVIDENCE": "/no/disk"}, Path("/v")), "GUATU_EVIDENCE", "mount its disk"),
        (lambda: s.read_database({}, "production", Path("/v")), "DATABASE_URL", "PostgreSQL server"),
        (lambda: s.read_database({"DATABASE_URL": "sqlite:///x"}, "local", Path("/v")), "DATABASE_URL", "PostgreSQL"),
        (lambda: s.read_database({"DATABASE_URL": "hello"}, "local", Path("/v")), "DATABASE_URL", "postgresql://"),
        (
            lambda: s.read_database({"DATABASE_URL": "postgres://h:x/"}, "local", Path("/v")),
            "DATABASE_URL",
            "postgresql://",
        ),
        (lambda: s.read_database({"DATABASE_URL": "postgres://h/"}, "local", Path("/v")), "DATABASE_URL", "names no"),
        (lambda: s.read_database({"GUATU_DATABASE": "a b"}, "local", Path("/v")), "GUATU_DATABASE", "letters"),
        (lambda: s.read_database({"GUATU_POOL_MAX": "many"}, "local", Path("/v")), "GUATU_POOL_MAX", "whole number"),
        (lambda: s.read_database({"GUATU_POOL_MIN": "9"}, "local", Path("/v")), "GUATU_POOL_MIN", "Lower it"),
    ],
)
def test_a_bad_value_names_the_variable_and_the_next_step(call: Any, variable: str, next_step: str):
    with pytest.raises(s.BadEnvironment) as caught:
        call()
    assert variable in str(caught.value)
    assert next_step in str(caught.value)


def test_evidence_lies_in_var_or_where_it_is_said(tmp_path: Path):
    assert s.read_evidence({}, Path("/v")) == Path("/v/evidence")
    assert s.read_evidence({"GUATU_EVIDENCE": str(tmp_path)}, Path("/v")) == tmp_path.resolve()


def test_a_database_address_is_read_with_its_escapes_and_options():
    found = s.read_database(PRODUCTION, "production", Path("/v"))
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["NAME"]) == (
        "guatu",
        "s@fe",
        "db.example.org",
        "works",
    )
    assert str(found["PORT"]) == "6432"
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]["max_size"] == 8


def test_a_refused_database_address_does_not_show_its_password():
    with pytest.raises(s.BadEnvironment) as caught:
        s.external_database("postgresql://guatu:hidden@[broken/works")
    assert "hidden" not in str(caught.value)


def test_no_database_address_means_the_embedded_server():
    assert s.read_database({}, "local", Path("/v"))["HOST"] == "/v/pg"
    assert s.read_database({"GUATU_DATABASE": "guatu_demo"}, "demo", Path("/v"))["NAME"] == "guatu_demo"


def test_a_long_path_moves_the_socket_and_always_to_the_same_place(monkeypatch: pytest.MonkeyPatch):
    long = Path("/v") / ("x" * 120) / "pg"
    first = s.embedded_socket_folder(long)
    monkeypatch.setenv("TMPDIR", "/elsewhere")
    assert s.embedded_socket_folder(long) == first
    assert len(f"{first}/.s.PGSQL.5432.lock") < 103


def test_outside_production_a_private_key_is_made_once(tmp_path: Path):
    first = s.read_secret_key({}, "local", tmp_path / "var")
    assert s.read_secret_key({}, "demo", tmp_path / "var") == first
    assert len(first) >= s.SECRET_KEY_LENGTH
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600
    assert len(list((tmp_path / "var").iterdir())) == 1


def run_django(env: dict[str, str], code: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code], env=kept | env, cwd=s.BASE_DIR, capture_output=True, text=True, timeout=60
    )


READ = "from config import settings as s; print(s.DEMO, s.DEBUG, s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT)"


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, "False False False False"),
        ({"GUATU_MODE": "demo"}, "True False False False"),
        (PRODUCTION, "False False True True"),
    ],
)
def test_each_mode_is_what_it_says(env: dict[str, str], expected: str, tmp_path: Path):
    assert run_django({"GUATU_VAR": str(tmp_path)} | env, READ).stdout.strip() == expected


@pytest.mark.parametrize("extra", [{"GUATU_DEMO": "1"}, {"GUATU_DEBUG": "1"}, {"SECRET_KEY": ""}, {"DATABASE_URL": ""}])
def test_production_does_not_start_with_a_demo_setting_or_without_its_secrets(extra: dict[str, str]):
    done = run_django(PRODUCTION | extra, READ)
    assert done.returncode
    assert "BadEnvironment" in done.stderr
    assert next(iter(extra)) in done.stderr


def test_the_launcher_opens_a_demo_unless_told_otherwise():
    env: dict[str, str] = {}
    launch.choose_environment(env, training=True)
    assert (env["GUATU_MODE"], env["GUATU_DATABASE"]) == ("demo", "guatu_demo")
    env = {"DATABASE_URL": "postgresql://db/works"}
    launch.choose_environment(env, training=False)
    assert "GUATU_MODE" not in env


@pytest.mark.parametrize(
    ("env", "expected"),
    [({"DATABASE_URL": "postgresql://db/works"}, "unset DATABASE_URL"), ({"GUATU_MODE": "production"}, "production")],
)
def test_training_data_never_go_into_a_real_database(env: dict[str, str], expected: str):
    with pytest.raises(SystemExit, match=expected):
        launch.choose_environment(env, training=True)


@pytest.mark.parametrize("port", ["80000", "0", "http", "８０００"])
def test_the_launcher_refuses_what_is_no_port(port: str):
    with pytest.raises(SystemExit, match="PORT"):
        launch.read_port({"PORT": port})
