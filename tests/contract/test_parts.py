"""What modules add of their own - verbs, panels, screens, lines - keeps the rules of the kernel, whatever it is."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import pypdfium2
import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.verbs import Do
from gemba.kernel.lines import line_said, lines_fields, lines_text, names_of, people_in
from gemba.kernel.people.models import Person
from gemba.kernel.records.fields import LinesField
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import NotAllowed
from gemba.kernel.roles import STAFF, Role
from gemba.kernel.trail.models import Event
from gemba.kernel.types import Panel, RecordType, Screen, Verb, panels_of, registry
from gemba.web import parts
from gemba.web.forms import RecordForm, record_form
from tests.api.callers import Caller
from tests.contract.test_declarations import is_sentence
from tests.contract.values import line_for, put_in_state, raised
from tests.kernel.people import access, as_, person
from tests.web.sample_world import address, typed
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db
Declared = RecordType[Any]
TYPES = list(registry)
VERBS = [(declared, verb) for declared in TYPES for verb in declared.verbs]
SCREENS = [(declared, screen) for declared in TYPES for screen in declared.screens if "<" not in screen.path]
LINES = [(declared, column) for declared in TYPES for column in lines_fields(declared) if column.editable]
every_verb = pytest.mark.parametrize(("declared", "verb"), VERBS, ids=[f"{d.kind}-{v.name}" for d, v in VERBS])
every_screen = pytest.mark.parametrize(("declared", "screen"), SCREENS, ids=[f"{d.kind}-{s.name}" for d, s in SCREENS])
every_lines = pytest.mark.parametrize(("declared", "column"), LINES, ids=[f"{d.kind}-{c.name}" for d, c in LINES])
with_panels = [declared for declared in TYPES if panels_of(declared)]


@pytest.fixture
def all_round() -> Person:
    """Somebody with every role that works with records."""
    return person("Aino Laine", *STAFF)


def client_of(who: Person) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(who)
    return client


def for_verb(declared: Declared, verb: Verb[Any], who: Person) -> Iterator[Any]:
    """A record in each state in which the verb is offered."""
    states = verb.states or declared.lifecycle.states
    for state in states:
        yield put_in_state(raised(declared, who), state.name, final=state.final)


@every_verb
def test_a_verb_is_closed_to_those_who_only_read_or_only_run_the_system(
    declared: Declared, verb: Verb[Any], all_round: Person
) -> None:
    """ACL-11, ACL-15: refused in every state, by page and by API, with nothing written."""
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        stranger = person(f"Only {role}", role)
        for record in for_verb(declared, verb, all_round):
            before = Event.objects.filter(record_id=record.pk).count()
            with pytest.raises(NotAllowed):
                Do(record=record, name=verb.name, reason="Why", **as_(stranger)).execute()
            assert client_of(stranger).post(address(record, f"/do/{verb.name}")).status_code in (403, 404)
            assert Caller(stranger)("post", f"/api/v1{address(record)}/{verb.name}", {})[0] in (400, 403, 404)
            assert Event.objects.filter(record_id=record.pk).count() == before


@every_verb
def test_a_verb_shows_its_page_or_says_why_not(declared: Declared, verb: Verb[Any], all_round: Person) -> None:
    """M149: in every state in which it is offered; the sentence is one that people can act on."""
    client = client_of(all_round)
    for record in for_verb(declared, verb, all_round):
        refusal = Do(record=record, name=verb.name, reason="Why", **as_(all_round)).objection()
        answer = client.get(address(record, f"/do/{verb.name}"))
        assert answer.status_code == (200 if refusal is None else answer.status_code)
        assert answer.status_code in (200, 403, 409, 422)
        for sentence in refusal.sentences if refusal else ():
            assert is_sentence(sentence), sentence


@contextmanager
def counted_panels(found: dict[str, int]) -> Iterator[None]:
    """Counts the statements of each panel while a page draws it."""
    drawn = parts._drawn

    def counting(panel: Panel[Any], *given: Any) -> Any:
        with CaptureQueriesContext(connection) as captured:
            answer = drawn(panel, *given)
        found[panel.name] = len(captured)
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "_drawn", counting)
        yield


def statements_of_panels(client: Client, record: Record) -> dict[str, int]:
    found: dict[str, int] = {}
    client.get(address(record))
    with counted_panels(found):
        assert client.get(address(record)).status_code == 200
    return found


def grow(declared: Declared, record: Record, who: Person, rows: int) -> None:
    """More records of the kind, and of every kind that may name it."""
    for _number in range(rows):
        raised(declared, who)
    for other in TYPES:
        for role in other.links:
            if declared.kind in role.to:
                for _number in range(rows):
                    far = raised(other, who)
                    MakeLink(record=far, role=role.name, to=record, **as_(who)).execute()


@pytest.mark.parametrize("declared", with_panels, ids=[each.kind for each in with_panels])
def test_panels_keep_to_their_budget_whatever_the_rows(declared: Declared, all_round: Person) -> None:
    """SPD: as many statements with sixty rows around as with five, and no more than declared."""
    record, client = raised(declared, all_round), client_of(all_round)
    budgets = {panel.name: panel.statements for panel in panels_of(declared)}
    grow(declared, record, all_round, 5)
    few = statements_of_panels(client, record)
    grow(declared, record, all_round, 55)
    many = statements_of_panels(client, record)
    assert {name: count for name, count in many.items() if count > budgets[name]} == {}
    assert many == few


@every_screen
def test_a_screen_is_there_for_its_roles_and_not_there_for_others(
    declared: Declared, screen: Screen, all_round: Person
) -> None:
    """ACL-11: 404, as if it did not exist; a record that one may not read has no screens either."""
    record = raised(declared, all_round)
    url = _address_of(declared, screen, record)
    with standing_in(screen):
        for role in Role:
            may = role in screen.roles and (not screen.on_record or role in declared.permissions.read)
            assert client_of(person(f"Only {role}", role)).get(url).status_code == (200 if may else 404), role


@every_screen
def test_a_screen_answers_whoever_may_open_it(declared: Declared, screen: Screen, all_round: Person) -> None:
    """M149: with a page, with where to go, or with a sentence, about a record that was only just raised."""
    answer = client_of(all_round).get(_address_of(declared, screen, raised(declared, all_round)))
    assert answer.status_code in (200, 302, 404, 405, 409, 422)


def _address_of(declared: Declared, screen: Screen, record: Record) -> str:
    return reverse(parts.screen_name(declared, screen), args=[record.number] if screen.on_record else [])


@contextmanager
def standing_in(screen: Screen) -> Iterator[None]:
    """A view that only says that it was reached, in place of the module's own."""
    view = screen.view
    object.__setattr__(screen, "view", lambda *_given, **_named: HttpResponse("here"))
    try:
        yield
    finally:
        object.__setattr__(screen, "view", view)


@every_lines
def test_lines_are_the_same_through_form_and_interface(
    declared: Declared, column: LinesField, all_round: Person
) -> None:
    """M47: what a page sends and what a program sends is taken alike, or refused alike; it comes out as it is kept."""
    record = _open_record(declared, column, all_round)
    line, other = line_for(column, all_round), {**line_for(column, all_round), **_worded(column, "Ändered")}
    index = next(i for i, section in enumerate(declared.sections) if column.name in section.fields)
    sent = {**_as_typed(declared, record, index, all_round), **typed(column.name, line, other)}
    answer = client_of(all_round).post(address(record, f"/edit/{index}"), {**sent, "version": record.version})
    caller, url = Caller(all_round), f"/api/v1{address(record)}"
    if answer.status_code == 422:
        given = {column.name: [line, other], "version": record.version}
        assert caller("patch", url, given)[0] == 400, "refused on the page, taken from a program"
        return
    assert answer.status_code == 302, answer.content.decode()
    kept, read = _stored(record, column), caller("get", url)[1]
    assert kept
    assert read[column.name] == kept
    assert caller("patch", url, {column.name: kept, "version": read["version"]})[0] == 200
    assert _stored(record, column) == kept


@every_lines
def test_lines_are_read_on_paper_and_in_lists(declared: Declared, column: LinesField, all_round: Person) -> None:
    """M44: every word of a cell, in the file and on the PDF."""
    record = _open_record(declared, column, all_round)
    given = [{**line_for(column, all_round), **_worded(column, "Ändered cell")}]
    Caller(all_round)("patch", f"/api/v1{address(record)}", {column.name: given, "version": record.version})
    kept, client = _stored(record, column), client_of(all_round)
    listed = b"".join(client.get(f"/records/{declared.kind}/export.csv").streaming_content)  # type: ignore[attr-defined]
    rows = csv.DictReader(io.StringIO(listed.decode("utf-8-sig")))
    row = next(each for each in rows if each["Number"] == record.number)
    assert lines_text(column.columns, kept, names_of(people_in(column.columns, kept))) in row.values()
    paper = client.get(f"/r/{record.number}/record.pdf").content
    document = pypdfium2.PdfDocument(paper)  # type: ignore[no-untyped-call]
    text = "".join("".join(page.get_textpage().get_text_bounded() for page in document).split())
    for word in {line[each.name] for line in kept for each in column.columns if each.kind == "text"}:
        assert "".join(word.split()) in text


@every_lines
def test_a_change_of_lines_is_told_in_the_history(declared: Declared, column: LinesField, all_round: Person) -> None:
    """AUD-05: what went and what came, in words."""
    record = _open_record(declared, column, all_round)
    kept = _stored(record, column)
    if not kept:
        return
    caller, url = Caller(all_round), f"/api/v1{address(record)}"
    if caller("patch", url, {column.name: [], "version": record.version})[0] != 200:
        return
    history = client_of(all_round).get(address(record, "/history")).content.decode()
    said = line_said(column.columns, kept[0], names_of(people_in(column.columns, kept)))
    assert f"<del>{escape(said)}</del>" in history


def _worded(column: LinesField, text: str) -> dict[str, str]:
    return {each.name: text for each in column.columns if each.kind in ("text", "long")}


def _stored(record: Record, column: LinesField) -> Any:
    return getattr(type(record)._base_manager.get(pk=record.pk), column.name)


def _open_record(declared: Declared, column: LinesField, who: Person) -> Any:
    """A record in a state in which the lines may be edited, with one line in it where it can be raised so."""
    record = raised(declared, who)
    section = next(each for each in declared.sections if column.name in each.fields)
    if record.state in {state.name for state in section.editable_in}:
        return record
    return put_in_state(record, section.editable_in[0].name, final=False)


def _as_typed(declared: Declared, record: Any, index: int, who: Person) -> dict[str, Any]:
    """What the page of a section would send, were nothing changed."""
    with seeing(access(who)):
        form = record_form(declared, [declared.sections[index]], access=access(who), record=record, base=RecordForm)
        found: dict[str, Any] = {}
        for bound in form:
            value = bound.value()
            if isinstance(value, list):
                found |= typed(bound.name, *value)
            elif value not in (None, "", False):
                found[bound.name] = "on" if value is True else str(value)
    return found
