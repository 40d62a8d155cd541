"""A module's own verb on a record: checked like any action, all or nothing, written through the kernel's actions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic

from django.utils.translation import gettext as _

from gemba.kernel.actions.base import RecordWork
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.lifecycle.machine import R
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.rights import grant_for_roles, is_owner_at_work
from gemba.kernel.types import Verb, closed_gate


@dataclass(kw_only=True)
class Do(RecordWork[R, Record], Generic[R]):
    """Use a declared verb. `values` are what its form cleaned. Answers the record to go to next."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def verb(self) -> Verb[R]:
        found = self.declared.verb(self.name)
        if found is None:
            raise LookupError(self.name)
        return found

    def target(self) -> str:
        return f"{self.record.number} {self.name}"

    def check(self) -> Refused | None:
        refusal = self.objection() or self._gate()
        if refusal is None and self.verb.reason and not self.reason.strip():
            return Invalid({"reason": [_("Say why.")]})
        return refusal

    def objection(self) -> Refused | None:
        """Why this person cannot do it now, before anything was filled in."""
        verb, record = self.verb, self.record
        if verb.states and record.state not in {state.name for state in verb.states}:
            state = self.declared.lifecycle.state(record.state).label
            return Conflict(
                _("%(verb)s is not possible while the record is %(state)s.") % {"verb": verb.label, "state": state}
            )
        allowed = grant_for_roles(self.access, record, verb.by) or (
            verb.owner and is_owner_at_work(self.access, record)
        )
        if not (allowed or self.access.everything):
            return NotAllowed(_("Your roles do not let you do this here."))
        sentences = [text for guard in verb.objections if (text := guard(record, self.actor.person))]
        return Refused(*sentences) if sentences else None

    def _gate(self) -> Refused | None:
        """Whether this person may do this work today, as for a step."""
        sentence = None if self.access.everything else closed_gate(self.record, self.name, self.actor.person)
        return Refused(sentence) if sentence else None

    def perform(self) -> Record:
        doing = Doing(actor=self.actor, access=self.access, step=self.name, reason=self.reason, values=self.values)
        return self.verb.run(self.record, doing)
