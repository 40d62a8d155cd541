"""A document's life through actions: written, reviewed, approved, read, replaced, retired (M36, M42, M43, M101)."""

import datetime as dt

import pytest

from gemba.kernel import clock
from gemba.kernel.actions.advance import Void
from gemba.kernel.actions.talk import Say
from gemba.kernel.actions.write import Edit
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.signing.models import Signature
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.chain import verify_chain
from gemba.modules.document.guards import open_comments
from gemba.modules.document.models import Document, Reading, Revision
from tests.kernel.people import as_, person
from tests.modules.document.life import again, do, document, draft, edit, released, revised, step, today

pytestmark = pytest.mark.django_db


def test_a_document_lives_from_draft_to_retired_with_four_people(
    author: Person, reviewer: Person, approver: Person, reader: Person
) -> None:
    """M42, M43, M101: each step by the right person; the trail of every record is whole."""
    family = document(
        author, readers=[{"group": "role:employee", "person": ""}],
        signers=[
            {"task": "review", "role": "", "person": reviewer.uid, "order": None},
            {"task": "approve", "role": "quality", "person": "", "order": None},
        ],
    )  # fmt: skip
    first = draft(author, family)
    assert (family.number, first.number, first.sequence) == ("POL-001", "POL-001-R1", 1)
    step(first, "submit", author)
    Say(record=again(first), text="Who is meant by everybody?", **as_(reviewer)).execute()
    with pytest.raises(Refused, match="not possible"):
        step(first, "approve", approver)
    step(first, "reject", reviewer, reason="It does not say who")
    edit(first, author, body="<p>All employees answer complaints in the same way.</p>")
    step(first, "submit", author)
    assert step(first, "review", reviewer).state == "approval"
    with pytest.raises(Refused, match="comment"):
        step(first, "approve", approver)
    do(first, "resolve_comments", author, comments=list(open_comments(first)), answer="Named the employees")
    effective = step(first, "approve", approver)
    assert (effective.state, effective.in_force, effective.valid_from) == ("effective", True, today())
    assert again(family).state == "in_force"
    asked = Reading._base_manager.get()
    assert (asked.owner, asked.due) == (reader, today() + dt.timedelta(days=14))
    assert step(asked, "read", reader).read_on == today()

    second = do(family, "revise", author, change_reason="Complaints come by chat too")
    assert (second.number, second.body) == ("POL-001-R2", effective.body)
    step(second, "submit", author)
    step(second, "review", reviewer)
    step(second, "approve", approver)
    assert again(effective).state == "superseded"
    assert (again(effective).valid_to, again(effective).in_force) == (today(), False)
    assert [s.valid for s in Signature.objects.filter(record=first, rejection=False)] == [True, True]
    step(family, "retire", approver, reason="Replaced by another procedure")
    assert (again(family).state, again(second).state) == ("retired", "obsolete")
    for record in (family, first, second, asked):
        assert verify_chain(record.subject) == []
    assert not Task.objects.filter(done_at=None, withdrawn=False).exists()


def test_there_is_one_draft_of_a_document_at_a_time(author: Person, approver: Person) -> None:
    """M42: a second one is refused by name; a void one makes room, and its number is not used again."""
    first = draft(author)
    with pytest.raises(Conflict, match="POL-001-R1"):
        draft(author, again(first.document))
    Void(record=again(first), reason="Begun twice", **as_(approver)).execute()
    assert draft(author, first.document).number == "POL-001-R2"


def test_a_revision_says_why_it_changes(author: Person, approver: Person) -> None:
    """M101, M43: from the second revision on, nothing is sent to review without a reason."""
    first = released(author, approver)
    second = do(first.document, "revise", author)
    with pytest.raises(Refused, match="why"):
        step(second, "submit", author)
    edit(second, author, change_reason="It was not clear")
    assert step(second, "submit", author).state == "approval"


def test_nobody_approves_what_they_wrote(author: Person, approver: Person) -> None:
    """M42, ACL-16: writing a part of it is enough to be no second person."""
    made = draft(approver)
    step(made, "submit", approver)
    with pytest.raises(NotAllowed):
        step(made, "approve", approver)
    other = person("Olga", Role.QUALITY)
    step(made, "reject", other, reason="Typo")
    edit(made, other, title="Handling of all complaints")
    step(made, "submit", approver)
    with pytest.raises(NotAllowed):
        step(made, "approve", other)
    assert step(made, "approve", person("Third", Role.QUALITY)).state == "effective"


def test_an_empty_text_is_not_sent(author: Person) -> None:
    """M47: there must be something to read."""
    made = draft(author, body="<p></p>")
    with pytest.raises(Refused, match="nothing to read"):
        step(made, "submit", author)


def test_a_document_is_complete_before_a_text_of_it_is_signed(author: Person) -> None:
    """M51, M52: without a retention rule nothing is approved."""
    made = draft(author, document(author, retention="", retention_years=None))
    with pytest.raises(Refused, match="retention"):
        step(made, "submit", author)


def test_the_document_carries_the_title_of_its_effective_revision(author: Person, approver: Person) -> None:
    """M42: drafts rename nothing."""
    first = released(author, approver)
    second = do(first.document, "revise", author, change_reason="Wider")
    edit(second, author, title="Handling of complaints and praise")
    assert again(first.document).title == "Handling of complaints"
    step(second, "submit", author)
    step(second, "approve", approver)
    assert again(first.document).title == "Handling of complaints and praise"


def test_a_text_taken_back_by_its_author_asks_nobody_any_more(author: Person, approver: Person) -> None:
    """M42: open requests to sign go with it."""
    made = draft(author)
    step(made, "submit", author)
    assert Task.objects.filter(transition="approve", done_at=None, withdrawn=False).count() == 1
    with pytest.raises(Refused):
        step(made, "recall", approver, reason="Not mine")
    step(made, "recall", author, reason="One more table")
    assert not Task.objects.filter(done_at=None, withdrawn=False).exists()


def test_a_revision_cannot_move_to_another_document(author: Person) -> None:
    """M42: its number belongs to its family."""
    made = draft(author)
    other = document(author, title="Another")
    with pytest.raises(Invalid, match="another document"):
        Edit(record=made, values={"document": other}, **as_(author)).execute()


def test_a_retired_document_gets_no_new_revision(author: Person, approver: Person) -> None:
    """M42: obsolete stays obsolete."""
    first = released(author, approver)
    step(first.document, "retire", approver, reason="Not needed")
    with pytest.raises(Refused):
        do(first.document, "revise", author, change_reason="Again")
    with pytest.raises(Refused, match="no longer in use"):
        draft(author, again(first.document))


def test_retiring_waits_until_the_draft_is_settled(author: Person, approver: Person) -> None:
    """M42: no draft is left behind."""
    first = released(author, approver)
    do(first.document, "revise", author, change_reason="Wider")
    with pytest.raises(Refused, match="POL-001-R2"):
        step(first.document, "retire", approver, reason="Not needed")


def test_on_any_day_one_revision_was_valid(author: Person, approver: Person) -> None:
    """M43, M46: each ends on the day the next begins."""
    start = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    with clock.shifted(start):
        first = released(author, approver)
    with clock.shifted(start + dt.timedelta(days=100)):
        revised(again(first.document), author, approver)
    spans = Revision._base_manager.order_by("sequence").values_list("valid_from", "valid_to")
    assert list(spans) == [(dt.date(2026, 3, 2), dt.date(2026, 6, 10)), (dt.date(2026, 6, 10), None)]
    assert Document._base_manager.get().valid_from == dt.date(2026, 3, 2)
