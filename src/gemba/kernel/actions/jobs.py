"""Logins that nobody uses are a way in that nobody watches: after 90 days they are closed (AUT-16)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django_tasks import task

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.alerts import holders
from gemba.kernel.actions.rows import RowAction
from gemba.kernel.actor import Actor
from gemba.kernel.entrance.models import OneTimeLink
from gemba.kernel.jobs.schedule import every
from gemba.kernel.notices.models import Notice
from gemba.kernel.notices.tell import tell
from gemba.kernel.people.models import Account, Person
from gemba.kernel.refusals import Conflict, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import SecurityEvent

DORMANT = dt.timedelta(days=90)


def dormant_people(now: dt.datetime) -> list[Person]:
    """Whose open login has not been used for 90 days, nor made or offered again by a link within them.

    Of those who administer without bounds at least one keeps the way in, or nobody could open any.
    """
    since = now - DORMANT
    offered = OneTimeLink.objects.filter(person=OuterRef("person"), made_at__gte=since)
    unused = Q(last_login=None) | Q(last_login__lt=since)
    rows = Account.objects.filter(unused, ~Exists(offered), is_active=True, created__lt=since).select_related("person")
    people = [account.person for account in rows.order_by("-last_login", "pk")]
    administrators = holders(Role.ADMINISTRATOR)
    if any(person not in people for person in administrators):
        return people
    kept = next((person for person in people if person in administrators), None)
    return [person for person in people if person != kept]


@dataclass(kw_only=True)
class CloseDormant(RowAction[Person]):
    """Close a login that nobody uses. Inviting the person opens it again."""

    person: Person
    now: dt.datetime

    def prepare(self) -> None:
        self.person = self.hold(self.person)

    def check(self) -> Refused | None:
        if not self.access.everything:
            return NotAllowed(_("Only the scheduled work closes logins that nobody uses."))
        if self.person not in dormant_people(self.now):
            return Conflict(_("%s has signed in in the meantime.") % self.person)
        return None

    def perform(self) -> Person:
        account = Account.objects.get(person=self.person)
        account.is_active = False
        account.session_epoch += 1
        account.save(update_fields=["is_active", "session_epoch"])
        self.keep(self.person, "dormant", store=False)
        SecurityEvent.objects.create(what="account.dormant", person=self.person, target=account.email)
        return self.person


def close_dormant(now: dt.datetime) -> list[Person]:
    """Close every dormant login, and tell those who administer."""
    closed = []
    with seeing_everything() as access:
        for person in dormant_people(now):
            try:
                closed.append(CloseDormant(actor=Actor.system(), access=access, person=person, now=now).execute())
            except Conflict:
                continue
        _tell(closed)
    return closed


def _tell(closed: Iterable[Person]) -> None:
    for person in closed:
        text = _("The login of %s was closed: nobody signed in for 90 days. An invitation opens it again.") % person
        tell(holders(Role.ADMINISTRATOR), None, Notice.Reason.SECURITY, text)


@task()
def dormant_accounts() -> None:
    close_dormant(clock.now())


every("dormant accounts", dormant_accounts, dt.timedelta(days=1), at=dt.timedelta(hours=4))
