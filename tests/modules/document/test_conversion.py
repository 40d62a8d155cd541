"""A real quality system's documents brought in by the page on which people begin one, as Markdown and as Word files."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gemba.export.controlled_document import ControlledDocument
from gemba.export.docx import controlled_docx
from gemba.importers.markdown import read_markdown
from gemba.importers.result import ImportRefusedError
from gemba.kernel.people.models import Person
from gemba.kernel.richtext.cleaning import parsed
from gemba.kernel.richtext.element import walk
from gemba.modules.document.conversion import LARGEST, read_text
from gemba.modules.document.models import Revision
from tests.modules.document.seen import signed_in

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[3].parent / "shared"
FILES = sorted((SHARED / "inputs" / "qms-openregulatory-ccby4" / "templates").rglob("*.md"))
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the shared documents are not beside this checkout")
AT = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)


def counted(html: str) -> dict[str, int]:
    tags = [each.tag for each in walk(parsed(html))]
    return {
        "headings": sum(bool(re.fullmatch(r"h[1-6]", tag)) for tag in tags),
        "items": tags.count("li"), "tables": tags.count("table"), "rows": tags.count("tr"),
    }  # fmt: skip


def brought_in(author: Person, name: str, data: bytes) -> Revision:
    given = {
        "title": "Brought in", "type": "procedure", "area": "quality", "owner": author.pk, "provenance": "template",
        "file": SimpleUploadedFile(name, data),
    }  # fmt: skip
    answer = signed_in(author).post("/documents/new?way=file", given)
    assert answer.status_code == 302, answer.content.decode()
    found: Revision = Revision._base_manager.order_by("-pk")[0]
    return found


def as_word(html: str) -> bytes:
    """The text as a Word file, as somebody who works in Word would send it."""
    return controlled_docx(
        ControlledDocument(
            company="", number="X", title="X", kind="", revision="1", state="", html=html, made_for="", made_at=AT
        )
    )


@needs_shared
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_markdown_documents_come_in_with_headings_lists_and_tables(author: Person, path: Path) -> None:
    """M54, M55: what is stored has as many of each as the text that was read."""
    revision = brought_in(author, path.name, path.read_bytes())
    assert counted(revision.body) == counted(read_markdown(path.read_bytes()).html)
    assert revision.provenance == "template"


@needs_shared
@pytest.mark.parametrize("path", FILES[::6], ids=lambda path: path.name)
def test_the_same_documents_come_in_as_word_files(author: Person, path: Path) -> None:
    """M54, M55: converted to Word and brought in, they have the same headings, items, tables and rows."""
    html = read_markdown(path.read_bytes()).html
    revision = brought_in(author, f"{path.stem}.docx", as_word(html))
    assert counted(revision.body) == counted(html)


def test_the_set_is_there_where_the_shared_folder_is() -> None:
    """M54: the folder beside the checkout holds the documents that the tests above count."""
    assert bool(FILES) is SHARED.exists()


@pytest.mark.parametrize("name", ["a.md", "A.MD", "b.markdown", "c.txt"])
def test_markdown_is_known_by_its_name(name: str) -> None:
    """M55: however it is spelled."""
    assert read_text(name, b"# Title\n").html == '<h1 id="s-title">Title</h1>'


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("a.doc", "save it as .docx"), ("a.odt", "save it as .docx"), ("a.docm", "macros"), ("a.pdf", "Attach others"),
        ("", "Attach others"), ("...", "Attach others"),
    ],
)  # fmt: skip
def test_other_files_are_refused_with_what_to_do(name: str, sentence: str) -> None:
    """FIL-08: the sentence helps."""
    with pytest.raises(ImportRefusedError, match=sentence):
        read_text(name, b"data")


def test_a_file_beyond_the_limit_and_an_empty_one_are_refused() -> None:
    """FIL-07: before anything is read."""
    with pytest.raises(ImportRefusedError, match="larger than 20 MB"):
        read_text("a.md", b"x" * (LARGEST + 1))
    with pytest.raises(ImportRefusedError, match="empty"):
        read_text("a.md", b" \n")
