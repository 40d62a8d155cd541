"""Plain text: paragraphs by empty lines, headings by numbering, underlining or capitals."""

from gemba.assess.readers.blocks import Place, Reading
from gemba.assess.readers.decoding import decode
from gemba.assess.readers.limits import MAX_BLOCKS
from gemba.assess.readers.lines import Line, blocks_of


def read_text(data: bytes) -> Reading:
    """Never raises."""
    text, problem = decode(data)
    lines = [Line(line.strip(), Place(line=number)) for number, line in enumerate(text.split("\n"), start=1)]
    return Reading(tuple(blocks_of(lines))[:MAX_BLOCKS], (), problem)
