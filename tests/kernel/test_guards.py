"""The guards of append-only tables, and the start that is refused without them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.checks import Tags, run_checks
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from gemba.kernel.actions import base
from gemba.kernel.people.models import Person
from gemba.kernel.trail import guards, startup, writer
from gemba.kernel.trail.keys import KeyUnusableError, load_key, make_key
from gemba.kernel.trail.models import Event, SecurityEvent
from tests.kernel.samples import raised

pytestmark = pytest.mark.django_db(transaction=True)
EVENTS = "kernel_event"


@pytest.fixture(autouse=True)
def _guards_afterwards() -> Iterator[None]:
    yield
    guards.install()


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def harmless_instead() -> str:
    """Replace a guard by one of the same name that lets everything through; its name."""
    guard = guards.guards_of(connection.vendor, EVENTS)[0]
    if connection.vendor == "sqlite":
        execute(guard.drop, f"CREATE TRIGGER {guard.name} BEFORE UPDATE ON {EVENTS} BEGIN SELECT 1; END")
    else:
        execute(
            "CREATE OR REPLACE FUNCTION harmless() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            guard.drop,
            f"CREATE TRIGGER {guard.name} BEFORE UPDATE ON {EVENTS} FOR EACH ROW EXECUTE FUNCTION harmless()",
        )
    return guard.name


def test_aud_02_a_guard_that_does_nothing_counts_as_missing() -> None:
    """AUD-02: the text of a guard is compared, not its name; the check at start says which one."""
    assert guards.missing() == []
    name = harmless_instead()
    assert name in guards.missing()
    errors = run_checks(tags=[Tags.database], databases=["default"])
    assert any(name in str(error.msg) for error in errors)
    guards.install()
    assert guards.missing() == []


def test_aud_02_a_disabled_or_hollow_guard_counts_as_missing() -> None:
    """AUD-02: on PostgreSQL a guard must be enabled in every session, and its function must be ours."""
    if connection.vendor != "postgresql":
        execute(f"DROP TRIGGER {EVENTS}_no_delete")
        assert guards.missing() == [f"{EVENTS}_no_delete"]
        return
    execute(f"ALTER TABLE {EVENTS} DISABLE TRIGGER {EVENTS}_no_row")
    assert guards.missing() == [f"{EVENTS}_no_row"]
    guards.install()
    hollow = "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    execute(f"CREATE OR REPLACE FUNCTION gemba_append_only() {hollow}")
    assert guards.missing() == [guards.FUNCTION_NAME]


def test_aud_02_the_guards_hold_in_a_session_that_poses_as_a_replica(quality: Person) -> None:
    """AUD-02: PostgreSQL skips ordinary triggers for replication; ours fire always. SQLite has no such session."""
    raised(quality)
    poses = "SET LOCAL session_replication_role = replica" if connection.vendor == "postgresql" else "SELECT 1"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute(poses, f"DELETE FROM {EVENTS}")


def test_aud_02_the_start_puts_missing_guards_back_and_says_so() -> None:
    """AUD-02: whoever removed a guard finds it installed again, and the fact on record."""
    name = harmless_instead()
    startup.refuse_without_trail(durable=False)
    assert guards.missing() == []
    assert name in SecurityEvent.objects.get(what="trail.guards_restored").detail
    assert not Event.objects.exists(), "the probe must leave nothing"


def test_aud_02_the_start_is_refused_when_the_writer_was_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """AUD-02: a writer that writes nothing, wherever it was put, stops the start with a sentence."""
    startup.refuse_without_trail(durable=False)
    monkeypatch.setattr(base, "append", lambda *_args, **_kwargs: Event())
    with pytest.raises(startup.TrailUnusableError, match=r"gemba\.kernel\.actions\.base\.append"):
        startup.refuse_without_trail(durable=False)
    monkeypatch.undo()
    monkeypatch.setattr(writer, "seal", lambda body: ("0" * 64, "0" * 64, "none"))
    with pytest.raises(startup.TrailUnusableError, match=r"writer\.seal"):
        startup.refuse_without_trail(durable=False)


def test_aud_02_the_start_is_refused_when_guards_cannot_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """AUD-02: neither a database that refuses the guards nor one that ignores them is served."""
    harmless_instead()
    monkeypatch.setattr(guards, "install", lambda: None)
    with pytest.raises(startup.TrailUnusableError, match="cannot be installed"):
        startup.refuse_without_trail(durable=False)
    monkeypatch.setattr(guards, "missing", list)
    with pytest.raises(startup.TrailUnusableError, match="lets events be altered"):
        startup.refuse_without_trail(durable=False)


def test_aud_03_the_application_role_has_no_permission_to_change_events(quality: Person) -> None:
    """AUD-03: PostgreSQL denies it before any guard is asked; on SQLite the guard refuses the owner of the file too."""
    raised(quality)
    if connection.vendor == "sqlite":
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            execute(f"DELETE FROM {EVENTS}")
        return
    execute("DROP ROLE IF EXISTS gemba_app_test", "CREATE ROLE gemba_app_test")
    try:
        execute(*guards.application_rights("gemba_app_test"))
        for statement in (f"UPDATE {EVENTS} SET seq = 9", f"DELETE FROM {EVENTS}", f"TRUNCATE {EVENTS}"):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                execute("SET LOCAL ROLE gemba_app_test", statement)
        with transaction.atomic():
            execute("SET LOCAL ROLE gemba_app_test")
            raised(quality)
    finally:
        execute("DROP OWNED BY gemba_app_test", "DROP ROLE gemba_app_test")


def test_aud_03_guards_come_back_after_a_column_changed(settings: Settings) -> None:
    """AUD-03: SQLite rebuilds a table when a column changes and drops its guards; migrations put them back."""
    column = Event._meta.get_field("act")
    wider = column.clone()
    wider.max_length = 61
    wider.set_attributes_from_name("act")
    wider.model = Event
    with connection.schema_editor() as editor:
        editor.alter_field(Event, column, wider)
    guards.install()
    assert guards.missing() == []
    with connection.schema_editor() as editor:
        editor.alter_field(Event, wider, column)


@pytest.mark.parametrize("fault", ["missing", "open", "short", "words"])
def test_aud_02_no_key_no_start(fault: str, tmp_path: Path, settings: Settings) -> None:
    """AUD-02: without a usable trail key nothing is served; the sentence does not show what the file holds."""
    path = tmp_path / "trail.key"
    if fault != "missing":
        make_key(path)
        path.write_text({"open": path.read_text(), "short": "abcd", "words": "correct horse"}[fault])
    if fault == "open":
        path.chmod(0o644)
    settings.GEMBA_TRAIL_KEY = str(path)
    with pytest.raises(startup.TrailUnusableError, match=r"trail\.key") as refusal:
        startup.refuse_without_trail(durable=False)
    assert "horse" not in str(refusal.value)


def test_a_key_is_never_replaced_and_never_shown(tmp_path: Path) -> None:
    """TMP-24: losing the key would leave every event unproved, so making one twice is refused."""
    make_key(tmp_path / "trail.key")
    with pytest.raises(FileExistsError):
        make_key(tmp_path / "trail.key")
    key = load_key(tmp_path / "trail.key")
    assert key.secret.hex() not in repr(key)
    with pytest.raises(KeyUnusableError):
        load_key(tmp_path / "other.key")


def test_dur_04_a_database_that_could_lose_what_it_acknowledged_is_named() -> None:
    """DUR-04: anything but full durability is refused at the start."""
    if connection.vendor == "sqlite":
        assert guards.weak_settings() == []
        execute("PRAGMA synchronous=NORMAL", "PRAGMA recursive_triggers=OFF")
        try:
            assert guards.weak_settings() == ["recursive_triggers", "synchronous"]
            with pytest.raises(startup.TrailUnusableError, match="recursive_triggers"):
                startup.refuse_without_trail()
        finally:
            execute("PRAGMA synchronous=FULL", "PRAGMA recursive_triggers=ON")
        return
    assert set(guards.weak_settings()) == {"fsync", "full_page_writes", "synchronous_commit"}
    with pytest.raises(startup.TrailUnusableError, match="fsync"):
        startup.refuse_without_trail()
