"""Five whys and a fishbone as pictures: shapes in SVG's own units, with the same content as a list beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any, Final

from gemba.modules.capa.models import ASPECTS, BRANCHES, Capa

Lines = Sequence[Mapping[str, Any]]

WIDTH: Final = 730
LINE: Final = 17
"""Height of a line of text."""
COLUMN: Final = 190
LEAN: Final = 0.42
"""How far a bone leans away from the head for each unit upwards or downwards."""
SHORTEST: Final = 5
"""Lines that a bone is long at least."""
HEAD: Final = 140
MOST: Final = 60
"""Causes or whys that are drawn; the table holds them all."""
WRAP_CAUSE, WRAP_HEAD, WRAP_WHY = 20, 13, 82


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of text from a point on; `y` of each line stands with it."""

    x: int
    lines: Sequence[tuple[int, str]]
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Bone:
    """One branch: its name, the slanted bone, and its causes."""

    label: str
    x1: int
    y1: int
    x2: int
    y2: int
    label_y: int
    causes: Sequence[Words]


@dataclass(frozen=True, slots=True)
class Fishbone:
    height: int
    spine: int
    """Where the spine runs."""
    end: int
    """Where the spine meets the head."""
    head: Words
    bones: Sequence[Bone]
    groups: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]
    """The same as a list: branch and its causes."""
    width: int = WIDTH


@dataclass(frozen=True, slots=True)
class Step:
    y: int
    height: int
    words: Words
    known: str
    last: bool


@dataclass(frozen=True, slots=True)
class Whys:
    height: int
    problem: Step
    steps: Sequence[Step]
    lines: Lines
    width: int = WIDTH


@dataclass(frozen=True, slots=True)
class Drawings:
    fishbone: Fishbone | None = None
    whys: Whys | None = None
    is_is_not: Lines = field(default_factory=tuple)
    timeline: Lines = field(default_factory=tuple)

    @property
    def any(self) -> bool:
        return bool(self.fishbone or self.whys or self.is_is_not or self.timeline)


def drawings_of(capa: Capa) -> Drawings:
    return drawn(capa.title, capa.whys, capa.fishbone, capa.is_is_not, capa.timeline)


def drawn(title: str, whys: Lines, fishbone: Lines, is_is_not: Lines, timeline: Lines) -> Drawings:
    """Whatever has content. Days of the timeline in their order."""
    labels: dict[Any, str] = {name: str(label) for name, label in ASPECTS}
    contrasts = [{**line, "label": labels.get(line.get("aspect"), "")} for line in is_is_not[:MOST]]
    return Drawings(
        fishbone_of(title, fishbone[:MOST]) if fishbone else None,
        whys_of(title, whys[:MOST]) if whys else None,
        contrasts, sorted(timeline[:MOST], key=lambda line: str(line.get("on") or "")),
    )  # fmt: skip


def fishbone_of(title: str, lines: Lines) -> Fishbone:
    """Branches with causes, from the head backwards, by turns above and below the spine."""
    named = [(str(label), [line for line in lines if line.get("branch") == name]) for name, label in BRANCHES]
    groups = [(label, causes) for label, causes in named if causes]
    above, below = groups[0::2], groups[1::2]
    up, down = (max((_reach(causes) for _label, causes in side), default=LINE) for side in (above, below))
    spine, end = up + 2 * LINE, WIDTH - HEAD
    bones = [
        *(_bone(label, causes, order, spine, upward=True) for order, (label, causes) in enumerate(above)),
        *(_bone(label, causes, order, spine, upward=False) for order, (label, causes) in enumerate(below)),
    ]
    head = wrap(title, WRAP_HEAD)[:5]
    top = spine - (len(head) - 1) * LINE // 2 + LINE // 3
    words = Words(end + 14, [(top + n * LINE, text) for n, text in enumerate(head)])
    height = max(spine + down + 2 * LINE, words.lines[-1][0] + LINE if head else 0)
    return Fishbone(height, spine, end, words, bones, groups)


def _texts(causes: Lines) -> list[tuple[list[str], bool]]:
    return [(wrap(str(line["cause"]), WRAP_CAUSE)[:3] or ["-"], bool(line.get("ruled_out"))) for line in causes]


def _reach(causes: Lines) -> int:
    """How far the tip of a bone is from the spine."""
    return max(sum(len(text) for text, _faint in _texts(causes)) + 1, SHORTEST) * LINE


def _bone(label: str, causes: Lines, order: int, spine: int, *, upward: bool) -> Bone:
    foot, reach = WIDTH - HEAD - 24 - order * COLUMN, _reach(causes)
    tip_x, tip_y = foot - round(reach * LEAN), spine - reach if upward else spine + reach
    y = (tip_y if upward else spine) + LINE
    placed = []
    for text, faint in _texts(causes):
        middle = y + (len(text) - 1) * LINE // 2
        edge = foot - round(abs(spine - middle) * LEAN) - 12
        placed.append(Words(edge, [(y + n * LINE, each) for n, each in enumerate(text)], faint))
        y += len(text) * LINE
    return Bone(label, tip_x, tip_y, foot, spine, tip_y - 6 if upward else tip_y + LINE, placed)


def whys_of(title: str, lines: Lines) -> Whys:
    """A chain downwards: each answer asks the next why."""
    problem = _step(title, 0, "", last=False)
    steps, y = [], problem.height + LINE
    for number, line in enumerate(lines, 1):
        step = _step(str(line["why"]), y, str(line.get("known") or ""), last=number == len(lines))
        steps.append(step)
        y += step.height + LINE
    return Whys(y, problem, steps, lines)


def _step(text: str, y: int, known: str, *, last: bool) -> Step:
    lines = wrap(text, WRAP_WHY)[:6] or ["-"]
    height = len(lines) * LINE + LINE
    words = Words(70, [(y + LINE + 5 + n * LINE, each) for n, each in enumerate(lines)])
    return Step(y, height, words, known, last)
