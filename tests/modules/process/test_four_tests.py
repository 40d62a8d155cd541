"""Documented, responsible, risk considered, decisions traceable: computed, with the rows behind (M21)."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gemba.kernel.access.viewer import seeing, seeing_everything
from gemba.kernel.actions.advance import Void
from gemba.kernel.actions.connect import EndLink
from gemba.kernel.actions.write import Assign, Edit
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Site
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.kernel.types import registry
from gemba.modules.document.models import Document
from gemba.modules.process.four_tests import Card, cards
from gemba.modules.process.models import Process
from tests.contract.values import put_in_state
from tests.kernel.people import access, as_, person
from tests.modules.process.firm import (
    Firm,
    accept,
    begun,
    described,
    documented,
    ended,
    firm,
    fresh,
    in_force,
    line,
    procedure,
    rated,
    signed,
    underway,
)
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db
NAMES = ("documented", "responsible", "risk", "traceable")


@pytest.fixture
def made() -> Firm:
    return firm()


@pytest.fixture
def whole(made: Firm) -> Process:
    """A process that passes all four."""
    process = in_force(made)
    documented(process, procedure(made), made)
    accept(process, made.buyer, made.storekeeper)
    rated(made, process)
    ended(made)
    found: Process = fresh(process)
    return found


def card(process: Process, made: Firm) -> Card:
    with seeing(access(made.quality)) as reader:
        return cards([fresh(process)], reader)[0]


def answers(process: Process, made: Firm) -> list[str]:
    return [card(process, made).answer(name).value for name in NAMES]


def test_a_whole_process_passes_all_four_and_shows_what_is_behind(whole: Process, made: Firm) -> None:
    """M21: four times yes, each with its rows, and records among them that can be opened."""
    found = card(whole, made)
    assert answers(whole, made) == ["yes"] * 4
    assert found.passed == 4
    assert all(answer.facts for answer in found.answers)
    kinds = [{f.record.kind for f in found.answer(name).facts if f.record} for name in NAMES]
    assert kinds == [{"document"}, set(), {"processrisk"}, {"objective"}]


def test_a_bare_process_fails_all_four_and_says_what_is_missing(made: Firm) -> None:
    """M21: each failing test says what mends it."""
    process = described(made, accountable=None, raci=[], governs=[])
    found = card(process, made)
    assert answers(process, made) == ["no"] * 4
    for answer in found.answers:
        assert answer.missing
        assert all(sentence.endswith(".") for sentence in answer.missing)


def test_removing_the_owner_flips_the_test_of_responsibility(whole: Process, made: Firm) -> None:
    """M21, M8: and only that one; a second owner does so too."""
    Assign(record=whole, owner=made.clerk, **as_(made.quality)).execute()
    assert answers(whole, made) == ["yes", "no", "yes", "yes"]
    assert "Two people are named" in card(whole, made).answer("responsible").missing[0]
    Edit(record=whole, fixed={"accountable": None}, **as_(made.quality)).execute()
    assert answers(whole, made)[1] == "no"


def test_an_owner_who_left_flips_it_too(whole: Process, made: Firm) -> None:
    """M21, M8."""
    made.buyer.ended = timezone.localdate()
    made.buyer.save()
    assert "has left" in card(whole, made).answer("responsible").missing[0]


def test_removing_the_procedure_flips_the_test_of_documentation(whole: Process, made: Firm) -> None:
    """M21: no link is no; a document that is no longer in force is partly."""
    link, document = Link.objects.get(role="belongs_to"), Document._base_manager.get()
    other = procedure(made)
    documented(whole, other, made)
    EndLink(record=document, link=link, reason="Never read", **as_(made.quality)).execute()
    assert answers(whole, made) == ["yes"] * 4
    signed(fresh(other), made.manager, "retire", "Replaced")
    assert answers(whole, made) == ["partly", "yes", "yes", "yes"]
    link = Link.objects.get(role="belongs_to", ended=None)
    Link.objects.filter(pk=link.pk).update(ended=timezone.now())
    assert answers(whole, made) == ["no", "yes", "yes", "yes"]


def test_an_overdue_risk_review_is_only_partly_considered(whole: Process, made: Firm) -> None:
    """M21, M82."""
    rated(made, whole, due=timezone.localdate() - dt.timedelta(days=1))
    found = card(whole, made).answer("risk")
    assert (found.value, "Past the day of review" in found.missing[0]) == ("partly", True)


def test_an_unanswered_responsibility_is_only_partly_understood(made: Firm) -> None:
    """M21, M111: defined is not accepted."""
    process = in_force(made)
    accept(process, made.buyer)
    found = card(process, made).answer("responsible")
    assert (found.value, found.missing) == ("partly", ["Not accepted by: Sam Store."])


def test_a_vacant_post_carries_nothing(made: Firm) -> None:
    """M21: a line whose job role nobody holds is told of."""
    process = described(made, raci=[line("Plan", "Vacant post", "Purchaser")])
    assert "“Vacant post” means nobody here today." in card(process, made).answer("responsible").missing


def test_a_finished_record_without_a_signature_cannot_be_followed(whole: Process, made: Firm) -> None:
    """M21: as it could come from an import; the number is named."""
    bare = put_in_state(begun(made), "ended", final=True)
    found = card(whole, made).answer("traceable")
    assert found.value == "partly"
    assert bare.number in found.missing[0]


def test_exercises_and_void_records_decide_nothing(made: Firm) -> None:
    """M21, M173: no decision was taken in a drill."""
    process = in_force(made, title="Drilled")
    signed(underway(made, exercise=True), made.manager, "end", "Drilled")
    Void(record=begun(made), reason="Twice", **as_(made.manager)).execute()
    assert "finished yet" in card(process, made).answer("traceable").missing[0]


def test_a_reader_is_told_of_nothing_behind_a_border(whole: Process, made: Firm) -> None:
    """ACL-01: somebody of another site sees neither number nor title of what stands behind an answer."""
    leeds = Site.objects.create(name="Leeds")
    stranger = person("Lee Elsewhere", Role.OPERATIONS, site=leeds)
    with seeing_everything():
        secret = Record.objects.get(kind="processrisk")
    with seeing(access(stranger)) as reader:
        [found] = cards([whole], reader)
    texts = [fact.text for answer in found.answers for fact in answer.facts]
    texts += [sentence for answer in found.answers for sentence in answer.missing]
    assert not any(secret.number in text or secret.title in text for text in texts)
    shown = {fact.record.kind for answer in found.answers for fact in answer.facts if fact.record}
    assert shown <= registry.readers().company_wide


def test_statements_do_not_grow_with_the_processes(made: Firm) -> None:
    """M21: the table of all processes asks the database as often for twelve as for one."""

    def statements() -> int:
        with seeing(access(made.quality)) as reader, CaptureQueriesContext(connection) as asked:
            cards(list(Process.objects.select_related("accountable", "owner")), reader)
        return len(asked)

    first = in_force(made)
    rated(made, first)
    documented(first, procedure(made), made)
    ended(made)
    one = statements()
    for number in range(11):
        process = in_force(made, title=f"Process {number}")
        rated(made, process)
        documented(process, procedure(made), made)
    assert statements() == one <= 12


def test_the_table_of_all_processes_shows_each_with_its_four_answers(whole: Process, made: Firm) -> None:
    """M21: and the record's own page shows the same card."""
    described(made, title="Bare <b>one</b>")
    browser = Client()
    browser.cookies["sessionid"] = session_of(made.quality)
    page = browser.get("/four-tests").content.decode()
    assert "1 of 2 processes pass all four." in page
    assert "Bare &lt;b&gt;one&lt;/b&gt;" in page
    assert "Accepted by 2 of 2" in browser.get(f"/records/process/{whole.number}").content.decode()
