"""The product's settings with the plain views beside its own."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "benchmarks.plain"]
ROOT_URLCONF = "benchmarks.plain.urls"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
