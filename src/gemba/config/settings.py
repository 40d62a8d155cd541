"""Django settings, made from the environment. The only file that names every app."""

from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from gemba import __version__
from gemba.config.environment import Environment, Mode
from gemba.config.mail import mail_server

ENVIRONMENT = Environment.read()
DEMO = ENVIRONMENT.mode is Mode.DEMO
TESTING = ENVIRONMENT.mode is Mode.TEST
SECURE = ENVIRONMENT.url.startswith("https://")
ENVIRONMENT.refuse_unsafe()

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret()
HOST = ENVIRONMENT.host
ALLOWED_HOSTS = sorted({HOST, *(("localhost", "127.0.0.1", "[::1]") if ENVIRONMENT.is_local else ())})
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.url]
ROOT_URLCONF = "gemba.config.urls"
GEMBA_API_URLCONF = "gemba.config.api_urls"
WSGI_APPLICATION = "gemba.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "kernel.Account"

INSTALLED_APPS = [
    "gemba.kernel",
    "gemba.evidence",
    "gemba.web",
    "gemba.modules.objective",
    "gemba.modules.complaint",
    "gemba.modules.process",
    "gemba.modules.nonconformity",
    "gemba.modules.capa",
    "gemba.modules.report",
    "gemba.modules.document",
    "gemba.modules.change",
    "gemba.modules.training",
    "gemba.modules.decision",
    "gemba.modules.scope",
    "gemba.modules.systemreview",
    "gemba.modules.gapassessment",
    "gemba.modules.dryrun",
    "gemba.modules.supplier",
    "gemba.modules.devicefile",
    "gemba.modules.managementreview",
    "gemba.modules.certification",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_prose_editor",
    "csp",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gemba.api.middleware.TokenMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "gemba.web.middleware.TimeoutMiddleware",
    "gemba.web.middleware.ScopeMiddleware",
    "gemba.web.presentation.PresentationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "gemba.web.accounts.context.company",
            ]
        },
    }
]


def database() -> dict[str, Any]:
    found: dict[str, Any] = dict(dj_database_url.parse(ENVIRONMENT.database_url, conn_max_age=600))
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
            "PRAGMA recursive_triggers=ON;",
        }
        if TESTING:
            found["TEST"] = {"NAME": f"{found['NAME']}.test"}
    else:
        found["CONN_HEALTH_CHECKS"] = True
    return found


DATABASES = {"default": database()}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache"
        if TESTING
        else "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "gemba_cache",
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

GEMBA_MODE = str(ENVIRONMENT.mode)
GEMBA_BUILD = __version__
GEMBA_CLOCK = "free" if TESTING else "auto"
GEMBA_APPLICATION_ROLE = ENVIRONMENT.application_role
GEMBA_TRAIL_KEY = str(ENVIRONMENT.data / "keys" / "trail.key")
GEMBA_ENTRANCE_KEY = str(ENVIRONMENT.data / "keys" / "entrance.key")
GEMBA_SEAL_KEY = str(ENVIRONMENT.data / "keys" / "seal.key")
GEMBA_WITNESS = [str(path) for path in ENVIRONMENT.witness]
GEMBA_WITNESS_MAIL = ENVIRONMENT.witness_mail
GEMBA_TIMESTAMP_URL = ENVIRONMENT.timestamp_url
GEMBA_SEAL_MINUTES = ENVIRONMENT.seal_minutes
GEMBA_SEAL_BLOCK_HOURS = ENVIRONMENT.seal_block_hours
GEMBA_URL = ENVIRONMENT.url
GEMBA_PROXY = ENVIRONMENT.proxy
GEMBA_REQUIRE_MFA = str(ENVIRONMENT.factors)
GEMBA_WORKER_INSIDE = ENVIRONMENT.on_sqlite and not TESTING
GEMBA_IDLE_SECONDS = ENVIRONMENT.idle_minutes * 60
GEMBA_ONE_SESSION = ENVIRONMENT.one_session
GEMBA_KEEP_SIGNERS_YEARS = ENVIRONMENT.keep_signers_years
GEMBA_SESSION_SECONDS = ENVIRONMENT.session_hours * 3600
GEMBA_FILES = str(ENVIRONMENT.data / "files")
GEMBA_SIGNALS = str(ENVIRONMENT.data / "signals.yaml")
GEMBA_LARGEST_FILE = 100 * 1024 * 1024

LANGUAGE_CODE = "en-gb"
USE_I18N = False
"""Gemba speaks one language until a second one is whole: half-translated pages mislead, and cost every reader time."""
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = str(ENVIRONMENT.data / "static")
WHITENOISE_USE_FINDERS = True
CSRF_FAILURE_VIEW = "gemba.web.errors.csrf_failed"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

HASHER_IN = {
    Mode.TEST: "django.contrib.auth.hashers.MD5PasswordHasher",
    Mode.DEMO: "gemba.demo.hashing.KnownPasswordHasher",
}
PASSWORD_HASHERS = [HASHER_IN.get(ENVIRONMENT.mode, "django.contrib.auth.hashers.ScryptPasswordHasher")]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email",)},
    },
    {"NAME": "gemba.kernel.entrance.passwords.NearWordsValidator"},
    {"NAME": "gemba.kernel.entrance.passwords.LongestValidator"},
]
AUTHENTICATION_BACKENDS = ["gemba.web.accounts.backend.AccountBackend"]
ACCOUNT_ADAPTER = "gemba.web.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "gemba.web.accounts.forms.SignInForm",
    "change_password": "gemba.web.accounts.forms.ChangeForm",
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ALLAUTH_TRUSTED_PROXY_COUNT = int(ENVIRONMENT.proxy)
MFA_ADAPTER = "gemba.web.accounts.adapter.FactorAdapter"
MFA_FORMS = {
    "authenticate": "gemba.web.accounts.forms.CodeForm",
    "reauthenticate": "gemba.web.accounts.forms.AgainCodeForm",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Gemba"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE and ENVIRONMENT.is_local
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_ENGINE = "gemba.web.accounts.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = GEMBA_SESSION_SECONDS
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_SSL_REDIRECT = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if ENVIRONMENT.proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
MAIL_SERVER = mail_server(ENVIRONMENT.mail_url)
if TESTING:
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
elif MAIL_SERVER is None:
    EMAIL_BACKEND = "gemba.config.mail.NoServer"
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = MAIL_SERVER.host, MAIL_SERVER.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL_SERVER.user, MAIL_SERVER.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL_SERVER.starttls, MAIL_SERVER.tls
    EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from
