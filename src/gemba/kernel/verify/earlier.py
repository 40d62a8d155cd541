"""What rows looked like before columns were added to them: events of that time know nothing of these columns.

A row that nobody has changed since then still equals its last event, if it is looked at without the columns that came
later and if those hold nothing but their default. Which columns came when, the migrations say.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from django.db import models
from django.db.migrations import AddField
from django.db.migrations.loader import MigrationLoader

from gemba.kernel.trail.canonical import Canonical, plain

Added = tuple[Mapping[str, Canonical], ...]
"""Columns with their defaults, one entry for each migration that added any, the newest first."""


@cache
def _additions() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """App, table and columns of every migration that added columns to a table that was there, the newest first.

    The first migration of an app makes its tables in parts, and that counts as one.
    """
    loader, found = MigrationLoader(None), []
    for label, name in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        migration = loader.graph.nodes[label, name]
        added: dict[str, list[str]] = {}
        for operation in () if migration.initial else migration.operations:
            if isinstance(operation, AddField):
                added.setdefault(operation.model_name_lower, []).append(operation.name)
        found += [(label, table, tuple(columns)) for table, columns in added.items()]
    return tuple(reversed(found))


@cache
def added_to(model: type[models.Model]) -> Added:
    """Columns that were added to a table, or to the one it extends, after it was made."""
    tables = {(each._meta.app_label, str(each._meta.model_name)) for each in (model, *model._meta.parents)}
    columns = {column.name: column for column in model._meta.concrete_fields}
    found = []
    for label, table, names in _additions():
        there = [columns[name] for name in names if name in columns] if (label, table) in tables else []
        if there:
            found.append({column.attname: plain(column.get_default()) for column in there})
    return tuple(found)


def look_again() -> None:
    """Forget what the migrations said, for whoever changed them."""
    _additions.cache_clear()
    added_to.cache_clear()


def earlier_forms(model: type[models.Model], now: Mapping[str, Canonical]) -> Iterator[dict[str, Canonical]]:
    """The row without what was added last, then without what was added before that, as long as it holds defaults."""
    form = dict(now)
    for columns in added_to(model):
        if any(form.pop(name, default) != default for name, default in columns.items()):
            return
        yield dict(form)
