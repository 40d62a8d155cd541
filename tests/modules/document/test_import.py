"""A folder of documents taken over (M42, FIL-15): drafts with their files, facts, claims and what is to be settled."""

import hashlib
import os
from pathlib import Path

import pytest

from gemba.config.main import main
from gemba.evidence.claims.models import Claim
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.attachments.store import path_of
from gemba.kernel.notices.models import Comment
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry
from gemba.modules.document import bringing_in
from gemba.modules.document.bringing import Gathered, gather
from gemba.modules.document.bringing_in import Import, Plan, plan
from gemba.modules.document.family import Document, Revision
from tests.kernel.people import as_, person
from tests.modules.document import life
from tests.modules.document.seen import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

SOP = """| Number | SOP 7 |
|---|---|
| Version | 3 |
| Owner | Olga Own |
| Effective date | 2024-05-01 |

# SOP 7 Handling of complaints

This procedure implements ISO 13485:2016 clause 8.2.2. Complaints are written down on the day they arrive.

<script>alert(1)</script>

See [the form](frm-3.md) and FRM-99.
"""
FORM = "# FRM-3 Complaint form\n\n| Who | What |\n|---|---|\n|   |   |\n"
README = "# What lies here\n\nOur documents, as files.\n"


@pytest.fixture
def quality(db: None) -> Person:
    return person("Quentin", Role.QUALITY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "our-qms"
    (made / "sop").mkdir(parents=True)
    (made / "sop" / "sop-7.md").write_text(SOP, "utf-8")
    (made / "sop" / "frm-3.md").write_text(FORM, "utf-8")
    (made / "README.md").write_text(README, "utf-8")
    return made


def read(folder: Path) -> Gathered:
    return gather(folder, as_of=life.today(), processes=1)


def bring(folder: Path, who: Person) -> Plan:
    return Import(**as_(who)).execute(read(folder))


def counts() -> tuple[int, ...]:
    return tuple(table.objects.count() for table in (Event, Attachment, Claim, Comment, Task))


def imported(path: str) -> Document:
    return Document._base_manager.get(imported_from=f"our-qms/{path}")


def test_a_file_becomes_a_draft_with_what_it_says_of_itself_as_data(folder: Path, quality: Person) -> None:
    """M42, FIL-15: number, owner and dates as stated; the moment of entry is that of the import."""
    owner = person("Olga Own", Role.OPERATIONS)
    decided = bring(folder, quality)
    document = imported("sop/sop-7.md")
    assert (document.number, document.type, document.state) == ("SOP-7", "procedure", "preparation")
    assert (document.owner, document.raised_by) == (owner, quality)
    assert str(document.stated_effective) == "2024-05-01"
    said = {line["what"]: line["said"] for line in document.imported_facts}
    assert (said["number"], said["revision"], said["effective"]) == ("SOP 7", "3", "2024-05-01")
    assert document.entered_at.date() == life.today()
    revision = Revision._base_manager.get(document=document)
    assert {each.number for each in decided.intended} == {"SOP-7", imported("sop/frm-3.md").number}
    assert (revision.state, revision.provenance, revision.in_force) == ("draft", "imported", False)
    assert "Complaints are written down" in revision.body


def test_fil_15_the_original_file_is_kept_with_its_digest(folder: Path, quality: Person) -> None:
    """FIL-15: what was imported can be compared with what stands here."""
    bring(folder, quality)
    document = imported("sop/sop-7.md")
    data = (folder / "sop" / "sop-7.md").read_bytes()
    kept = Attachment.objects.get(record=Revision._base_manager.get(document=document).pk)
    assert kept.blob_id == document.imported_sha256 == hashlib.sha256(data).hexdigest()
    assert (kept.name, path_of(kept.blob_id).read_bytes()) == ("sop-7.md", data)


def test_nothing_of_a_hostile_text_is_executed_here(folder: Path, quality: Person) -> None:
    """FIL-15: the text is cleaned as any other that people bring."""
    bring(folder, quality)
    assert "<script" not in Revision._base_manager.get(document=imported("sop/sop-7.md")).body


def test_what_a_document_says_of_itself_becomes_its_claims(folder: Path, quality: Person) -> None:
    """M46: a clause that it states is every duty of the clause; what a map says stays apart from it."""
    (folder / "map.md").write_text(
        "# Quality manual\n\n| ISO 13485:2016 clause | Document |\n|---|---|\n| 8.2.2 | SOP 7 |\n| 8.2.1 | SOP 7 |\n",
        "utf-8",
    )
    bring(folder, quality)
    rows = Claim.objects.filter(record_id=imported("sop/sop-7.md").pk, framework="iso13485")
    clauses = {(each.source, each.duty.rpartition("-")[0]) for each in rows}
    assert clauses == {("document", "8.2.2"), ("map", "8.2.1"), ("map", "8.2.2")}


def test_what_was_found_becomes_a_list_of_tasks(folder: Path, quality: Person) -> None:
    """M47: one task and one comment for each document with findings; the comment must be settled before approval."""
    decided = bring(folder, quality)
    with_remarks = [each for each in decided.intended if each.remarks]
    assert with_remarks
    assert Task.objects.count() == Comment.objects.count() == len(with_remarks)
    revision = Revision._base_manager.get(document=imported("sop/sop-7.md"))
    assert "FRM-99" in Comment.objects.get(record=revision.pk).text
    assert Task.objects.get(record=revision.pk).person == quality


def test_what_speaks_of_the_folder_is_left_out_and_named(folder: Path, quality: Person) -> None:
    """M42: a readme is no document of the quality system."""
    gathered = read(folder)
    assert [each.path for each in gathered.left] == ["README.md"]
    assert len(gathered.brought) == 2


def test_fil_15_looking_changes_nothing(folder: Path, quality: Person) -> None:
    """FIL-15: the report comes first."""
    assert len(plan(read(folder)).intended) == 2
    assert not Record._base_manager.exists()
    assert not Event.objects.exists()


def test_fil_15_importing_again_adds_nothing(folder: Path, quality: Person) -> None:
    """FIL-15: known by path, or by its bytes where it was moved."""
    bring(folder, quality)
    before = counts()
    again = bring(folder, quality)
    assert (again.intended, len(again.there)) == ((), 2)
    (folder / "sop" / "sop-7.md").rename(folder / "complaints.md")
    moved = bring(folder, quality)
    assert (moved.intended, {each.number for each in moved.there}) == ((), {"SOP-7", imported("sop/frm-3.md").number})
    assert counts() == before


def test_a_file_that_changed_since_is_named_and_not_imported(folder: Path, quality: Person) -> None:
    """FIL-15: what was written here since is not overrun by a file."""
    bring(folder, quality)
    (folder / "sop" / "sop-7.md").write_text(SOP + "\nMore.\n", "utf-8")
    before = counts()
    again = bring(folder, quality)
    assert [(each.number, each.changed) for each in again.there if each.changed] == [("SOP-7", True)]
    assert counts() == before


def test_fil_15_a_failure_in_the_middle_leaves_nothing(
    folder: Path, quality: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FIL-15: all or nothing, and the same as at the first try when it is repeated."""
    whole = Import._say

    def stop(self: Import, intended: bringing_in.Intended, record: Record) -> None:
        whole(self, intended, record)
        if Document._base_manager.count() > 1:
            raise Refused("The power fails.")

    with monkeypatch.context() as patched:
        patched.setattr(Import, "_say", stop)
        with pytest.raises(Refused, match=r"power fails.*Nothing was imported"):
            bring(folder, quality)
    assert counts() == (0, 0, 0, 0, 0)
    assert not Record._base_manager.exists()
    assert len(bring(folder, quality).intended) == 2


def test_a_file_changed_while_it_is_imported_stops_the_import(folder: Path, quality: Person) -> None:
    """FIL-15: the digest kept is that of the text kept."""
    gathered = read(folder)
    (folder / "sop" / "sop-7.md").write_text("# Something else\n", "utf-8")
    with pytest.raises(Refused, match=r"sop/sop-7\.md: The file was changed while it was being imported"):
        Import(**as_(quality)).execute(gathered)
    assert not Record._base_manager.exists()


@pytest.mark.parametrize("number", ["EX-SOP-7", "SOP-7-R1", "OBJ-2026-0001", "SOP", "Ü-7"])
def test_a_number_that_would_be_mistaken_for_another_is_not_kept(folder: Path, quality: Person, number: str) -> None:
    """M42: numbers of exercises, revisions and counted records stay theirs; the stated one stays as data."""
    text = SOP.replace("| SOP 7 |", f"| {number} |").replace("# SOP 7 ", "# ")
    (folder / "sop" / "sop-7.md").unlink()
    (folder / "sop" / "complaints.md").write_text(text, "utf-8")
    bring(folder, quality)
    document = imported("sop/complaints.md")
    assert document.number == "SOP-001"
    assert life.edit(document, quality, title="Another title").number == "SOP-001"


def test_a_number_that_is_taken_is_given_to_nobody_twice(folder: Path, quality: Person) -> None:
    """M42: two files of one number both come in, and somebody is told."""
    (folder / "sop" / "copy.md").write_text(SOP + "\nA copy.\n", "utf-8")
    bring(folder, quality)
    numbers = {imported(path).number for path in ("sop/copy.md", "sop/sop-7.md")}
    assert numbers == {"SOP-7", "SOP-001"}
    assert Comment.objects.filter(text__contains="is taken by another record").count() == 1


def test_only_quality_imports(folder: Path) -> None:
    """M42, ACL-01: in nobody else's name."""
    with pytest.raises(NotAllowed, match="somebody of quality"):
        bring(folder, person("Tom", Role.ENGINEER))
    assert not Record._base_manager.exists()


@pytest.fixture
def hostile(folder: Path) -> Path:
    (folder / "bomb.docx").write_bytes(b"PK\x03\x04" + b"\0" * 100)
    (folder / "run.md").write_bytes(b"#!/bin/sh\necho words enough to be read as a text\n")
    (folder / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    (folder / "empty.md").write_bytes(b"")
    (folder / "out.md").symlink_to("/etc/hostname")
    os.mkfifo(folder / "pipe.md")
    return folder


def test_what_cannot_be_read_is_reported_and_not_imported(hostile: Path, quality: Person) -> None:
    """FIL-15: programs, links out of the folder, pipes, damaged and old files stay outside, each with its reason."""
    gathered = read(hostile)
    refused = {each.path: each.why for each in gathered.left}
    assert set(refused) == {"bomb.docx", "run.md", "old.doc", "empty.md", "out.md", "pipe.md", "README.md"}
    assert all(why.endswith(".") for why in refused.values())
    assert len(Import(**as_(quality)).execute(gathered).intended) == 2


def test_a_table_is_kept_as_the_file_it_is(folder: Path, quality: Person) -> None:
    """M42: what has no running text comes in as its file, and somebody is told."""
    (folder / "suppliers.csv").write_text("Supplier,Qualified on\nAcme,2024-02-03\n", "utf-8")
    bring(folder, quality)
    revision = Revision._base_manager.get(document=imported("suppliers.csv"))
    assert (revision.body, Attachment.objects.get(record=revision.pk).name) == ("", "suppliers.csv")
    assert "The file itself is the text" in Comment.objects.get(record=revision.pk).text


def test_the_page_says_where_a_document_came_from(folder: Path, quality: Person) -> None:
    """M42, FIL-15: the mark of the import and the stated date, with the words that nobody has confirmed it."""
    bring(folder, quality)
    text = page(quality, "/records/document/SOP-7")
    assert "our-qms/sop/sop-7.md" in text
    assert "in force since 2024-05-01. Nobody has approved it here" in text
    assert imported("sop/sop-7.md").imported_sha256 in text


def test_the_command_says_first_and_does_it_when_told(
    folder: Path, quality: Person, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """FIL-15: the same from a terminal; refusals are sentences."""
    monkeypatch.setattr("gemba.config.main.prepare", lambda _needs, **_more: None)
    monkeypatch.setattr("gemba.modules.document.bringing_command.refuse_unready", lambda: None)
    assert main(["import", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "2 would be imported as drafts, 0 here already, 1 not taken over." in said
    assert "Nothing was changed." in said
    assert not Record._base_manager.exists()
    assert main(["import", str(folder), "--write"]) == 2
    assert main(["import", str(folder), "--write", "--as", "nobody@example.com"]) == 1
    assert "Nobody who may sign in" in capsys.readouterr().err
    assert main(["import", str(folder), "--write", "--as", quality.email]) == 0
    assert "2 imported as drafts" in capsys.readouterr().out
    assert main(["import", str(folder), "--write", "--as", quality.email]) == 0
    assert "0 imported as drafts, 2 here already" in capsys.readouterr().out
    assert main(["import", str(folder / "nowhere")]) == 1
    assert "There is no folder" in capsys.readouterr().err


def test_a_filled_record_is_registered_and_proves_nothing_before_a_person_signs(folder: Path, quality: Person) -> None:
    """M45, M71: it has no revision to approve; what it seems to prove, its date and its file are offered."""
    record = "# Training record\n\n| Number | TR-4 |\n|---|---|\n| Employee | Anna Smith |\n| Date | 2024-03-02 |\n"
    (folder / "tr-4.md").write_text(
        record + "| Course | Complaints |\n| Result | passed |\n| Trainer | Ben |\n", "utf-8"
    )
    bring(folder, quality)
    document = imported("tr-4.md")
    assert (document.type, document.state, document.proves) == ("paper", "preparation", "training_record")
    assert str(document.event_date) == "2024-03-02"
    assert not Revision._base_manager.filter(document=document).exists()
    assert Attachment.objects.get(record=document.pk).name == "tr-4.md"
    life.edit(document, quality, retention="record", retention_years=5)
    assert life.step(document, "register", quality).state == "in_force"


def test_an_imported_text_is_approved_like_any_other(folder: Path, quality: Person) -> None:
    """M42, FIL-15: nobody's signature is made up; what was in force before is asked for until somebody signs."""
    bring(folder, quality)
    document = imported("sop/sop-7.md")
    flags = registry.named("document").flags
    (flag,) = [each for each in flags if each.name == "in-force-before"]
    assert list(Document._base_manager.filter(flag.rows(life.today()))) == [document]
    revision = Revision._base_manager.get(document=document)
    life.edit(document, quality, retention="obsolete", retention_years=5)
    life.step(revision, "submit", quality)
    approver = person("Olga", Role.QUALITY)
    with pytest.raises(Refused, match="Resolve the comments first"):
        life.step(revision, "approve", approver)
    life.do(
        revision, "resolve_comments", quality, comments=list(Comment.objects.filter(record=revision.pk)), answer="Done"
    )
    life.do(revision, "go_on_without_fit", approver, "It was in force before")
    assert life.step(revision, "approve", approver).state == "effective"
    assert not Document._base_manager.filter(flag.rows(life.today())).exists()
