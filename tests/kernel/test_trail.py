"""The trail: exactly one event per change, nothing that walks around it, nothing that alters it."""

import ast
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from gemba.kernel.actions.advance import Advance, Void
from gemba.kernel.actions.connect import EndLink, LookAgain, MakeLink
from gemba.kernel.actions.due import ExtendDue
from gemba.kernel.actions.files import Attach, Detach
from gemba.kernel.actions.talk import AskFor, Say
from gemba.kernel.actions.write import Assign, Edit, Raise
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record, state_digest
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed
from gemba.kernel.roles import Role
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.models import ChainHead, Event, SecurityEvent
from gemba.kernel.trail.writer import ForeignHeadError
from gemba.modules.objective.models import Measurement, Objective
from tests.kernel.people import as_, person
from tests.kernel.samples import FIGURE, VALUES, again, bodies, figure, raised, signed, submitted

pytestmark = pytest.mark.django_db
SOURCES = Path(__file__).resolve().parents[2] / "src" / "gemba"


def every_write(quality: Person, manager: Person) -> Iterator[tuple[str, Record, Callable[[], object]]]:
    """Each kind of write on a record, in an order in which each is possible."""
    objective, measured = raised(quality), figure(quality)
    yield "edit", objective, Edit(record=objective, values={"unit": "hours"}, **as_(quality)).execute
    yield "assign", objective, Assign(record=objective, owner=manager, **as_(quality)).execute
    yield "extend", objective, ExtendDue(record=objective, due=date(2028, 1, 1), reason="Audit", **as_(quality)).execute
    yield "comment", objective, Say(record=objective, text="Looks right", **as_(quality)).execute
    yield "task", objective, AskFor(record=objective, what="Ask sales", person=manager, **as_(quality)).execute
    yield "attach", objective, Attach(record=objective, name="a.txt", chunks=[b"one"], **as_(quality)).execute
    file = Attachment.objects.get
    yield (
        "detach",
        objective,
        lambda: Detach(record=objective, attachment=file(), reason="Wrong", **as_(quality)).execute(),
    )
    yield "link", measured, MakeLink(record=measured, role="measures", to=objective, **as_(quality)).execute
    Edit(record=objective, values={"unit": "weeks"}, **as_(quality)).execute()
    yield "look", measured, lambda: LookAgain(record=measured, link=Link.objects.get(), **as_(quality)).execute()
    yield (
        "unlink",
        measured,
        lambda: EndLink(record=measured, link=Link.objects.get(), reason="Wrong one", **as_(quality)).execute(),
    )
    yield "submit", objective, Advance(record=objective, name="submit", **as_(quality)).execute
    yield "reject", objective, lambda: signed(again(objective), "reject", manager, "Unclear")
    yield "void", objective, lambda: Void(record=objective, reason="Twice", **as_(manager)).execute()


def test_aud_01_every_write_path_leaves_exactly_one_event(quality: Person, manager: Person, store: Path) -> None:
    """AUD-01: exactly one event per change with who, what, old, new, when and why; the chain stays sound."""
    seen = set()
    for verb, record, write in every_write(quality, manager):
        before = Event.objects.count()
        write()
        new = Event.objects.order_by("-id")[: Event.objects.count() - before]
        assert [event.act for event in new] == [f"{record.kind}.{verb}"], verb
        body = json.loads(new[0].body)
        assert body["actor"]["id"] in (quality.uid, manager.uid)
        assert body["state"] == state_digest(again(record).snapshot())
        assert verify_chain(record.subject) == []
        seen.add(verb)
    assert len(seen) == 13


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCES.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path.relative_to(SOURCES).as_posix(), ast.parse(path.read_text("utf-8"))


def test_aud_01_no_code_outside_the_actions_writes_a_record() -> None:
    """AUD-01: a bypass is found where it is written: records are stored by the actions alone."""
    storing = {"store", "store_many"}
    writing = {"update", "delete", "bulk_create", "bulk_update", "create", "get_or_create", "update_or_create"}
    records = {"Record", "Objective", "Measurement"}
    found = []
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "gemba.kernel.records.models":
                taken = {alias.name for alias in node.names} & storing
                found += [f"{name} imports {one}" for one in taken if not name.startswith("kernel/actions/")]
            if isinstance(node, ast.Attribute) and node.attr in writing:
                inner: Any = node.value
                while isinstance(inner, ast.Attribute | ast.Call):
                    inner = inner.func if isinstance(inner, ast.Call) else inner.value
                if isinstance(inner, ast.Name) and inner.id in records:
                    found.append(f"{name} writes through {inner.id}")
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("models.Model.save", "Model.save"):
                found.append(f"{name} saves behind the record's back")
    assert found == []


def test_aud_02_no_setting_turns_the_trail_off() -> None:
    """AUD-02: there is no switch: the writer reads no setting but names, and no code asks whether to write."""
    tree = ast.parse((SOURCES / "kernel/trail/writer.py").read_text("utf-8"))
    read = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "settings"
    }
    assert read <= {"GEMBA_CLOCK", "GEMBA_BUILD"}
    appending = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "append")
    assert not any(isinstance(node, ast.Return) and node.value is None for node in ast.walk(appending))


def attempts(table: str) -> list[str]:
    if connection.vendor == "postgresql":
        return [f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE"]
    return [f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"]


@pytest.mark.parametrize("table", ["kernel_event", "kernel_signature"])
def test_aud_03_the_trail_cannot_be_cleared(table: str, quality: Person, manager: Person) -> None:
    """AUD-03, M199: the database refuses UPDATE, DELETE, TRUNCATE and REPLACE on events and signatures."""
    signed(submitted(quality), "approve", manager)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        count = cursor.fetchone()
    statements = [f"UPDATE {table} SET at = at", f"DELETE FROM {table}", *attempts(table)]
    for statement in statements:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() == count != (0,)


def test_aud_04_a_reason_is_required_where_declared_and_kept_verbatim(quality: Person, manager: Person) -> None:
    """AUD-04: no reason, no step; what was typed is stored as it was typed, in one normal form."""
    objective = submitted(quality)
    with pytest.raises(Invalid):
        signed(objective, "reject", manager, "   ")
    reason = "Zu vage: <b>„schnell“</b> & 'bald' ist kein Maß — bitte Zahl\n" + "=1+1"
    signed(objective, "reject", manager, reason)
    assert bodies(objective)[-1]["reason"] == reason
    for unusable in ("a\0b", "\ud800"):
        with pytest.raises(Invalid, match="cannot be stored"):
            Edit(record=objective, values={"unit": "h"}, reason=unusable, **as_(quality)).execute()


def test_aud_05_every_old_value_stays_readable_in_order(quality: Person) -> None:
    """AUD-05, M43: A, B and C with who and when."""
    objective = raised(quality, unit="A")
    for unit in ("B", "C"):
        Edit(record=objective, values={"unit": unit}, **as_(quality)).execute()
    told = [change for body in bodies(objective) for change in body["chg"] if change[0] == "unit"]
    assert told == [["unit", None, "A"], ["unit", "A", "B"], ["unit", "B", "C"]]
    assert {body["actor"]["name"] for body in bodies(objective)} == {"Aino"}
    assert [body["at"] for body in bodies(objective)] == sorted(body["at"] for body in bodies(objective))


def test_aud_06_a_denied_action_leaves_a_security_event_without_secrets(quality: Person) -> None:
    """AUD-06: who tried what on which record, and nothing of what was typed."""
    objective, employee = raised(quality), person("Eino", Role.EMPLOYEE)
    with pytest.raises(NotAllowed):
        Edit(record=objective, values={"unit": "secret-unit"}, **as_(employee)).execute()
    event = SecurityEvent.objects.get(what="refused")
    assert (event.person, event.target) == (employee, f"Edit {objective.number}")
    assert "secret-unit" not in event.detail
    assert Event.objects.filter(record=objective).count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        SecurityEvent.objects.all().delete()


def test_aud_07_nothing_regulated_is_ever_deleted(quality: Person, manager: Person, store: Path) -> None:
    """AUD-07, M48: the database keeps a record's rows; voiding needs a reason and keeps the number."""
    objective = raised(quality)
    Attach(record=objective, name="a.txt", chunks=[b"one"], **as_(quality)).execute()
    for rows in (Objective, Record):
        with pytest.raises(ProtectedError), transaction.atomic():
            rows._base_manager.filter(pk=objective.pk).delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        quality.delete()
    assert again(objective).number == objective.number
    void = Void(record=objective, reason="Raised twice", **as_(manager)).execute()
    assert raised(quality).number != void.number


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("body", "its text is not what was hashed"),
        ("actor", "the column for its actor differs"),
        ("at", "the column for 'at' differs"),
        ("middle", "1 events are missing before number 3"),
        ("last", "1 events are missing after number 3"),
    ],
)
def test_the_chain_names_what_was_altered_by_somebody_with_the_database(
    fault: str, sentence: str, quality: Person, manager: Person
) -> None:
    """TMP-01 to TMP-05, for one chain: an altered or missing event is named with its number."""
    objective = raised(quality)
    for unit in ("a", "b", "c"):
        Edit(record=objective, values={"unit": unit}, **as_(quality)).execute()
    assert verify_chain(objective.subject) == []
    statements = {
        "body": ("UPDATE kernel_event SET body = replace(body, 'Aino', 'Eino') WHERE seq = 2", []),
        "actor": ("UPDATE kernel_event SET actor_id = %s WHERE seq = 2", [manager.pk]),
        "at": ("UPDATE kernel_event SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 2", []),
        "middle": ("DELETE FROM kernel_event WHERE seq = 2", []),
        "last": ("DELETE FROM kernel_event WHERE seq = 4", []),
    }
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(*statements[fault])
    assert any(sentence in problem for problem in verify_chain(objective.subject))


class unguarded:  # noqa: N801  reads as a word of the test
    """As somebody would who owns the database: the guards of the event table are gone for the moment."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE kernel_event DISABLE TRIGGER USER")
            else:
                cursor.execute("DROP TRIGGER kernel_event_no_update")
                cursor.execute("DROP TRIGGER kernel_event_no_delete")

    def __exit__(self, *_: object) -> None:
        """The test's transaction is rolled back, and with it what was dropped."""


def test_a_forged_event_without_the_key_is_named(quality: Person) -> None:
    """TMP-11: hashes can be made by anybody, the MAC only with the key that is not in the database."""
    objective = raised(quality)
    last = Event.objects.get(record=objective)
    forged = Event(
        subject=last.subject, seq=2, at=last.at, act=last.act, actor=quality, record=objective, body=last.body,
        hash="f" * 64, mac="0" * 64, key_id=last.key_id,
    )  # fmt: skip
    forged.save(force_insert=True)
    ChainHead.objects.filter(subject=last.subject).update(seq=2, hash="f" * 64)
    problems = " ".join(verify_chain(objective.subject))
    assert "was not sealed with the trail key" in problems
    assert "does not follow the event before it" in problems


def test_an_unknown_reference_is_refused_with_a_sentence(quality: Person) -> None:
    """M47: something that is no person in the place of one is an answer to the user, not an error."""
    for model, values in ((Objective, {**VALUES, "owner": 7}), (Measurement, {**FIGURE, "site": "Oulu"})):
        with pytest.raises(Invalid, match="must name something that exists"):
            Raise(model=model, values=values, **as_(quality)).execute()
    objective = raised(quality)
    with pytest.raises(Invalid):
        Edit(record=objective, values={"owner": Person(pk=987654)}, **as_(quality)).execute()
    with pytest.raises(Conflict):
        Edit(record=objective, values={"unit": "x"}, version=99, **as_(quality)).execute()


def test_an_event_is_never_put_on_the_chain_of_another_subject(quality: Person) -> None:
    """AUD-01: a row that was made up from two gets no event, and neither chain is broken."""
    one, other = raised(quality), raised(quality)
    mixed = again(one)
    mixed.uid = other.uid
    with pytest.raises(ForeignHeadError):
        Edit(record=mixed, values={"unit": "hours"}, **as_(quality)).execute()
    assert [*verify_chain(one.subject), *verify_chain(other.subject)] == []
    assert again(one).unit == "days"
