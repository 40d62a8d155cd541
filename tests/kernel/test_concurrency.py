"""Two at once: one wins, the other is told so, and nothing is lost, doubled or left half done."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import close_old_connections, connection, connections, transaction

from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Edit
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Conflict, Refused
from gemba.kernel.signing.models import Signature
from gemba.kernel.trail.canonical import digest
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.models import ChainHead, Event
from gemba.kernel.trail.writer import Entry, append
from gemba.modules.objective.models import Objective
from tests.kernel.people import as_
from tests.kernel.samples import again, bodies, figure, proof, raised, signed, submitted

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment, each in a thread with its own connection; what each returned or raised."""
    gate = threading.Barrier(len(acts))
    found: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[place] = act()
        except Exception as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    close_old_connections()
    return found


def refused(found: list[Any]) -> list[Any]:
    unexpected = [f for f in found if isinstance(f, BaseException) and not isinstance(f, Refused)]
    assert unexpected == []
    return [f for f in found if isinstance(f, Refused)]


def test_con_01_of_two_approvers_at_once_one_wins(quality: Person, manager: Person) -> None:
    """CON-01: never two completions of one step; the other is told that the record has moved on."""
    for _ in range(5):
        objective = submitted(quality)
        found = at_once(*[lambda: signed(objective, "approve", manager)] * 2)  # noqa: B023
        [loser] = refused(found)
        assert isinstance(loser, Conflict)
        assert Signature.objects.filter(record=objective).count() == 1
        assert [b["act"] for b in bodies(objective)].count("objective.approve") == 1
        assert verify_chain(objective.subject) == []


def test_con_01_approving_and_rejecting_at_once_does_one_of_them(quality: Person, manager: Person) -> None:
    """CON-01: contradictory decisions are never both taken."""
    objective = submitted(quality)
    found = at_once(
        lambda: signed(objective, "approve", manager), lambda: signed(objective, "reject", manager, "Unclear")
    )
    assert len(refused(found)) == 1
    assert Signature.objects.count() == 1


def test_con_03_of_two_edits_of_one_version_the_second_gets_both_versions(quality: Person) -> None:
    """CON-03: nothing is silently lost; the conflict holds what stands and what was given."""
    objective = raised(quality)
    found = at_once(
        *[
            lambda unit=unit: Edit(record=objective, values={"unit": unit}, version=1, **as_(quality)).execute()
            for unit in ("hours", "weeks")
        ]
    )
    [loser] = refused(found)
    assert isinstance(loser, Conflict)
    assert isinstance(loser.current, Objective)
    assert loser.current.unit == again(objective).unit
    assert isinstance(loser.given, Objective)
    assert again(objective).version == 2


def test_con_03_edits_of_different_fields_without_a_version_are_both_kept(quality: Person) -> None:
    """CON-03: each action reads again what it changes, so that a field nobody touched is never written back."""
    objective = raised(quality)
    found = at_once(
        lambda: Edit(record=objective, values={"unit": "hours"}, **as_(quality)).execute(),
        lambda: Edit(record=objective, values={"measure": "Mean"}, **as_(quality)).execute(),
    )
    assert refused(found) == []
    assert (again(objective).unit, again(objective).measure) == ("hours", "Mean")
    assert verify_chain(objective.subject) == []


def test_con_04_numbers_are_unique_and_without_gaps(quality: Person) -> None:
    """CON-04, M48: also from nothing, with many at once, and with one that fails and gives its number back."""

    def fails() -> None:
        with transaction.atomic():
            raised(quality)
            raise Refused("not today")

    found = at_once(*[lambda: raised(quality) for _ in range(7)], fails)
    assert len(refused(found)) == 1
    numbers = sorted(int(o.number.rpartition("-")[2]) for o in Objective._base_manager.all())
    assert numbers == list(range(1, 8))
    assert Event.objects.filter(act="objective.raise").count() == 7


def test_con_04_a_void_number_is_not_given_again(quality: Person) -> None:
    """CON-04: numbers only go up, whatever happens to the records."""
    first = raised(quality).number
    assert [raised(quality).number for _ in range(2)] == [f"{first[:-1]}2", f"{first[:-1]}3"]


def test_con_06_one_link_of_a_kind_between_two_records(quality: Person) -> None:
    """CON-06, as far as it applies without revisions: the same thing begun twice at once exists once."""
    measured, objective = figure(quality), raised(quality)
    found = at_once(*[lambda: MakeLink(record=measured, role="measures", to=objective, **as_(quality)).execute()] * 3)
    assert all(isinstance(loser, Conflict) for loser in refused(found))
    assert len(refused(found)) == 2


def test_two_who_begin_a_chain_at_once_write_one_chain(quality: Person) -> None:
    """AUD-01: the first events of a subject that had none take their turn."""
    entry = Entry(subject="site/one", act="site.change", state=digest({}), schema="site@1")

    def begin() -> None:
        with transaction.atomic():
            append(entry, as_(quality)["actor"])

    assert refused(at_once(*[begin] * 4)) == []
    assert ChainHead.objects.get(subject="site/one").seq == 4
    assert verify_chain("site/one") == []


def test_con_08_a_busy_database_makes_others_wait_not_fail(quality: Person) -> None:
    """CON-08: while one transaction holds the database for two seconds, the others finish; none reads 'locked'."""

    def hold() -> None:
        with transaction.atomic():
            raised(quality)
            time.sleep(2)

    started = time.monotonic()
    found = at_once(hold, *[lambda: raised(quality) for _ in range(3)])
    assert refused(found) == []
    assert time.monotonic() - started < 20
    assert Objective._base_manager.count() == 4
    if connection.vendor == "sqlite":
        options = connection.settings_dict["OPTIONS"]
        assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 20)


def test_many_writers_keep_every_chain_sound(quality: Person) -> None:
    """CON-01, DUR-01: six threads, one record: every event in order, each change in exactly one of them."""
    objective = raised(quality)

    def work(place: int) -> None:
        for turn in range(5):
            Edit(record=objective, values={"unit": f"{place}-{turn}"}, **as_(quality)).execute()

    assert refused(at_once(*[lambda place=place: work(place) for place in range(6)])) == []
    assert verify_chain(objective.subject) == []
    units = [change[2] for body in bodies(objective) for change in body["chg"] if change[0] == "unit"]
    assert len(units) == 31 == len(set(units))
    assert units[-1] == again(objective).unit
    assert proof(quality).person == quality
    assert Advance(record=objective, name="submit", **as_(quality)).execute().state == "review"
