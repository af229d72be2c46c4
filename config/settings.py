"""The one settings file. Everything that differs between machines comes from the environment, and a bad value
stops the start with the variable's name and what to do next.

Reading the settings never starts a database: `config/embedded.py` does that, called by manage.py and the launcher.
"""

import difflib
import os
import secrets
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

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
    "GUATU_DATABASE",
    "GUATU_POOL_MIN",
    "GUATU_POOL_MAX",
    "GUATU_BEHIND_PROXY",
    "GUATU_HSTS_SECONDS",
    "GUATU_STATIC",
    "GUATU_LOG_LEVEL",
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


def embedded_socket_folder(data: Path) -> Path:
    """Return the folder of the embedded server's socket: its data folder, or a short one if that path is too long.

    A socket's path may have 103 bytes on macOS and 107 on Linux; ".s.PGSQL.5432.lock" follows the folder.
    """
    import hashlib

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
    options["pool"] = {"min_size": low, "max_size": high, "timeout": 10}
    return {
        **database,
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,  # the pool keeps the connections
        "ATOMIC_REQUESTS": False,  # actions open their own transactions
    }


refuse_unknown(os.environ)
MODE = read_choice(os.environ, "GUATU_MODE", MODES, "local")
PRODUCTION = MODE == "production"
DEBUG = read_debug(os.environ, MODE)
DEMO = read_demo(os.environ, MODE)
VAR = read_var(os.environ)
SECRET_KEY = read_secret_key(os.environ, MODE, VAR)
ALLOWED_HOSTS = read_hosts(os.environ, MODE)
DATABASES = {"default": read_database(os.environ, MODE, VAR)}
EMBEDDED_DATABASE = not os.environ.get("DATABASE_URL", "").strip()

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "tracker",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",  # so that templates/ may override how a form field is drawn
    "config.apps.OwnStaticFilesConfig",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "csp",
    "axes",
]

MIDDLEWARE = [
    "config.reference.ReferenceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracker.views.context.page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# People and sign-in
AUTH_USER_MODEL = "tracker.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
# In the database and not in each worker's memory: after signing out, no worker may still know the session.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "guatu_session"
SESSION_COOKIE_AGE = 12 * 60 * 60  # a long working day, in seconds
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "guatu_csrf"
CSRF_COOKIE_HTTPONLY = True  # pages carry the token themselves
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tracker.views.errors.csrf_failure"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "tracker.views.errors.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # our own audit trail records who signed in
AXES_VERBOSE = False

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "guatu_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60  # seconds
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = [BASE_DIR / "tracker" / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Static files: our own, htmx from django-htmx, plotly.js from plotly; all from this origin
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
_plotly = find_spec("plotly")
if _plotly is None or _plotly.origin is None:
    raise ImproperlyConfigured("plotly is not installed. Run: make run, or pip install -r requirements.txt.")
STATICFILES_DIRS = [("plotly", Path(_plotly.origin).parent / "package_data")]
_default_static = "hashed" if PRODUCTION else "plain"
HASHED_STATIC = read_choice(os.environ, "GUATU_STATIC", ("hashed", "plain"), _default_static) == "hashed"
_static_storage = (
    "config.static.HashedStorage" if HASHED_STATIC else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}
WHITENOISE_USE_FINDERS = not HASHED_STATIC
WHITENOISE_AUTOREFRESH = DEBUG

# What a page may load and do. plotly.js inserts one empty style element: its hash, not 'unsafe-inline'.
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", EMPTY_STYLE],
        "img-src": ["'self'", "data:", "blob:"],  # data and blob: plotly's "save as picture"
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked over plain HTTP by the machine in front
SECURE_HSTS_SECONDS = read_number(os.environ, "GUATU_HSTS_SECONDS", 31_536_000, 0, 63_072_000) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
# Preloading binds the whole domain in every browser for months: the domain's owner decides that, not a program.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
BEHIND_PROXY = read_flag(os.environ, "GUATU_BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    AXES_CLIENT_IP_CALLABLE = "config.proxy.client_address"

LOG_LEVEL = read_choice(os.environ, "GUATU_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"reference": {"()": "config.reference.ReferenceFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s [%(reference)s] %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["reference"], "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Handlers emptied: Django would otherwise print in its own format, and mail nobody.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "tracker": {"level": LOG_LEVEL},
        "config": {"level": LOG_LEVEL},
    },
}
