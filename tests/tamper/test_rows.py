"""Edits of rows past the trail: of records and of all else that has a history; what, from what, since when."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from gemba.export.document import record_data
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.attachments.store import path_of
from gemba.kernel.people.models import Organisation
from gemba.kernel.trail.finding import Finding
from gemba.kernel.trail.models import Event
from gemba.kernel.ulid import ulid
from gemba.web.record_page import signatures_of
from tests.kernel.people import access
from tests.kernel.samples import again
from tests.tamper.attacker import as_owner, attacked, sql
from tests.tamper.conftest import World
from tests.web.seed import session_of


@dataclass(frozen=True)
class Edit:
    """One statement, and the finding that must come of it: code, whom it names, which field, what stood there."""

    name: str
    statement: str
    values: Callable[[World], list[Any]]
    code: str
    who: Callable[[World], str]
    field: str = ""
    was: str = ""


def victim(world: World) -> str:
    return world.victim.subject


def boss(world: World) -> str:
    return f"person/{world.company.manager.uid}"


def grant(world: World) -> str:
    return f"grant/{world.company.manager.grants.get().uid}"


def key(world: World) -> list[Any]:
    return [world.victim.pk]


def manager(world: World) -> list[Any]:
    return [world.company.manager.pk]


EDITS = [
    Edit(
        "a field of a record", "UPDATE objective_objective SET why = 'Nobody waits' WHERE record_ptr_id = %s", key,
        "row-altered", victim, "why", "People wait too long",
    ),
    Edit(
        "a number in a record", "UPDATE objective_objective SET target = 99 WHERE record_ptr_id = %s", key,
        "row-altered", victim, "target", "10.000",
    ),
    Edit(
        "the title of a record", "UPDATE kernel_record SET title = 'Something else' WHERE id = %s", key, "row-altered",
        victim, "title", "Answer complaints",
    ),
    Edit(
        "the state of a record", "UPDATE kernel_record SET state = 'draft' WHERE id = %s", key, "row-altered", victim,
        "state", "pursued",
    ),
    Edit(
        "the digest of a record", f"UPDATE kernel_record SET digest = '{'0' * 64}' WHERE id = %s", key,
        "digest-altered", victim, "digest",
    ),
    Edit(
        "the kind of a record", "UPDATE kernel_record SET kind = 'capa' WHERE id = %s", key, "row-missing", victim,
    ),
    Edit(
        "the meaning of a signature", "UPDATE kernel_signature SET meaning = 'Seen' WHERE record_id = %s", key,
        "signature-altered", victim, "meaning",
    ),
    Edit(
        "the time of a signature", "UPDATE kernel_signature SET at = '2026-01-01 00:00:00' WHERE record_id = %s", key,
        "signature-altered", victim, "at",
    ),
    Edit(
        "a signature", "DELETE FROM kernel_signature WHERE record_id = %s", key, "signature-missing", victim,
    ),
    Edit(
        "what was said", "UPDATE kernel_comment SET text = 'Enough.' WHERE record_id = %s", key, "comment-altered",
        victim, "comment",
    ),
    Edit("a comment", "DELETE FROM kernel_comment WHERE record_id = %s", key, "comment-missing", victim, "comment"),
    Edit(
        "what was asked for", "UPDATE kernel_task SET what = 'Nothing' WHERE record_id = %s", key, "task-altered",
        victim, "task",
    ),
    Edit(
        "a task that is done", "UPDATE kernel_task SET done_at = asked_at WHERE record_id = %s", key,
        "task-end-without-event", victim, "task-end",
    ),
    Edit(
        "a link", "DELETE FROM kernel_link WHERE target_id = %s", key, "link-missing",
        lambda world: world.figure.subject, "link",
    ),
    Edit(
        "a link that was looked at", f"UPDATE kernel_link SET seen = '{'0' * 64}' WHERE target_id = %s", key,
        "link-altered", lambda world: world.figure.subject, "link",
    ),
    Edit(
        "a file taken from a record", "UPDATE kernel_attachment SET removed = added_at WHERE record_id = %s", key,
        "file-altered", victim, "file",
    ),
    Edit(
        "the name of a person", "UPDATE kernel_person SET name = 'Somebody' WHERE id = %s", manager, "row-altered",
        boss, "name", "Marta",
    ),
    Edit(
        "a login", "UPDATE kernel_account SET is_active = '0' WHERE person_id = %s", manager, "row-altered", boss,
        "may_sign_in", "true",
    ),
    Edit(
        "a role", "UPDATE kernel_rolegrant SET role = 'administrator' WHERE person_id = %s", manager, "row-altered",
        grant, "role", "management",
    ),
    Edit(
        "a role that is gone", "DELETE FROM kernel_rolegrant WHERE person_id = %s", manager, "row-missing", grant,
    ),
    Edit(
        "the head of a chain", "UPDATE kernel_chainhead SET seq = seq - 1 WHERE subject = %s",
        lambda world: [world.victim.subject], "head-altered", victim,
    ),
    Edit(
        "a head that is gone", "DELETE FROM kernel_chainhead WHERE subject = %s",
        lambda world: [world.victim.subject], "head-missing", victim,
    ),
    Edit(
        "whose event it is", "UPDATE kernel_event SET record_id = NULL WHERE subject = %s AND seq = 3",
        lambda world: [world.victim.subject], "column-altered", victim, "record_id",
    ),
    Edit(
        "what an event did", "UPDATE kernel_event SET act = 'objective.look' WHERE subject = %s AND seq = 2",
        lambda world: [world.victim.subject], "column-altered", victim, "act", "objective.edit",
    ),
]  # fmt: skip


@pytest.fixture
def attacked_world(world: World, db: None) -> Iterator[World]:
    with attacked():
        yield world


def one(findings: list[Finding], code: str, who: str, field: str = "") -> Finding:
    """The finding of this sort."""
    found = [each for each in findings if (each.code, each.subject) == (code, who) and field in ("", each.field)]
    assert found, findings
    return found[0]


@pytest.mark.parametrize("edit", EDITS, ids=[edit.name for edit in EDITS])
def test_tmp_13_an_edit_past_the_trail_is_named(edit: Edit, attacked_world: World) -> None:
    """TMP-13: record, field, the last good value, and since when it was so; without any witness."""
    who = edit.who(attacked_world)
    sql(edit.statement, *edit.values(attacked_world))
    found = one(attacked_world.found(watched=False).findings, edit.code, who, edit.field)
    assert edit.was in found.was
    if edit.code == "row-altered":
        assert found.since
        assert found.was in found.sentence


def test_tmp_13_the_last_good_value_and_its_time_are_those_of_the_event(attacked_world: World) -> None:
    """TMP-13: the value that the last event set, and the moment of that event."""
    told = [json.loads(event.body) for event in Event.objects.filter(subject=victim(attacked_world)).order_by("seq")]
    set_by = next(body for body in reversed(told) if any(name == "why" for name, *_ in body["chg"]))
    sql("UPDATE objective_objective SET why = 'x' WHERE record_ptr_id = %s", attacked_world.victim.pk)
    found = one(attacked_world.found(watched=False).findings, "row-altered", victim(attacked_world), "why")
    assert (found.was, found.now, found.since) == ("People wait too long", "x", set_by["at"])
    assert attacked_world.victim.number in found.sentence


def test_sig_04_an_edit_of_a_signed_record_names_the_signature_as_invalid(attacked_world: World) -> None:
    """SIG-04: record, field and signature."""
    sql("UPDATE objective_objective SET why = 'x' WHERE record_ptr_id = %s", attacked_world.victim.pk)
    found = one(attacked_world.found(watched=False).findings, "signature-invalid", victim(attacked_world))
    assert "INVALID" in found.sentence
    assert "why" in found.sentence
    assert "Marta" in found.sentence
    assert attacked_world.victim.number in found.sentence


def test_sig_04_wherever_a_signature_is_shown_it_is_not_valid_then(attacked_world: World) -> None:
    """SIG-04: on the page, in the PDF and over REST, though the row's own digest was left as it was."""
    sql("UPDATE objective_objective SET why = 'x' WHERE record_ptr_id = %s", attacked_world.victim.pk)
    record = again(attacked_world.victim)
    shown = [each.verdict for each in signatures_of(again(record))]
    with seeing(access(attacked_world.company.quality)):
        shown += [each["verdict"] for each in record_data(again(record), by="Aino", at=clock.now())["signatures"]]
    client = Client()
    client.cookies["sessionid"] = session_of(attacked_world.company.quality)
    shown += [each["verdict"] for each in client.get(f"/api/v1/records/objective/{record.number}/signatures").json()]
    assert shown == ["not valid: the content changed after signing"] * 3


def test_tmp_14_a_row_that_no_event_tells_of_is_named(attacked_world: World) -> None:
    """TMP-14: the other way round: somebody put a person in by hand."""
    uid = ulid()
    with as_owner() as cursor:
        cursor.execute(
            "INSERT INTO kernel_person (uid, name, email, kind) VALUES (%s, 'Nobody', '', 'employee')", [uid]
        )
    one(attacked_world.found(watched=False).findings, "row-without-events", f"person/{uid}")


def test_tmp_13_a_value_that_no_column_can_hold_is_a_finding_and_no_crash(attacked_world: World) -> None:
    """TMP-13: whoever edits by hand is not bound by types, where the database is not."""
    hostile = "a\nb\u202e" + "x" * 100_000
    sql("UPDATE objective_objective SET why = %s WHERE record_ptr_id = %s", hostile, attacked_world.victim.pk)
    sql("UPDATE kernel_event SET body = '[1]' WHERE subject = %s AND seq = 2", victim(attacked_world))
    sql("UPDATE kernel_event SET body = '{\"at\": 1' WHERE subject = %s AND seq = 3", victim(attacked_world))
    report = attacked_world.found(watched=True)
    assert {2, 3} <= {each.seq for each in report.findings if each.code == "event-unreadable"}
    assert len(json.dumps(report.told())) < 100_000


def test_tmp_19_a_replaced_file_is_named_with_both_digests(attacked_world: World) -> None:
    """TMP-19: file, record, the digest that was stored and the one that is there; the signature over it too."""
    stored = attacked_world.victim.attachments.get()
    path = path_of(stored.blob_id)
    good = path.read_bytes()
    path.chmod(0o600)
    try:
        path.write_bytes(b"the plXn\n")
        findings = attacked_world.found(watched=False).findings
        path.unlink()
        gone = attacked_world.found(watched=False).findings
    finally:
        path.write_bytes(good)
    found = one(findings, "file-altered", victim(attacked_world), "plan.txt")
    assert (found.was, len(found.now)) == (stored.blob_id, 64)
    assert found.now in found.sentence
    one(findings, "signature-invalid", victim(attacked_world))
    one(gone, "file-missing", victim(attacked_world), "plan.txt")


def test_a_missing_guard_is_a_finding(attacked_world: World) -> None:
    """AUD-02: what could be altered unseen is told, also where nothing was."""
    with as_owner():
        found = attacked_world.found(watched=False).findings
    assert any(each.code == "guard-missing" and "kernel_event" in each.field for each in found)


def test_the_companys_own_row_without_a_name_needs_no_event(attacked_world: World) -> None:
    """Made with the tables, before there was anybody: no finding. Named by hand it is one."""
    assert attacked_world.found(watched=False).clean
    sql("UPDATE kernel_organisation SET name = 'Others'")
    company = Organisation.objects.get()
    one(attacked_world.found(watched=False).findings, "row-without-events", f"organisation/{company.uid}")
