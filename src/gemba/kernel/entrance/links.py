"""Make, read and use one-time links.

The secret part is an HMAC over the link's identity, made with a key that lies outside the database. A mail in the
outbox therefore carries a placeholder, and the address is filled in at the moment of sending: whoever reads the
database or a backup of it finds no way in.
"""

import base64
import datetime as dt
import hashlib
import hmac
import re
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from gemba.kernel.entrance.factors import entrance_key
from gemba.kernel.entrance.models import OneTimeLink
from gemba.kernel.people.models import Person

LASTS = {
    OneTimeLink.Purpose.START: dt.timedelta(hours=24),
    OneTimeLink.Purpose.INVITE: dt.timedelta(days=7),
    OneTimeLink.Purpose.RESET: dt.timedelta(hours=1),
}
PATH = "/welcome"
PLACEHOLDER = re.compile(r"\[\[one-time link ([0-9A-Z]{26})\]\]")


@dataclass(frozen=True, slots=True)
class MadeLink:
    row: OneTimeLink
    url: str
    """To be shown or sent once; never stored."""

    @property
    def placeholder(self) -> str:
        """What stands in a stored mail instead of the address."""
        return f"[[one-time link {self.row.uid}]]"


def _secret(uid: str) -> str:
    code = hmac.new(entrance_key(), f"gemba-link-v1\n{uid}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(code).decode().rstrip("=")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _url(uid: str, secret: str) -> str:
    """The host comes from the settings, never from a request (AUT-08)."""
    return f"{settings.GEMBA_URL}{PATH}/{uid}/{secret}/"


def make_link(purpose: OneTimeLink.Purpose, person: Person | None = None) -> MadeLink:
    """A new link; earlier open ones for the same person and purpose stop working."""
    OneTimeLink.objects.filter(person=person, purpose=purpose, used_at=None).update(withdrawn=True)
    row = OneTimeLink(purpose=purpose, person=person, ends_at=timezone.now() + LASTS[purpose])
    secret = _secret(row.uid)
    row.digest = _digest(secret)
    row.save(force_insert=True)
    return MadeLink(row, _url(row.uid, secret))


def find_link(uid: str, secret: str, *, lock: bool = False) -> OneTimeLink | None:
    """The usable link of that address, or None for every kind of no. With `lock`, held until the transaction ends."""
    rows = OneTimeLink.objects.select_for_update(of=("self",)) if lock else OneTimeLink.objects.all()
    row = rows.filter(uid=uid).first()
    if row is None or not row.usable or not hmac.compare_digest(row.digest, _digest(secret)):
        return None
    if row.person is not None and not row.person.active:
        return None
    return row


def withdraw_links(person: Person) -> None:
    OneTimeLink.objects.filter(person=person, used_at=None).update(withdrawn=True)


def fill_in(body: str) -> str:
    """The text of a mail with its one-time links in place. A link that works no longer is left out."""

    def address(found: re.Match[str]) -> str:
        row = OneTimeLink.objects.filter(uid=found[1]).first()
        return _url(row.uid, _secret(row.uid)) if row and row.usable else "(this link no longer works)"

    return PLACEHOLDER.sub(address, body)
