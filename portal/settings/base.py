"""Settings shared by every environment.

Read from the process environment:

``DATABASE_URL``      PostgreSQL; without it the embedded server under ``PORTAL_VAR``
``REDIS_URL``         Redis; without it the embedded server under ``PORTAL_VAR``
``PORTAL_VAR``        folder of everything that changes at run time; default ``var/``
``PORTAL_STATIC``     folder of the collected static files; default ``static/`` in ``PORTAL_VAR``
``PORTAL_SECRET_KEY`` signing key; required in production
``PORTAL_HOSTS``      host names, comma separated
"""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal import embedded

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(os.environ.get("PORTAL_VAR", BASE_DIR / "var")).resolve()

DATABASE_URL = os.environ.get("DATABASE_URL") or embedded.postgres_url(VAR_DIR)
REDIS_URL = os.environ.get("REDIS_URL") or embedded.redis_url(VAR_DIR)

INSTALLED_APPS = [
    "portal",
    "cases",
    "expression",
    "analytics",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # The templates of fields that templates/django/forms/ does not override.
    "django.forms",
    "allauth",
    "allauth.account",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "pghistory",
    "pgtrigger",
    "rest_framework",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

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
                "portal.context.navigation",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
# Every trigger asks for this setting and catches the error when there is none. A caught error walks through all foreign
# keys that are still to be checked, which makes the time of a bulk write grow with the square of its rows.
connection_options = DATABASES["default"].setdefault("OPTIONS", {})
connection_options["options"] = " ".join(
    filter(
        None,
        [
            connection_options.get("options"),
            "-c pgtrigger.ignore={}",
            # Tables of rows to be imported stay in memory; the usual 8 MB hold some ten thousand rows.
            "-c temp_buffers=64MB",
        ],
    )
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "portal.tokens.TokensEndWithPassword"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
# The portal sends no e-mail, so no address is ever proved to be somebody's.
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "portal.accounts.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# One-time links, see cases.members.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "cases.members.LinkTokens"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 7 * 24 * 60 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ja", _("Japanese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "portal.formats"
TIME_ZONE = os.environ.get("PORTAL_TIME_ZONE", "Asia/Tokyo")
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(os.environ.get("PORTAL_STATIC", VAR_DIR / "static"))
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = ["portal.uploads.LimitedUploadHandler"]
# No form takes more than one; parts beyond it would be written to the disk before anybody is asked who they are.
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_PERMISSIONS = 0o640
# A million rows of a table of readings; uploads go to the disk, and such a file is read piece by piece.
UPLOAD_LIMIT_BYTES = 200 * 1024 * 1024
# Exported files hold rows of patients: they are kept as long as somebody needs to fetch them.
EXPORT_FILES_KEPT_DAYS = 7
# Dates of de-identified exports are moved by up to so many days, in studies that have not shifted any before.
EXPORT_SHIFT_DAYS = 365
# The questions about a 384-well plate: three fields a sample and three a target.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        # plotly.js sets styles on the elements it draws.
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.tokens.BearerToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "portal.pagination.Pages",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.errors.api_exception_handler",
}
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Bearer",
    # Tokens live until they are revoked on the account page or by a manager.
    "TOKEN_TTL": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "RANKL Portal",
    "DESCRIPTION": (
        "Sign in with a token: `Authorization: Bearer …`, made on the account page. "
        "A study you are not a member of does not exist for you (404); what your role does not show is refused (403)."
    ),
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "StudyStatusEnum": "cases.models.StudyStatus",
        "JobStatusEnum": "cases.models.JobStatus",
        "AlterationKindEnum": "cases.models.AlterationKind",
        "SpecimenKindEnum": "cases.models.SpecimenKind",
        "TumourCategoryEnum": "cases.models.Category",
        "ResponseCategoryEnum": "cases.models.ResponseCategory",
        "IhcScaleEnum": "expression.models.Scale",
        "ConsolidationSummaryEnum": "expression.models.Summary",
        "MeasuredByEnum": "analytics.spec.Assay",
        "ConsolidationEnum": "analytics.spec.Consolidation",
        "UndeterminedEnum": "analytics.spec.Undetermined",
        "CohortKindEnum": "analytics.models.CohortKind",
        "ExportKindEnum": "cases.models.ExportKind",
        "ExportFormatEnum": "cases.exporting.formats.ExportFormat",
    },
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
DJANGO_TABLES2_TEMPLATE = "components/table.html"

# Celery names the number of a Redis database on a socket differently.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "quick"
CELERY_TIMEZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
