"""Django's `migrate`; a test's empty database first gets its tables at once, as that of a new installation does.

What both ways make is the same; `tests/cli/test_first_tables.py` shows it.
"""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from gemba.cli.first_tables import make_first_tables


class Command(Migrate):
    def handle(self, *arguments: Any, **options: Any) -> None:
        make_first_tables()
        super().handle(*arguments, **options)
