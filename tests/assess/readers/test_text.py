"""Plain text and its encodings."""

import pytest

from gemba.assess.readers.decoding import LOSSY, NOT_TEXT, decode
from gemba.assess.readers.text import read_text
from tests.assess.readers.samples import shape


def test_headings_are_told_by_numbers_underlines_and_capitals() -> None:
    """M47: a text file has sections too."""
    text = (
        "SOP Audit\n=========\n\nDocument No: SOP-12\nRevision: C\n\n1. Purpose\nThis SOP implements 4.2.4.\n"
        "It does.\n\nSCOPE OF WORK\ntext follows\n\n- one\n  more\n2) second thing\n"
    )
    assert shape(read_text(text.encode())) == [
        ("heading", "SOP Audit", "line 1"),
        ("paragraph", "Document No: SOP-12\nRevision: C", "line 4"),
        ("heading", "1. Purpose", "line 7"),
        ("paragraph", "This SOP implements 4.2.4.\nIt does.", "line 8"),
        ("heading", "SCOPE OF WORK", "line 11"),
        ("paragraph", "text follows", "line 12"),
        ("item", "one\nmore", "line 14"),
        ("item", "second thing", "line 16"),
    ]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "cp1252", "latin-1"],
)
def test_every_usual_encoding_is_recognised(encoding: str) -> None:
    """M47: files of thirty years, with and without a byte order mark."""
    dash = "-" if encoding == "latin-1" else "\u2013"
    text = f"Prüfung der Geräte {dash} Qualität\n" * 3
    assert decode(text.encode(encoding)) == (text, None)


@pytest.mark.parametrize(
    ("data", "text", "problem"),
    [
        (b"", "", None),
        (b"a\r\nb\rc\n", "a\nb\nc\n", None),
        (b"a\x00b", "ab", None),
        ("äöü äöü".encode() + b"\xff", "äöü äöü\ufffd", LOSSY),
        (b"\xff\xfea", "\ufffd", LOSSY),
        (bytes(range(32)) * 20, "", NOT_TEXT),
        ("a\u00a0b\u00adc\u200bd".encode(), "a bcd", None),
        (b"x" * 99 + b"\x07", "x" * 99, None),
    ],
)
def test_broken_text_is_read_as_well_as_it_can_be(data: bytes, text: str, problem: str | None) -> None:
    """M47: what cannot be decoded is said, what can is kept."""
    assert decode(data) == (text, problem)
