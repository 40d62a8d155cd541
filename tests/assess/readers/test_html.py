"""HTML, whole and as pieces inside other formats."""

from gemba.assess.readers.blocks import BlockKind
from gemba.assess.readers.html import read_html
from tests.assess.readers.samples import fields, shape, tables, texts

PAGE = b"""<!doctype html><html><head><title>SOP-7 Audit</title><meta name="author" content="Jo">
<style>p { color: red }</style></head><body>
<h2>Purpose <b>here</b></h2>
<p>First<br>second <a href="b.html">link</a><script>alert(1)</script></p>
<ul><li>one<ul><li>deep</li></ul></li><li><p>two</p><p>more</p></li></ul>
<blockquote><p>Remove me.</p></blockquote>
<pre>x
  y</pre>
</body></html>"""


def test_a_page_becomes_blocks_with_source_lines() -> None:
    """M47: scripts and styles are no text, everything else keeps its line."""
    assert shape(read_html(PAGE)) == [
        ("heading", "Purpose here", "line 3"),
        ("paragraph", "First\nsecond link", "line 4"),
        ("item", "one", "line 5"),
        ("item", "deep", "line 5"),
        ("item", "two", "line 5"),
        ("paragraph", "more", "line 5"),
        ("quote", "Remove me.", "line 6"),
        ("code", "x\n  y", "line 7"),
    ]


def test_title_and_author_are_fields_and_links_are_kept() -> None:
    """M47: a page's owner often stands only in its head."""
    reading = read_html(PAGE)
    assert fields(reading) == {"title": "SOP-7 Audit", "author": "Jo"}
    assert [(link.text, link.target) for link in reading.links] == [("link", "b.html")]


def test_spanning_cells_keep_later_cells_under_their_column() -> None:
    """M47: a clause that spans two rows of documents still heads the first only."""
    page = b"<table><tr><th colspan=2>A<th>B<tr><td rowspan=2>1<td>2<td>3<tr><td>4<td>5</table>"
    assert tables(read_html(page)) == [[("A", "", "B"), ("1", "2", "3"), ("", "4", "5")]]


def test_a_definition_list_is_a_table_of_names_and_values() -> None:
    """M47: `Owner` and its value belong together."""
    assert tables(read_html(b"<dl><dt>Owner<dd>Jo<dt>Revision<dd>C</dl>")) == [[("Owner", "Jo"), ("Revision", "C")]]


def test_a_table_inside_a_cell_is_a_table_of_its_own() -> None:
    """M47: pages laid out with tables hold the real tables inside."""
    page = b"<table><tr><td>out<table><tr><td>a<td>b</table></td></tr></table>"
    assert tables(read_html(page)) == [[("a", "b")], [("out",)]]


def test_a_declared_western_or_asian_encoding_is_used() -> None:
    """M47: an old page is not garbled."""
    for encoding in ("iso-8859-2", "shift_jis", "windows-1251"):
        word = {"iso-8859-2": "Pożegnań", "shift_jis": "品質", "windows-1251": "качество"}[encoding]
        page = f"<meta charset='{encoding}'><p>{word}</p>".encode(encoding)
        assert texts(read_html(page), BlockKind.PARAGRAPH) == [word]


def test_an_xml_declaration_does_not_stop_the_reader() -> None:
    """M47: XHTML is HTML."""
    page = (
        b'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>a</p></body></html>'
    )
    assert texts(read_html(page), BlockKind.PARAGRAPH) == ["a"]


def test_ten_thousand_nested_elements_do_not_exhaust_the_stack() -> None:
    """M47: depth is the file's problem, not the run's."""
    reading = read_html(b"<div>" * 10_000 + b"deep" + b"</div>" * 10_000 + b"<p>after</p>")
    assert reading.problem is None or reading.problem.endswith(".")
