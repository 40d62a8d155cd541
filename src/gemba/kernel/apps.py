"""The kernel as a Django app: gathers declarations, installs the database guards."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    name = "gemba.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        autodiscover_modules(
            "checks",
            "record",
            "verified",
            "jobs",
            "log.jobs",
            "notices.jobs",
            "actions.jobs",
            "actions.clockwork",
            "verify.jobs",
            "privacy.jobs",
        )
        post_migrate.connect(install_guards, sender=self)


def install_guards(using: str, **_: Any) -> None:
    """Put the triggers back after every migration. Loaded here, since models do not exist when apps are configured."""
    import_module("gemba.kernel.trail.guards").install(using)
    import_module("gemba.kernel.people.organisation").ensure(settings.GEMBA_MODE)
    import_module("gemba.kernel.search.engine").install(using)
