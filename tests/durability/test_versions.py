"""A program and a database of different versions. DUR-14."""

import argparse
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from gemba.cli import migrate
from gemba.cli.starting import UnreadyError, newer_database, older_database, refuse_unready, untouchable_database
from gemba.kernel.trail.models import Event, SecurityEvent

pytestmark = pytest.mark.django_db


def stored() -> tuple[Any, ...]:
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    return applied, sorted(connection.introspection.table_names()), Event.objects.count(), SecurityEvent.objects.count()


def test_dur_14_a_newer_database_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """DUR-14: it neither serves nor migrates; it says which version is needed, and nothing is written."""
    assert newer_database() == []
    assert older_database() == []
    MigrationRecorder(connection).record_applied("kernel", "0999_from_the_future")
    before = stored()
    assert "newer Gemba (kernel.0999_from_the_future)" in newer_database()[0]
    assert untouchable_database() == newer_database()
    with pytest.raises(UnreadyError, match="written by a newer Gemba"):
        refuse_unready()
    for words in ([], ["--check"], ["--no-backup"]):
        parser = argparse.ArgumentParser()
        migrate.arguments(parser)
        assert migrate.run(parser.parse_args(words)) == 1
        assert "Start that version" in capsys.readouterr().err
    assert stored() == before
