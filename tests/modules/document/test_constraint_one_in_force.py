"""Two effective revisions of one document are impossible, whoever tries, however many try at once (M42)."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.chain import verify_chain
from gemba.modules.document import reading
from gemba.modules.document.models import Document, Revision
from tests.kernel.people import person
from tests.kernel.processes import database_environment
from tests.modules.document.life import again, do, document, draft, released, revised, step

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("document-races")]
THREADS, TURNS = 8, 25
"""200 attempts."""
PROGRAM = Path(__file__).parent / "release_until_killed.py"
IN_FORCE = "SELECT count(*) FROM document_revision WHERE document_id = %s AND in_force"


def in_threads(turn: Callable[[int, int], None]) -> list[BaseException]:
    """Every thread takes its turns at the same time as the others; what was raised, apart from refusals."""
    gate, raised = threading.Barrier(THREADS), list[BaseException]()

    def run(thread: int) -> None:
        gate.wait()
        try:
            for n in range(TURNS):
                turn(thread, n)
        except BaseException as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(thread,)) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(200)
    assert not any(thread.is_alive() for thread in threads)
    return raised


def in_force(of: Document) -> int:
    with connection.cursor() as cursor:
        cursor.execute(IN_FORCE, [of.pk])
        return int(cursor.fetchone()[0])


def chain_of_revisions(author: Person, approver: Person, count: int) -> list[Revision]:
    made = [released(author, approver)]
    made += [revised(again(made[0].document), author, approver) for _ in range(count - 1)]
    return made


def test_200_racing_attempts_on_the_database_itself_never_put_two_in_force(author: Person, approver: Person) -> None:
    """M42: the constraint refuses the second one even to those who go around every action."""
    revisions = chain_of_revisions(author, approver, THREADS)
    family = revisions[0].document
    outcomes: list[str] = []

    def turn(thread: int, n: int) -> None:
        wanted = revisions[(thread + n) % len(revisions)].pk
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("UPDATE document_revision SET in_force = true WHERE record_ptr_id = %s", [wanted])
            outcomes.append("held")
        except IntegrityError:
            outcomes.append("refused")
        assert in_force(family) == 1

    assert in_threads(turn) == []
    assert len(outcomes) == THREADS * TURNS
    assert "refused" in outcomes
    assert in_force(family) == 1


def test_200_racing_attempts_through_actions_leave_one_text_in_force(author: Person, approver: Person) -> None:
    """M42, M43: revising, sending, approving by eight people at once; refusals are sentences, every chain is whole."""
    family = released(author, approver).document
    people = [person(f"Writer {n}", Role.QUALITY) for n in range(THREADS)]
    seen: list[int] = []

    def turn(thread: int, n: int) -> None:
        me = people[thread]
        attempts: tuple[Callable[[], Any], ...] = (
            lambda: do(family, "revise", me, change_reason="Race"),
            lambda: step(working(family), "submit", me),
            lambda: step(working(family), "approve", me),
        )
        for attempt in attempts:
            with suppress(Refused):
                attempt()
        seen.append(in_force(family))

    assert in_threads(turn) == []
    assert set(seen) == {1}
    assert len(seen) == THREADS * TURNS
    rows = list(Revision._base_manager.filter(document=family).order_by("sequence"))
    assert len(rows) > 3, "the race must have released some"
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    assert [row.state for row in rows].count("effective") == 1
    assert [row.in_force for row in rows].count(True) == 1
    for row in rows:
        assert verify_chain(row.subject) == []
    assert verify_chain(family.subject) == []


def working(family: Document) -> Any:
    """The draft of the moment."""
    found = Revision._base_manager.filter(document=family, working=True).first()
    if found is None:
        raise Refused("There is no draft now.")
    return found


def test_two_last_signatures_at_once_release_once(author: Person, approver: Person) -> None:
    """M200, CON-01: two approvers sign at the same moment; both signatures stand and the text takes effect once."""
    other = person("Olga", Role.QUALITY)
    lines = [{"task": "approve", "role": "", "person": who.uid, "order": None} for who in (approver, other)]
    for _ in range(5):
        made = draft(author, document(author, signers=lines))
        step(made, "submit", author)
        gate, raised = threading.Barrier(2), list[Exception]()

        def sign(who: Person, made: Revision = made, gate: Any = gate, raised: Any = raised) -> None:
            gate.wait()
            try:
                step(made, "approve", who)
            except Exception as error:
                raised.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=sign, args=(who,)) for who in (approver, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert raised == []
        assert again(made).state == "effective"
        assert again(made).signatures.count() == 2


def test_a_release_that_fails_halfway_has_not_happened(
    author: Person, approver: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M42: signature, supersession, dates and readings together or not at all."""
    first = released(author, approver)
    second = do(first.document, "revise", author, change_reason="Clearer")
    step(second, "submit", author)

    def fails(*_args: Any) -> int:
        raise OperationalError("disk full")

    monkeypatch.setattr(reading, "ask_readers", fails)
    with pytest.raises(OperationalError):
        step(second, "approve", approver)
    assert (again(first).state, again(first).valid_to, again(second).state) == ("effective", None, "approval")
    assert not again(second).signatures.exists()
    monkeypatch.undo()
    assert step(second, "approve", approver).state == "effective"


def test_a_process_killed_in_the_middle_leaves_one_text_in_force(author: Person, approver: Person) -> None:
    """M42, CON-06: killed at any moment, the days of one revision end where those of the next begin."""
    family = released(author, approver).document
    environment = database_environment(
        connection.settings_dict, GEMBA_DATA=str(Path(settings.GEMBA_TRAIL_KEY).parents[1])
    )
    for wait in (0.05, 0.31, 0.17):
        process = subprocess.Popen(
            [sys.executable, str(PROGRAM)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        acknowledged = process.stdout.readline().strip()
        time.sleep(wait)
        os.kill(process.pid, signal.SIGKILL)
        lines = [acknowledged, *process.communicate()[0].split()]
        assert acknowledged.startswith(family.number)
        rows = list(Revision._base_manager.filter(document=family).order_by("sequence"))
        assert [row.in_force for row in rows].count(True) == 1
        assert [row.state for row in rows].count("effective") == 1
        assert all(verify_chain(row.subject) == [] for row in rows)
        last = Revision._base_manager.get(document=family, in_force=True)
        whole = [line for line in lines if "-R" in line]
        assert last.sequence >= int(whole[-1].rpartition("R")[2]), "what was acknowledged is in force, or replaced"
        if left := Revision._base_manager.filter(document=family, working=True).first():
            step_on(left, author, approver)


def step_on(left: Revision, author: Person, approver: Person) -> None:
    """What the killed process had begun can be finished by hand."""
    if left.state == "draft":
        step(left, "submit", author)
    assert step(left, "approve", approver).state == "effective"
