"""The blocks of a document with what stands over them: heading, lead-in line, and whether they are its header."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gemba.assess.readers.blocks import Block, BlockKind

_HEADER_BLOCKS = 40
_LEAD_LENGTH = 300
_HEADING_LENGTH = 80
_HEADING_WORDS = 8
_NUMBER = r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,4}\.|§\s?\d+)?"
_NUMBERED_HEADING = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?\s{1,3}[A-ZÄÖÜÉ][^.:;?!|]{2,70}")
_NUMBER_PREFIX = re.compile(rf"^{_NUMBER}\s*")
_KNOWN_HEADING = re.compile(
    rf"{_NUMBER}\s*(?:purpose|scope|purpose and scope|objectives?|references?|normative references?"
    rf"|regulatory references?|responsibilit(?:y|ies)"
    r"|definitions?|procedure|exclusions?|related documents|associated documents|records|revision"
    r" history|change history|history"
    r"|attachments?|appendix|general|introduction|applicable documents|approvals?|signatures?)",
    re.IGNORECASE,
)


class Located(NamedTuple):
    """A block in its place. `heading` is the nearest heading, `path` all headings over it, outermost first."""

    block: Block
    position: int
    heading: str
    path: str
    lead: str
    """The line that introduces it: the paragraph right before a table, or before the list an item is in."""
    text: str
    """All text of the block, that of its cells included: what is not in it need not be looked for cell by cell."""
    in_header: bool
    """Before the first heading after the title: where numbers, revisions and owners stand."""


def outline(blocks: Sequence[Block]) -> tuple[Located, ...]:
    return tuple(_located(blocks))


def heading_text(text: str) -> str:
    """A heading without its number, in one line."""
    return " ".join(_NUMBER_PREFIX.sub("", text.strip()).split()).strip(" :")


def _located(blocks: Sequence[Block]) -> Iterator[Located]:
    stack: list[tuple[int, str]] = []
    lead, heading, path, headings, in_header = "", "", "", 0, True
    for index, block in enumerate(blocks):
        level = _level(block, stack)
        if level:
            stack = [(depth, text) for depth, text in stack if depth < level] + [(level, heading_text(block.text))]
            heading, path = stack[-1][1], " / ".join(text for _, text in stack)
            headings += 1
            lead = ""
        in_header = in_header and headings <= 1 and index < _HEADER_BLOCKS
        text = "\n".join([cell for row in block.rows for cell in row.cells]) if block.rows else block.text
        header = in_header or block.kind is BlockKind.FIELD
        yield Located(block, index, heading, path, "" if level else lead, text, header)
        lead = _next_lead(block, lead)


def _next_lead(block: Block, lead: str) -> str:
    """Items keep the line over their list; a quotation in between is guidance and changes nothing."""
    if block.kind is BlockKind.PARAGRAPH:
        line = block.text.strip().rpartition("\n")[2] if len(block.text) > _LEAD_LENGTH else block.text.strip()
        return " ".join(line.split())
    if block.kind in {BlockKind.ITEM, BlockKind.QUOTE, BlockKind.FIELD, BlockKind.TABLE}:
        return lead if block.kind is not BlockKind.TABLE or lead.endswith(":") else ""
    return ""


def _level(block: Block, stack: list[tuple[int, str]]) -> int:
    if block.kind is BlockKind.HEADING:
        return max(1, block.level)
    if block.kind is not BlockKind.PARAGRAPH or len(block.text) > _HEADING_LENGTH or "\n" in block.text.strip():
        return 0
    text = block.text.strip()
    if _KNOWN_HEADING.fullmatch(text) or (
        _NUMBERED_HEADING.fullmatch(text) and len(text.split()) <= _HEADING_WORDS and "\t" not in text
    ):
        return max(2, stack[0][0] + 1) if stack else 2
    return 0
