"""Documents brought through their life by actions, for tests."""

from typing import Any

from django.utils import timezone

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.signing.proof import Proof
from gemba.modules.document.models import Document, Revision
from tests.kernel.people import as_

BODY = "<h2>Purpose</h2><p>Everybody answers complaints in the same way.</p>"
STEPS = [
    {"role": "Assembler", "action": "Writes the complaint down", "kind": "objective", "tool": "Gemba", "minutes": 10},
    {"role": "Quality lead", "action": "Decides what to do", "kind": "", "tool": "", "minutes": None},
]


def document(author: Person, **values: Any) -> Document:
    given = {"title": "Handling of complaints", "type": "policy", "area": "quality", "retention": "obsolete",
             "retention_years": 5, **values}  # fmt: skip
    return Raise(model=Document, values=given, **as_(author)).execute()


def draft(author: Person, of: Document | None = None, **values: Any) -> Revision:
    family = of or document(author)
    given = {"title": family.title, "document": family, "body": BODY, **values}
    return Raise(model=Revision, values=given, **as_(author)).execute()


def again(record: Any) -> Any:
    return type(record)._base_manager.get(pk=record.pk)


def step(record: Any, name: str, who: Person, reason: str = "") -> Any:
    """A step as its person takes it at a screen, signed where it asks for that."""
    now = again(record)
    proof = Proof(who, "pwd", timezone.now())
    return Advance(record=now, name=name, proof=proof, seen=now.digest, reason=reason, **as_(who)).execute()


def do(record: Record, name: str, who: Person, reason: str = "", **values: Any) -> Any:
    return Do(record=again(record), name=name, values=values, reason=reason, **as_(who)).execute()


def edit(record: Any, who: Person, **values: Any) -> Any:
    return Edit(record=again(record), values=values, **as_(who)).execute()


def released(author: Person, approver: Person, of: Document | None = None, **values: Any) -> Revision:
    """A revision in effect by the common rule: one person of quality approves."""
    made = draft(author, of, **values)
    step(made, "submit", author)
    signed: Revision = step(made, "approve", approver)
    return signed


def revised(document: Document, author: Person, approver: Person, **values: Any) -> Revision:
    """The next revision, in effect."""
    made = do(document, "revise", author, change_reason="It was not clear")
    if values:
        edit(made, author, **values)
    step(made, "submit", author)
    signed: Revision = step(made, "approve", approver)
    return signed


def today() -> Any:
    return clock.today()
