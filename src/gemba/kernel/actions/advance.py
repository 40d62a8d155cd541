"""Move a record along its lifecycle, with a signature where the step asks for one; and void it."""

from dataclasses import dataclass, field, replace
from typing import Any, Generic

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.base import RecordAction
from gemba.kernel.actions.talk import FinishTask
from gemba.kernel.actor import Via
from gemba.kernel.attachments.models import files_of
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.lifecycle.machine import VOID, R, Transition
from gemba.kernel.log.jobs import seal_soon
from gemba.kernel.log.standing import signing_refusal
from gemba.kernel.people.models import Person
from gemba.kernel.prepared import Prepared
from gemba.kernel.records.models import Record, content_digest
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, NotProven, Refused
from gemba.kernel.rights import grant_to_advance, may_void, role_names
from gemba.kernel.rows import load
from gemba.kernel.signing.models import Signature
from gemba.kernel.signing.proof import Proof
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.canonical import moment
from gemba.kernel.trail.models import Event
from gemba.kernel.types import closed_gate, effects_elsewhere
from gemba.kernel.ulid import ulid

ASKED: Prepared[Task] = Prepared(
    lambda record: Task.objects.filter(record=record, done_at=None, withdrawn=False).exclude(
        transition="", wanted=None
    ),
    int,
)
"""The open tasks of a record that ask for a step of its life, or for another due date."""


def dependence(record: Record, transition: Transition[Any], people: tuple[Person, ...]) -> str | None:
    """Why this person is not independent enough for the step, or None. Deputies are judged with the absent person."""
    ids = {person.pk for person in people}
    for party in transition.independent_of:
        if ids & _party(record, party):
            words = {
                "owner": _("its owner"), "raiser": _("the person who raised it"),
                "editor": _("somebody who wrote part of it"),
            }  # fmt: skip
            return _("This step needs a second person: you are %s.") % words.get(
                party, _("the person who signed an earlier step")
            )
    return None


def _party(record: Record, party: str) -> set[int]:
    if party == "owner":
        return {record.owner_id}
    if party == "raiser":
        return {record.raised_by_id}
    if party == "editor":
        acts = (f"{record.kind}.edit", f"{record.kind}.raise", f"{record.kind}.attach")
        return set(Event.objects.filter(record_id=record.pk, act__in=acts).values_list("actor_id", flat=True))
    return set(Signature.objects.filter(record_id=record.pk, transition=party).values_list("person_id", flat=True))


@dataclass(kw_only=True)
class Advance(RecordAction[R], Generic[R]):
    """Take a declared transition. `seen` is the content digest that stood on the screen when it was signed."""

    name: str
    proof: Proof | None = None
    seen: str = ""
    ceremony: str = field(default_factory=ulid)

    @property
    def transition(self) -> Transition[R]:
        return self.declared.lifecycle.transition(self.name)

    def target(self) -> str:
        return f"Advance {self.record.number} {self.name}"

    def check(self) -> Refused | None:
        return self.objection() or self.gate() or self._signing_objection()

    def objection(self) -> Refused | None:
        """Everything except the signature itself: what a page says about a step before anybody signs."""
        record, step = self.record, self.transition
        if not step.leaves(record.state):
            state = self.declared.lifecycle.state(record.state).label
            return Conflict(
                _("%(step)s is not possible while the record is %(state)s.") % {"step": step.label, "state": state}
            )
        if refusal := self._automatic() if step.automatic else self._personal():
            return refusal
        if step.reason and not self.reason.strip():
            return Invalid({"reason": [_("Say why.")]})
        return None

    def _personal(self) -> Refused | None:
        """Whether this person may take the step: role, independence, and the guards."""
        record, step = self.record, self.transition
        grant = grant_to_advance(self.access, record, step)
        if grant is None:
            return NotAllowed(_("%(step)s needs the role %(roles)s.") % {"step": step.label, "roles": role_names(step)})
        people = (self.actor.person, *((grant.principal,) if grant.principal else ()))
        if sentence := dependence(record, step, people):
            return NotAllowed(sentence)
        sentences = step.objections(record, people)
        return Refused(*sentences) if sentences else None

    def _automatic(self) -> Refused | None:
        """A step that follows by itself is taken by the system alone."""
        if not self.access.everything:
            return NotAllowed(_("%s follows by itself; nobody takes this step.") % self.transition.label)
        sentences = self.transition.objections(self.record)
        return Refused(*sentences) if sentences else None

    def gate(self) -> Refused | None:
        """Whether this person may do this work today, deputy or not: asked when it is done, not for each button."""
        if self.access.everything:
            return None
        sentence = closed_gate(self.record, self.name, self.actor.person)
        return Refused(sentence) if sentence else None

    def _signing_objection(self) -> Refused | None:
        if not self.transition.signature:
            return None
        if self.actor.via is not Via.UI or self.proof is None:
            return NotProven(_("This step is signed, and only a person at a screen can sign."))
        if self.proof.person.pk != self.actor.person.pk:
            return NotProven(_("The signature belongs to somebody else."))
        current = content_digest(self.record, files_of(self.record))
        if self.seen != current:
            return Conflict(
                _("The content changed while you were reading. Look at what changed before you sign."),
                current=self.record, given=self.seen,
            )  # fmt: skip
        sentence = signing_refusal()
        return Refused(sentence) if sentence else None

    def perform(self) -> R:
        record, step = self.record, self.transition
        grant = grant_to_advance(self.access, record, step)
        if grant and grant.principal:
            self.actor = replace(self.actor, on_behalf_of=grant.principal)
        record.state, record.open = step.target.name, not step.target.final
        record.state_since = clock.now()
        signature = self._signature() if step.signature else None
        self.save(step.name, content=False, signature=self._in_event(signature))
        if signature:
            signature.seq = self.head.seq
            signature.save(force_insert=True)
            seal_soon()
        doing = Doing(actor=self.actor, access=self.access, step=step.name, reason=self.reason, values={})
        self._end_tasks(record, step, doing)
        return self._with_effects(record, step, doing)

    def _with_effects(self, record: R, step: Transition[R], doing: Doing) -> R:
        """What follows, in this module and in those that declared it. They may have moved the record further."""
        effects = (*step.effects, *effects_elsewhere(record.kind, step.name))
        for effect in effects:
            effect(record, doing)
        return load(type(record), record.pk) if effects else record

    def _end_tasks(self, record: R, step: Transition[R], doing: Doing) -> None:
        """The step is done for everybody who was asked for it, or for this signer where several are asked.

        A step that could be taken before and cannot now is asked of nobody any longer, and nobody decides about the due
        date of what is finished.
        """
        asked = ASKED(record.pk)
        signers = {person.pk for person in (self.actor.person, self.actor.on_behalf_of) if person}
        done = [t.pk for t in asked if t.transition == step.name and (not step.stays or t.person_id in signers)]
        if done:
            Task.objects.filter(pk__in=done).update(done_at=clock.now(), done_by=self.actor.person)
        for task in asked:
            overtaken = task.wanted is not None and not record.open
            if overtaken or (task.transition != step.name and self._is_past(task.transition, record.state)):
                FinishTask(task=task, withdraw=True, **doing.following(_("No longer needed"))).execute()

    def _is_past(self, name: str, state: str) -> bool:
        other = self.declared.lifecycle.by_name.get(name)
        return other is not None and other.leaves(str(self.before["state"])) and not other.leaves(state)

    def _signature(self) -> Signature:
        if self.proof is None:
            raise NotProven(_("This step is signed, and only a person at a screen can sign."))
        record, step = self.record, self.transition
        return Signature(
            record=record, person=self.actor.person, on_behalf_of=self.actor.on_behalf_of,
            name=self.actor.person.name, roles=", ".join(self.access.own_roles()), transition=step.name,
            meaning=str(step.meaning or step.label), statement=str(step.signature), rejection=step.rejects,
            reason=self.reason, content=self.seen, at=self.proof.at, time_zone=_zone(self.actor.person),
            factors=self.proof.factors, ceremony=self.ceremony,
        )  # fmt: skip

    @staticmethod
    def _in_event(signature: Signature | None) -> dict[str, Any] | None:
        if signature is None:
            return None
        return {
            "meaning": signature.meaning, "name": signature.name, "uid": signature.person.uid,
            "content": signature.content, "statement": signature.statement, "factors": signature.factors,
            "ceremony": signature.ceremony, "tz": signature.time_zone, "rejection": signature.rejection,
            "at": moment(signature.at),
        }  # fmt: skip


def _zone(person: Person) -> str:
    return person.site.time_zone if person.site else "UTC"


@dataclass(kw_only=True)
class Void(RecordAction[R], Generic[R]):
    """End a record that should not have been raised. Its number and everything in it stay in the register (GXP-08)."""

    def check(self) -> Refused | None:
        if not may_void(self.access, self.record):
            return NotAllowed(_("Your roles do not let you void this record."))
        if not self.record.open:
            return Conflict(_("A finished record cannot be voided."))
        if not self.reason.strip():
            return Invalid({"reason": [_("Say why this record is void; the sentence stays in the register.")]})
        sentences = [text for guard in self.declared.keeps if (text := guard(self.record))]
        return NotAllowed(*sentences) if sentences else None

    def perform(self) -> R:
        self.record.state, self.record.open = VOID, False
        self.record.state_since = clock.now()
        self.save("void", content=False)
        Task.objects.filter(record=self.record, done_at=None).update(withdrawn=True)
        doing = Doing(actor=self.actor, access=self.access, step=VOID, reason=self.reason, values={})
        effects = effects_elsewhere(self.record.kind, VOID)
        for effect in effects:
            effect(self.record, doing)
        return load(type(self.record), self.record.pk) if effects else self.record
