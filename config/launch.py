"""What `make run` and `make demo` do: prepare everything, then serve.

`python -m config.launch` serves the product; `--training` serves it with the training scenario, on a database of its
own. Each step may be repeated: a second start is quick, and an interrupted one is finished by the next.
"""

import argparse
import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"


class CannotServe(SystemExit):
    """A start that cannot succeed; what is printed names the next step."""


def choose_environment(env: MutableMapping[str, str], *, training: bool) -> None:
    """Fill in what nobody has set: one-click sign-in on the embedded database, hashed static files."""
    if training and env.get("DATABASE_URL"):
        raise CannotServe(
            "make demo uses a database of its own: unset DATABASE_URL. Training data never go into yours."
        )
    if training and env.get("GUATU_MODE") == "production":
        raise CannotServe("make demo is impossible in production: unset GUATU_MODE.")
    if training:
        env.setdefault("GUATU_DATABASE", "guatu_demo")
    if not env.get("DATABASE_URL"):
        env.setdefault("GUATU_MODE", "demo")
    env.setdefault("GUATU_STATIC", "hashed")
    env.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def read_port(env: MutableMapping[str, str]) -> int:
    """Return PORT, 8000 if it is not set; refuse what is no port, and a port somebody is using."""
    text = env.get("PORT", "") or "8000"
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise CannotServe(f"PORT: is {text!r}. Set it to a whole number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except OSError as error:
            raise CannotServe(
                f"Port {text} cannot be used ({error.strerror}); perhaps Guatu runs already at http://{HOST}:{text}/. "
                "To start another: make run PORT=8001"
            ) from error
    return int(text)


def prepare(*, training: bool) -> None:
    """Bring database, messages and static files up to date; one process at a time."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.VAR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR / "prepare.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if settings.EMBEDDED_DATABASE:
            from config import embedded

            embedded.start_if_needed()
        # In a process of its own: one that has looked a message up before the catalogue was there never finds it.
        compiling = [sys.executable, str(settings.BASE_DIR / "manage.py"), "messages", "--compile"]
        subprocess.run(compiling, check=True)  # noqa: S603 - our own command
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_works", if_changed=True)
        call_command("load_reference", verbosity=0)
        if training:
            call_command("simulate", "--training")
        call_command("clearsessions")
        call_command("collectstatic", verbosity=0, interactive=False)
    _let_go_of_the_database()


def _let_go_of_the_database() -> None:
    """The workers are forked from here, and two processes cannot share a connection."""
    from django.db import connection

    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # only PostgreSQL's wrapper has one


def serve(port: int) -> None:
    """Serve with gunicorn in this process until it is told to stop: if we are killed, its workers leave with us."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in gunicorn_options(port).items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from config.wsgi import application

            return application

    Server().run()


def gunicorn_options(port: int) -> dict[str, Any]:
    """Return gunicorn's settings: as many workers as the machine has cores, unless GUATU_WORKERS says otherwise."""
    from config.environment import read_number

    memory = "/dev/shm"  # noqa: S108 - gunicorn's heartbeat files; on a slow disk a worker would seem dead
    return {
        "bind": f"{HOST}:{port}",
        "workers": read_number(os.environ, "GUATU_WORKERS", 2, 1, 64),
        "threads": read_number(os.environ, "GUATU_THREADS", 4, 1, 64),
        "worker_class": "gthread",
        "worker_tmp_dir": memory if Path(memory).is_dir() else None,
        "timeout": 60,
        "graceful_timeout": 10,
        "keepalive": 15,
        "control_socket_disable": True,
        "loglevel": "warning",
        "proc_name": "guatu",
        "when_ready": lambda _server: print(f"\nGuatu 挂图  http://{HOST}:{port}/    (stop: Ctrl-C)\n", flush=True),
    }


def main(arguments: list[str]) -> None:
    """Prepare and serve."""
    parser = argparse.ArgumentParser(prog="config.launch", description="Prepare Guatu and serve it.")
    parser.add_argument("--training", action="store_true", help="add the training scenario, on a database of its own")
    parser.add_argument("--prepare-only", action="store_true", help="stop before serving")
    chosen = parser.parse_args(arguments)
    choose_environment(os.environ, training=chosen.training)
    port = 0 if chosen.prepare_only else read_port(os.environ)
    from django.core.exceptions import ImproperlyConfigured

    try:
        prepare(training=chosen.training)
    except ImproperlyConfigured as error:
        raise CannotServe(f"Guatu cannot start. {error}") from error
    if port:
        serve(port)


if __name__ == "__main__":
    main(sys.argv[1:])
