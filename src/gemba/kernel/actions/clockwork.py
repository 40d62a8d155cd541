"""What follows when the server's clock was moved: quality is told, and accepts it before anybody signs again."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.alerts import alert
from gemba.kernel.actions.base import Action
from gemba.kernel.actions.rows import refuse_unless, refuse_without_reason
from gemba.kernel.jobs.schedule import BEATS
from gemba.kernel.refusals import Conflict, Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.canonical import digest
from gemba.kernel.trail.models import Event, SecurityEvent
from gemba.kernel.trail.timekeeping import STEP, forget_step, note_step, waiting_step, watch
from gemba.kernel.trail.writer import Entry, append


@dataclass(kw_only=True)
class AcceptClock(Action[Event]):
    """Quality looked at a step of the clock: its time is right now. Both times and the reason stand in the trail."""

    def check(self) -> Refused | None:
        refusal = refuse_unless(self.access, Role.QUALITY) or refuse_without_reason(self.reason)
        if refusal is None and waiting_step() is None:
            return Conflict(_("No step of the clock waits to be looked at."))
        return refusal

    def perform(self) -> Event:
        step = waiting_step()
        assert step is not None  # noqa: S101  asked by `check`
        event = append(
            Entry(
                subject=f"clock/{step.pk}", act=STEP, state=digest({"step": step.detail}), schema="clock@1",
                changes=[("step", None, step.detail), ("noted", None, step.at)], reason=self.reason,
            ),
            self.actor, roles=self.access.own_roles(),
        )  # fmt: skip
        forget_step()
        return event


def look_at_clock() -> None:
    """Every few seconds in each worker: was the clock moved since the last look? (CLK-02)"""
    now = clock.now()
    moved = watch.step(now)
    if moved is not None and (sentence := note_step(now - moved, now)):
        alert(sentence + " " + _("Nobody signs until quality has looked at it."))


def newest_steps(count: int = 20) -> list[SecurityEvent]:
    return list(SecurityEvent.objects.filter(what=STEP).order_by("-pk")[:count])


BEATS.append(look_at_clock)
