"""Emptying a test database: guards are lifted for the moment and put back. The product itself never flushes."""

from typing import Any

from django.core.management.commands.flush import Command as DjangoFlush

from gemba.kernel.trail import guards


class Command(DjangoFlush):
    def handle(self, **options: Any) -> None:
        with guards.lifted(options["database"]):
            super().handle(**options)
