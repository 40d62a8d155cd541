"""Several people raise, edit, advance and sign at the same time: nothing is lost and no number is given twice."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection, connections

from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Conflict, Refused
from gemba.kernel.roles import Role
from gemba.kernel.signing.models import Signature
from gemba.kernel.trail.chain import verify_chain
from gemba.modules.nonconformity.models import Nonconformity
from tests.kernel.people import as_, person
from tests.kernel.samples import again, bodies, signed
from tests.modules.nonconformity.test_life import DECIDED, EVALUATED, FOUND, raised

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time; PostgreSQL many"),
]
PEOPLE, SECONDS = 8, 3.0


class Crowd:
    """What each was told, from which it follows what the rows must say."""

    def __init__(self, shared: Nonconformity) -> None:
        self.shared, self.raised, self.saved, self.signed = shared, list[str](), list[str](), list[str]()
        self.conflicts, self.trouble = 0, list[BaseException]()
        self.waiting: list[Nonconformity] = []
        self.lock = threading.Lock()

    def raise_one(self, who: Person, dice: random.Random) -> None:
        record = raised(who, segregated="yes", title=f"Cracked {dice.random()}")
        Advance(record=record, name="contain", **as_(who)).execute()
        Edit(record=again(record), values={**EVALUATED}, **as_(who)).execute()
        Advance(record=again(record), name="evaluate", **as_(who)).execute()
        Edit(record=again(record), values=DECIDED, **as_(who)).execute()
        with self.lock:
            self.raised.append(record.number)
            self.waiting.append(again(record))

    def edit_shared(self, who: Person, dice: random.Random) -> None:
        """As from a page: with the version that stood on it."""
        seen: Nonconformity = again(self.shared)
        unmet = f"{dice.getrandbits(60):x}"
        try:
            Edit(record=seen, values={"unmet": unmet}, version=seen.version, **as_(who)).execute()
        except Conflict:
            with self.lock:
                self.conflicts += 1
        else:
            with self.lock:
                self.saved.append(unmet)

    def sign(self, who: Person, dice: random.Random) -> None:
        """One that waits, left there half of the time, so that two sign the same one at once."""
        with self.lock:
            record = dice.choice(self.waiting) if self.waiting else None
            if record and dice.random() > 1 / 2:
                self.waiting.remove(record)
        if record is None:
            return
        try:
            signed(again(record), "decide", who)
        except Refused:
            return
        with self.lock:
            self.signed.append(record.number)

    def live(self, who: Person, seed: int, until: float) -> None:
        dice = random.Random(seed)  # noqa: S311  no secret
        acts: list[Callable[[Person, random.Random], None]] = [self.raise_one, self.edit_shared, self.sign]
        try:
            while time.monotonic() < until:
                for act in acts:
                    act(who, dice)
        except Exception as error:
            self.trouble.append(error)
        finally:
            connections.close_all()


def test_a_crowd_loses_nothing_and_doubles_nothing() -> None:
    """M48, CON-01, CON-03, CON-04: eight at once for three seconds, counted afterwards row by row."""
    people = [person(f"Person {n}", Role.QUALITY, Role.MANAGEMENT) for n in range(PEOPLE)]
    values = {**FOUND, "contained": [{"what": "Line stopped", "on": "2026-01-05"}]}
    with seeing_everything():
        crowd = Crowd(Raise(model=Nonconformity, values=values, **as_(people[0])).execute())
    until = time.monotonic() + SECONDS
    threads = [threading.Thread(target=crowd.live, args=(who, n, until)) for n, who in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert crowd.trouble == []
    assert min(len(crowd.raised), len(crowd.saved), len(crowd.signed)) > 0
    _numbers(crowd)
    _edits(crowd)
    assert Counter(crowd.signed) == Counter(Signature.objects.values_list("record__number", flat=True))
    assert [n for n, times in Counter(crowd.signed).items() if times != 1] == []
    assert [row.number for row in Nonconformity._base_manager.all() if verify_chain(row.subject)] == []


def _numbers(crowd: Crowd) -> None:
    """Every number once, none missing, none that nobody was told."""
    given = sorted(Nonconformity._base_manager.values_list("number", flat=True))
    assert given == sorted([crowd.shared.number, *crowd.raised])
    assert sorted(int(number.rpartition("-")[2]) for number in given) == list(range(1, len(given) + 1))


def _edits(crowd: Crowd) -> None:
    """Each that was answered as saved is in exactly one event, and the row says the last."""
    written = [change[2] for body in bodies(crowd.shared) for change in body["chg"] if change[0] == "unmet"][1:]
    assert sorted(written) == sorted(crowd.saved)
    assert again(crowd.shared).unmet == written[-1]
    assert again(crowd.shared).version == len(written) + 1
