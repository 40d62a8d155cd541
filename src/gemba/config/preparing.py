"""Settings, data folder and Django, for the commands that work on records; the others never load any of it."""

import os

import django
from django.core.exceptions import ImproperlyConfigured

from gemba.config.environment import Environment, UnsafeSettingsError
from gemba.config.first import prepare_folder


def prepare(*, new_folder: bool) -> None:
    """Make Django ready; `new_folder`: the data folder and its keys are made where they are missing.

    Raises `UnsafeSettingsError` with what is wrong and how to mend it.
    """
    environment = Environment.read()
    environment.refuse_unsafe()
    if new_folder:
        prepare_folder(environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gemba.config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise UnsafeSettingsError(str(error)) from None
