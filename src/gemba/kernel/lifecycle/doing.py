"""What an effect is told of the step it follows from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gemba.kernel.access.scope import Access
from gemba.kernel.actor import Actor, Via
from gemba.kernel.people.models import system_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Who acts, with which rights, why, and with which values. `step` is the transition or verb."""

    actor: Actor
    access: Access
    step: str
    reason: str = ""
    values: Mapping[str, Any]

    @property
    def own(self) -> dict[str, Any]:
        """For an action the same person does with their own rights."""
        return {"actor": self.actor, "access": self.access, "reason": self.reason}

    def following(self, reason: str) -> dict[str, Any]:
        """For an action that the system does as a consequence: its event is the system's, in the same request."""
        system = system_person()
        return {
            "actor": replace(self.actor, person=system, via=Via.JOB, auth="none", on_behalf_of=None),
            "access": Access(system, everything=True), "reason": reason,
        }  # fmt: skip
