"""The product's settings with the plain views beside its own."""

from tests.settings import *  # noqa: F403
from tests.settings import AUTHENTICATION_BACKENDS as OUR_BACKENDS
from tests.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "benchmarks.plain"]
PLAIN_BACKEND = "django.contrib.auth.backends.ModelBackend"
"""The plain pages find their reader as Django does by itself, not by our own quicker way."""
AUTHENTICATION_BACKENDS = [*OUR_BACKENDS, PLAIN_BACKEND]
ROOT_URLCONF = "benchmarks.plain.urls"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
