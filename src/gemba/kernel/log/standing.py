"""How sealing stands: damage that stops it, events that wait too long, and what follows for signing and for people."""

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.log.models import LogState, Seal
from gemba.kernel.log.pending import keeps_time, oldest_unsealed
from gemba.kernel.notices.mail import post
from gemba.kernel.notices.models import Notice
from gemba.kernel.notices.tell import tell
from gemba.kernel.people.models import Person, RoleGrant
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.kernel.trail.finding import Finding
from gemba.kernel.trail.models import SecurityEvent
from gemba.kernel.trail.timekeeping import step_refusal

SHOWN = 10
AGAIN = dt.timedelta(days=1)
"""Quality is reminded once a day while sealing is behind."""
REMEMBERED = 30.0
"""Seconds for which a process shows the same banner."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a page needs to know of the log."""

    damage: str
    last: Seal | None
    oldest: dt.datetime | None
    """When the event was written that waits longest for its seal."""
    now: dt.datetime

    @property
    def waits(self) -> dt.timedelta:
        return self.now - self.oldest if self.oldest else dt.timedelta()

    @property
    def behind(self) -> bool:
        return self.waits > dt.timedelta(minutes=settings.GEMBA_SEAL_MINUTES)

    @property
    def set_back(self) -> bool:
        """Whether the clock is before the last seal (CLK-01)."""
        return keeps_time() and self.last is not None and self.now < self.last.at - dt.timedelta(seconds=60)


def standing() -> Standing:
    return _standing(LogState.objects.first())


def _standing(state: LogState | None) -> Standing:
    last = Seal.objects.order_by("-number").first()
    return Standing(state.damage if state else "", last, oldest_unsealed(), clock.now())


def signing_refusal() -> str | None:
    """Why nobody may sign now, or None: the trail is damaged, has not been sealed for a day, or the clock is wrong."""
    state = LogState.objects.first()
    if state and state.damage:
        return _(
            "Nothing can be signed: the trail shows damage, and it is not sealed until that is mended. See the health "
            "page."
        )
    if not keeps_time():
        return None
    if moved := step_refusal():
        return moved
    now = _standing(state)
    if now.set_back:
        return _("Nothing can be signed: the server's clock is behind the last seal of the trail.")
    if now.waits > dt.timedelta(hours=settings.GEMBA_SEAL_BLOCK_HOURS):
        return _("Nothing can be signed: the trail has not been sealed for more than %d hours.") % (
            settings.GEMBA_SEAL_BLOCK_HOURS
        )
    return None


class Memory:
    """The banner of this process, remembered for a while: no page asks the database for it each time."""

    text: str = ""
    until: float = 0.0


def banner() -> str:
    """What every page says while sealing is stopped or behind; empty while all is well."""
    now = time.monotonic()
    if now >= Memory.until:
        Memory.text, Memory.until = _banner(), now + REMEMBERED
    return Memory.text


def forget_banner() -> None:
    Memory.until = 0.0


def _banner() -> str:
    try:
        found = standing()
    except DatabaseError:  # the page that says that the database is away is made with it as well
        return ""
    if found.damage:
        return _("The trail shows damage. It is not sealed, and nothing can be signed until it is mended.")
    if found.set_back:
        return _("The server's clock is behind the last seal of the trail. Nothing can be signed.")
    if found.behind and keeps_time():
        return _("The trail has not been sealed for %d minutes.") % (found.waits.total_seconds() // 60)
    return ""


def keep_damage(findings: Sequence[Finding]) -> None:
    """Why sealing stopped: on the health page, as a security event, and told to quality once."""
    lines = [_readable(finding) for finding in findings[:SHOWN]]
    if len(findings) > SHOWN:
        lines.append(_("… and %d more.") % (len(findings) - SHOWN))
    text = "\n".join(lines)
    state = LogState.objects.first() or LogState.objects.create()
    if state.damage == text:
        return
    if not state.damage:
        state.damaged_at = clock.now()
    state.damage = text
    state.save(update_fields=["damage", "damaged_at"])
    SecurityEvent.objects.create(what="log.damaged", detail=text[:400])
    tell_quality(_("The trail shows damage and is not sealed"), text)
    forget_banner()


def _readable(finding: Finding) -> str:
    """With the record's number, where the chain is that of a record."""
    uid = finding.subject.rpartition("/")[2]
    number = Record._base_manager.filter(uid=uid).values_list("number", flat=True).first()
    return f"{number}: {finding.sentence}" if number else finding.sentence


def warn_if_behind() -> bool:
    """Tell quality when the oldest event waits too long for its seal (TMP-23). Returns whether somebody was told."""
    found = standing()
    state = LogState.objects.first() or LogState.objects.create()
    if not found.behind or (state.warned_at and found.now - state.warned_at < AGAIN):
        return False
    state.warned_at = found.now
    state.save(update_fields=["warned_at"])
    minutes = int(found.waits.total_seconds() // 60)
    text = _("The oldest event without a seal has waited for %d minutes. See the health page.") % minutes
    SecurityEvent.objects.create(what="log.behind", detail=text)
    tell_quality(_("The trail is not being sealed"), text)
    return True


def tell_quality(subject: str, text: str) -> None:
    """A notice and a mail at once to quality, or to the administrators where nobody holds quality."""
    people = _holders(Role.QUALITY) or _holders(Role.ADMINISTRATOR)
    tell(people, None, Notice.Reason.SECURITY, f"{subject}. {text}")
    for person in people:
        if person.email:
            post(person.email, subject, text)


def _holders(role: Role) -> list[Person]:
    held = RoleGrant.objects.in_force(clock.today()).filter(role=role).values("person")
    return [person for person in Person.objects.filter(pk__in=held) if person.active]


def seal_mark() -> str:
    """What stands at the foot of every page on paper: how far the trail was sealed, and how its root begins.

    So each printed page is a witness: whoever rewrote the trail would have to rewrite the paper too. Empty before the
    first seal.
    """
    row = Seal.objects.order_by("-number").values_list("number", "size", "root").first()
    if row is None:
        return ""
    number, size, root = row
    return _("Trail sealed: no. %(number)d, %(size)d events, root %(root)s") % {
        "number": number, "size": size, "root": root[:16],
    }  # fmt: skip
