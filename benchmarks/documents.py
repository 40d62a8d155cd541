"""What Gemba's tools for controlled documents cost beside the bare tools under them, on the same content.

Run as `python -m benchmarks.documents [--rounds N]`. A document of some 60 pages and a revision of it are made from a
seed, other ones in each round: what a tool remembers of a document it has seen would be nobody's case. The contestants
take turns, each first in every other round, so that a machine that slows down slows both. Ratios are of medians, with
the least and the greatest ratio of a round. Seconds are of the processor, all threads together, so that what else the
machine does counts for nobody; an import works in a process of its own and is timed by the clock.

- redline of two revisions beside difflib over the words of both (with its default settings, its faster ones);
- a controlled PDF/A beside bare typst on the same text as typst markup, without page heads, marks, facts or attachment;
- a Word file brought in (checks, process of its own, cleaning) beside mammoth alone on the same file.
"""

import argparse
import datetime as dt
import difflib
import gc
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from statistics import median
from typing import Any

import django
import mammoth
import typst

from gemba.export.controlled import controlled_pdf
from gemba.export.controlled_document import ControlledDocument, Mark
from gemba.export.docx import controlled_docx
from gemba.importers.docx import read_docx
from gemba.kernel.richtext.cleaning import clean
from gemba.kernel.richtext.reading import plain, tree
from gemba.kernel.richtext.redline import changed, html_of, redline

SECTIONS = 60
VOCABULARY = 3_000
MOST_SECONDS = 1.0
MOST_REDLINE = 10.0
MOST_PDF = 1.5
_MAMMOTH: Any = mammoth
_CHANCE = random.Random(13485)  # noqa: S311
_KNOWN = ["".join(_CHANCE.choices("abcdefghijklmnoprstuvy", k=_CHANCE.randint(2, 10))) for _ in range(VOCABULARY)]


def sentence(length: int) -> str:
    """Words as unevenly frequent as in a language."""
    return " ".join(_KNOWN[int(VOCABULARY * _CHANCE.random() ** 2)] for _ in range(length)).capitalize() + "."


def section(number: int) -> list[str]:
    items = "".join(f"<li>{sentence(9)}</li>" for _ in range(6))
    blocks = [f"<h2>{number} {sentence(4)}</h2>", *(f"<p>{sentence(70)}</p>" for _ in range(5)), f"<ul>{items}</ul>"]
    if number % 4 == 0:
        rows = "".join(f"<tr>{''.join(f'<td>{sentence(4)}</td>' for _ in range(4))}</tr>" for _ in range(8))
        blocks.append(f"<table><tr><th>Step</th><th>Who</th><th>What</th><th>Record</th></tr>{rows}</table>")
    return blocks


def revisions() -> tuple[str, str]:
    """A document and its next revision: words changed in a third of the blocks, one block moved, one gone, one new."""
    old = [block for number in range(1, SECTIONS + 1) for block in section(number)]
    new = [_revised(block) if _CHANCE.random() < 1 / 3 else block for block in old]
    new.insert(300, new.pop(100))
    new[20:21] = [f"<p>{sentence(50)}</p>"]
    return clean("".join(old)), clean("".join(new))


def _revised(block: str) -> str:
    words = block.split(" ")
    for _ in range(max(1, len(words) // 25)):
        place = _CHANCE.randrange(len(words))
        if "<" not in words[place]:
            words[place] = _CHANCE.choice(_KNOWN)
    return " ".join(words)


@dataclass(frozen=True)
class Contest:
    """Seconds of each round."""

    name: str
    ours: list[float]
    bare: list[float]

    def line(self, limit: float | None) -> str:
        ratios = [one / other for one, other in zip(self.ours, self.bare, strict=True)]
        ratio = median(self.ours) / median(self.bare)
        said = f"{self.name}: {median(self.ours):.3f} s beside {median(self.bare):.3f} s, ratio {ratio:.2f}"
        bound = "" if limit is None else f", limit {limit:g}: {'held' if ratio <= limit else 'NOT HELD'}"
        return f"{said} ({min(ratios):.2f} to {max(ratios):.2f}){bound}"


Act = Callable[[], object]


def contest(
    name: str, acts: Callable[[], tuple[Act, Act]], rounds: int, clock: Callable[[], float] = time.process_time
) -> Contest:
    """Turns of both on something new each round, after one round that is not counted."""
    found = Contest(name, [], [])
    for number in range(-1, rounds):
        ours, bare = acts()
        turns = [(ours, found.ours), (bare, found.bare)]
        for act, times in turns[:: -1 if number % 2 else 1]:
            # What the one left behind is not the other's to clear away.
            gc.collect()
            started = clock()
            act()
            if number >= 0:
                times.append(clock() - started)
    return found


def redlines() -> tuple[Act, Act]:
    old, new = revisions()
    before, after = plain(old), plain(new)
    return lambda: html_of(redline(old, new)), lambda: word_diff(before, after)


def copies() -> tuple[Act, Act]:
    _, html = revisions()
    document, source = printed(html), markup(tree(html)).encode()
    return lambda: controlled_pdf(document), lambda: bare_pdf(source)


def imports() -> tuple[Act, Act]:
    word = controlled_docx(printed(revisions()[1]))
    return lambda: read_docx(word), lambda: _MAMMOTH.convert_to_html(BytesIO(word))


def word_diff(old: str, new: str) -> int:
    return len(difflib.SequenceMatcher(None, old.split(), new.split()).get_opcodes())


def markup(nodes: list[Any]) -> str:
    """The same text as typst source by hand."""
    return "\n".join(_markup(node) for node in nodes)


def _markup(node: Any) -> str:
    if isinstance(node, str):
        return node.replace("\\", "\\\\").replace("#", "\\#").replace("$", "\\$").replace("*", "\\*")
    if node["t"] == "table":
        cells = [f"[{''.join(map(_markup, cell['c']))}]" for row in node["rows"] for cell in row]
        return f"#table(columns: ({'1fr, ' * node['columns']}), {', '.join(cells)})\n"
    inner = "".join(map(_markup, node["c"]))
    if node["t"] == "h2":
        return f"== {inner}\n"
    if node["t"] == "li":
        return f"- {inner.strip()}\n"
    return f"{inner}\n"


def bare_pdf(source: bytes) -> object:
    return typst.compile(source, format="pdf", ignore_system_fonts=True)


def printed(html: str) -> ControlledDocument:
    return ControlledDocument(
        company="Kuvitelma Medical Oy", number="SOP-012", title="A long procedure", kind="Procedure", revision="C",
        state="Draft", html=html, made_for="A reader", made_at=dt.datetime(2026, 11, 22, tzinfo=dt.UTC),
        mark=Mark.DRAFT,
    )  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=9)
    rounds: int = arguments.parse_args().rounds
    old, new = revisions()
    print(f"a document of {len(plain(new).split()):,} words, {len(new):,} characters of HTML")
    print(f"its redline finds {len(changed(redline(old, new)))} blocks to look at")
    first = contest("redline", redlines, rounds)
    print(first.line(MOST_REDLINE))
    held = "held" if median(first.ours) <= MOST_SECONDS else "NOT HELD"
    print(f"redline: at most {MOST_SECONDS:g} s: {held}")
    print(contest("controlled PDF", copies, rounds).line(MOST_PDF))
    print(contest("Word import, by the clock", imports, rounds, time.perf_counter).line(None))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    main()
