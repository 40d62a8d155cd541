"""Writes that fail, each in turn: an error to the user, nothing half-stored, reading goes on. DUR-05, DUR-06."""

import errno
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.write import Edit
from gemba.kernel.attachments import store as blobs
from gemba.kernel.attachments.models import Attachment, Blob
from gemba.kernel.attachments.store import find_orphans
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.signing.models import Signature
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.models import ChainHead, Event
from gemba.modules.objective.models import Objective
from tests.kernel.people import as_, person
from tests.kernel.samples import VALUES, again, raised, signed, submitted
from tests.web.seed import session_of
from tests.web.signing_in import try_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("durability")]
CHANGING = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM)\b(?! SKIP| OF)(?<!FOR UPDATE)")
FULL = "database or disk is full"


@pytest.fixture
def quality(db: None) -> Person:
    return person("Aino", Role.QUALITY)


@pytest.fixture
def manager(db: None) -> Person:
    return person("Marta", Role.MANAGEMENT)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Settings) -> Path:
    settings.GEMBA_FILES = str(tmp_path / "files")
    return tmp_path / "files"


def everything() -> dict[str, Any]:
    """What a half-done action would leave different."""
    return {
        "events": Event.objects.count(), "heads": dict(ChainHead.objects.values_list("subject", "seq")),
        "records": list(Objective._base_manager.order_by("pk").values_list("number", "version", "state", "digest")),
        "signatures": Signature.objects.count(), "attachments": Attachment.objects.count(),
        "blobs": Blob.objects.count(),
    }  # fmt: skip


@contextmanager
def failing_at(place: int) -> Iterator[list[str]]:
    """The changing statement with this number, from 1, fails as on a full disk; 0: all of them."""
    seen: list[str] = []
    held: set[str] = set()
    connection.close()  # a new one holds no statements yet, so each is seen being prepared

    def changes(sql: str) -> bool:
        words = sql.split(maxsplit=2)
        if words[0] == "PREPARE":
            held.update({words[1]} if CHANGING.search(sql) else ())
            return False
        return words[1] in held if words[0] == "EXECUTE" else CHANGING.search(sql) is not None

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if changes(sql):
            seen.append(sql)
            if place in (0, len(seen)):
                raise OperationalError(FULL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield seen


def to_raise(quality: Person, _manager: Person) -> Callable[[], object]:
    return lambda: raised(quality)


def to_edit(quality: Person, _manager: Person) -> Callable[[], object]:
    record = raised(quality)
    return lambda: Edit(record=record, values={"unit": "hours"}, **as_(quality)).execute()


def to_submit(quality: Person, _manager: Person) -> Callable[[], object]:
    record = raised(quality)
    return lambda: Advance(record=record, name="submit", **as_(quality)).execute()


def to_sign(quality: Person, manager: Person) -> Callable[[], object]:
    record = submitted(quality)
    return lambda: signed(again(record), "approve", manager)


def to_attach(quality: Person, _manager: Person) -> Callable[[], object]:
    record = raised(quality)
    return lambda: Attach(record=record, name="a.txt", chunks=[b"x"], **as_(quality)).execute()


@pytest.mark.parametrize("begin", [to_raise, to_edit, to_submit, to_sign, to_attach])
def test_dur_05_whichever_write_fails_nothing_of_the_action_is_stored(
    begin: Callable[[Person, Person], Callable[[], object]], quality: Person, manager: Person
) -> None:
    """DUR-05: every changing statement of the action fails once, then its commit; afterwards it works, in the same
    process."""
    work = begin(quality, manager)
    before, place = everything(), 1
    while True:
        with failing_at(place) as seen:
            try:
                work()
                break
            except OperationalError:
                assert len(seen) == place
        assert everything() == before, f"write {place} left something: {seen[-1]}"
        place += 1
    assert place > 1, "the test injected nothing"
    after = everything()
    assert after["events"] == before["events"] + 1
    assert [problem for subject in after["heads"] for problem in verify_chain(subject)] == []


def test_dur_05_a_commit_that_fails_is_no_acknowledgement(quality: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """DUR-05: the error reaches the caller, nothing is stored, and the next attempt works."""
    before = everything()

    def no_commit() -> None:
        raise OperationalError(FULL)

    monkeypatch.setattr(connection, "_commit", no_commit)
    with pytest.raises(OperationalError):
        raised(quality)
    monkeypatch.undo()
    assert everything() == before
    assert raised(quality).pk


@pytest.fixture
def filled_up() -> Iterator[None]:
    """Pages that lie free inside the file after other tests would be used before the file has to grow."""
    with connection.cursor() as cursor:
        [free] = cursor.execute("PRAGMA freelist_count").fetchone()
        [size] = cursor.execute("PRAGMA page_size").fetchone()
        cursor.execute("CREATE TABLE filler (bytes)")
        cursor.execute("INSERT INTO filler VALUES (zeroblob(%s))", [free * size])
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE filler")


@pytest.mark.skipif(os.environ.get("GEMBA_TEST_DATABASE") == "postgresql", reason="SQLite's own limit of size")
@pytest.mark.usefixtures("filled_up")
def test_dur_05_a_full_disk_under_sqlite_refuses_whole_and_goes_on_when_there_is_room(quality: Person) -> None:
    """DUR-05: SQLite itself finds no page left, at every possible page; reading works all the while."""
    record = raised(quality)
    before = everything()
    long = "x" * 20_000
    failures = 0
    for room in range(30):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            [pages] = cursor.fetchone()
            cursor.execute(f"PRAGMA max_page_count={pages + room}")
        try:
            raised(quality, why=long)
            break
        except OperationalError:
            failures += 1
            assert everything() == before
            assert again(record).title == record.title
        finally:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA max_page_count=1073741823")
    assert failures > 2
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchone() == ("ok",)


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_dur_06_no_room_for_files_refuses_the_upload_as_a_whole(
    error: int, quality: Person, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DUR-06: the write, the making durable, the naming and the folder's own durability each fail once: no event, no
    row without bytes, nothing left in the store; the same file is accepted afterwards."""
    record = raised(quality)
    before = everything()

    def attach() -> Attachment:
        return Attach(record=again(record), name="a.txt", chunks=[b"some words"], **as_(quality)).execute()

    def fails(*_given: object, **_named: object) -> None:
        raise OSError(error, os.strerror(error))

    for module, name in ((blobs, "_copy"), (blobs.os, "fsync"), (Path, "replace"), (blobs, "_sync")):  # type: ignore[attr-defined]
        with monkeypatch.context() as patched:
            patched.setattr(module, name, fails)
            with pytest.raises(OSError, match=os.strerror(error)):
                attach()
        assert everything() == before, name
        left = [p for p in store.rglob("*") if p.is_file()]
        assert len(left) <= int(name == "_sync"), "at most whole bytes that nothing names yet"
        assert len(list(find_orphans(older_than=0))) == len(left)
    assert attach().blob.size == len(b"some words")
    assert list(find_orphans(older_than=0)) == []


@pytest.fixture
def client(quality: Person) -> Client:
    made = Client(raise_request_exception=False)
    made.cookies[settings.SESSION_COOKIE_NAME] = session_of(quality)
    return made


def test_dur_05_the_person_reads_that_there_is_no_room(client: Client, quality: Person) -> None:
    """DUR-05, WEB-08: 507 with sentences, no stack, no path; the page for reading still comes; then it works."""
    form = {
        **{name: str(value) for name, value in VALUES.items()},
        "period": "3",
        "event_date": "2026-03-01",
        "late_reason": "Kept on paper until now",
        "owner": quality.pk,
    }
    before = everything()
    assert client.get("/").status_code == 200
    with failing_at(0):
        answer = client.post("/records/objective/new", form)
    text = answer.content.decode()
    assert (answer.status_code, "no room left" in text) == (507, True)
    assert "Traceback" not in text
    assert "<script" not in text, "a script would forget what was typed"
    assert everything() == before
    assert client.post("/records/objective/new", form).status_code == 302


def test_dur_05_reading_needs_no_room(client: Client, quality: Person) -> None:
    """DUR-05: pages come although not even the moment of the last use can be noted in the session."""
    record = raised(quality)
    with failing_at(0) as seen:
        assert client.get(f"/records/objective/{record.number}").status_code == 200
    assert any("django_session" in sql for sql in seen), "the test shows nothing: no session was to be kept"


def test_dur_06_no_room_for_what_arrives_is_told_too(
    client: Client, quality: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DUR-06: the volume of temporary files is full while an upload arrives."""
    record = raised(quality)
    before = everything()

    def full(*_given: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", full)
    monkeypatch.setattr("django.core.files.uploadhandler.MemoryFileUploadHandler.new_file", lambda *_a, **_k: None)
    file = SimpleUploadedFile("a.txt", b"words" * 1000, "text/plain")
    answer = client.post(f"/records/objective/{record.number}/attach", {"file": file})
    assert answer.status_code == 507
    assert everything() == before


def test_dur_06_a_log_that_cannot_be_written_blocks_nobody(quality: Person, capsys: Any) -> None:
    """DUR-06: signing in works while the volume of the log is full."""

    class Full:
        def write(self, _text: str) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        flush = close = lambda self: None

    handler = logging.StreamHandler(Full())
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.DEBUG)
    try:
        logging.getLogger("gemba.web").error("this line has nowhere to go")
        assert try_in(Client(), quality.email).status_code == 302
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert "No space left" in capsys.readouterr().err
