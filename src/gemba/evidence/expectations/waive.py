"""Waive an expectation: who, why, and an event of its own. The figure shows it as waived, never as met."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gemba.evidence.expectations.models import Expectation
from gemba.kernel import clock
from gemba.kernel.actions.base import Action
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.canonical import digest
from gemba.kernel.trail.writer import Entry, append, lock_head

WAIVERS = (Role.QUALITY, Role.MANAGEMENT)


@dataclass(kw_only=True)
class Waive(Action[Expectation]):
    """This evidence is not going to come, and somebody answers for that."""

    expectation: Expectation

    def target(self) -> str:
        return f"Waive {self.expectation}"

    def prepare(self) -> None:
        self.expectation = Expectation.objects.select_for_update(of=("self",)).get(pk=self.expectation.pk)

    def check(self) -> Refused | None:
        if not self.access.holds(*WAIVERS):
            return NotAllowed(_("Quality and top management waive what is expected."))
        if self.expectation.end not in (Expectation.End.OPEN, Expectation.End.MISSED):
            return Conflict(_("This expectation has ended: %s.") % self.expectation.get_end_display())
        if not self.reason.strip():
            return Invalid({"reason": [_("Say why this evidence need not come.")]})
        return None

    def perform(self) -> Expectation:
        each = self.expectation
        before, each.end = each.end, Expectation.End.WAIVED
        each.waived_by, each.reason, each.ended_on = self.actor.person, self.reason.strip(), clock.today()
        state = {
            "framework": each.framework, "duty": each.duty, "due": each.due, "end": str(each.end),
            "reason": each.reason, "by": self.actor.person.uid,
        }  # fmt: skip
        append(
            Entry(
                subject=each.subject, act="expectation.waive", state=digest(state), schema="expectation@1",
                changes=[("end", str(before), str(each.end))], reason=each.reason,
            ),
            self.actor, head=lock_head(each.subject), roles=self.access.own_roles(),
        )  # fmt: skip
        each.save(update_fields=["end", "waived_by", "reason", "ended_on"])
        return each
