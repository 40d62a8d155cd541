"""What every record type keeps, whatever it is: run over the registry, also for types that are written later."""

from pathlib import Path
from typing import Any

import pytest
from django.db import models
from pytest_django import Settings

from gemba.kernel import clock
from gemba.kernel.access.viewer import UnscopedAccessError, seeing
from gemba.kernel.actions.advance import Advance, Void
from gemba.kernel.actions.bulk import RaiseMany
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.checks import problems
from gemba.kernel.history import as_of, history_of
from gemba.kernel.lifecycle.machine import VOID, Transition
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record, content_digest, state_digest
from gemba.kernel.refusals import Invalid, NotAllowed, Refused
from gemba.kernel.roles import STAFF, Role
from gemba.kernel.search.models import SearchEntry
from gemba.kernel.signing.models import Signature
from gemba.kernel.trail.canonical import plain
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.models import Event
from gemba.kernel.types import RecordType, registry
from tests.contract.values import put_in_state, raised, values_of
from tests.kernel.people import access, as_, person
from tests.kernel.samples import bodies

pytestmark = pytest.mark.django_db

TYPES = list(registry)
STEPS = [(declared, step) for declared in TYPES for step in declared.lifecycle.transitions]
every_type = pytest.mark.parametrize("declared", TYPES, ids=[each.kind for each in TYPES])
every_step = pytest.mark.parametrize(
    ("declared", "step"), STEPS, ids=[f"{each.kind}-{step.name}" for each, step in STEPS]
)
Declared = RecordType[Any]


@pytest.fixture
def all_round() -> Person:
    """Somebody with every role that works with records."""
    return person("Aino", *STAFF)


def is_sentence(text: object) -> bool:
    words = str(text)
    return words[:1] == words[:1].upper() and words.rstrip()[-1:] in ".!?" and len(words.split()) > 2


@every_type
def test_a_record_can_be_raised_from_its_declaration(declared: Declared, all_round: Person) -> None:
    """M47, AUD-01: number, one event with every column, digest, search entry, a snapshot in canonical form."""
    record = raised(declared, all_round)
    stored = declared.model._base_manager.get(pk=record.pk)
    snapshot = stored.snapshot()
    if declared.number is None:
        assert stored.number.startswith(f"{declared.prefix}-")
    assert stored.number not in ("", "-")
    assert stored.state == declared.lifecycle.start.name
    assert plain(snapshot) == snapshot
    [body] = bodies(stored)
    assert (body["act"], body["schema"]) == (f"{declared.kind}.raise", declared.schema)
    assert body["state"] == state_digest(snapshot)
    assert as_of(stored, clock.now()) == snapshot | {name: getattr(stored, name) for name in declared.model.PERSONAL}
    assert stored.digest == content_digest(stored, [])
    assert SearchEntry.objects.filter(record=stored).exists()
    assert verify_chain(stored.subject) == []


@every_type
def test_a_blank_form_is_not_a_record(declared: Declared, all_round: Person) -> None:
    """M47: what is required is asked for by field; nothing is written."""
    with pytest.raises(Invalid) as refusal:
        Raise(model=declared.model, values={}, **as_(all_round)).execute()
    assert "title" in refusal.value.fields
    assert not Event.objects.exists()


@every_type
def test_fields_change_in_the_declared_states_only(declared: Declared, all_round: Person) -> None:
    """M42, SIG-05: in each state exactly the declared fields are open; the others are refused by name."""
    record = raised(declared, all_round)
    values = {
        name: getattr(record, name)
        for section in declared.sections
        for name in section.fields
    }  # fmt: skip
    states = [(state.name, state.final) for state in declared.lifecycle.states]
    for state, final in [*states, (VOID, True)]:
        now = put_in_state(record, state, final=final)
        open_fields = declared.editable_fields(state)
        for name, value in values.items():
            edit = Edit(record=now, values={name: value}, **as_(all_round))
            if name in open_fields:
                edit.execute()
                continue
            with pytest.raises(Invalid) as refusal:
                edit.execute()
            assert list(refusal.value.fields) == [name]
            assert is_sentence(refusal.value.fields[name][0])
    assert Event.objects.filter(record=record).count() == 1, "the same value again is no change"


@every_type
def test_a_change_is_one_event_and_found_at_once(declared: Declared, all_round: Person) -> None:
    """AUD-01, AUD-05: old and new value, version, digest and search entry move together."""
    record = raised(declared, all_round)
    edited = Edit(record=record, values={"title": "Quite another title"}, reason="Typo", **as_(all_round)).execute()
    assert bodies(record)[-1]["chg"] == [["title", record.title, "Quite another title"]]
    assert (edited.version, edited.digest != record.digest) == (2, True)
    assert "another" in SearchEntry.objects.get(record=record).title
    assert history_of(edited, access(all_round)).rows[0].changes[0].new == "Quite another title"


@every_step
def test_a_signed_step_is_never_taken_without_a_signature(
    declared: Declared, step: Transition[Any], all_round: Person
) -> None:
    """SIG-01, ACL-15: final states are reached by a signature alone; without one nothing is written."""
    assert step.signature or step.automatic or not step.target.final
    record = raised(declared, person("Eino", *STAFF))
    for source in step.sources:
        now = put_in_state(record, source.name, final=source.final)
        if not step.signature:
            continue
        with pytest.raises(Refused):
            Advance(record=now, name=step.name, reason="Because", seen=now.digest, **as_(all_round)).execute()
        assert declared.model._base_manager.get(pk=record.pk).state == source.name
    assert not Signature.objects.exists()


@every_step
def test_guards_speak_in_sentences(declared: Declared, step: Transition[Any], all_round: Person) -> None:
    """M47: why a step is not offered is said so that people can act on it, for a record with nothing filled in."""
    empty = declared.model(
        kind=declared.kind, state=step.sources[0].name, owner=all_round, raised_by=all_round, number="-"
    )
    full = put_in_state(raised(declared, all_round), step.sources[0].name, final=False)
    for record in (full, *((empty,) if _guards_need_no_row(step, empty) else ())):
        for sentence in step.objections(record):
            assert is_sentence(sentence), sentence


def _guards_need_no_row(step: Transition[Any], record: Record) -> bool:
    """Guards that follow links or files need a stored record; they are asked with the full one."""
    try:
        step.objections(record)
    except ValueError:
        return False
    return True


@every_step
def test_a_step_is_closed_to_roles_it_does_not_name(
    declared: Declared, step: Transition[Any], all_round: Person
) -> None:
    """ACL-15, ACL-11: refused with the names of the roles that may, and recorded as an attempt."""
    others = [role for role in Role if role not in step.by]
    now = put_in_state(raised(declared, all_round), step.sources[0].name, final=False)
    for role in others:
        stranger = person(f"Only {role}", role)
        objection = Advance(record=now, name=step.name, **as_(stranger)).objection()
        assert isinstance(objection, NotAllowed)
        assert is_sentence(objection.sentences[0])


@every_step
def test_a_step_is_taken_from_its_own_states_only(declared: Declared, step: Transition[Any], all_round: Person) -> None:
    """ACL-15: skipping a step is refused with the state the record is in."""
    record = raised(declared, all_round)
    for state in declared.lifecycle.states:
        if not step.leaves(state.name):
            now = put_in_state(record, state.name, final=state.final)
            refusal = Advance(record=now, name=step.name, **as_(all_round)).check()
            assert refusal is not None
            assert str(state.label) in str(refusal)


@every_type
def test_a_record_is_voided_with_a_reason_and_keeps_its_number(declared: Declared, all_round: Person) -> None:
    """M48, AUD-07: a void is final, shows its reason, and its number is not given again."""
    record = raised(declared, all_round)
    with pytest.raises(Invalid):
        Void(record=record, **as_(all_round)).execute()
    void = Void(record=record, reason="Raised twice", **as_(all_round)).execute()
    assert (void.state, void.open, void.number) == (VOID, False, record.number)
    assert raised(declared, all_round).number != record.number
    with pytest.raises(Refused):
        Void(record=void, reason="Again", **as_(all_round)).execute()


@every_type
def test_rows_are_read_through_somebodys_eyes(declared: Declared, all_round: Person) -> None:
    """ACL-01, ACL-11: nobody looking raises; the administrator of the system sees none, an employee of quality does."""
    raised(declared, all_round)
    with pytest.raises(UnscopedAccessError):
        declared.model.objects.count()
    with seeing(access(person("Root", Role.ADMINISTRATOR))):
        assert declared.model.objects.count() == 0
    with seeing(access(all_round)):
        assert declared.model.objects.count() == 1


@every_type
def test_the_declaration_is_sound_and_speaks(declared: Declared) -> None:
    """M33: every field of the type in one section, every field with a label that is no column name."""
    assert problems(declared) == []
    assert is_sentence(declared.purpose)
    for column in declared.model._meta.local_concrete_fields:
        if column.editable and not column.primary_key:
            assert "_" not in str(column.verbose_name)
    for step in declared.lifecycle.transitions:
        assert not step.signature or is_sentence(step.signature)


@every_type
def test_flags_are_conditions_the_database_understands(declared: Declared, all_round: Person) -> None:
    """M62: what is amiss is computed; each flag narrows a query and says what mends it."""
    raised(declared, all_round)
    rows: models.QuerySet[Any] = models.QuerySet(declared.model)
    for flag in declared.flags:
        assert rows.filter(flag.rows(clock.today())).count() <= 1
        assert is_sentence(flag.help)


@every_type
def test_every_declared_link_can_be_made(declared: Declared, all_round: Person) -> None:
    """M46: to each kind the role names."""
    record = raised(declared, all_round)
    for role in declared.links:
        for kind in role.to or (declared.kind,):
            target = raised(registry.named(kind), all_round)
            MakeLink(record=record, role=role.name, to=target, **as_(all_round)).execute()
            assert bodies(record)[-1]["links"] == [[role.name, target.subject, target.digest]]


@every_type
def test_a_file_can_be_attached_at_the_start(
    declared: Declared, all_round: Person, tmp_path: Path, settings: Settings
) -> None:
    """M44: every record takes files while it can be written."""
    settings.GEMBA_FILES = str(tmp_path)
    record = raised(declared, all_round)
    Attach(record=record, name="scan.txt", chunks=[b"seen"], **as_(all_round)).execute()
    assert bodies(record)[-1]["files"][0][0] == "scan.txt"
    assert declared.model._base_manager.get(pk=record.pk).digest != record.digest


@every_type
def test_many_records_are_raised_like_one(declared: Declared, all_round: Person) -> None:
    """FIL-15: an import gives the same rows and events as people do."""
    one = raised(declared, all_round)
    rows = [values_of(declared, all_round) for _ in range(3)]
    RaiseMany(model=declared.model, rows=rows, name="import", batch=2, **as_(all_round)).execute()
    others = list(declared.model._base_manager.exclude(pk=one.pk))
    assert len(others) >= 3
    for record in others:
        assert bodies(record)[0]["state"] == state_digest(record.snapshot())
        assert verify_chain(record.subject) == []
