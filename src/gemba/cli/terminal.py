"""Writing to a terminal or a pipe: width, colour only where it is wanted, and pipes that close early."""

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TextIO

NARROWEST, WIDEST, PIPE_WIDTH = 40, 100, 80
NARROWEST_COLUMN = 4
BOLD, DIM, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Page:
    """How to set text for one stream."""

    width: int = PIPE_WIDTH
    colour: bool = False

    def bold(self, text: str) -> str:
        return f"{BOLD}{text}{PLAIN}" if self.colour and text else text

    def dim(self, text: str) -> str:
        return f"{DIM}{text}{PLAIN}" if self.colour and text else text

    def wrap(self, text: str, indent: int = 0, *, hanging: int = 0) -> str:
        """Text in lines no longer than the page is wide, unless one word is."""
        return textwrap.fill(
            text,
            self.width,
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + hanging),
            break_long_words=False,
            break_on_hyphens=False,
        )


def page_for(stream: TextIO) -> Page:
    """Colour only on a terminal and without NO_COLOR (https://no-color.org)."""
    terminal = stream.isatty()
    width = shutil.get_terminal_size((PIPE_WIDTH, 24)).columns if terminal else PIPE_WIDTH
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Page(min(max(width, NARROWEST), WIDEST), colour)


def cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: max(width - 1, 0)]}…"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], page: Page) -> list[str]:
    """Left-aligned columns, two spaces apart; where they do not fit the page, the widest are cut."""
    cells = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    room = page.width - 2 * (len(widths) - 1)
    while sum(widths) > room and max(widths) > NARROWEST_COLUMN:
        widths[widths.index(max(widths))] -= 1
    return [
        "  ".join(f"{cut(cell, width):<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def say(text: str, stream: TextIO | None = None) -> None:
    """Write text and a line end. What the stream cannot encode is replaced; a reader that has gone away is no error."""
    stream = stream or sys.stdout
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        stream.flush()
    except BrokenPipeError:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def complain(text: str) -> None:
    """An error for the person at the terminal, on the error stream."""
    say(f"gemba: {text}", sys.stderr)
