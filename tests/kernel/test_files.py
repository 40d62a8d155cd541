"""Files of records: typed by content, kept by digest, durable before anything names them."""

import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from gemba.kernel.actions import files
from gemba.kernel.actions.files import Attach, Detach
from gemba.kernel.attachments import store as blobs
from gemba.kernel.attachments.models import Attachment, Blob, files_of
from gemba.kernel.attachments.names import LONGEST, harmless
from gemba.kernel.attachments.reading import attachment_for, attachments_of, versions_of
from gemba.kernel.attachments.sniff import ALLOWED, OFFICE, OPEN_DOCUMENT, media_type
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import content_digest
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event, SecurityEvent
from gemba.modules.objective.models import Objective
from tests.kernel.people import access, as_, person
from tests.kernel.samples import again, bodies, raised, signed, submitted

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def package(*names: str, **content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, content.get(name, b"x"))
    return buffer.getvalue()


def attach(who: Person, record: Objective, name: str, *chunks: bytes) -> Attachment:
    return Attach(record=record, name=name, chunks=chunks, **as_(who)).execute()


def stored_files(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n%\xe2", "application/pdf"),
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0JFIF", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (package("[Content_Types].xml", "word/document.xml"), f"{OFFICE}wordprocessingml.document"),
        (package("[Content_Types].xml", "xl/workbook.xml"), f"{OFFICE}spreadsheetml.sheet"),
        (package("a.txt"), "application/zip"),
        (package("mimetype", mimetype=OPEN_DOCUMENT + b"text"), f"{OPEN_DOCUMENT.decode()}text"),
        (package("word/document.xml", "word/vbaProject.bin"), "application/x-office-with-macros"),
        (b"PK\x03\x04 and then nothing", "application/x-broken-archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "application/x-ole-storage"),
        (b"MZ\x90\0", "application/x-executable"),
        (b"#!/bin/sh\nrm", "application/x-executable"),
        (b"name,value\na,1\nb,2\n", "text/csv"),
        ("Größe;Wert\r\na;1\r\n".encode("cp1252"), "text/csv"),
        (b"\xef\xbb\xbfplain words", "text/plain"),
        ("Ångström".encode("utf-16"), "text/plain"),
        (b"", "text/plain"),
        (b'{"a": 1}', "application/json"),
        (b"<?xml version='1.0'?><root/>", "text/xml"),
        (b"<?xml version='1.0'?><SvG onload='x()'>", "image/svg+xml"),
        (b" \n<!DOCTYPE HTML><p>", "text/html"),
        (b"just a line <script>alert(1)</script>", "text/html"),
        (b"From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\nhi", "message/rfc822"),
        (b"a: b\r\n" * 9000, "text/plain"),
        (bytes(range(256)) * 4, "application/octet-stream"),
    ],
)  # fmt: skip
def test_fil_02_the_type_is_found_from_the_content(content: bytes, kind: str) -> None:
    """FIL-01, FIL-02: the name says nothing; programs, macros and unknown bytes are not on the list."""
    assert media_type(io.BytesIO(content)) == kind
    refused = {"application/x-executable", "application/octet-stream", "application/x-office-with-macros"}
    assert (kind in ALLOWED) != (kind in refused | {"application/x-broken-archive"})


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: b"PK\x03\x04" + tail + b"PK\x05\x06" + tail))
def test_fil_04_no_content_breaks_the_look_at_it(content: bytes) -> None:
    """FIL-04: whatever the bytes are, they get a type and never an error."""
    assert "/" in media_type(io.BytesIO(content))


def test_fil_04_a_huge_table_of_contents_is_not_read() -> None:
    """FIL-04, FIL-06: an archive that claims more members than is sane is refused from its last 22 bytes."""
    end = b"PK\x05\x06" + b"\0" * 4 + (60_000).to_bytes(2, "little") * 2 + b"\xff" * 4 + b"\0" * 6
    assert media_type(io.BytesIO(b"PK\x03\x04" + b"\0" * 100 + end)) == "application/x-broken-archive"


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\Report.pdf", "Report.pdf"),
        ("report\u202efdp.exe", "reportfdp.exe"),
        ("a\x00b\n c.txt", "ab c.txt"),
        ("  two   spaces .txt ", "two spaces .txt"),
        ("e\u0301te\u0301.txt", "été.txt"),
        ('"><img src=x>.svg', "___img src=x_.svg"),
        (f"{'x' * 400}.docx", f"{'x' * 195}.docx"),
    ],
)
def test_fil_03_names_are_made_harmless(given_name: str, kept: str) -> None:
    """FIL-03, FIL-05: no path, nothing invisible, nothing a file system refuses; the ending stays."""
    assert harmless(given_name) == kept


@given(st.text(max_size=300))
def test_fil_03_every_name_is_harmless_twice_or_refused(name: str) -> None:
    """FIL-03: making a name harmless again changes nothing, and no name gets past with a path or too long."""
    try:
        kept = harmless(name)
    except Invalid:
        return
    assert harmless(kept) == kept
    assert 0 < len(kept) <= LONGEST
    assert not set(kept) & set('/\\\0\n<>:"|?*')


@pytest.mark.django_db
def test_a_file_becomes_part_of_what_the_record_says(quality: Person, store: Path) -> None:
    """M44, AUD-01: the digest that is signed covers the file; the event names it with its digest and size."""
    objective = raised(quality)
    made = attach(quality, objective, "report.pdf", b"%PDF-1.7 ", b"content")
    now = again(objective)
    assert now.digest == content_digest(now, files_of(now)) != objective.digest
    assert bodies(objective)[-1]["files"] == [["report.pdf", made.blob_id, 16]]
    assert bodies(objective)[-1]["chg"] == [["file", None, ["report.pdf", 1, made.blob_id]]]
    with blobs.open_verified(made.blob) as file:
        assert file.read() == b"%PDF-1.7 content"
    path = blobs.path_of(made.blob_id)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o400, 0o700)


@pytest.mark.django_db
def test_fil_14_the_same_name_is_a_new_version(quality: Person, store: Path) -> None:
    """FIL-14, M43: the old version stays readable; exactly the same content again is refused."""
    objective = raised(quality)
    first = attach(quality, objective, "plan.txt", b"one")
    second = attach(quality, objective, "plan.txt", b"two")
    assert [(a.version, a.removed is None) for a in versions_of(objective, "plan.txt")] == [(2, True), (1, False)]
    assert attachments_of(objective) == [second]
    with pytest.raises(Conflict, match="exactly this content"):
        attach(quality, objective, "plan.txt", b"two")
    with blobs.open_verified(first.blob) as file:
        assert file.read() == b"one"
    Detach(record=objective, attachment=second, reason="Wrong file", **as_(quality)).execute()
    assert files_of(objective) == []
    assert attach(quality, objective, "plan.txt", b"one").version == 3
    with pytest.raises(Conflict, match="already been taken out"):
        Detach(record=objective, attachment=second, reason="Again", **as_(quality)).execute()
    assert len(stored_files(store)) == 2


@pytest.mark.django_db
def test_a_signed_record_keeps_its_files(quality: Person, manager: Person, store: Path) -> None:
    """SIG-05: files change only while fields may; a detach without a reason or of another record is refused."""
    objective, other = submitted(quality), raised(quality)
    attach(quality, objective, "a.txt", b"a")
    file = attach(quality, other, "b.txt", b"b")
    approved = signed(again(objective), "approve", manager)
    with pytest.raises(Refused, match="Files cannot be changed"):
        attach(quality, approved, "c.txt", b"c")
    with pytest.raises(Refused):
        Detach(record=approved, attachment=file, reason="x", **as_(quality)).execute()
    with pytest.raises(Invalid):
        Detach(record=other, attachment=file, **as_(quality)).execute()
    with pytest.raises(Invalid):
        Detach(record=raised(quality), attachment=file, reason="x", **as_(quality)).execute()


@pytest.mark.django_db
def test_fil_07_more_than_the_limit_is_stopped_while_it_arrives(
    quality: Person, store: Path, settings: Settings
) -> None:
    """FIL-07: no more is read than the limit and one chunk; nothing stays behind, neither file nor row."""
    settings.GEMBA_LARGEST_FILE = 1024 * 1024
    taken = []

    def endless() -> Iterator[bytes]:
        while True:
            taken.append(1)
            yield b"x" * 65536

    with pytest.raises(blobs.TooLarge, match="at most 1 MB"):
        Attach(record=raised(quality), name="big.txt", chunks=endless(), **as_(quality)).execute()
    assert len(taken) == 17
    assert (stored_files(store), Blob.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_fil_02_what_is_not_on_the_list_leaves_nothing_behind(quality: Person, store: Path) -> None:
    """FIL-02: a program named as a picture is refused with a sentence; an upload that breaks off leaves nothing."""
    objective = raised(quality)
    with pytest.raises(Invalid, match="a program or script"):
        attach(quality, objective, "photo.png", b"MZ\x90\0")

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        Attach(record=objective, name="a.txt", chunks=broken(), **as_(quality)).execute()
    assert stored_files(store) == []
    assert Event.objects.filter(record=objective).count() == 1


@pytest.mark.django_db
def test_somebody_without_rights_is_refused_before_a_byte_is_read(quality: Person, store: Path) -> None:
    """ACL-03: the upload is not even begun, and the attempt is on record."""
    objective, employee = raised(quality), person("Eino", Role.EMPLOYEE)

    def never() -> Iterator[bytes]:
        raise AssertionError("the upload was read")
        yield b""

    with pytest.raises(NotAllowed):
        Attach(record=objective, name="a.txt", chunks=never(), **as_(employee)).execute()
    assert SecurityEvent.objects.filter(what="refused", person=employee).count() == 1


@pytest.mark.django_db
def test_fil_16_a_file_is_found_only_through_a_record_that_may_be_seen(quality: Person, store: Path) -> None:
    """FIL-16, ACL-03: hidden and not existing are answered alike."""
    file = attach(quality, raised(quality, confidential=True), "a.txt", b"a")
    assert attachment_for(access(quality), file.uid) == file
    assert attachment_for(access(person("Eino", Role.QUALITY)), file.uid) is None
    assert attachment_for(access(quality), "0" * 26) is None


@pytest.mark.django_db
def test_tmp_19_changed_or_missing_bytes_are_not_given_out(quality: Person, store: Path) -> None:
    """TMP-19: what was replaced on the disk is refused, also when the same content is uploaded again."""
    objective = raised(quality)
    file = attach(quality, objective, "a.txt", b"real")
    path = blobs.path_of(file.blob_id)
    path.chmod(0o600)
    path.write_bytes(b"fake")
    with pytest.raises(blobs.Damaged, match="changed in the store"):
        blobs.open_verified(file.blob)
    with pytest.raises(blobs.Damaged, match="damaged"):
        attach(quality, raised(quality), "b.txt", b"real")
    assert list(blobs.missing_blobs()) == []
    path.unlink()
    assert list(blobs.missing_blobs()) == [file.blob]
    with pytest.raises(blobs.Damaged, match="missing"):
        blobs.open_verified(file.blob)


@pytest.mark.django_db(transaction=True)
def test_dur_12_a_failure_between_blob_and_row_leaves_an_orphan_and_no_event(
    quality: Person, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DUR-12: no event without its bytes; the bytes without an event are listed, and the next try makes use of them."""
    objective = raised(quality)

    def fails(*_args: object, **_kwargs: object) -> None:
        raise DatabaseError("the database went away")

    monkeypatch.setattr(files.Attach, "save", fails)
    with pytest.raises(DatabaseError):
        attach(quality, objective, "a.txt", b"kept")
    monkeypatch.undo()
    assert (Attachment.objects.count(), Blob.objects.count(), Event.objects.count()) == (0, 0, 1)
    [orphan] = blobs.find_orphans(older_than=0)
    assert (orphan.size, orphan.path.read_bytes()) == (4, b"kept")
    assert list(blobs.find_orphans()) == [], "an upload of today may still be going on"
    attach(quality, objective, "a.txt", b"kept")
    assert list(blobs.find_orphans(older_than=0)) == []


@pytest.mark.django_db
def test_dur_12_the_bytes_are_durable_before_the_row(
    quality: Person, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DUR-12: file, name and folders are forced to the disk before the transaction begins."""
    happened: list[str] = []
    real_sync, real_atomic = os.fsync, transaction.atomic
    objective = raised(quality)

    def sync(descriptor: int) -> None:
        happened.append("sync")
        real_sync(descriptor)

    def atomic(*given: Any, **named: Any) -> Any:
        happened.append("begin")
        return real_atomic(*given, **named)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(transaction, "atomic", atomic)
    attach(quality, objective, "a.txt", b"kept")
    assert happened[:4] == ["sync"] * 4, "the file, its folder, and the two new folders above"
    assert happened[4] == "begin"
