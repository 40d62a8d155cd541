"""Restores and drills stand in the trail of the organisation; that a backup was made is a security event."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.rows import RowAction
from gemba.kernel.actor import Actor, Via
from gemba.kernel.backup.manifest import Manifest
from gemba.kernel.people.models import Organisation
from gemba.kernel.refusals import NotAllowed, Refused
from gemba.kernel.trail.models import Event, SecurityEvent

MADE, RESTORED, DRILLED = "backup.made", "restore", "drill"


@dataclass(kw_only=True)
class NoteContinuity(RowAction[Organisation]):
    """What was done on the command line of the server, with its figures, as one event of the organisation."""

    what: str
    facts: dict[str, Any]
    row: Organisation = field(init=False)

    def prepare(self) -> None:
        self.row = self.hold(Organisation.objects.order_by("pk")[0])

    def check(self) -> Refused | None:
        return None if self.access.everything else NotAllowed(_("This is noted by the program itself."))

    def perform(self) -> Organisation:
        facts = tuple((name, None, value) for name, value in self.facts.items())
        self.keep(self.row, self.what, store=False, extra=facts)
        return self.row


def note(what: str, facts: dict[str, Any]) -> None:
    actor = Actor.system(Via.CLI)
    NoteContinuity(actor=actor, access=Access(actor.person, everything=True), what=what, facts=facts).execute()


def note_backup(name: str, size: int, said: Manifest) -> None:
    detail = f"{name}, {size} bytes, {said.counts['events']} events"
    SecurityEvent.objects.create(what=MADE, target=name[:200], detail=detail)


def last_backup() -> dt.datetime | None:
    return SecurityEvent.objects.filter(what=MADE).order_by("-id").values_list("at", flat=True).first()


def last_drill() -> Event | None:
    """The newest drill of restoring, whatever came of it."""
    return Event.objects.filter(act=f"organisation.{DRILLED}").order_by("-id").first()


def age(of: dt.datetime) -> dt.timedelta:
    return clock.now() - of
