"""The one settings file. Everything that differs between machines comes from the environment, through the readers of
config/environment.py.

Reading the settings never starts a database: `config/embedded.py` does that, called by manage.py and the launcher.
"""

import os
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.environment import (
    BASE_DIR,
    MODES,
    read_choice,
    read_database,
    read_debug,
    read_demo,
    read_evidence,
    read_flag,
    read_hosts,
    read_number,
    read_secret_key,
    read_var,
    refuse_unknown,
)
from config.mail import TIMEOUT, read_mail

refuse_unknown(os.environ)
MODE = read_choice(os.environ, "GUATU_MODE", MODES, "local")
PRODUCTION = MODE == "production"
DEBUG = read_debug(os.environ, MODE)
DEMO = read_demo(os.environ, MODE)
VAR = read_var(os.environ)
EVIDENCE = read_evidence(os.environ, VAR)
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
    "config.privacy.NotKeptMiddleware",
    "config.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tracker.views.errors.NoBlankPageMiddleware",
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
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "tracker.views.signed_in.PersonBackend"]
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
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_NAME = "guatu_session"
SESSION_COOKIE_AGE = 12 * 60 * 60  # a long working day, in seconds
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "guatu_csrf"
CSRF_COOKIE_HTTPONLY = True  # pages carry the token themselves
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tracker.views.errors.csrf_failure"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
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
FORMAT_MODULE_PATH = "config.formats"
LOCALE_PATHS = [BASE_DIR / "tracker" / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
# How minimum periods are read: whether the day one starts on is the first of its days. See docs/windows.md.
COUNT_FIRST_DAY = read_flag(os.environ, "GUATU_COUNT_FIRST_DAY")

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

# What people send: files one by one and in all no larger than evidence may be; the rest is not read (config/uploads.py)
FILE_UPLOAD_HANDLERS = [
    "config.uploads.MeasuredUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

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

# One digest a day, by `manage.py daily`; printed unless a mail server is named
_mail = read_mail(os.environ)
EMAIL_BACKEND, DEFAULT_FROM_EMAIL = _mail.backend, _mail.sender
EMAIL_HOST, EMAIL_PORT = _mail.host or "localhost", _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.tls == "starttls", _mail.tls == "tls"
EMAIL_TIMEOUT = TIMEOUT
EMAIL_SUBJECT_PREFIX = ""
SITE, MAIL_WORKS = _mail.site, bool(_mail.host)

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
