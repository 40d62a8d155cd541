"""Pairs of label and value out of a page header, however it is laid out."""

import re
from collections.abc import Iterator, Sequence

from gemba.assess.readers.blocks import Block, Place
from gemba.assess.readers.front_matter import field

_LABELLED = re.compile(r"([^\W\d_][^:\n|]{0,40}?)\s*:\s*([^\n]+)")
_NAME_LENGTH = 30
_LABEL = re.compile(
    r"(?i)(?:doc(?:ument)?\.?|sop|form|record|policy|procedure|file)?\s*"
    r"(?:no\.?|nr\.?|num(?:ber|mer)|n°|id|#|rev(?:ision)?\.?|version|ver\.?|issue|date|effective(?: date)?|owner|author"
    r"|title|approved(?: by)?|approver|prepared(?: by)?|reviewed(?: by)?|status|department|page|valid from"
    r"|approval date|effective from|issued|supersedes|classification|process owner|issue date|revision date)\s*\.?"
)


def labelled(cells: Sequence[str], part: str, place: Place) -> Iterator[Block]:
    """A field for each label with its value; text without a label becomes the value of a field named `part`.

    Understood are `Label: value` in a line, a label in one cell with its value in the next, and in one cell below.
    """
    texts = [cell.strip() for cell in cells if cell.strip()]
    position = 0
    while position < len(texts):
        text = texts[position]
        following = texts[position + 1] if position + 1 < len(texts) else ""
        position += 1
        if following and _is_label(text) and not _is_label(following):
            yield field(text.rstrip(": "), following, place)
            position += 1
        else:
            yield from _lines(text, part, place)


def _is_label(text: str) -> bool:
    return len(text) <= _NAME_LENGTH and _LABEL.fullmatch(text.rstrip(": ")) is not None


def _lines(text: str, part: str, place: Place) -> Iterator[Block]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    position = 0
    while position < len(lines):
        line = lines[position]
        following = lines[position + 1] if position + 1 < len(lines) else ""
        position += 1
        match = _LABELLED.fullmatch(line)
        if match:
            yield field(match[1], match[2].strip(), place)
        elif following and _is_label(line) and not _is_label(following):
            yield field(line.rstrip(": "), following, place)
            position += 1
        else:
            yield field(part, line, place)
