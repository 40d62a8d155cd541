"""How the story is played: lives go on side by side in the order of time, and people act through actions alone.

A life is a generator. It yields the moment of its next scene and, when that moment has come, goes on with the server's
clock shifted to it. Records, events and signatures therefore bear the times at which they would have been made.
"""

import datetime as dt
import heapq
from collections.abc import Callable, Generator, Iterable
from typing import Any, TypeVar

from django.conf import settings

from gemba.kernel import clock
from gemba.kernel.access.scope import Access, access_of
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.base import Action
from gemba.kernel.actions.due import ExtendDue, deciders
from gemba.kernel.actor import Actor, Via
from gemba.kernel.attachments.models import files_of
from gemba.kernel.people.models import Department, JobRole, Person, Product, Site
from gemba.kernel.records.models import Record, content_digest
from gemba.kernel.rows import load
from gemba.kernel.signing.proof import Proof
from gemba.kernel.types import registry

Life = Generator[dt.datetime, None, None]
T = TypeVar("T")
R = TypeVar("R", bound=Record)
PAUSE = dt.timedelta(minutes=7)
"""At least so long lies between two scenes of one life."""
TICK = dt.timedelta(milliseconds=1)
APART = dt.timedelta(seconds=1)
"""Lives that meet at the same moment act one after the other, so that no event is older than the one before it."""


class NotADemonstrationError(RuntimeError):
    """Invented people and signatures must not come into an installation that keeps real records (AUT-16)."""


def refuse_real_use() -> None:
    if settings.GEMBA_MODE not in clock.MAY_SHIFT:
        raise NotADemonstrationError("The invented company is made in a demonstration only (GEMBA_MODE=demo).")


def play(lives: Iterable[Life], until: dt.datetime) -> int:
    """Play every life up to a moment, all of them in the order of time; the number of scenes."""
    refuse_real_use()
    waiting: list[tuple[dt.datetime, int, Life]] = []
    for order, life in enumerate(lives):
        _wait_for(waiting, life, order, earliest=None, until=until)
    scenes, over = 0, None
    while waiting:
        moment, order, life = heapq.heappop(waiting)
        if over is not None and moment <= over:  # the scene before took longer on a slow machine
            moment = over + TICK
        with clock.shifted(moment):
            _wait_for(waiting, life, order, earliest=moment + PAUSE, until=until)
            over = clock.now()
        scenes += 1
    return scenes


def _wait_for(
    waiting: list[tuple[dt.datetime, int, Life]], life: Life, order: int, *, earliest: dt.datetime | None,
    until: dt.datetime,
) -> None:  # fmt: skip
    """Let the life go on until it names its next moment."""
    moment = next(life, None)
    if moment is None:
        return
    moment = moment + order * APART
    moment = moment if earliest is None else max(moment, earliest)
    if moment < until:
        heapq.heappush(waiting, (moment, order, life))


class Stage:
    """The people and places of the company by name, and what they do."""

    def __init__(self) -> None:
        refuse_real_use()
        self.people: dict[str, Person] = {}
        self.sites: dict[str, Site] = {}
        self.departments: dict[str, Department] = {}
        self.jobs: dict[str, JobRole] = {}
        self.product: Product | None = None
        self.products: dict[str, Product] = {}
        self.records: dict[str, Record] = {}

    def person(self, name: str) -> Person:
        """Somebody by full name, or by given name where only one person has it."""
        return self.people.get(name) or next(p for n, p in self.people.items() if n.split()[0] == name)

    def record(self, title: str) -> Any:
        """A record of the story as it now stands, by the title it was raised with."""
        known: Any = self.records[title]
        return load(type(known), known.pk)

    def do(self, who: str, action: Callable[..., Action[T]], **given: Any) -> T:
        """Somebody does something at a screen, with the rights they have at that moment."""
        person = self.person(who)
        actor = Actor(person, Via.UI, auth="password")
        done = action(actor=actor, access=access_of(person, registry.readers()), **given).execute()
        if isinstance(changed := given.get("person"), Person):
            changed.refresh_from_db()
        return done

    def put_off(self, who: str, record: Record, due: dt.date, reason: str) -> None:
        """Somebody moves a due date; where that takes a second person, one agrees."""
        moved = self.do(who, ExtendDue, record=record, due=due, reason=reason)
        if moved.due != due:
            second = next(person for people in deciders(moved).values() for person in people)
            self.do(second.name, ExtendDue, record=moved, due=due, reason=reason)

    def system(self, action: Callable[..., Action[T]], **given: Any) -> T:
        """What happens before there is anybody with a right, as at a first start."""
        actor = Actor.system(Via.CLI)
        return action(actor=actor, access=Access(actor.person, everything=True), **given).execute()

    def sign(self, who: str, record: R, step: str, reason: str = "") -> R:
        """Somebody reads a record as it stands and takes a signed step."""
        seen = content_digest(record, files_of(record))
        advanced: R = self.do(
            who, Advance, record=record, name=step, reason=reason, seen=seen, proof=_proof(self.person(who))
        )
        return advanced


def _proof(person: Person) -> Proof:
    """What the sign dialog would give. Here nobody sits at the screen, so it exists in a demonstration only."""
    refuse_real_use()
    return Proof(person, "pwd", clock.now())
