"""The product's settings with the rivals installed."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "simple_history", "auditlog", "benchmarks.rivals"]
