"""The way of an arrow between two boxes of the map: along the gutters between the columns, never across a box."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

Point = tuple[float, float]
LANE, PORT = 5.0, 9.0
"""Distances between lines side by side, and between two lines that end at one side of a box."""
ROUND = 7.0
FIRST_PORT, PORTS = 16.0, 7
MOST_LANES = 9


@dataclass(frozen=True, slots=True)
class Place:
    """A box in the grid: its column, its row of the picture from top to bottom, its left upper corner and size."""

    key: str
    column: int
    part: int
    """0 direction, 1 the way of a product, 2 support."""
    x: float
    y: float
    width: float
    height: float


@dataclass
class Router:
    """`pitch` is the distance of two columns, `left` where the gutter before the first one lies.

    `below` and `above` are the heights at which lines may run across: under the first part, and under the second.
    """

    left: float
    pitch: float
    below: float
    above: float
    _used: Counter[object] = field(default_factory=Counter)

    def path(self, one: Place, other: Place) -> str:
        """SVG path data."""
        right = other.column >= one.column
        start = self._port(one, right=right)
        same_column = other.column == one.column
        end = self._port(other, right=right if same_column else not right)
        out = one.column + right
        into = out if same_column else other.column + (not right)
        if out == into and one.part == other.part and not same_column:
            return _curve(start, end)
        if out == into:
            x = self._gutter(out)
            return _rounded([start, (x, start[1]), (x, end[1]), end])
        x1, x2, y = self._gutter(out), self._gutter(into), self._corridor(one, other)
        return _rounded([start, (x1, start[1]), (x1, y), (x2, y), (x2, end[1]), end])

    def _port(self, place: Place, *, right: bool) -> Point:
        """Where a line begins or ends at a side; each one a little lower than the one before."""
        number = self._next(("port", place.key, right)) % PORTS
        return (place.x + place.width if right else place.x, place.y + FIRST_PORT + number * PORT)

    def _gutter(self, column: int) -> float:
        return self.left + column * self.pitch + self._lane(("gutter", column))

    def _corridor(self, one: Place, other: Place) -> float:
        top = 0 in (one.part, other.part)
        return (self.below if top else self.above) + self._lane(("corridor", top))

    def _lane(self, where: object) -> float:
        """0, then beside it to one side and to the other."""
        number = self._next(where) % MOST_LANES
        return LANE * ((number + 1) // 2) * (1 if number % 2 else -1)

    def _next(self, what: object) -> int:
        number = self._used[what]
        self._used[what] += 1
        return number


def _curve(start: Point, end: Point) -> str:
    """Across one gutter."""
    (x1, y1), (x2, y2) = start, end
    middle = (x1 + x2) / 2
    return f"M{x1:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}"


def _rounded(points: Sequence[Point]) -> str:
    """Straight lines with rounded corners; points that lie on one line make no corner."""
    parts = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(ROUND, _length(before, corner) / 2, _length(corner, after) / 2)
        one, two = _towards(corner, before, radius), _towards(corner, after, radius)
        parts.append(f"L{one[0]:g} {one[1]:g}Q{corner[0]:g} {corner[1]:g} {two[0]:g} {two[1]:g}")
    parts.append(f"L{points[-1][0]:g} {points[-1][1]:g}")
    return "".join(parts)


def _length(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(start: Point, end: Point, distance: float) -> Point:
    """So far from the start on the way to the end; both lie on one level or one upright."""
    length = _length(start, end) or 1.0
    share = distance / length
    return (round(start[0] + (end[0] - start[0]) * share, 1), round(start[1] + (end[1] - start[1]) * share, 1))
