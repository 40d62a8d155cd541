"""The process map as geometry: direction above, the way of a product in the middle, support below, and the hand-overs.

Only numbers are made here; the template draws them. Units are those of the picture's own coordinate system.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from gemba.modules.process.four_tests import Answer, Card
from gemba.modules.process.handing import Handover
from gemba.modules.process.models import Process
from gemba.modules.process.routing import Place, Router

Area = Process.Area
WAY = (Area.ORDERS, Area.DESIGN, Area.PURCHASING, Area.PRODUCTION, Area.DELIVERY, Area.AFTER)
WIDTH, HEIGHT = 156, 92
GAP_X, GAP_Y = 54, 18
EDGE, BAND, HEADING = 14, 56, 24
ON_WAY = 1
LETTERS, LINES = 17, 2
PER_ROW = 5


@dataclass(frozen=True, slots=True)
class Box:
    """One process; x and y are its upper left corner. `lines` is its title, broken to fit."""

    process: Process
    x: float
    y: float
    lines: Sequence[tuple[float, str]]
    marks: Sequence[tuple[float, Answer]]

    @property
    def middle(self) -> float:
        return self.x + WIDTH / 2

    @property
    def right(self) -> float:
        return self.x + WIDTH

    @property
    def bottom(self) -> float:
        return self.y + HEIGHT


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the picture with its heading: a band across, or one column of the way."""

    label: str
    x: float
    y: float
    width: float
    height: float
    band: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """`path` is SVG path data from the edge of one box to the edge of another."""

    path: str
    handover: Handover
    strong: bool
    """Along the way of the product; the others are drawn fainter."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A box with the arrows that leave it, so that a pointer over it lifts them out."""

    box: Box
    arrows: Sequence[Arrow]


@dataclass(frozen=True, slots=True)
class Picture:
    width: float
    height: float
    zones: Sequence[Zone]
    drawn: Sequence[Drawn]


def picture(cards: Sequence[Card], handed: Sequence[Handover]) -> Picture:
    """The map of these processes. Within an area they stand in the order given."""
    plan = _Plan(cards)
    plan.band(Area.DIRECTION)
    below = plan.y - BAND / 2
    plan.way()
    above = plan.y - BAND / 2
    plan.band(Area.SUPPORT)
    router = Router(EDGE, WIDTH + GAP_X, below, above)
    arrows: dict[str, list[Arrow]] = {}
    for each in handed:
        one, other = plan.places[each.source], plan.places[each.target]
        arrows.setdefault(each.source, []).append(
            Arrow(router.path(one, other), each, one.part == other.part == ON_WAY)
        )
    drawn = [Drawn(plan.boxes[c.process.number], arrows.get(c.process.number, ())) for c in cards]
    return Picture(plan.width, plan.y - BAND + EDGE, plan.zones, drawn)


class _Plan:
    """Where everything stands; `y` is where the next part begins."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self.by_area: dict[str, list[Card]] = {}
        for card in cards:
            self.by_area.setdefault(card.process.area, []).append(card)
        self.areas = [area for area in WAY if area in self.by_area]
        bands = (len(self.by_area.get(area, ())) for area in (Area.DIRECTION, Area.SUPPORT))
        self.columns = max(len(self.areas), min(max(bands), PER_ROW), 1)
        self.width: float = 2 * EDGE + self.columns * (WIDTH + GAP_X)
        self.y: float = EDGE
        self.boxes: dict[str, Box] = {}
        self.places: dict[str, Place] = {}
        self.zones: list[Zone] = []

    def band(self, area: str) -> None:
        """Boxes side by side across the whole width."""
        cards = self.by_area.get(area, ())
        if not cards:
            return
        for place, card in enumerate(cards):
            row, column = divmod(place, self.columns)
            self._stand(card, column, row, 0 if area == Area.DIRECTION else 2)
        rows = (len(cards) - 1) // self.columns + 1
        self._zone(area, 0, self.columns, rows, band=True)
        self.y += HEADING + rows * (HEIGHT + GAP_Y) + BAND

    def way(self) -> None:
        """The way of a product, one column for each area; the longest decides how high the part is."""
        if not self.areas:
            return
        first = (self.columns - len(self.areas)) // 2
        most = max(len(self.by_area[area]) for area in self.areas)
        for column, area in enumerate(self.areas, first):
            for row, card in enumerate(self.by_area[area]):
                self._stand(card, column, row, ON_WAY)
            self._zone(area, column, 1, most, band=False)
        self.y += HEADING + most * (HEIGHT + GAP_Y) + BAND

    def _stand(self, card: Card, column: int, row: int, part: int) -> None:
        x = EDGE + GAP_X / 2 + column * (WIDTH + GAP_X)
        y = self.y + HEADING + EDGE / 2 + row * (HEIGHT + GAP_Y)
        number = card.process.number
        self.boxes[number] = _box(card, x, y)
        self.places[number] = Place(number, column, part, x, y, WIDTH, HEIGHT)

    def _zone(self, area: str, column: int, columns: int, rows: int, *, band: bool) -> None:
        x, width = EDGE + column * (WIDTH + GAP_X), columns * (WIDTH + GAP_X)
        height = HEADING + rows * (HEIGHT + GAP_Y)
        self.zones.append(Zone(str(Area(area).label), x, self.y, width, height, band=band))


def _box(card: Card, x: float, y: float) -> Box:
    lines = textwrap.wrap(card.process.title, LETTERS, max_lines=LINES, placeholder=" …", break_long_words=True)
    texts = [(y + 39 + 18 * n, line) for n, line in enumerate(lines)]
    marks = [(x + 14 + 18 * n, answer) for n, answer in enumerate(card.answers)]
    return Box(card.process, x, y, texts, marks)
