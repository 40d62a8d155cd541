"""Who has to sign a revision, who has, and who is next: by the rule of its document, in parallel or in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.people.models import Person, RoleGrant
from gemba.kernel.prepared import Prepared
from gemba.kernel.roles import Role
from gemba.kernel.signing.models import Signature
from gemba.kernel.trail.models import Event
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.lines import APPROVE

Line = Mapping[str, Any]
WITHOUT_RULE: tuple[Line, ...] = ({"task": APPROVE, "role": str(Role.QUALITY), "person": "", "order": None},)
"""Where a document names nobody, one person of quality approves, who wrote none of it."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who can fill a line: a person with roles, for oneself and for the absent person, if there is one."""

    people: frozenset[str]
    roles: frozenset[str]

    def fits(self, line: Line) -> bool:
        return line["person"] in self.people if line["person"] else line["role"] in self.roles


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the rule in this round. `open` says that it may be signed now."""

    line: Line
    who: str
    signature: Signature | None
    open: bool


def rule_of(document: Document) -> list[Line]:
    """The lines of the document in the order in which they are signed; without any approval, the common one."""
    lines: list[Line] = list(document.signers)
    if not any(line["task"] == APPROVE for line in lines):
        lines += WITHOUT_RULE
    if not document.in_order:
        lines = [{**line, "order": None} for line in lines]
    return sorted(lines, key=_order)


def places(revision: Revision, task: str) -> list[Place]:
    """The lines of a task with the signatures of this round that fill them."""
    lines = [line for line in revision.asked if line["task"] == task]
    signatures = _of_this_round(revision, task)
    filled = _matching(lines, [_signer(signature) for signature in signatures])
    turn = min((_order(line) for place, line in enumerate(lines) if place not in filled), default=0)
    names = _who(lines)
    return [
        Place(line, names[n], signatures[filled[n]] if n in filled else None, n not in filled and _order(line) == turn)
        for n, line in enumerate(lines)
    ]


def _who(lines: Sequence[Line]) -> list[str]:
    """Each line in words: a person by name, a role by its label."""
    wanted = {line["person"] for line in lines if line["person"]}
    people = {person.uid: str(person) for person in Person.objects.filter(uid__in=wanted)} if wanted else {}
    return [
        people.get(line["person"], _("somebody unknown")) if line["person"] else str(Role(line["role"]).label)
        for line in lines
    ]


def complete(revision: Revision, task: str) -> bool:
    return all(place.signature for place in places(revision, task))


def why_not(revision: Revision, task: str, person: Person) -> str | None:
    """Why this person's signature is not the one that is waited for, or None."""
    signatures = _of_this_round(revision, task)
    if any(person.pk in (s.person_id, s.on_behalf_of_id) for s in signatures):
        return _("You have signed this round already.")
    me = Signer(frozenset({person.uid}), frozenset(_roles(person, clock.today())))
    standing = places(revision, task)
    now = [place.line for place in standing if place.signature or place.open]
    before = [_signer(signature) for signature in signatures]
    if len(_matching(now, [*before, me])) > len(_matching(now, before)):
        return None
    if any(me.fits(place.line) for place in standing if not place.signature):
        return _("Others sign first: %s.") % _names([place for place in standing if place.open])
    return _("The rule of this document asks somebody else: %s.") % _names(standing)


def is_asked(revision: Revision, task: str, person: Person) -> bool:
    """Whether the rule names this person at all, signed already or not."""
    me = Signer(frozenset({person.uid}), frozenset(_roles(person, clock.today())))
    return any(me.fits(line) for line in revision.asked if line["task"] == task)


def _names(standing: Sequence[Place]) -> str:
    return ", ".join(place.who for place in standing) or _("nobody")


def _order(line: Line) -> int:
    return int(line["order"] or 0)


def _of_this_round(revision: Revision, task: str) -> list[Signature]:
    """Signatures since the text was last sent: a rejected round counts for nothing."""
    return OF_THIS_ROUND(revision.pk, f"{revision.kind}.submit", task)


def _of_round(revision: int, sending: str, task: str) -> Any:
    sent = Event.objects.filter(record_id=revision, act=sending).order_by().values("record_id")
    last = Subquery(sent.annotate(last=Max("seq")).values("last"))
    found = Signature.objects.filter(record_id=revision, transition=task, rejection=False, seq__gt=Coalesce(last, 0))
    return found.select_related("person", "on_behalf_of").order_by("seq")


OF_THIS_ROUND: Prepared[Signature] = Prepared(_of_round, int, str, str)


def _signer(signature: Signature) -> Signer:
    """The signer with the roles that stood beside the signature, and those of the absent person it was given for."""
    people, roles = {signature.person.uid}, set(signature.roles.split(", "))
    if absent := signature.on_behalf_of:
        people.add(absent.uid)
        roles |= _roles(absent, signature.at.date())
    return Signer(frozenset(people), frozenset(roles))


def _roles(person: Person, day: Any) -> set[str]:
    return {grant.role for grant in GRANTED(person.pk, day)}


GRANTED: Prepared[RoleGrant] = Prepared(
    lambda person, day: RoleGrant.objects.in_force(day).filter(person=person), int, date
)


def _matching(lines: Sequence[Line], signers: Sequence[Signer]) -> dict[int, int]:
    """Line to signer, each signer once, as many lines as can be filled, so that two roles stand in no one's way."""
    filled: dict[int, int] = {}

    def place(signer: int, tried: set[int]) -> bool:
        for n, line in enumerate(lines):
            if n in tried or not signers[signer].fits(line):
                continue
            tried.add(n)
            if n not in filled or place(filled[n], tried):
                filled[n] = signer
                return True
        return False

    for signer in range(len(signers)):
        place(signer, set())
    return filled
