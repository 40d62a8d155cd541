"""The short ways through Markdown give what the library's own long ways give."""

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from gemba.assess.readers.markdown import read_markdown
from gemba.assess.readers.markdown_parser import TABLE, Parser, plain
from tests.assess.readers.samples import all_text

LIBRARY = MarkdownIt("commonmark").enable(["table", "strikethrough"])
Tables = list[list[list[str]]]

PIECES = st.sampled_from(
    (
        *("|", "\\|", "-", ":", "---", " ", "  ", "\t", "\n", "\n\n", "a", "b c", "|---|---|", "| a | b |"),
        *("> ", "- ", "1. ", "    ", "```", "#", "\\", "ä", "|:-:|", "||", "***", "<b>", "x|y", "-|-"),
    )
)
TABLE_LIKE = st.lists(PIECES, max_size=40).map("".join)


def cells_of_the_library(text: str) -> Tables:
    """Only what stands between the start and the end of a table."""
    found: Tables = []
    open_cell = False
    for token in LIBRARY.parse(text):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in {"td_open", "th_open"}:
            open_cell = True
        elif token.type in {"td_close", "th_close"}:
            open_cell = False
        elif token.type == "inline" and open_cell:
            found[-1][-1].append(token.content)
    return found


def ours(text: str) -> Tables:
    tokens, _ = Parser().parse(text)
    return [[cells for _, cells in token.meta["rows"]] for token in tokens if token.type == TABLE]


@given(TABLE_LIKE)
def test_a_table_has_the_cells_the_library_gives_it(text: str) -> None:
    """M47: one token for a table, with the same rows as three tokens for each cell."""
    assert ours(text) == cells_of_the_library(text)


def test_tables_of_every_shape_are_read() -> None:
    """M47: short and long rows, escaped pipes, tables in quotes and lists, and what only looks like a table."""
    texts = [
        "| a | b |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |\n|  | x \\| y |\n\nend",
        "a | b\n-|-\n1 | 2\n> quote",
        "> | a | b |\n> |---|---|\n> | 1 | 2 |",
        "- | a | b |\n  |---|---|\n  | 1 | 2 |\n- next",
        "| a | b |\n|---|\n| 1 | 2 |",
        "a\n-",
        "| a |\n| - |\n",
        "    | a | b |\n    |---|---|\n",
        "| a | b |\n|---|---|\n    | code | ends |\n",
    ]
    for text in texts:
        assert ours(text) == cells_of_the_library(text)


@given(
    st.lists(st.sampled_from(["word", " ", "  ", "\n", "\n  ", "  \n", "\t", "ä", "1.", "(x)", "—", ":"])).map("".join)
)
def test_text_without_markup_is_what_the_library_makes_of_it(text: str) -> None:
    """M47: line breaks inside a paragraph are the same, hard ones and soft ones."""
    text = text.strip()
    children: list[Token] = []
    LIBRARY.inline.parse(text, LIBRARY, {}, children)
    joined = "".join("\n" if each.type.endswith("break") else each.content for each in children)
    assert plain(text) == joined


def test_text_with_markup_goes_the_long_way() -> None:
    """M47: emphasis, code, links by reference, entities and escapes are read as the library reads them."""
    text = "A *b* `c|d` [e][f] &amp; \\* <https://g.h> ~~i~~\n\n[f]: target.md\n"
    reading = read_markdown(text.encode())
    assert all_text(reading.blocks) == "A b c|d e & * https://g.h i"
    assert [link.target for link in reading.links] == ["target.md", "https://g.h"]


def test_a_table_cannot_be_blown_up_by_a_long_header() -> None:
    """M47: a header of a thousand columns over thousands of rows of one cell is cut off."""
    text = "|a" * 1000 + "|\n" + "|-" * 1000 + "|\n" + "|x|\n" * 20_000
    (table,) = ours(text)
    assert sum(map(len, table)) < 200_000
