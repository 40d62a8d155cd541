"""The one table of what formatted text may hold. Cleaning, editor and exports follow it; all else is dropped.

Containers hold blocks only, text blocks hold marked text only: so a document has exactly one written form.
"""

from typing import Final

MAX_HTML: Final = 2_000_000
"""Characters of one document's HTML: some 600 pages. A longer paste is refused."""
MAX_NESTING: Final = 12
"""Lists, quotes and tables within one another; deeper ones are read as if they were not there."""
MAX_DEPTH: Final = 100
"""Elements within one another that are followed; of deeper ones only the text counts."""
MAX_COLUMNS: Final = 63
"""Columns of a table: what a word processor holds."""
MAX_GAP: Final = 200
"""Characters that say what is to be filled in."""
MAX_ADDRESS: Final = 2_000
"""Characters of a link's address."""

HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
TEXT_BLOCKS: Final = frozenset({"p", *HEADINGS})
LISTS: Final = frozenset({"ul", "ol"})
CONTAINERS: Final = frozenset({"ul", "ol", "blockquote", "table"})

ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    **{heading: frozenset({"id"}) for heading in HEADINGS},
    "p": frozenset(),
    "ul": frozenset(),
    "ol": frozenset({"start", "type"}),
    "li": frozenset({"id"}),
    "blockquote": frozenset(),
    "pre": frozenset(),
    "hr": frozenset(),
    "br": frozenset(),
    "table": frozenset(),
    "thead": frozenset(),
    "tbody": frozenset(),
    "tr": frozenset(),
    "th": frozenset({"colspan", "rowspan", "scope"}),
    "td": frozenset({"colspan", "rowspan"}),
    "a": frozenset({"href", "id", "rel"}),
    "mark": frozenset({"data-gap"}),
    "strong": frozenset(),
    "em": frozenset(),
    "u": frozenset(),
    "s": frozenset(),
    "sub": frozenset(),
    "sup": frozenset(),
    "code": frozenset(),
}
"""Every tag and, for each, its attributes."""

MARKS: Final = ("a", "mark", "strong", "em", "u", "s", "sub", "sup", "code")
"""What may be laid over text, in the order in which they are written, outermost first."""

READ_AS: Final = {
    "b": "strong",
    "i": "em",
    "ins": "u",
    "del": "s",
    "strike": "s",
    "cite": "em",
    "dfn": "em",
    "var": "em",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
}
"""Tags that mean the same. `ins` and `del` belong to a redline alone: stored text cannot pretend to be one."""

DROPPED: Final = frozenset(
    {
        "script",
        "style",
        "svg",
        "math",
        "template",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "noscript",
        "noembed",
        "noframes",
        "head",
        "title",
        "audio",
        "video",
        "canvas",
        "select",
        "datalist",
        "meta",
        "link",
        "base",
        "img",
        "picture",
        "source",
        "track",
        "map",
        "area",
        "input",
        "button",
        "progress",
        "meter",
        "dialog",
        "slot",
        "portal",
        "param",
    }
)
"""Tags dropped with all they hold."""

DIVISIONS: Final = frozenset(
    {
        "html",
        "body",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "address",
        "center",
        "figure",
        "figcaption",
        "caption",
        "details",
        "summary",
        "dl",
        "dt",
        "dd",
        "form",
        "fieldset",
        "legend",
        "hgroup",
        "search",
        "li",
        "tr",
        "td",
        "th",
        "tbody",
        "thead",
        "tfoot",
        "p",
        "menu",
        "dir",
        "listing",
        "textarea",
        "plaintext",
        "xmp",
        "marquee",
    }
)
"""Tags that begin and end a paragraph without being anything themselves where they stand alone."""

SCHEMES: Final = frozenset({"http", "https", "mailto"})
LINK_REL: Final = "noopener noreferrer"
