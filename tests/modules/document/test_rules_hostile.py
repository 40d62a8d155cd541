"""Hostile and mistaken values in documents and revisions are refused in sentences; nothing is written (WEB-02, M47)."""

from typing import Any

import pytest

from gemba.kernel.actions.talk import ResolveComment, Say
from gemba.kernel.notices.models import Comment
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event
from gemba.modules.document.models import Document, Revision
from tests.kernel.people import as_, person
from tests.modules.document.life import again, do, document, draft, edit, released, step

pytestmark = pytest.mark.django_db
STEP = {"role": "Assembler", "action": "Welds", "kind": "", "tool": "", "minutes": None}
WRONG: tuple[tuple[str, Any], ...] = (
    ("steps", [{**STEP, "kind": "dragon"}]), ("steps", [{**STEP, "minutes": -1}]), ("steps", [{**STEP, "extra": "x"}]),
    ("steps", [STEP] * 501), ("steps", [{**STEP, "action": "x" * 5001}]), ("steps", "not a list"), ("steps", [["a"]]),
    ("steps", [{**STEP, "action": {"a": 1}}]), ("terms", [{"term": "", "meaning": "x"}]),
    ("cadence", [{"what": "x", "kind": "", "role": "emperor", "months": 6}]), ("effective_on", "not a day"),
    ("provenance", "stolen"), ("title", ""), ("title", "x" * 201), ("change_reason", "a\ud800b"),
)  # fmt: skip


@pytest.mark.parametrize(("field", "value"), WRONG, ids=[f"{f}-{n}" for n, (f, _v) in enumerate(WRONG)])
def test_a_wrong_value_is_refused_by_field_and_nothing_is_written(author: Person, field: str, value: Any) -> None:
    """WEB-02, M47: whatever arrives, the answer is a sentence."""
    made = draft(author)
    events = Event.objects.filter(record=made).count()
    with pytest.raises(Invalid):
        edit(made, author, **{field: value})
    assert Event.objects.filter(record=made).count() == events
    assert again(made).digest == made.digest


def test_markup_is_kept_out_of_the_text_and_kept_as_text_in_lines(author: Person) -> None:
    """WEB-02, FIL-06: scripts never reach the row; lines are plain text, shown escaped."""
    evil = '<p onclick="x()">Seal<script>alert(1)</script><img src=x onerror=y><a href="javascript:z">go</a></p>'
    made = edit(draft(author), author, body=evil, steps=[{**STEP, "action": "<script>alert(1)</script>{{ x }}"}])
    for bad in ("script", "onclick", "onerror", "javascript", "img"):
        assert bad not in made.body
    assert made.steps[0]["action"] == "<script>alert(1)</script>{{ x }}"


def test_what_only_gemba_sets_cannot_be_given(author: Person) -> None:
    """ACL-15: nobody types themselves into force."""
    made = draft(author)
    for name in ("in_force", "working", "sealed", "asked", "sequence", "bypassed_fit_check", "valid_from", "state"):
        with pytest.raises(Invalid):
            edit(made, author, **{name: True})
    with pytest.raises(Invalid):
        document(author, own_number="X-1")


def test_strangers_do_not_work_on_documents(author: Person, approver: Person) -> None:
    """ACL-11, ACL-15: an auditor reads; the administrator of the system does not even read."""
    made = released(author, approver)
    for who in (person("Audit", Role.AUDITOR), person("Root", Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            document(who)
        for name, values in (("revise", {"change_reason": "x"}), ("look_over", {"considered": "x"})):
            with pytest.raises(Refused):
                do(made.document, name, who, **values)
        with pytest.raises(Refused):
            step(made.document, "retire", who, reason="Away")
    assert Document._base_manager.get().state == "in_force"
    assert Revision._base_manager.count() == 1


def test_a_comment_is_settled_once_by_its_author_or_the_owner(
    author: Person, reviewer: Person, approver: Person
) -> None:
    """M42: who settled it, when, and what was done stay; one of another record is not touched."""
    made, other = draft(author), draft(author)
    said = Say(record=made, text="Who?", **as_(reviewer)).execute()
    with pytest.raises(NotAllowed):
        ResolveComment(record=made, comment=said, **as_(person("Nora", Role.EMPLOYEE))).execute()
    with pytest.raises(Invalid):
        ResolveComment(record=other, comment=said, **as_(author)).execute()
    ResolveComment(record=made, comment=said, answer="Named them", **as_(reviewer)).execute()
    with pytest.raises(Conflict):
        ResolveComment(record=made, comment=said, **as_(author)).execute()
    assert (said.resolution.person, said.resolution.answer) == (reviewer, "Named them")
    assert Comment.objects.get().text == "Who?"
    assert Event.objects.filter(record=made, act="revision.resolve").count() == 1
