"""Hostile text and files are inert or refused: on the page, in the comparison, in the PDF and in the Word file."""

import datetime as dt
import io
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gemba.export.controlled import controlled_pdf
from gemba.export.docx import controlled_docx
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.write import Edit
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Invalid
from gemba.kernel.richtext.parsing import RichTextError
from gemba.modules.document.copies import copy_of
from gemba.modules.document.models import Revision
from gemba.modules.document.shown import compared, shown_of, whole
from tests.importers.test_hostile_docx import HOSTILE as HOSTILE_WORD
from tests.kernel.people import as_
from tests.modules.document import life
from tests.modules.document.seen import signed_in
from tests.richtext.hostile import DRAWINGS, PAYLOADS, SCRIPTS, TEMPLATES
from tests.richtext.inspection import faults

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.UTC)
TYPST = ("#panic(1)", '#read("/etc/passwd")', '#import "x.typ"', "$ x $", "= Heading", "#set page(fill: red)")
FOLDED = (*SCRIPTS, *DRAWINGS)


def article(page: str) -> str:
    """The part of a page that holds what people wrote."""
    found = re.search(r'<article class="doctext".*?</article>', page, re.DOTALL)
    assert found is not None
    return found[0]


@pytest.fixture
def draft(author: Person) -> Revision:
    return life.draft(author)


def stored(draft: Revision, author: Person, **values: Any) -> Revision:
    found: Revision = life.edit(draft, author, **values)
    return found


def test_fil_01_web_02_scripts_and_drawings_are_inert_on_the_page(draft: Revision, author: Person) -> None:
    """FIL-01, FIL-02, WEB-02: all payloads in one text; what is served holds nothing that runs or loads."""
    payload = "".join(f"<p>{each}</p>" for each in PAYLOADS)
    stored(draft, author, body=payload[:1_500_000])
    text = article(signed_in(author).get(f"/records/revision/{draft.number}/read").content.decode())
    assert not re.search(r"<(script|style|svg|iframe|object|embed|img|form|link|meta|math|base)\b", text, re.IGNORECASE)
    assert not re.search(r"\son\w+\s*=\s*[\"']?[^\s>]", re.sub(r">[^<]*<", "><", text), re.IGNORECASE)
    assert not re.search(
        r"(javascript|vbscript|data)\s*:", " ".join(re.findall(r'href="([^"]*)"', text)), re.IGNORECASE
    )
    assert " src=" not in re.sub(r">[^<]*<", "><", text)


@pytest.mark.parametrize("payload", FOLDED[:40])
def test_web_02_a_payload_in_a_step_or_a_term_is_text(draft: Revision, author: Person, payload: str) -> None:
    """WEB-02, FIL-03: cells of steps and terms, title and reason are escaped wherever they stand."""
    steps = [{"role": payload[:200], "action": payload, "tool": payload}]
    terms = [{"term": payload[:100], "meaning": payload}]
    changed = stored(draft, author, steps=steps, terms=terms, title=payload[:100], change_reason=payload)
    with seeing_everything():
        page = signed_in(author).get(f"/records/revision/{draft.number}/read").content.decode()
        red = compared("", whole(changed)).html
    assert "<script>alert" not in page
    assert "onerror=alert" not in re.sub(r"&[a-z#0-9]+;", "", re.sub(r">[^<]*<", "><", page)).replace("&quot;", "")
    inner = red.replace(' tabindex="0"', "").removeprefix('<div class="rich redline">').removesuffix("</div>")
    assert faults(inner, redline=True) == []


@pytest.mark.parametrize("payload", TEMPLATES)
def test_web_03_fil_12_template_syntax_is_literal_everywhere(draft: Revision, author: Person, payload: str) -> None:
    """WEB-03, FIL-12: page, comparison and copies show the very letters."""
    changed = stored(draft, author, body="", steps=[], terms=[])
    changed = stored(draft, author, body=f"<p>before {payload.replace('<', '&lt;')} after</p>")
    page = article(signed_in(author).get(f"/records/revision/{draft.number}/read").content.decode())
    assert "before" in page
    assert "after" in page
    assert "SECRET_KEY" not in page or "SECRET_KEY" in payload
    assert "49" not in page or "49" in payload
    assert changed.body in whole(changed)


@pytest.mark.parametrize("payload", TYPST)
def test_fil_12_typst_syntax_is_data_in_the_pdf(draft: Revision, author: Person, payload: str) -> None:
    """FIL-12, WEB-03: in the text, the title, a step and the reason; the PDF is made and nothing was run."""
    changed = stored(
        draft, author, body=f"<p>{payload}</p>", title=payload, change_reason=payload,
        steps=[{"role": payload, "action": payload, "tool": payload}],
    )  # fmt: skip
    made = _pdf(changed, author)
    assert made.startswith(b"%PDF-")


def _pdf(revision: Revision, by: Person) -> bytes:
    with seeing_everything():
        return controlled_pdf(copy_of(revision, by=by, at=AT))


def test_fil_01_hostile_text_in_the_word_file_brings_nothing_that_runs_or_loads(
    draft: Revision, author: Person
) -> None:
    """FIL-01, FIL-04: no macro, no object, no template, no remote picture; links only where a person clicks."""
    changed = stored(draft, author, body="".join(f"<p>{each}</p>" for each in PAYLOADS))
    with seeing_everything():
        made = controlled_docx(copy_of(changed, by=author, at=AT))
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        names = file.namelist()
        relations = "".join(file.read(name).decode() for name in names if name.endswith(".rels"))
    assert not [name for name in names if re.search(r"vba|activeX|embeddings|\.bin|\.exe", name)]
    external = re.findall(r"<Relationship [^>]*TargetMode=\"External\"[^>]*>", relations)
    assert all("/hyperlink" in each for each in external)
    assert all(re.search(r'Target="(https?|mailto):', each) for each in external)


def test_fil_05_a_paste_of_ten_megabytes_is_refused_and_nothing_is_lost(draft: Revision, author: Person) -> None:
    """FIL-05, CON-03: a sentence, and the draft as it was."""
    before = life.again(draft)
    with pytest.raises((Invalid, RichTextError)) as refusal:
        Edit(record=life.again(draft), values={"body": "<p>x</p>" * 1_400_000}, **as_(author)).execute()
    assert re.match(r"^.*[A-Z].*\.$", str(refusal.value).splitlines()[0])
    assert life.again(draft).digest == before.digest


@pytest.mark.parametrize("name", ["zip bomb", "billion laughs", "macros", "remote template", "damaged", "old Word"])
def test_fil_04_a_hostile_word_file_is_refused_on_the_page(draft: Revision, author: Person, name: str) -> None:
    """FIL-04, FIL-06, FIL-07: beside the field, with a sentence, and the draft stays as it was."""
    file = SimpleUploadedFile("procedure.docx", HOSTILE_WORD[name])
    answer = signed_in(author).post(f"/records/revision/{draft.number}/take-in", {"file": file})
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert life.again(draft).body == draft.body


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("procedure.docm", b"PK\x03\x04"), ("procedure.doc", b"\xd0\xcf\x11\xe0"), ("procedure.exe", b"MZ"),
        ("procedure.pdf", b"%PDF-1.7"), ("procedure.md", b"   \n"), ("procedure", b"text"), ("p.html", b"<script>"),
        ("../../etc/passwd", b"root"), ("procedure.svg", b"<svg onload=alert(1)>"),
    ],
)  # fmt: skip
def test_fil_08_what_is_no_word_or_markdown_file_is_refused(
    draft: Revision, author: Person, name: str, data: bytes
) -> None:
    """FIL-08: by name and by content; the sentence says what to do."""
    answer = signed_in(author).post(
        f"/records/revision/{draft.number}/take-in", {"file": SimpleUploadedFile(name, data)}
    )
    assert answer.status_code == 422
    assert life.again(draft).body == draft.body


def test_fil_03_a_picture_in_a_text_is_never_loaded_from_elsewhere(draft: Revision, author: Person) -> None:
    """FIL-03: remote pictures are dropped, so that opening a procedure tells nobody."""
    changed = stored(draft, author, body='<p>See <img src="https://evil.example/x.png"> here</p>')
    assert "evil.example" not in changed.body
    assert "evil.example" not in signed_in(author).get(f"/records/revision/{draft.number}/read").content.decode()


def test_stored_text_that_was_tampered_with_is_cleaned_once_more_on_its_way_to_the_page(draft: Revision) -> None:
    """WEB-02: nothing passes that is not in the table, whatever the database holds."""
    seen = life.again(draft)
    seen.body = "<p onclick=alert(1)>x</p><script>alert(1)</script>"
    with seeing_everything():
        assert shown_of(seen).body == '<div class="rich"><p>x</p></div>'
