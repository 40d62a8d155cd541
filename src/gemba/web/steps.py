"""What can happen next to a record, for this person: the steps, and for those not open the sentence why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel.access.scope import Access
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actor import Actor
from gemba.kernel.lifecycle.machine import VOID, State
from gemba.kernel.records.models import Record
from gemba.kernel.rights import role_names
from gemba.kernel.types import RecordType

GIVEN_LATER = "-"
"""Stands for the reason that is asked for on the step's own page."""


@dataclass(frozen=True, slots=True)
class Step:
    """One declared transition as it stands for the reader."""

    name: str
    label: str
    to: State
    signed: bool
    rejects: bool
    asks: bool
    """The step has a page of its own: it is signed, or wants a reason."""
    by: str
    objections: Sequence[str] = ()
    leads: bool = False
    """The first way on that is declared; others, as in an emergency, are offered without being recommended."""

    @property
    def possible(self) -> bool:
        return not self.objections

    @property
    def named(self) -> bool:
        """Its objection begins with its name anyway."""
        return bool(self.objections) and self.objections[0].startswith(self.label)


@dataclass(frozen=True, slots=True)
class Station:
    """A state on the way of a record; `place` is `past`, `here` or `ahead`."""

    state: State
    place: str


def steps_of(record: Record, declared: RecordType[Any], actor: Actor, access: Access) -> list[Step]:
    names = _leaving(record, declared)
    onward = next((name for name in names if not declared.lifecycle.transition(name).rejects), "")
    return [_step(record, declared, name, actor, access, leads=name == onward) for name in names]


def _leaving(record: Record, declared: RecordType[Any]) -> list[str]:
    offered = declared.lifecycle.offered(record.state)
    return [transition.name for transition in offered if transition.fits is None or transition.fits(record)]


def _step(record: Record, declared: RecordType[Any], name: str, actor: Actor, access: Access, *, leads: bool) -> Step:
    transition = declared.lifecycle.transition(name)
    action: Advance[Any] = Advance(record=record, name=name, actor=actor, access=access, reason=GIVEN_LATER)
    refusal = action.objection()
    return Step(
        name, str(transition.label), transition.target, bool(transition.signature), transition.rejects,
        bool(transition.signature or transition.reason), role_names(transition),
        tuple(refusal.sentences) if refusal else (), leads,
    )  # fmt: skip


def way(record: Record, declared: RecordType[Any]) -> list[Station]:
    """The states in their declared order, with where the record stands."""
    states = list(declared.lifecycle.states)
    if record.state == VOID:
        return [Station(declared.lifecycle.state(VOID), "here")]
    names = [state.name for state in states]
    here = names.index(record.state) if record.state in names else -1
    return [Station(state, "here" if i == here else "past" if i < here else "ahead") for i, state in enumerate(states)]


def waiting_for(steps: Sequence[Step]) -> str:
    """Who can take it further when the reader cannot."""
    if not steps or any(step.possible for step in steps):
        return ""
    ahead = next((step for step in steps if not step.rejects), steps[0])
    return _("Next: %(step)s, by %(roles)s.") % {"step": ahead.label, "roles": ahead.by}
