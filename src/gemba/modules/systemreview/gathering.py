"""What a review looks at, taken from the database at one moment and kept with it, so that it can be read later."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.write import Edit
from gemba.kernel.backup.noted import last_backup, last_drill
from gemba.kernel.lateness import LISTED, entered_late
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.people.models import Account, Person, RoleGrant
from gemba.kernel.records.fields import MOST_LINES
from gemba.kernel.records.models import Record
from gemba.kernel.trail.models import Event, SecurityEvent
from gemba.modules.systemreview.models import SystemReview
from gemba.modules.systemreview.states import DONE
from gemba.web.acts import act_words, security_words

About = SystemReview.About
EVERY = {About.TRAIL: dt.timedelta(days=91), About.ACCESS: dt.timedelta(days=91), About.RESTORE: dt.timedelta(days=182)}
"""How often each is due: a quarter, a quarter, half a year."""
UNUSED = dt.timedelta(days=60)
AMISS = {
    "refused", "denied", "signing.failed", "signing.blocked", "signing.refused", "clock.step", "log.behind",
    "log.damaged", "trail.guards_restored", "trail.older", "sign-in.failed", "sign-in.alert", "code.failed",
    "token.refused",
}  # fmt: skip
"""Security events that a reviewer has to look at one by one."""
Line = dict[str, str]


def line(what: str, found: str, look: str = "") -> Line:
    return {"what": what, "found": found, "look": look}


def begins(about: str, until: dt.date) -> dt.date:
    """The day after the period of the last review that was signed; without one, a period back."""
    last = (
        SystemReview._base_manager.filter(about=about, state=DONE.name, event_date__lt=until, exercise=False)
        .order_by("-event_date").values_list("event_date", flat=True).first()
    )  # fmt: skip
    return last + dt.timedelta(days=1) if last else until - EVERY[About(about)]


def gather(review: SystemReview, doing: Doing) -> SystemReview:
    """Look now; what was found replaces what was found before. The signature covers it."""
    since = begins(review.about, review.event_date)
    look = {About.TRAIL: trail_lines, About.ACCESS: access_lines, About.RESTORE: restore_lines}[About(review.about)]
    found = list(look(since, review.event_date))
    if len(found) > MOST_LINES:
        found = [*found[: MOST_LINES - 1], line(_("And more"), _("%d lines") % (len(found) - MOST_LINES + 1))]
    return Edit(record=review, fixed={"since": since, "shown": found}, verb="gather", **doing.own).execute()


def gathered(review: SystemReview) -> str | None:
    """A review of nothing is none, and neither is one of what was true last month."""
    if not review.shown:
        return _("Nothing was looked at yet: take “Look now” first.")
    return None


def _ends(since: dt.date, until: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """From the beginning of the first day to the end of the last."""
    zone = timezone.get_current_timezone()
    first, after = (dt.datetime.combine(day, dt.time(), zone) for day in (since, until + dt.timedelta(days=1)))
    return first, after


def _within(since: dt.date, until: dt.date) -> Q:
    begin, end = _ends(since, until)
    return Q(at__gte=begin, at__lt=end)


def trail_lines(since: dt.date, until: dt.date) -> Iterator[Line]:
    """How often what was done, by whom; and each kind of attempt that was refused."""
    events, security = Event.objects.filter(_within(since, until)), SecurityEvent.objects.filter(_within(since, until))
    yield line(_("Events in the trail"), str(events.count()))
    for row in _counted(events, "act"):
        yield line(_("Done: %s") % act_words(row["act"]), str(row["n"]))
    for row in _counted(events, "actor__name"):
        yield line(_("By %s") % row["actor__name"], str(row["n"]))
    late = Record._base_manager.filter(entered_late(*_ends(since, until)), exercise=False).count()
    look = _("Look at the list of late entries of the period.") if late else ""
    yield line(_("Records entered %d days or more after it happened") % LISTED, str(late), look)
    yield line(_("Security events"), str(security.count()))
    for row in _counted(security, "what"):
        look = _("Look at each of them.") if row["what"] in AMISS else ""
        yield line(_("Security: %s") % security_words(row["what"]), str(row["n"]), look)


def _counted(rows: Any, name: str) -> Sequence[dict[str, Any]]:
    return list(rows.order_by().values(name).annotate(n=Count("pk")).order_by("-n", name)[:150])


def access_lines(_since: dt.date, until: dt.date) -> Iterator[Line]:
    """Every person with a right or a way in: the rights in force, the last sign-in, and what is odd about it."""
    grants = RoleGrant.objects.in_force(until)
    right = Exists(grants.filter(person=OuterRef("pk")))
    way_in = Exists(Account.objects.filter(person=OuterRef("pk"), is_active=True))
    people = Person.objects.filter(right | way_in).order_by("name", "pk")
    held: dict[int, list[RoleGrant]] = {}
    for grant in grants.select_related("site", "product", "granted_by", "confirmed_by").order_by("role", "pk"):
        held.setdefault(grant.person_id, []).append(grant)
    accounts = {account.person_id: account for account in Account.objects.filter(person__in=people)}
    shared = shared_logins(until)
    for person in people:
        own = held.get(person.pk, [])
        yield line(person.name, _rights(own), " ".join(_odd(person, own, accounts.get(person.pk), until, shared)))


def _rights(grants: Sequence[RoleGrant]) -> str:
    told = []
    for grant in grants:
        scope = ", ".join(str(each) for each in (grant.site, grant.product) if each)
        confidential = _(" with confidential records") if grant.confidential else ""
        told.append(f"{grant.get_role_display()}{f' ({scope})' if scope else ''}{confidential}")
    return "; ".join(told) or _("no right")


def _odd(
    person: Person, grants: Sequence[RoleGrant], account: Account | None, until: dt.date, shared: frozenset[int]
) -> Iterator[str]:
    if person.ended and person.ended <= until:
        yield _("Left on %s.") % clock.in_words(person.ended)
    if account is None or not account.is_active:
        yield _("Rights without a login.") if grants else _("Neither right nor login.")
    elif not grants:
        yield _("A login without a right.")
    elif account.last_login is None:
        yield _("Never signed in.")
    elif account.last_login < clock.now() - UNUSED:
        yield _("Last signed in on %s.") % clock.in_words(account.last_login)
    if person.pk in shared:
        yield _("Signed in from two places at the same time: is the login shared?")


def shared_logins(until: dt.date) -> frozenset[int]:
    """People whose login was used from two addresses within ten minutes of each other, in the last quarter (AUT-14)."""
    since = until - EVERY[About.ACCESS]
    seen: dict[int, tuple[dt.datetime, str | None]] = {}
    found = set()
    rows = SecurityEvent.objects.filter(_within(since, until), what="sign-in", person__isnull=False)
    for person, at, address in rows.exclude(address=None).order_by("at").values_list("person", "at", "address"):
        last = seen.get(person)
        if last and last[1] != address and at - last[0] < dt.timedelta(minutes=10):
            found.add(person)
        seen[person] = (at, address)
    return frozenset(found)


def restore_lines(_since: dt.date, until: dt.date) -> Iterator[Line]:
    """The last backup and the last drill with its figures."""
    made, drilled = last_backup(), last_drill()
    yield line(_("Last backup"), _told(made) if made else _("never"), "" if made else _("Make one."))
    if drilled is None:
        yield line(_("Last drill of restoring"), _("never"), _("Run: gemba restore FILE --drill"))
        return
    yield line(_("Last drill of restoring"), _told(drilled.at))
    names = {
        "backup": _("Backup"), "bytes": _("Size in bytes"), "made_at": _("Made at"), "events": _("Events"),
        "recovery_seconds": _("Seconds until everything was back"),
        "loss_seconds": _("Seconds of work that would have been lost"), "result": _("Result"),
    }  # fmt: skip
    for name, _old, value in json.loads(drilled.body)["chg"]:
        look = _("The drill failed.") if name == "result" and value != "sound" else ""
        yield line(str(names.get(name, name)), str(value if value is not None else "-"), look)


def _told(moment: dt.datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M %Z")
