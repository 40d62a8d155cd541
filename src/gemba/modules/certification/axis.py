"""The axis of time of a plan: where its days stand, as shares of the width, so that it fits any screen."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gemba.modules.certification.models import CertificationVisit
from gemba.modules.certification.naming import PAPER, PRACTICE
from gemba.modules.certification.states import HELD
from gemba.modules.certification.tracks import Milestone, Tracks

LANES = {PAPER: 30, PRACTICE: 82, "visit": 134}
"""From the top, in pixels."""
EDGE = 12.0
"""So near to an edge, in percent, words stand beside their mark and not below it."""
MARGIN = 0.04
FAR = 50 * 366
"""Days. A slip of the hand, such as the year 9999, would press all others into one point."""
NEAR = 13.0
"""Marks closer than this, in percent, would write over each other."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One day on a lane. `x` is in percent of the width."""

    x: float
    y: int
    day: dt.date
    tone: str
    words: str
    above: bool = False
    """Its words stand above it, since those of its neighbour stand below."""
    told: bool = True
    """Whether there is room for its words at all; the list below the axis has them."""

    @property
    def anchor(self) -> str:
        if self.x < EDGE:
            return "start"
        return "end" if self.x > 100 - EDGE else "middle"


@dataclass(frozen=True)
class Axis:
    first: dt.date
    last: dt.date
    today: float
    marks: Sequence[Mark] = field(default_factory=tuple)
    years: Sequence[tuple[float, int]] = field(default_factory=tuple)


def axis(found: Tracks, visits: Iterable[CertificationVisit], ends: Sequence[dt.date] = ()) -> Axis | None:
    """None where no day is named. A day too far away to be meant is left to the list below the axis."""
    stations = [each for each in (*_milestones(found), *_visits(visits, found.day)) if _near(each[0], found.day)]
    days = [day for day, *_rest in stations]
    if not days:
        return None
    days += [found.day, *(day for day in ends if _near(day, found.day))]
    first, last = min(days), max(days)
    room = max(int((last - first).days * MARGIN), 7)
    first, last = first - dt.timedelta(days=room), last + dt.timedelta(days=room)

    def at(day: dt.date) -> float:
        return round(100 * (day - first).days / (last - first).days, 2)

    years = [(at(dt.date(year, 1, 1)), year) for year in range(first.year + 1, last.year + 1)]
    marks = [Mark(at(day), LANES[lane], day, tone, words) for day, lane, tone, words in stations]
    return Axis(first, last, at(found.day), [each for y in LANES.values() for each in _apart(marks, y)], years)


def _near(day: dt.date, today: dt.date) -> bool:
    return abs((day - today).days) <= FAR


def _apart(marks: Iterable[Mark], y: int) -> Iterable[Mark]:
    """The marks of one lane with words below, above where the neighbour's are below, or without any."""
    below = above = -100.0
    for each in sorted((mark for mark in marks if mark.y == y), key=lambda mark: mark.x):
        if each.x - below >= NEAR:
            below = each.x
            yield each
        elif each.x - above >= NEAR:
            above = each.x
            yield replace(each, above=True)
        else:
            yield replace(each, told=False)


def _milestones(found: Tracks) -> Iterable[tuple[dt.date, str, str, str]]:
    """Those that are due on one day stand together."""
    for lane, milestones in ((PAPER, found.paper), (PRACTICE, found.practice)):
        for day in sorted({each.target for each in milestones if each.target}):
            here = [each for each in milestones if each.target == day]
            reached = sum(each.reached for each in here)
            yield day, lane, _tone(here, found.day), _("%(n)d of %(of)d") % {"n": reached, "of": len(here)}


def _tone(milestones: Sequence[Milestone], day: dt.date) -> str:
    if all(each.reached for each in milestones):
        return "good"
    return "bad" if any(each.late(day) for each in milestones) else "calm"


def _visits(visits: Iterable[CertificationVisit], today: dt.date) -> Iterable[tuple[dt.date, str, str, str]]:
    for each in visits:
        day = each.held_on or each.due
        if day is not None:
            tone = "good" if each.state == HELD.name else "bad" if day < today else "calm"
            yield day, "visit", tone, str(each.get_stage_display())


def left(day: dt.date, today: dt.date) -> str:
    """In words: how long until that day."""
    days = (day - today).days
    if days < 0:
        return ngettext("%d day ago", "%d days ago", -days) % -days
    return ngettext("in %d day", "in %d days", days) % days
