"""Which angle brackets are HTML and which an author left as a placeholder: `<br>` is markup, `<enter role>` is text."""

import re
from itertools import islice

from gemba.assess.readers.limits import MAX_ANCHORS

_ELEMENT_NAMES = """a abbr article aside audio b big blockquote body br button caption center cite code col colgroup
    dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hr html i iframe
    img input ins kbd label li main mark nav noscript ol p picture pre q s samp script
    section small span strike strong style sub summary
    sup svg table tbody td textarea tfoot th thead tr tt u ul var video wbr"""
_ELEMENTS = frozenset(_ELEMENT_NAMES.split())
_BARE_ATTRIBUTE_NAMES = "open hidden checked disabled controls loop muted autoplay nowrap reversed async defer"
_BARE_ATTRIBUTES = frozenset(_BARE_ATTRIBUTE_NAMES.split())
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)((?:\s[^<>]*)?)/?>")
_VALUES = re.compile(r"""=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_NAMED_PLACE = re.compile(r"""\b(?:id|name)=["']?([^\s"'<>=]{1,80})|\{#([\w.:-]{1,80})\}""")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def anchors_in(text: str) -> tuple[str, ...]:
    """Places that a source in HTML or Markdown names: `id="scope"`, `name="scope"`, `{#scope}`."""
    if "id=" not in text and "name=" not in text and "{#" not in text:
        return ()
    found = (match[1] or match[2] for match in islice(_NAMED_PLACE.finditer(text), MAX_ANCHORS))
    return tuple(dict.fromkeys(found))


def is_markup(tag: str) -> bool:
    """Whether a text in angle brackets is an HTML tag, comment or declaration, and not words meant to be read."""
    if tag.startswith(("<!", "<?")):
        return True
    match = _TAG.fullmatch(tag)
    if match is None or match[1].lower() not in _ELEMENTS:
        return False
    names = re.findall(r"([^\s=/]+)(=?)", _VALUES.sub("=", match[2]))
    return all(equals or name.lower() in _BARE_ATTRIBUTES for name, equals in names)


def holds_markup(text: str) -> bool:
    return any(is_markup(match[0]) for match in _TAG.finditer(text))


def placeholders_escaped(text: str) -> str:
    """The same HTML with every bracketed placeholder escaped, so that a parser keeps it as text."""
    return _TAG.sub(lambda match: match[0] if is_markup(match[0]) else "&lt;" + match[0][1:-1] + "&gt;", text)
