"""Markdown brought in: a real quality system's documents with their structure intact."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gemba.importers.markdown import read_markdown
from gemba.importers.result import ImportRefusedError
from gemba.kernel.richtext.cleaning import clean, parsed
from gemba.kernel.richtext.element import Element, walk
from gemba.kernel.richtext.reading import placeholders
from tests.richtext.hostile import PAYLOADS
from tests.richtext.inspection import faults

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "inputs" / "qms-openregulatory-ccby4" / "templates"
FILES = sorted(FOLDER.rglob("*.md"))


def imported(text: str) -> str:
    return read_markdown(text.encode()).html


def counted(html: str) -> dict[str, int]:
    elements: list[Element] = list(walk(parsed(html)))
    tags = [each.tag for each in elements]
    return {
        "headings": sum(bool(re.fullmatch(r"h\d", tag)) for tag in tags),
        **{t: tags.count(t) for t in ("li", "table")},
    }


@pytest.mark.skipif(not FILES, reason="the shared documents are not beside this checkout")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_headings_lists_and_tables_of_real_documents_come_over(path: Path) -> None:
    """M54: each heading, item and table the parser finds is in the clean text, and none besides."""
    tokens = [token.type for token in MarkdownIt("commonmark").enable("table").parse(path.read_text("utf-8"))]
    result = read_markdown(path.read_bytes())
    raw = len(re.findall(r"(?im)^\s*<table", path.read_text("utf-8")))
    found = counted(result.html)
    assert result.html == clean(result.html)
    assert found["headings"] == tokens.count("heading_open")
    assert found["li"] >= tokens.count("list_item_open")
    assert found["table"] == tokens.count("table_open") + raw


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("- a\n  - b\n    1. c\n", "<ul><li><p>a</p><ul><li><p>b</p><ol><li><p>c</p></li></ol></li></ul></li></ul>"),
        ("> quoted\n>\n> twice", "<blockquote><p>quoted</p><p>twice</p></blockquote>"),
        ("~~gone~~ `code` *em* **strong**", "<p><s>gone</s> <code>code</code> <em>em</em> <strong>strong</strong></p>"),
        ("4. four\n5. five", '<ol start="4"><li><p>four</p></li><li><p>five</p></li></ol>'),
        ("---\ntitle: SOP\nowner: QA\n---\n\ntext", "<p>text</p>"),
        ("```\na\n  b\n```", "<pre><code>a\n  b</code></pre>"),
    ],
)
def test_structure_comes_over(written: str, kept: str) -> None:
    """M54: nested as it was."""
    assert imported(written) == kept


def test_what_an_author_left_in_angle_brackets_is_a_gap() -> None:
    """M47: such a placeholder is not a tag to be dropped but text to be filled in."""
    html = imported("Owner: *<enter role\\>*, tool <your tool>.<br>Mail <qa@example.org>")
    assert [gap.wanted for gap in placeholders(html)] == ["enter role", "your tool"]
    assert "&lt;your tool&gt;" in html
    assert 'href="mailto:qa@example.org"' in html


def test_what_cannot_come_over_is_said() -> None:
    """M47: pictures and links between files."""
    result = read_markdown(b"![flow](flow.png) [the SOP](../sop-capa.md)")
    assert [gap.wanted for gap in placeholders(result.html)] == ["picture: flow"]
    assert len(result.warnings) == 2
    assert "the SOP" in result.html


@pytest.mark.parametrize("payload", PAYLOADS)
def test_web_03_hostile_markdown_is_inert(payload: str) -> None:
    """WEB-03: HTML within Markdown is cleaned like any other."""
    data = f"# T\n\n{payload}\n\n[x](javascript:alert(1))\n".encode("utf-8", "replace")
    assert faults(read_markdown(data).html) == []


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    """FIL-02: never an exception of another kind."""
    sentences: list[str] = []
    html = ""
    try:
        html = read_markdown(data).html
    except ImportRefusedError as refused:
        sentences.append(str(refused))
    assert faults(html) == []
    assert all(sentence.endswith(".") for sentence in sentences)


def test_a_file_larger_than_any_document_is_refused() -> None:
    """FIL-06: with the limit in the sentence."""
    with pytest.raises(ImportRefusedError, match="larger than 2 MB"):
        read_markdown(b"x" * 2_000_001)
