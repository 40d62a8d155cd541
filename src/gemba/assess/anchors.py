"""Places inside a document that links lead to, compared as loosely as the programs that make such links differ."""

import re
from collections.abc import Iterable

from gemba.assess.readers.blocks import Block, BlockKind

MOST = 500
"""A document with more places is not judged: its list would be larger than what else is known of it."""
_BETWEEN = re.compile(r"[\W_]+")
_REPEATED = re.compile(r"-\d{1,3}$")
_LINE = re.compile(r"l\d+(?:l\d+)?")
_PREFIX = "usercontent"
_TELLING = 4
"""Letters of a heading that must stand at the end of a link which begins with the title of its page."""


def plain_anchor(text: str) -> str:
    """Letters and digits in lower case: `1-purpose--scope` and the heading `1. Purpose & scope` are the same place."""
    return _BETWEEN.sub("", text.casefold())


def anchors_of(blocks: Iterable[Block], named: Iterable[str]) -> tuple[str, ...]:
    """The places of a document: its headings and what it names; none where there are too many."""
    headings = (block.text for block in blocks if block.kind is BlockKind.HEADING)
    found = dict.fromkeys(plain for text in (*headings, *named) if (plain := plain_anchor(text)))
    return tuple(found) if len(found) <= MOST else ()


def leads_somewhere(anchor: str, places: tuple[str, ...]) -> bool:
    """Whether the part of a link behind # is one of the places. Where none are known, it is believed."""
    plain = plain_anchor(anchor).removeprefix(_PREFIX)
    if not places or not plain or plain == "top" or ":~:" in anchor or _LINE.fullmatch(plain):
        return True
    once = plain_anchor(_REPEATED.sub("", anchor)).removeprefix(_PREFIX)
    bare = _unnumbered(plain)
    return any(
        place in {plain, once} or _unnumbered(place) == bare or (len(place) >= _TELLING and plain.endswith(place))
        for place in places
    )


def _unnumbered(plain: str) -> str:
    """Without the chapter number, which some programs leave out; a place that is only a number stays."""
    return plain.lstrip("0123456789") or plain
