"""Markdown as people write it: front matter, tables, HTML inside, placeholders in angle brackets."""

import pytest

from gemba.assess.readers.blocks import BlockKind
from gemba.assess.readers.markdown import read_markdown
from tests.assess.readers.samples import fields, shape, tables, texts


def read(text: str) -> object:
    return shape(read_markdown(text.encode()))


def test_headings_paragraphs_items_and_code_keep_their_lines() -> None:
    """M47: a finding can only point at a line when every block knows its own."""
    text = (
        "# SOP **Audit**\n\nFirst *line*\nsecond `line`\n\n- one\n  1. deep\n\n     more\n- [ ] two\n\n```\na  b\n```\n"
    )
    assert read(text) == [
        ("heading", "SOP Audit", "line 1"),
        ("paragraph", "First line\nsecond line", "line 3"),
        ("item", "one", "line 6"),
        ("item", "deep", "line 7"),
        ("paragraph", "more", "line 9"),
        ("item", "[ ] two", "line 10"),
        ("code", "a  b", "line 12"),
    ]


def test_levels_tell_heading_depth_and_list_depth() -> None:
    """M47: an item under another item is not one of its siblings."""
    blocks = read_markdown(b"### C\n\n* a\n  * b\n    * c\n").blocks
    assert [block.level for block in blocks] == [3, 1, 2, 3]


def test_a_table_has_its_header_first_and_a_line_for_each_row() -> None:
    """M47: a row of a clause map is cited by its own line."""
    text = "x\n\n| Section | **Document** |\n|---|---|\n| 4.1 | a<br>b |\n| 4.2 | `c` |\n"
    block = read_markdown(text.encode()).blocks[1]
    assert [(row.cells, str(row.place)) for row in block.rows] == [
        (("Section", "Document"), "line 3"),
        (("4.1", "a\nb"), "line 5"),
        (("4.2", "c"), "line 6"),
    ]


def test_a_table_inside_a_quote_is_still_a_table() -> None:
    """M47: template guidance often holds the very table that must be filled."""
    reading = read_markdown(b"> Fill in:\n>\n> | a | b |\n> |---|---|\n> | 1 | 2 |\n")
    assert texts(reading, BlockKind.QUOTE) == ["Fill in:"]
    assert tables(reading) == [[("a", "b"), ("1", "2")]]


@pytest.mark.parametrize(
    ("written", "readable"),
    [
        (r"*\<enter role\>*", "<enter role>"),
        ("<enter role of owner>", "<enter role of owner>"),
        ("by <Company Name> GmbH", "by <Company Name> GmbH"),
        ("see <title>", "see <title>"),
        ("<section number>", "<section number>"),
        ("x<sub>2</sub> <span class='a'>b</span>", "x2 b"),
        ("a <!-- hidden --> b", "a  b"),
        ("~~old~~ &amp; new", "old & new"),
        ("<https://example.org>", "https://example.org"),
    ],
)
def test_markup_goes_and_placeholders_stay(written: str, readable: str) -> None:
    """M47: an unresolved placeholder must survive reading, or no one will find it."""
    assert read(written) == [("paragraph", readable, "line 1")]


def test_comments_are_no_text_even_over_several_paragraphs() -> None:
    """M47: what the reader of the document cannot see is not part of it."""
    assert read("a\n\n<!-- one\n\ntwo -->\n\nb") == [("paragraph", "a", "line 1"), ("paragraph", "b", "line 7")]


def test_a_raw_table_with_blank_lines_inside_is_one_table() -> None:
    """M47: tables pasted from other programs stand in the text as HTML."""
    text = (
        "intro\n\n<table>\n<tr><td colspan=2>Head</td><td>B</td></tr>\n\n"
        "<tr><td><company name></td><td>x\n\n</td><td>y</td></tr>\n</table>\nafter\n\nend\n"
    )
    reading = read_markdown(text.encode())
    assert tables(reading) == [[("Head", "", "B"), ("<company name>", "x", "y")]]
    assert texts(reading, BlockKind.PARAGRAPH) == ["intro", "after", "end"]
    assert [str(row.place) for block in reading.blocks for row in block.rows] == ["line 4", "line 6"]


def test_thousands_of_tables_that_are_never_closed_are_read_in_a_straight_line() -> None:
    """M47: a file cannot make its reader search itself over and over."""
    reading = read_markdown(b"<table>\n\n" * 60_000 + b"end\n")
    assert texts(reading, BlockKind.PARAGRAPH) == ["end"]


def test_links_and_images_keep_their_target_and_line() -> None:
    """M47: a dead reference is named with the line it stands on."""
    text = 'See [the **list**](a/b.md#x "t") and\n![plan](p.png) or <a href="c.html">c</a>, [r][1].\n\n[1]: d.md\n'
    links = read_markdown(text.encode()).links
    assert [(link.text, link.target, str(link.place)) for link in links] == [
        ("the list", "a/b.md#x", "line 1"),
        ("plan", "p.png", "line 2"),
        ("c", "c.html", "line 2"),
        ("r", "d.md", "line 2"),
    ]


def test_front_matter_becomes_fields_with_the_values_as_written() -> None:
    """M47: revision 1.10 must not turn into 1.1."""
    text = (
        "---\ntitle: Audit\nrev: 1.10\ndate: 2024-03-01\nclauses: [8.2.4, 8.5]\napproval:\n  by: Jo\nowner:\n---\n# A\n"
    )
    reading = read_markdown(text.encode())
    assert fields(reading) == {
        "title": "Audit",
        "rev": "1.10",
        "date": "2024-03-01",
        "clauses": "8.2.4, 8.5",
        "approval by": "Jo",
        "owner": "",
    }
    assert [str(block.place) for block in reading.blocks] == [
        "line 2",
        "line 3",
        "line 4",
        "line 5",
        "line 7",
        "line 8",
        "line 10",
    ]


def test_front_matter_that_is_not_quite_yaml_is_read_line_by_line() -> None:
    """M47: a colon in a title is the commonest slip, and no reason to lose the revision."""
    reading = read_markdown(b"---\ntitle: SOP: Audit\nrevision: C\n---\ntext")
    assert fields(reading) == {"title": "SOP: Audit", "revision": "C"}
    assert reading.problem is None


@pytest.mark.parametrize("text", ["---\n\nA rule, then text.\n", "---\ntext\n---\n", "--- a\nb: c\n---\n"])
def test_a_rule_at_the_top_is_no_front_matter(text: str) -> None:
    """M47: text is never swallowed as a header."""
    assert not fields(read_markdown(text.encode()))
    assert "text" in str(read(text)) or "b: c" in str(read(text))


@pytest.mark.parametrize(
    "header",
    [
        "a: &a [x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c,*c]",
        "a: " + "[" * 5000,
        "a: 1\n" + "- " * 3000,
        "a: 1\n" + "? " * 3000,
        "a: !!python/object/apply:os.system ['true']",
        "a: " + "x" * 200_000,
    ],
)
def test_front_matter_bombs_are_harmless(header: str) -> None:
    """M47: the header of a foreign file can neither run anything nor blow up."""
    reading = read_markdown(f"---\n{header}\n---\nbody\n".encode())
    assert len(reading.blocks) < 20
    assert sum(len(cell) for block in reading.blocks for row in block.rows for cell in row.cells) < 10_000
