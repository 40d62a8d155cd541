"""People who do the work say whether a procedure fits it; approving without them is stated and counted (M57)."""

import pytest

from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.write import Assign
from gemba.kernel.people.models import JobAssignment, JobRole, Person
from gemba.kernel.refusals import Invalid, NotAllowed, Refused
from gemba.kernel.types import registry
from gemba.modules.document.models import FitCheck, Revision
from tests.kernel.people import access, as_
from tests.modules.document.life import STEPS, again, do, document, draft, edit, revised, step, today

pytestmark = pytest.mark.django_db
ANSWER = {"fits": "yes", "who_does_it": "Assembly, line 2", "how_often": "twice a week", "which_tool": "Gemba",
          "what_differs": ""}  # fmt: skip


def procedure(author: Person) -> Revision:
    return draft(author, document(author, type="procedure"), steps=STEPS)


def test_a_procedure_is_not_approved_before_somebody_who_does_the_work_answered(
    author: Person, approver: Person, reader: Person
) -> None:
    """M57: who, how often, with which tool, and what differs."""
    made = procedure(author)
    step(made, "submit", author)
    with pytest.raises(Refused, match="whether the text fits"):
        step(made, "approve", approver)
    do(made, "ask_fit", author, people=[reader])
    check = FitCheck._base_manager.get()
    assert (check.owner, check.state) == (reader, "question")
    with pytest.raises(Invalid, match="what_differs"):
        do(check, "answer", reader, **{**ANSWER, "fits": "partly"})
    answered = do(check, "answer", reader, **ANSWER)
    assert (answered.state, answered.answered_on) == ("answered", today())
    released = step(made, "approve", approver)
    assert (released.state, released.bypassed_fit_check) == ("effective", False)


def test_nobody_else_answers_and_an_answer_stays_as_it_is(author: Person, approver: Person, reader: Person) -> None:
    """M57: it is the word of the person who was asked."""
    made = procedure(author)
    do(made, "ask_fit", author, people=[reader])
    check = FitCheck._base_manager.get()
    with pytest.raises(NotAllowed):
        do(check, "answer", author, **ANSWER)
    do(check, "answer", reader, **ANSWER)
    with pytest.raises(Refused):
        do(check, "answer", reader, **ANSWER)
    with pytest.raises(Invalid):
        edit(check, approver, fits="no")


def test_going_on_without_asking_needs_a_reason_shows_and_counts(author: Person, approver: Person) -> None:
    """M57: by quality only, in words, on the record and in the list for ever."""
    made = procedure(author)
    step(made, "submit", author)
    with pytest.raises(Refused):
        do(made, "go_on_without_fit", author, reason="In a hurry")
    with pytest.raises(Invalid, match="why"):
        do(made, "go_on_without_fit", approver)
    do(made, "go_on_without_fit", approver, reason="The line is being built")
    released = step(made, "approve", approver)
    assert (released.bypassed_fit_check, released.bypass_reason) == (True, "The line is being built")
    flag = next(flag for flag in registry.named("revision").flags if flag.name == "no-fit-check")
    with seeing(access(approver)):
        assert list(Revision.objects.filter(flag.rows(today()))) == [released]
    assert again(made).signatures.get().valid, "the remark is no part of the text that was signed"


def test_the_answer_of_somebody_who_wrote_it_does_not_count(author: Person, approver: Person, reader: Person) -> None:
    """M57: the author cannot say whether it fits the work of others."""
    made = procedure(author)
    do(made, "ask_fit", author, people=[reader])
    do(FitCheck._base_manager.get(), "answer", reader, **ANSWER)
    Assign(record=again(made), owner=reader, **as_(approver)).execute()
    edit(made, reader, what_changed="I put it in my own words")
    step(made, "submit", author)
    with pytest.raises(Refused, match="whether the text fits"):
        step(made, "approve", approver)


def test_holders_of_the_jobs_that_the_steps_name_are_asked_by_themselves(
    author: Person, approver: Person, reader: Person
) -> None:
    """M57, M36: sending it is enough; nobody has to think of whom to ask."""
    JobAssignment.objects.create(person=reader, job_role=JobRole.objects.create(name="Assembler"))
    JobAssignment.objects.create(person=author, job_role=JobRole.objects.create(name="Quality lead"))
    made = procedure(author)
    step(made, "submit", author)
    assert [check.owner for check in FitCheck._base_manager.all()] == [reader]


def test_an_answer_holds_for_the_next_revision_while_the_steps_are_the_same(
    author: Person, approver: Person, reader: Person
) -> None:
    """M57: a corrected typing mistake bothers nobody; another step does."""
    made = procedure(author)
    do(made, "ask_fit", author, people=[reader])
    do(FitCheck._base_manager.get(), "answer", reader, **ANSWER)
    step(made, "submit", author)
    step(made, "approve", approver)
    second = revised(again(made.document), author, approver, what_changed="A comma")
    assert second.state == "effective"
    third = do(made.document, "revise", author, change_reason="Another step")
    edit(third, author, steps=STEPS[:1])
    step(third, "submit", author)
    with pytest.raises(Refused, match="whether the text fits"):
        step(third, "approve", approver)


def test_a_policy_needs_no_fit_check(author: Person, approver: Person) -> None:
    """M57: only what tells people how to do their work."""
    made = step(draft(author), "submit", author)
    with pytest.raises(Refused, match="Nothing is left"):
        do(made, "go_on_without_fit", approver, reason="No need")
    assert step(made, "approve", approver).state == "effective"
