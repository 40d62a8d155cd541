"""What changed between two revisions of a document: blocks found again first, then words within a changed block.

Lists are compared item by item, tables row by row and cell by cell; what stands unchanged in another place is moved.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from gemba.kernel.richtext.alignment import common
from gemba.kernel.richtext.allowed import HEADINGS, TEXT_BLOCKS
from gemba.kernel.richtext.cleaning import parsed
from gemba.kernel.richtext.element import Element, Node, text_of, walk, written
from gemba.kernel.richtext.likeness import gaps, pairs_of
from gemba.kernel.richtext.reading import lines, one_line, words_in
from gemba.kernel.richtext.wording import Side, compared

MOVED_WORDS: Final = 4
"""A block of fewer words found elsewhere may be there by chance and does not count as moved."""
HIDDEN: Final = "visually-hidden"
"""Class of words only for people who do not see the page."""


class Kind(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED_HERE = "moved-here"
    MOVED_AWAY = "moved-away"


@dataclass(frozen=True, slots=True)
class Words:
    """What a person hears where another sees colour. Sentences of the page's language are given in."""

    added: str = "added: "
    added_end: str = " end of addition"
    removed: str = "removed: "
    removed_end: str = " end of removal"
    moved_here: str = "moved here: "
    moved_away: str = "moved away: "


@dataclass(frozen=True, slots=True)
class Change:
    """One block of the document, in reading order. `html` is the block with `ins` and `del` in it."""

    kind: Kind
    section: str
    """The heading it stands under in the new text, or stood under in the old."""
    old: str
    """The old block as plain text, empty where it is new."""
    new: str
    html: str


def redline(old_html: str, new_html: str, words: Words | None = None) -> list[Change]:
    """Every block of both texts, unchanged ones included.

    Raises `RichTextError` where a text is beyond the limits of a document.
    """
    return _Comparison(words or Words()).blocks(parsed(old_html), parsed(new_html))


def html_of(changes: Iterable[Change]) -> str:
    """All blocks one after the other as one page shows them."""
    return "".join(change.html for change in changes)


def changed(changes: Iterable[Change]) -> list[Change]:
    """Those a reader of the new revision must look at."""
    return [change for change in changes if change.kind is not Kind.SAME]


@dataclass(slots=True)
class _Piece:
    """A block of either text and what became of it; for a changed container, its children's fates."""

    kind: Kind
    old: Element | None
    new: Element | None
    children: list["_Piece"] = field(default_factory=list)

    @property
    def element(self) -> Element:
        return self.new or self.old or Element("p")


@dataclass(slots=True)
class _Comparison:
    words: Words

    def blocks(self, old: Sequence[Element], new: Sequence[Element]) -> list[Change]:
        pieces = _compared(_plain_ids(old), _plain_ids(new))
        moved = _moved(pieces)
        found: list[Change] = []
        section = ""
        for piece in pieces:
            if piece.element.tag in HEADINGS:
                section = one_line(piece.element)
            kind = moved.get(id(piece.element), piece.kind)
            before, after = (" ".join(lines((each,))) if each else "" for each in (piece.old, piece.new))
            html = written(_Writer(self.words, moved).node(piece))
            found.append(Change(kind, section, before, after, html))
        return found


def _plain_ids(blocks: Sequence[Element]) -> list[Element]:
    """Blocks without the names of their places: in a page that shows two texts, a name would stand for two places."""
    return [_without_names(block) for block in blocks]


def _without_names(element: Element) -> Element:
    children = tuple(child if isinstance(child, str) else _without_names(child) for child in element.children)
    return Element(element.tag, children, tuple(pair for pair in element.attributes if pair[0] != "id"))


def _compared(old: Sequence[Element], new: Sequence[Element]) -> list[_Piece]:
    """The fates of two runs of blocks, in the order of the new one, removed blocks where they stood."""
    olds, news = [written(each) for each in old], [written(each) for each in new]
    start = 0
    while start < min(len(olds), len(news)) and olds[start] == news[start]:
        start += 1
    end = 0
    while end < min(len(olds), len(news)) - start and olds[-1 - end] == news[-1 - end]:
        end += 1
    middle = _between(old[start : len(old) - end], new[start : len(new) - end])
    same = [_Piece(Kind.SAME, one, other) for one, other in zip(old[:start], new[:start], strict=True)]
    rest = zip(old[len(old) - end :], new[len(new) - end :], strict=True)
    return [*same, *middle, *(_Piece(Kind.SAME, one, other) for one, other in rest)]


def _between(old: Sequence[Element], new: Sequence[Element]) -> list[_Piece]:
    """Fates where the texts begin to differ: versions of each other first, then equal blocks among the rest."""
    pairs = [(i, j) for i, j in pairs_of(_bags(old), _bags(new)) if _comparable(old[i], new[j])]
    found: list[_Piece] = []
    for number, (olds, news) in enumerate(gaps(pairs, len(old), len(new))):
        found += _rest(old[olds.start : olds.stop], new[news.start : news.stop])
        if number < len(pairs):
            i, j = pairs[number]
            found.append(_changed(old[i], new[j]))
    return found


def _rest(old: Sequence[Element], new: Sequence[Element]) -> list[_Piece]:
    """Blocks with too few words of their own to be known by: equal ones in the same order stayed."""
    pairs = common([written(each) for each in old], [written(each) for each in new])
    found: list[_Piece] = []
    for number, (olds, news) in enumerate(gaps(pairs, len(old), len(new))):
        found += _lone(old[olds.start : olds.stop], new[news.start : news.stop])
        if number < len(pairs):
            i, j = pairs[number]
            found.append(_Piece(Kind.SAME, old[i], new[j]))
    return found


def _lone(old: Sequence[Element], new: Sequence[Element]) -> list[_Piece]:
    if len(old) == len(new) == 1 and _comparable(old[0], new[0]) and pairs_of(_bags(old), _bags(new)):
        return [_changed(old[0], new[0])]
    removed = [_Piece(Kind.REMOVED, block, None) for block in old]
    return [*removed, *(_Piece(Kind.ADDED, None, block) for block in new)]


def _bags(blocks: Sequence[Element]) -> list[list[str]]:
    # The tag is a word of the block: a heading is rather the same heading than the paragraph that repeats it.
    return [[f"<{_family(block)}>", *words_in(" ".join(lines((block,))).casefold())] for block in blocks]


def _family(block: Element) -> str:
    return "h" if block.tag in HEADINGS else block.tag


def _comparable(old: Element, new: Element) -> bool:
    return old.tag == new.tag or {old.tag, new.tag} <= TEXT_BLOCKS


def _changed(old: Element, new: Element) -> _Piece:
    if old == new:
        return _Piece(Kind.SAME, old, new)
    if new.tag in TEXT_BLOCKS or new.tag == "pre":
        return _Piece(Kind.CHANGED, old, new)
    if new.tag == "table":
        return _Piece(Kind.CHANGED, old, new, _rows(old, new))
    return _Piece(Kind.CHANGED, old, new, _compared(old.elements(), new.elements()))


def _rows(old: Element, new: Element) -> list[_Piece]:
    """Rows of both tables aligned, head and body alike; changed rows cell by cell."""
    olds = [row for section in old.elements() for row in section.elements()]
    news = [row for section in new.elements() for row in section.elements()]
    return [_in_cells(piece) for piece in _compared(olds, news)]


def _in_cells(piece: _Piece) -> _Piece:
    if piece.kind is not Kind.CHANGED or piece.old is None or piece.new is None:
        return piece
    before, after = piece.old.elements(), piece.new.elements()
    if len(before) == len(after):
        cells = [_changed(one, other) for one, other in zip(before, after, strict=True)]
        return replace(piece, children=cells)
    return replace(piece, children=_compared(before, after))


def _moved(pieces: Sequence[_Piece]) -> dict[int, Kind]:
    """Blocks and items removed in one place and added, unchanged, in another, by identity."""
    removed: dict[str, list[Element]] = defaultdict(list)
    added: list[Element] = []
    for piece in _leaves(pieces):
        if piece.kind is Kind.REMOVED:
            for element in _movable(piece.element):
                removed[written(element)].append(element)
        elif piece.kind is Kind.ADDED:
            added += _movable(piece.element)
    found: dict[int, Kind] = {}
    for element in added:
        if waiting := removed.get(written(element)):
            found[id(waiting.pop(0))] = Kind.MOVED_AWAY
            found[id(element)] = Kind.MOVED_HERE
    return found


def _leaves(pieces: Iterable[_Piece]) -> Iterable[_Piece]:
    for piece in pieces:
        yield piece
        yield from _leaves(piece.children)


def _movable(element: Element) -> list[Element]:
    """The block and what it holds, as far as there are words enough to be known again."""
    units = (each for each in walk((element,)) if each.tag in _MOVABLE)
    return [each for each in units if len(words_in(text_of(each))) >= MOVED_WORDS]


_MOVABLE = frozenset({*TEXT_BLOCKS, "li", "tr", "table", "ul", "ol", "pre", "blockquote"})


@dataclass(slots=True)
class _Writer:
    """Writes fates as HTML. `ins` and `del` stand around words only, where every element may hold them."""

    words: Words
    moved: dict[int, Kind]

    def node(self, piece: _Piece) -> Element:
        if piece.kind is Kind.SAME:
            return piece.element
        if piece.kind in (Kind.ADDED, Kind.REMOVED):
            return self.whole(piece.element, piece.kind)
        return self._changed(piece)

    def whole(self, element: Element, kind: Kind) -> Element:
        """A block that one text alone has, all its words marked."""
        kind = self.moved.get(id(element), kind)
        if element.tag == "hr":
            return Element("p", (self._around(("\u2014",), kind),), (_class(kind),))
        if element.tag in TEXT_BLOCKS or element.tag == "pre":
            return Element(element.tag, (self._around(element.children, kind),), (_class(kind),))
        children = tuple(self.whole(child, kind) for child in element.elements())
        return Element(element.tag, children, (*element.attributes, _class(kind)))

    def _around(self, nodes: tuple[Node, ...], kind: Kind) -> Element:
        tag, before, after = self._spoken()[kind]
        return Element(tag, (_hidden(before), *nodes, _hidden(after)))

    def _spoken(self) -> dict[Kind, tuple[str, str, str]]:
        words = self.words
        return {
            Kind.ADDED: ("ins", words.added, words.added_end),
            Kind.REMOVED: ("del", words.removed, words.removed_end),
            Kind.MOVED_HERE: ("ins", words.moved_here, words.added_end),
            Kind.MOVED_AWAY: ("del", words.moved_away, words.removed_end),
        }

    def _changed(self, piece: _Piece) -> Element:
        new, old = piece.element, piece.old
        classes = (_class(Kind.CHANGED),)
        if old is not None and (new.tag in TEXT_BLOCKS or new.tag == "pre"):
            return Element(new.tag, self._line(old, new), classes)
        children = tuple(self.node(child) for child in piece.children)
        if new.tag == "table":
            children = (Element("tbody", children),)
        return Element(new.tag, children, (*new.attributes, *classes))

    def _line(self, old: Element, new: Element) -> tuple[Node, ...]:
        found: list[Node] = []
        for piece in compared(old.children, new.children):
            if piece.side is Side.BOTH:
                found += piece.nodes
            else:
                kind = Kind.REMOVED if piece.side is Side.OLD else Kind.ADDED
                found.append(self._around(piece.nodes, kind))
        return tuple(found)


def _class(kind: Kind) -> tuple[str, str]:
    return ("class", f"redline-{kind}")


def _hidden(text: str) -> Element:
    return Element("span", (text,), (("class", HIDDEN),))
