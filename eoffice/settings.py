"""One settings file. Everything an installation may change is read from the environment.

A secret may stand in a file instead: `NAME_FILE` names it. Defaults are safe for production;
`.env.example` lists every variable.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from csp.constants import NONCE, NONE, SELF

django_stubs_ext.monkeypatch()
BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()
environ.Env.read_env(BASE_DIR / ".env")

# -- where things are ---------------------------------------------------------------------------
VAR_DIR = Path(env.str("EOFFICE_VAR", default=str(BASE_DIR / "var"))).resolve()
FONT_DIR = Path(env.str("EOFFICE_FONT_DIR", default=str(VAR_DIR / "fonts"))).resolve()
MEDIA_ROOT = env.str("EOFFICE_FILES", default=str(VAR_DIR / "files"))
STATIC_ROOT = env.str("EOFFICE_STATIC", default=str(VAR_DIR / "static"))

# -- basics -------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
DEMO = env.bool("EOFFICE_DEMO", default=False)
if not SECRET_KEY and DEMO:
    SECRET_KEY = "demo-only-key-never-used-where-real-letters-are"  # noqa: S105
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
HTTPS = env.bool("HTTPS", default=not DEMO)

INSTALLED_APPS = [
    "eoffice.apps.EOfficeConfig",
    "eoffice.apps.UnitAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "guardian",
    "simple_history",
    "tree_queries",
    "axes",
    "csp",
    "common",
    "org",
    "accounts",
    "audit",
    "outbox",
    "files",
    "signing",
    "notifications",
    "saraban",
    "draft",
    "intray",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "accounts.middleware.ActorMiddleware",
    "eoffice.refusals.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "eoffice.urls"
WSGI_APPLICATION = "eoffice.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "eoffice.shell.shell",
            ],
            "builtins": ["common.templatetags.thai", "common.templatetags.ui"],
        },
    }
]

# -- data ---------------------------------------------------------------------------------------
DATABASES: dict[str, Any] = {"default": env.db_url("DATABASE_URL", default="postgres:///eoffice")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {
        **DATABASES["default"].get("OPTIONS", {}),  # ?host=/socket/folder or ?sslmode=… of the address
        "options": f"-c statement_timeout={env.int('STATEMENT_TIMEOUT_MS', default=30_000)} -c timezone=Asia/Bangkok",
    },
    "TEST": {"TEMPLATE": "template0"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
# Redis only carries: a request waits two seconds for one that hangs, and goes on without it.
REDIS_PATIENCE = {"socket_connect_timeout": 2, "socket_timeout": 2}
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": dict(REDIS_PATIENCE),
    }
}
STORAGES = {
    "default": {"BACKEND": "files.storage.DurableStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedStaticFilesStorage"
            if DEBUG or env.bool("EOFFICE_PLAIN_STATIC", default=False)
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
STATICFILES_DIRS: list[Any] = [BASE_DIR / "static"]
if FONT_DIR.is_dir():
    STATICFILES_DIRS.append(("fonts", FONT_DIR))
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = env.bool("EOFFICE_PLAIN_STATIC", default=False)
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_LIMIT_MB = env.int("UPLOAD_LIMIT_MB", default=100)
PAPER_UPLOAD_MB = env.int("PAPER_UPLOAD_MB", default=50)  # a letter made elsewhere, which becomes the paper itself
PAPER_UPLOAD_PAGES = env.int("PAPER_UPLOAD_PAGES", default=500)
CONVERT_PROGRAM = env.str("CONVERT_PROGRAM", default="soffice")  # LibreOffice; without it only PDF is taken
CONVERT_SECONDS = env.int("CONVERT_SECONDS", default=30)
CONVERT_MEMORY_MB = env.int("CONVERT_MEMORY_MB", default=3072)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 500

# -- paper: measures of official letters that differ from those in docs/forms/README.md, by name -----
LETTER_GEOMETRY: dict[str, float] = {}

# -- language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "th"
LANGUAGES = [("th", "ไทย")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Bangkok"
LOCALE_PATHS = [BASE_DIR / "locale"]

# -- sign-in ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "org.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.ThaidBackend",
    "accounts.backends.PasswordBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.NotTheName"},
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.passwords.NotCommon"},
    {"NAME": "accounts.passwords.NotOnlyDigits"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # losing Redis signs nobody out
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=60)
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "eoffice.refusals.csrf_failure"
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)  # how many of ours stand before us and append X-Forwarded-For
AXES_FAILURE_LIMIT = env.int("SIGN_IN_FAILURE_LIMIT", default=8)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("SIGN_IN_LOCK_MINUTES", default=15))
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the waiting time shown stays true
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # one office behind one address is not locked by one person
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
AXES_HTTP_RESPONSE_CODE = 429
AXES_CLIENT_IP_CALLABLE = "accounts.sessions.client_ip"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # accounts.SignIn keeps beginnings and ends of sessions
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_SENSITIVE_PARAMETERS = ["csrfmiddlewaretoken", "next"]  # beside the password, which axes always masks
AXES_VERBOSE = False
ANONYMOUS_USER_NAME = None  # guardian: no row for strangers
GUARDIAN_RAISE_403 = False

# -- ThaiD (OpenID Connect) ---------------------------------------------------------------------
THAID_ENABLED = env.bool("THAID_ENABLED", default=False)
THAID_ISSUER = env.str("THAID_ISSUER", default="https://imauth.bora.dopa.go.th")
THAID_API = env.str("THAID_API", default=f"{THAID_ISSUER}/api/v2/oauth2")
THAID_AUTHORIZE_URL = env.str("THAID_AUTHORIZE_URL", default=f"{THAID_API}/auth/")
THAID_TOKEN_URL = env.str("THAID_TOKEN_URL", default=f"{THAID_API}/token/")
THAID_JWKS_URL = env.str("THAID_JWKS_URL", default="")  # empty: as the issuer's metadata says
THAID_CLIENT_ID = env.str("THAID_CLIENT_ID", default="")
THAID_CLIENT_SECRET = env.str("THAID_CLIENT_SECRET", default="")
THAID_REDIRECT_URI = env.str("THAID_REDIRECT_URI", default=f"{SITE_URL}/accounts/thaid/callback/")
THAID_SCOPES = env.str("THAID_SCOPES", default="openid pid title given_name family_name ial")
THAID_REQUIRE_NONCE = env.bool("THAID_REQUIRE_NONCE", default=False)  # on once a live sign-in shows it comes back
THAID_TOKEN_AUTH = env.str("THAID_TOKEN_AUTH", default="client_secret_basic")  # or client_secret_post
THAID_API_KEY = env.str("THAID_API_KEY", default="")
THAID_API_KEY_HEADER = env.str("THAID_API_KEY_HEADER", default="x-api-key")
THAID_TIMEOUT_SECONDS = env.int("THAID_TIMEOUT_SECONDS", default=10)
THAID_STATE_MINUTES = env.int("THAID_STATE_MINUTES", default=30)  # a person approves on a phone; never under 15
PID_HASH_KEY = env.str("PID_HASH_KEY", default="demo-only" if DEMO else "")
INVITATION_DAYS = env.int("INVITATION_DAYS", default=7)
PRIVACY_DPO_CONTACT = env.str("PRIVACY_DPO_CONTACT", default="")  # shown in the privacy notice

# -- work outside the request -------------------------------------------------------------------
# The same Redis in Celery's spelling of a unix socket (redis-py says unix://…?db=0).
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for Redis as long as it takes
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "max_retries": 0, **REDIS_PATIENCE}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BEAT_SCHEDULER = "eoffice.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    "outbox-sweep": {"task": "outbox.tasks.sweep", "schedule": 15.0},
    "outbox-sweep-outside": {"task": "outbox.tasks.sweep_outside", "schedule": 15.0},
    "signing-sweep": {"task": "signing.tasks.sweep", "schedule": 20.0},
    "notice-digests": {"task": "notifications.tasks.digests", "schedule": 300.0},
}

# -- deadlines: working hours by urgency (ปกติ, ด่วน, ด่วนมาก, ด่วนที่สุด) where nobody gave one; 0 none, 8 a working day ---
DEADLINE_HOURS = env.list("DEADLINE_HOURS", cast=int, default=[0, 24, 8, 4])
# Working hours past a deadline, by urgency, after which the post above is told once; 0 never.
ESCALATE_HOURS = env.list("ESCALATE_HOURS", cast=int, default=[24, 16, 8, 4])

# -- who signs which kind of letter, where it differs from saraban/sheets/signers.py: OUTWARD, HEAD or ANY for each kind ---
SIGNING_POSTS = env.dict("SIGNING_POSTS", default={})

# -- public links of enclosures: days one lasts unless said otherwise; what one address may ask ---
ENCLOSURE_LINK_DAYS = env.int("ENCLOSURE_LINK_DAYS", default=90)
LINK_REQUESTS_PER_MINUTE = env.int("LINK_REQUESTS_PER_MINUTE", default=300)
LINK_MISSES_PER_HOUR = env.int("LINK_MISSES_PER_HOUR", default=100)

# -- how long operational rows are kept (eoffice.retention); letters and their trail are not among them ---
KEEP_OUTBOX_DAYS = env.int("KEEP_OUTBOX_DAYS", default=30)
KEEP_SIGN_INS_DAYS = env.int("KEEP_SIGN_INS_DAYS", default=365)
KEEP_READINGS_DAYS = env.int("KEEP_READINGS_DAYS", default=365)
KEEP_FORM_KEYS_DAYS = env.int("KEEP_FORM_KEYS_DAYS", default=90)
KEEP_BATCHES_DAYS = env.int("KEEP_BATCHES_DAYS", default=30)

# -- mail ---------------------------------------------------------------------------------------
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="e-Office <no-reply@localhost>")

# -- signing ------------------------------------------------------------------------------------
KEY_ENCRYPTION_KEY = env.str("KEY_ENCRYPTION_KEY", default="demo-only" if DEMO else "")
KEY_ENCRYPTION_KEYS_BEFORE = env.list("KEY_ENCRYPTION_KEYS_BEFORE", default=[])  # they open, and lock nothing more
TSA_URL = env.str("TSA_URL", default="")
TSA_TIMEOUT_SECONDS = env.int("TSA_TIMEOUT_SECONDS", default=8)
TSA_REQUIRED = env.bool("TSA_REQUIRED", default=False)
TRUST_ROOTS_DIR = Path(env.str("TRUST_ROOTS_DIR", default=str(VAR_DIR / "demo-ca" / "roots")))

# -- the browser --------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = False  # the reverse proxy redirects
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
MESSAGE_STORAGE = "common.sealed_messages.LockedSessionStorage"  # they may name a classified letter's enclosure
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # guardian is storage only: its backend grants too much

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "pyhanko": {"level": "ERROR"},  # altered files of others would fill the log with tracebacks
        "pyhanko_certvalidator": {"level": "ERROR"},
        "pikepdf": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
    },
}
