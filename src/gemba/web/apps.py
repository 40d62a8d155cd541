"""The screens as a Django app: listens to what the sign-in library tells."""

from importlib import import_module

from django.apps import AppConfig

from gemba.web import words


class WebConfig(AppConfig):
    name = "gemba.web"
    label = "web"

    def ready(self) -> None:
        import_module("gemba.web.accounts.receivers")
        words.merge()
