"""What tests of people share: new people, the acts on their chains, and the links they get by mail."""

from typing import Any

from gemba.kernel.actions.people import AddPerson
from gemba.kernel.actions.rows import subject_of
from gemba.kernel.entrance.links import fill_in
from gemba.kernel.notices.models import OutgoingMail
from gemba.kernel.people.models import Person
from gemba.kernel.trail.models import Event
from tests.kernel.people import as_

GOOD = "seven purple otters sing"
"""A password that is long enough."""


def acts(row: Any) -> list[str]:
    return list(Event.objects.filter(subject=subject_of(row)).order_by("seq").values_list("act", flat=True))


def add(admin: Person, name: str = "Mia", **values: Any) -> Person:
    given = {"name": name, "email": f"{name.lower()}@example.com", **values}
    return AddPerson(values=given, **as_(admin)).execute()


def link_in_mail(to: str) -> tuple[str, str]:
    """Identity and secret of the link as the mail goes out."""
    body = fill_in(OutgoingMail.objects.filter(to=to).latest("pk").body)
    address = next(word for word in body.split() if "/welcome/" in word)
    uid, secret = address.rstrip("/").split("/")[-2:]
    return uid, secret
