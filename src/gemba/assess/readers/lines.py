"""Paragraphs, headings and list items out of plain lines, as text files and PDF pages give them."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gemba.assess.readers.blocks import Block, BlockKind, Place

_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?[ \t]+([^\W\d_].{1,80})")
_BULLET = re.compile(r"[-*\u2022\u2023\u25aa\u25cf\u25cb\u25e6\u2013\u00b7\uf0b7][ \t]+(\S.*)")
_ORDERED = re.compile(r"(?:\d{1,2}|[a-zA-Z])[.)][ \t]+(\S.*)")
_UNDERLINE = re.compile(r"(=|-|~|\^)\1{2,}")
_CAPITALS = re.compile(r"[^a-zß-öø-ÿ]{4,80}")
_LABELLED = re.compile(r"[^\W\d_][^:]{0,40}:(?:\s|$)")
_SENTENCE_END = (".", ";", ",", ":", "!", "?")
_WORDY = 3
_HEADING_WORDS = 9
_HEADING_LENGTH = 120


class Line(NamedTuple):
    """One line of a file. `large` marks type larger than the text around it, where the format knows."""

    text: str
    place: Place
    large: bool = False
    gap: bool = False
    """More space above than between the lines of a paragraph."""


def blocks_of(lines: Sequence[Line]) -> Iterator[Block]:
    """Lines of one paragraph stay apart by newlines, so that a position in it still tells the line."""
    paragraph: list[Line] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        underlined = index + 1 < len(lines) and _is_underline(line.text, lines[index + 1].text)
        single = _single(line, alone=_stands_alone(lines, index), underlined=underlined)
        if single or not line.text or line.gap or _starts_anew(line.text):
            yield from _paragraph(paragraph)
            paragraph = []
        if single:
            yield single
        elif line.text and not _UNDERLINE.fullmatch(line.text):
            paragraph.append(line)
        index += 2 if underlined else 1
    yield from _paragraph(paragraph)


def _paragraph(lines: list[Line]) -> Iterator[Block]:
    if not lines:
        return
    text = "\n".join(line.text for line in lines)
    bullet = _BULLET.match(text) or _ORDERED.match(text)
    if bullet:
        yield Block(BlockKind.ITEM, text[bullet.start(1) :], lines[0].place, 1)
    else:
        yield Block(BlockKind.PARAGRAPH, text, lines[0].place)


def _starts_anew(text: str) -> bool:
    return bool(_BULLET.match(text) or _ORDERED.match(text))


def _is_underline(text: str, following: str) -> bool:
    return bool(text) and bool(_UNDERLINE.fullmatch(following)) and len(following) >= len(text) // 2


def _stands_alone(lines: Sequence[Line], index: int) -> bool:
    """Whether an empty line or a gap stands before and after."""
    before = index == 0 or not lines[index - 1].text or lines[index].gap
    after = index + 1 == len(lines) or not lines[index + 1].text or lines[index + 1].gap
    return before and after


def _single(line: Line, *, alone: bool, underlined: bool) -> Block | None:
    """The heading a line is by itself, or None."""
    text = line.text
    if not text or (text.endswith(_SENTENCE_END) and not underlined):
        return None
    if underlined:
        return Block(BlockKind.HEADING, text, line.place, 1)
    numbered = _NUMBERED.fullmatch(text)
    if numbered and (alone or line.large or _title_like(numbered[2])):
        return Block(BlockKind.HEADING, text, line.place, min(numbered[1].count(".") + 1, 6))
    if line.large and len(text) <= _HEADING_LENGTH:
        return Block(BlockKind.HEADING, text, line.place, 1)
    if _CAPITALS.fullmatch(text) and sum(c.isalpha() for c in text) > len(text) // 2 and not _LABELLED.match(text):
        return Block(BlockKind.HEADING, text, line.place, 1)
    return None


def _title_like(text: str) -> bool:
    """Few words, the first capitalised: `1. Purpose`, not `3. the form is sent to the supplier by the buyer`."""
    words = text.split()
    return text[0].isupper() and (len(words) <= _WORDY or (len(words) <= _HEADING_WORDS and text.istitle()))
