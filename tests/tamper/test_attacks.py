"""Attacks on a living database, at three levels, with and without a witness; what each verification says of them.

What no verification can find without a witness is said plainly: *not checked against a witness*.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from gemba.kernel.log.naming import log_subject
from gemba.kernel.trail.models import Event
from gemba.kernel.ulid import ulid
from gemba.modules.objective.models import Objective
from tests.kernel.samples import again
from tests.tamper.attacker import HASHES, KEYS, ROWS, Attack, Bodies, as_owner, attacked, remove_record, sql
from tests.tamper.conftest import World, named

PLAIN = "Not checked against a witness"


@dataclass(frozen=True)
class Case:
    """`who` must be named. `unseen` are the levels at which only a witness knows."""

    name: str
    act: Callable[[World, Attack], None]
    who: Callable[[World], str]
    unseen: tuple[int, ...] = (KEYS,)
    seq: int | None = None
    alone: Mapping[int, Callable[[World], str]] = field(default_factory=dict)
    """What is named instead at a level, where there is no witness to name the record."""


def victim(world: World) -> str:
    return world.victim.subject


def fresh(world: World) -> str:
    return world.fresh.subject


def log(_world: World) -> str:
    return log_subject()


def number(world: World) -> str:
    return world.victim.number


def payload(world: World, attack: Attack) -> None:
    """An old event says that something else was written."""

    def change(bodies: Bodies) -> Bodies:
        bodies[1]["chg"][0][2] = "Nobody waits"
        return bodies

    attack.rewrite(world.victim.subject, change)
    if attack.level != ROWS:
        sql("UPDATE objective_objective SET why = %s WHERE record_ptr_id = %s", "Nobody waits", world.victim.pk)
        attack.restate(world.victim)


def signer(world: World, attack: Attack) -> None:
    """Somebody else is to have signed."""
    somebody = world.company.quality

    def change(bodies: Bodies) -> Bodies:
        bodies[-1]["actor"] |= {"id": somebody.uid, "name": somebody.name}
        bodies[-1]["sig"] |= {"uid": somebody.uid, "name": somebody.name}
        return bodies

    attack.rewrite(world.victim.subject, change)
    sql(
        "UPDATE kernel_signature SET person_id = %s, name = %s WHERE record_id = %s",
        somebody.pk, somebody.name, world.victim.pk,
    )  # fmt: skip


def time(world: World, attack: Attack) -> None:
    """It is to have happened a little earlier."""

    def change(bodies: Bodies) -> Bodies:
        if attack.level == ROWS:
            return [bodies[0] | {"at": "2020-01-01T00:00:00.000000Z"}, *bodies[1:]]
        for body in bodies:
            then = dt.datetime.fromisoformat(body["at"]) - dt.timedelta(seconds=20)
            body["at"] = then.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return bodies

    attack.rewrite(world.victim.subject, change)


def middle(world: World, attack: Attack) -> None:
    """A comment that was said is to have never been said."""

    def change(bodies: Bodies) -> Bodies:
        return [body for body in bodies if not body["act"].endswith(".comment")]

    attack.rewrite(world.victim.subject, change)
    sql("DELETE FROM kernel_comment WHERE record_id = %s", world.victim.pk)
    _signature_moves(world, -1)


def _signature_moves(world: World, by: int) -> None:
    if Event.objects.filter(subject=world.victim.subject).latest("seq").act.endswith(".approve"):
        last = Event.objects.filter(subject=world.victim.subject).latest("seq").seq
        sql("UPDATE kernel_signature SET seq = %s WHERE record_id = %s", last, world.victim.pk)


def last(world: World, attack: Attack) -> None:
    """The approval is to have never happened."""
    attack.rewrite(world.victim.subject, lambda bodies: bodies[:-1])
    with as_owner() as cursor:
        cursor.execute("DELETE FROM kernel_signature WHERE record_id = %s", [world.victim.pk])
        then = json.loads(Event.objects.filter(subject=world.victim.subject).latest("seq").body)
        since = {name: new for name, _old, new in then["chg"]}["state_since"]
        cursor.execute(
            "UPDATE kernel_record SET state = 'review', state_since = %s WHERE id = %s",
            [since.replace("T", " ").rstrip("Z"), world.victim.pk],
        )


def _gone(record: Any, attack: Attack) -> None:
    with as_owner() as cursor:
        cursor.execute("DELETE FROM kernel_event WHERE subject = %s", [record.subject])
        if attack.level != ROWS:
            cursor.execute("DELETE FROM kernel_chainhead WHERE subject = %s", [record.subject])
    remove_record(record, type(record))


def sealed_record(world: World, attack: Attack) -> None:
    """A record of the first seal, with its rows, is gone."""
    _gone(world.victim, attack)
    attack.rewrite(world.figure.subject, lambda bodies: [body for body in bodies if not body["links"]])


def unsealed_record(world: World, attack: Attack) -> None:
    """A record that was not sealed yet is gone, and its number given back."""
    _gone(world.fresh, attack)
    if attack.level != ROWS:
        sql("UPDATE kernel_numbersequence SET last = last - 1 WHERE prefix = %s", world.fresh.number.split("-", 1)[0])


def unsealed_tail(world: World, attack: Attack) -> None:
    """All that was written since the last seal is gone."""
    unsealed_record(world, attack)
    calibrate = Objective._base_manager.get(title="Calibrate")
    attack.rewrite(calibrate.subject, lambda bodies: bodies[:-1])
    sql("UPDATE objective_objective SET why = 'Instruments drift' WHERE record_ptr_id = %s", calibrate.pk)


def sealed_tail(world: World, attack: Attack) -> None:
    """All that was written since the first seal is gone, and the second seal with it."""
    _to_boundary(world, attack)


def older_database(world: World, attack: Attack) -> None:
    """The database is the one of an old backup: nothing in it is wrong, and much is missing."""
    _to_boundary(world, attack)


def _to_boundary(world: World, attack: Attack) -> None:
    attack.cut_log(1)
    for record in Objective._base_manager.filter(title__in=("Train everybody", "Calibrate", "Audit suppliers")):
        _gone(record, attack)
    if attack.level != ROWS:
        sql("UPDATE kernel_numbersequence SET last = 1 WHERE prefix = %s", world.victim.number.split("-", 1)[0])


def reordered(world: World, attack: Attack) -> None:
    """What was decided first is to have been decided last: two events of different records change places."""
    one = Event.objects.get(subject=world.figure.subject, act="measurement.link")
    two = Event.objects.get(subject=world.victim.subject, act="objective.submit")
    with as_owner() as cursor:
        for old, new in ((one.pk, -1), (two.pk, one.pk), (-1, two.pk)):
            cursor.execute("UPDATE kernel_event SET id = %s WHERE id = %s", [new, old])
        if attack.level == HASHES:
            for event, digest in ((one.pk, two.hash), (two.pk, one.hash)):
                cursor.execute("UPDATE kernel_leaf SET hash = %s WHERE event_id = %s", [digest, event])


def back_dated(world: World, attack: Attack) -> None:
    """An approval that nobody gave, dated last month."""
    boss, record = world.company.manager, world.fresh
    at = "2026-01-05T09:00:00.000000Z"
    sig = {
        "meaning": "Approved", "name": boss.name, "uid": boss.uid, "content": record.digest, "statement": "I approve",
        "factors": "pwd", "ceremony": ulid(), "tz": "UTC", "rejection": False, "at": at,
    }  # fmt: skip

    def change(bodies: Bodies) -> Bodies:
        like = {name: value for name, value in bodies[-1].items() if name != "_id"}
        made = like | {
            "seq": len(bodies) + 1, "act": "objective.approve", "at": at, "chg": [], "sig": sig, "reason": None,
            "actor": like["actor"] | {"id": boss.uid, "name": boss.name}, "prev": "0" * 64,
        }  # fmt: skip
        return [*bodies, made]

    attack.rewrite(record.subject, change)
    seq = Event.objects.filter(subject=record.subject).latest("seq").seq
    columns = (
        "record_id, person_id, name, roles, transition, meaning, statement, rejection, reason, content, at, time_zone,"
        " factors, ceremony, seq"
    )
    values = [
        record.pk, boss.pk, boss.name, "quality", "approve", "Approved", "I approve", False, "", record.digest,
        "2026-01-05 09:00:00", "UTC", "pwd", sig["ceremony"], seq,
    ]  # fmt: skip
    sql(f"INSERT INTO kernel_signature ({columns}) VALUES ({', '.join(['%s'] * len(values))})", *values)


def row(world: World, attack: Attack) -> None:
    """The record says something else than was written."""
    sql("UPDATE objective_objective SET why = %s WHERE record_ptr_id = %s", "Nobody waits", world.victim.pk)
    attack.restate(world.victim, columns={"why": ("People wait too long", "Nobody waits")})
    if attack.level != ROWS:
        content = again(world.victim).digest

        def change(bodies: Bodies) -> Bodies:
            bodies[-1]["sig"] |= {"content": content}
            return bodies

        attack.rewrite(world.victim.subject, change)
        sql("UPDATE kernel_signature SET content = %s WHERE record_id = %s", content, world.victim.pk)


def row_gone(world: World, attack: Attack) -> None:
    """The row of a record is gone; its events are there."""
    sql("DELETE FROM objective_objective WHERE record_ptr_id = %s", world.victim.pk)
    sql("DELETE FROM kernel_record WHERE id = %s", world.victim.pk)


def last_seal(world: World, attack: Attack) -> None:
    """The newest seal is taken away."""
    attack.cut_log(1)


def everything(world: World, attack: Attack) -> None:
    """Every event of every record tells of another company reason."""
    for record in list(Objective._base_manager.order_by("pk")):

        def change(bodies: Bodies) -> Bodies:
            return [{**body, "reason": "As agreed"} for body in bodies]

        attack.rewrite(record.subject, change)
    if attack.level != ROWS:
        sql("UPDATE kernel_signature SET reason = 'As agreed'")


CASES = [
    Case("tmp_01_old_payload", payload, victim, seq=2),
    Case("tmp_02_another_signer", signer, victim),
    Case("tmp_03_another_time", time, victim, seq=1),
    Case("tmp_04_middle_event_gone", middle, victim),
    Case("tmp_05_last_event_gone", last, victim),
    Case("tmp_06_sealed_record_gone", sealed_record, victim, unseen=(), alone={KEYS: number}),
    Case("tmp_07_unsealed_record_gone", unsealed_record, fresh, unseen=(HASHES, KEYS)),
    Case("tmp_08_unsealed_tail_gone", unsealed_tail, fresh, unseen=(HASHES, KEYS)),
    Case("tmp_09_sealed_tail_gone", sealed_tail, lambda world: world.other.subject, unseen=(HASHES, KEYS)),
    Case("tmp_10_two_events_change_places", reordered, victim, alone={HASHES: log}),
    Case("tmp_11_back_dated_approval", back_dated, fresh, unseen=()),
    Case("tmp_13_row_edited", row, victim),
    Case("tmp_14_row_gone", row_gone, victim, unseen=()),
    Case("tmp_16_last_seal_gone", last_seal, log, unseen=(HASHES, KEYS)),
    Case("tmp_17_older_database", older_database, fresh, unseen=(HASHES, KEYS)),
    Case("tmp_18_everything_rewritten", everything, victim),
]
TRIED = [(case, level) for case in CASES for level in (ROWS, HASHES, KEYS)]


@pytest.fixture
def attacked_world(world: World, db: None) -> Iterator[World]:
    with attacked():
        yield world


@pytest.mark.parametrize(("case", "level"), TRIED, ids=[f"{case.name}-level_{level}" for case, level in TRIED])
def test_tmp_attacks_are_found_and_name_the_record(case: Case, level: int, attacked_world: World) -> None:
    """TMP-01 to TMP-18: found at every level with the witness; without it, found or said not to be checked."""
    who = case.who(attacked_world)
    attack = Attack(level)
    with as_owner():
        case.act(attacked_world, attack)
        attack.seal_again()
    watched = attacked_world.found(watched=True)
    assert who in named(watched.findings), watched.findings
    assert not watched.limits
    alone = attacked_world.found(watched=False)
    assert alone.limits[0].startswith(PLAIN)
    if level in case.unseen:
        assert alone.clean, alone.findings
    else:
        assert case.alone.get(level, case.who)(attacked_world) in named(alone.findings), alone.findings
        if case.seq is not None:
            assert case.seq in {finding.seq for finding in alone.findings if finding.subject == who}
