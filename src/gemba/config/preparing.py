"""Settings, data folder and Django, for the commands that work on records; the others never load any of it."""

import os
from urllib.parse import unquote, urlsplit

import django
from django.core.exceptions import ImproperlyConfigured

from gemba.config.environment import Environment, UnsafeSettingsError
from gemba.config.first import prepare_folder


def become_owner() -> None:
    """PostgreSQL with two roles: work as the one that owns the tables, and remember the other, which serves."""
    if owner := os.environ.get("GEMBA_OWNER_URL"):
        served = urlsplit(os.environ.get("GEMBA_DATABASE_URL", ""))
        os.environ["GEMBA_APPLICATION_ROLE"] = unquote(served.username or "")
        os.environ["GEMBA_DATABASE_URL"] = owner


def prepare(*, new_folder: bool, as_owner: bool = False) -> None:
    """Make Django ready; `new_folder`: the data folder and its keys are made where they are missing.

    Raises `UnsafeSettingsError` with what is wrong and how to mend it.
    """
    if as_owner:
        become_owner()
    environment = Environment.read()
    environment.refuse_unsafe()
    if new_folder:
        prepare_folder(environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gemba.config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise UnsafeSettingsError(str(error)) from None
