"""The tables of a new, empty database, made at once from the models as they are.

Migrations bring an older database forward one change after the other; on an empty one they all lead here. Going
through them, Django draws every model anew for each one it adds, which is most of the time of a first start. A test
compares what both ways make.
"""

from collections.abc import Iterator

from django.apps import AppConfig, apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

OF_TESTS = "tests."


def make_first_tables() -> bool:
    """True where the database was empty and now has every table; it is all or nothing."""
    if connection.introspection.table_names():
        return False
    loader = MigrationLoader(connection)
    migrated = [config for config in _shipped() if config.label in loader.migrated_apps]
    labels = {config.label for config in migrated}
    done = [(app, name) for app, name in loader.graph.nodes if app in labels]
    with connection.schema_editor(atomic=True) as editor:
        for config in migrated:
            for model in config.get_models(include_auto_created=False):
                editor.create_model(model)
        recorder = MigrationRecorder(connection)
        editor.create_model(recorder.Migration)
        for app, name in done:
            recorder.record_applied(app, name)
    return True


def _shipped() -> Iterator[AppConfig]:
    """Every app, without those that only tests have."""
    return (config for config in apps.get_app_configs() if not config.name.startswith(OF_TESTS))
