"""Documents out of Markdown or blocks, and the shipped frameworks compiled once."""

from functools import cache

from gemba.assess.extract.citations import Citations
from gemba.assess.extract.document import extract
from gemba.assess.model import ClaimSource, Document
from gemba.assess.readers.blocks import Block, BlockKind, Place, Reading, Row
from gemba.assess.readers.dispatch import read_bytes
from gemba.evidence.catalogue.load import shipped_frameworks

OTHER_STANDARDS = ("IEC 62366-1", "IEC 82304-1", "ISO 10993-1", "ISO 9001")


@cache
def citations() -> Citations:
    return Citations.of(shipped_frameworks(), OTHER_STANDARDS)


def document(text: str, path: str = "sop-example.md") -> Document:
    return extract(path, "md", read_bytes(text.encode(), "markdown"), citations())


def of_blocks(*blocks: Block, path: str = "example.docx") -> Document:
    return extract(path, "docx", Reading(blocks), citations())


def paragraph(text: str, line: int = 1) -> Block:
    return Block(BlockKind.PARAGRAPH, text, Place(line=line))


def heading(text: str, level: int = 1, line: int = 1) -> Block:
    return Block(BlockKind.HEADING, text, Place(line=line), level)


def item(text: str, line: int = 1) -> Block:
    return Block(BlockKind.ITEM, text, Place(line=line), 1)


def table(*rows: tuple[str, ...], line: int = 1) -> Block:
    placed = tuple(Row(cells, Place(line=line + i)) for i, cells in enumerate(rows))
    return Block(BlockKind.TABLE, "", Place(line=line), 0, placed)


def field(name: str, value: str, line: int = 1) -> Block:
    place = Place(line=line)
    return Block(BlockKind.FIELD, "", place, 0, (Row((name, value), place),))


def stated(made: Document, framework: str = "iso13485") -> list[str]:
    return [c.clause for c in made.claims if c.source is ClaimSource.STATED and c.framework == framework]


def mentioned(made: Document, framework: str = "iso13485") -> list[str]:
    return [c.clause for c in made.claims if c.source is ClaimSource.MENTION and c.framework == framework]
