"""Who signs a revision: by rule, in parallel or in order, each person once (M42, M200)."""

import datetime as dt
from typing import Any

import pytest

from gemba.kernel import clock
from gemba.kernel.people.models import Absence, Person
from gemba.kernel.refusals import Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.tasks.models import Task
from gemba.modules.document.models import Revision
from gemba.modules.document.signers import places
from tests.kernel.people import person
from tests.modules.document.life import again, document, draft, edit, step

pytestmark = pytest.mark.django_db


def line(task: str, role: str = "", who: Person | None = None, order: int | None = None) -> dict[str, Any]:
    return {"task": task, "role": role, "person": who.uid if who else "", "order": order}


def sent(author: Person, *lines: dict[str, Any], in_order: bool = False) -> Revision:
    made = draft(author, document(author, signers=list(lines), in_order=in_order))
    now: Revision = step(made, "submit", author)
    return now


def waiting() -> list[str]:
    tasks = Task.objects.filter(done_at=None, withdrawn=False).order_by("pk")
    return [task.person.name if task.person else task.role for task in tasks]


def test_in_parallel_everybody_may_sign_at_once_and_the_last_one_moves_it_on(
    author: Person, reviewer: Person, approver: Person, reader: Person
) -> None:
    """M42: two reviews in any order, then approval."""
    made = sent(author, line("review", who=reviewer), line("review", who=reader), line("approve", "quality"))
    assert (made.state, waiting()) == ("review", ["Rita", "Lea"])
    assert step(made, "review", reader).state == "review"
    assert waiting() == ["Rita"]
    with pytest.raises(Refused, match="signed this round already"):
        step(made, "review", reader)
    assert step(made, "review", reviewer).state == "approval"
    assert waiting() == ["quality"]
    assert step(made, "approve", approver).state == "effective"
    assert waiting() == []


def test_in_order_the_second_waits_for_the_first(author: Person, reviewer: Person, approver: Person) -> None:
    """M42: who is not next reads who is."""
    other = person("Olga", Role.MANAGEMENT)
    made = sent(
        author, line("review", who=reviewer), line("approve", who=other, order=2),
        line("approve", who=approver, order=1), in_order=True,
    )  # fmt: skip
    step(made, "review", reviewer)
    assert waiting() == ["Quentin"]
    with pytest.raises(Refused, match="Others sign first: Quentin"):
        step(made, "approve", other)
    assert step(made, "approve", approver).state == "approval"
    assert waiting() == ["Olga"]
    assert step(made, "approve", other).state == "effective"


def test_two_lines_of_one_role_need_two_people(author: Person, approver: Person) -> None:
    """M200: one person is not two signatures."""
    made = sent(author, line("approve", "quality"), line("approve", "quality"))
    assert step(made, "approve", approver).state == "approval"
    with pytest.raises(Refused, match="already"):
        step(made, "approve", approver)
    assert step(made, "approve", person("Olga", Role.QUALITY)).state == "effective"


def test_somebody_with_two_roles_stands_in_nobodys_way(author: Person, approver: Person) -> None:
    """M42: whoever holds both roles fills the line that the other one cannot."""
    both = person("Bo", Role.QUALITY, Role.MANAGEMENT)
    made = sent(author, line("approve", "quality"), line("approve", "management"))
    step(made, "approve", both)
    assert step(made, "approve", approver).state == "effective"


def test_who_is_not_asked_cannot_sign_or_send_back(author: Person, reviewer: Person, approver: Person) -> None:
    """M42, ACL-15: the rule names who decides."""
    made = sent(author, line("review", who=reviewer), line("approve", "quality"))
    for name in ("review", "reject"):
        with pytest.raises(Refused, match=r"asked|asks|possible"):
            step(made, name, approver, reason="No")


def test_a_round_sent_back_starts_without_signatures(author: Person, reviewer: Person, approver: Person) -> None:
    """M200: signatures are on the text that was signed, not on the next one."""
    made = sent(author, line("review", who=reviewer), line("approve", "quality"))
    step(made, "review", reviewer)
    step(made, "reject", approver, reason="A table is missing")
    edit(made, author, body="<p>Another text</p>")
    step(made, "submit", author)
    now = again(made)
    assert [place.signature for place in places(now, "review")] == [None]
    assert step(made, "review", reviewer).state == "approval"


def test_the_rule_of_the_day_it_was_sent_holds_for_the_round(
    author: Person, reviewer: Person, approver: Person
) -> None:
    """M200: nobody is added or dropped while people sign."""
    made = sent(author, line("review", who=reviewer), line("approve", "quality"))
    edit(made.document, author, signers=[line("approve", "management")])
    assert step(made, "review", reviewer).state == "approval"
    assert step(made, "approve", approver).state == "effective"


def test_without_a_rule_one_person_of_quality_approves(author: Person, reviewer: Person, approver: Person) -> None:
    """M42: no document comes into force unsigned, whatever was left empty."""
    made = sent(author)
    assert (made.state, waiting()) == ("approval", ["quality"])
    with pytest.raises(Refused):
        step(made, "approve", reviewer)
    assert step(made, "approve", approver).state == "effective"


def test_a_rule_of_reviewers_only_still_needs_an_approval(author: Person, reviewer: Person, approver: Person) -> None:
    """M42: review is no approval."""
    made = sent(author, line("review", who=reviewer))
    assert step(made, "review", reviewer).state == "approval"
    assert step(made, "approve", approver).state == "effective"


def test_a_deputy_signs_for_an_absent_approver_in_the_deputys_own_name(author: Person, approver: Person) -> None:
    """M200, ACL-14: both names stand on the signature."""
    deputy = person("Dora", Role.EMPLOYEE)
    Absence.objects.create(person=approver, deputy=deputy, valid_from=clock.today(), valid_to=clock.today())
    made = sent(author, line("approve", who=approver))
    with pytest.raises(Refused):
        step(made, "approve", person("Nora", Role.EMPLOYEE))
    assert step(made, "approve", approver).state == "effective"


def test_the_author_does_not_review_the_own_text(author: Person, approver: Person) -> None:
    """M42: named or not."""
    made = sent(author, line("review", who=author), line("approve", "quality"))
    with pytest.raises(NotAllowed, match="second person"):
        step(made, "review", author)


def test_each_line_of_a_rule_names_a_role_or_a_person(author: Person, reviewer: Person) -> None:
    """M47: a rule that nobody could follow is refused when it is written; where a person is named, that one counts."""
    with pytest.raises(Invalid, match="a role or a person"):
        document(author, signers=[line("approve")])
    assert step(draft(author, document(author, signers=[line("review", "quality", reviewer)])), "submit", author)
    assert waiting() == ["Rita"]
    with pytest.raises(Invalid):
        document(author, signers=[{"task": "dance", "role": "quality", "person": "", "order": None}])


def test_a_task_for_somebody_who_has_left_goes_to_quality(author: Person, reviewer: Person) -> None:
    """M42: no text waits for somebody who is gone."""
    family = document(author, signers=[line("review", who=reviewer)])
    reviewer.ended = clock.today() - dt.timedelta(days=1)
    reviewer.save()
    step(draft(author, family), "submit", author)
    assert waiting() == ["quality"]
