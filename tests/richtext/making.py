"""Pieces of HTML as people and programs write it, for properties that hold for any of it."""

from hypothesis import strategies as st

TAGS = (
    "p",
    "div",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "td",
    "th",
    "thead",
    "tbody",
    "h1",
    "h2",
    "h3",
    "strong",
    "em",
    "b",
    "i",
    "a",
    "mark",
    "span",
    "blockquote",
    "pre",
    "code",
    "br",
    "hr",
    "sup",
    "s",
    "u",
    "script",
    "style",
    "svg",
    "caption",
    "dl",
    "dt",
    "dd",
    "textarea",
    "title",
    "section",
    "o:p",
    "button",
)
ATTRIBUTES = (
    "", "", ' id="a1"', " id=footnote-1", " id=footnote-ref-2", ' href="#a1"', ' href="#scope"', " href=https://x.y",
    " href=javascript:x", ' data-gap="who"', " start=3", " type=a", " colspan=3", " rowspan=2", " rowspan=9",
    " scope=row", " class=x onclick=y", " name=q",
)  # fmt: skip
TEXTS = (
    "one ", "two ", "three ", "four", "\n", "  ", "&amp;", "&lt;b&gt;", "e\u0301", "\u0301", "\u00a0", "{{x}}",
    "#set page()", "<!--", "-->", "<![CDATA[", "\x01", "\u202e", "\t",
)  # fmt: skip
WORDS = ("one ", "two ", "three ", "four ", "five ", "six ")

_opened = st.builds("<{}{}>".format, st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES))
_closed = st.builds("</{}>".format, st.sampled_from(TAGS))
HTML = st.lists(st.one_of(_opened, _closed, st.sampled_from(TEXTS), st.sampled_from(TEXTS)), max_size=40).map("".join)
"""Soup of tags, closed or not, and text."""
_line = st.lists(st.sampled_from(WORDS)).map("".join)


def _list(items: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _table(cells: list[str]) -> str:
    return f"<table>{''.join(f'<tr><td>{cell}</td><td>{cell}x</td></tr>' for cell in cells)}</table>"


BLOCK = st.one_of(
    st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["p", "h2", "h3", "pre"]), _line),
    st.lists(st.sampled_from(WORDS), max_size=4).map(_list),
    st.lists(st.sampled_from(WORDS), max_size=6).map(_table),
    st.just("<hr>"),
    HTML,
)
BLOCKS = st.lists(BLOCK, max_size=8)
