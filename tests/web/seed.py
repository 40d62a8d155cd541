"""A small company with quality objectives in every state, made through actions: what screens are looked at with."""

import datetime as dt
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.advance import Advance, Void
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.due import ExtendDue
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.talk import AskFor, Say
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.notices.tell import watch
from gemba.kernel.people.models import Person, Site
from gemba.kernel.roles import Role
from gemba.kernel.signing.proof import Proof
from gemba.modules.objective.models import Measurement, Objective
from tests.kernel.people import as_, person

TITLES = (
    ("Answer complaints quickly", "Median days from receipt to answer", "at_most", "10", "days"),
    ("Deliver sterile sets without open pouch seals", "Open seals per 10,000 pouches", "at_most", "2", "pouches"),
    ("Close corrective actions on time", "Share closed by their first due date", "at_least", "85", "%"),
    ("Train people before they work to a new revision", "Share trained in time", "at_least", "98", "%"),
    ("Receive parts that need no sorting", "Lots accepted at first inspection", "at_least", "96.5", "%"),
    ("Keep calibrated gauges in use", "Gauges past their date found in use", "at_most", "0", "gauges"),
)  # fmt: skip
WHY = (
    "People with a faulty pump wait for us. Answers that take weeks cost their trust, and a reportable event may hide "
    "in any of them."
)
COMMENT = "@Marta Kovač the figures of Porto come on Friday.\nThen I send it to you."
FILE = b"week,count\n1,4\n2,7\n"


@dataclass(frozen=True)
class Company:
    quality: Person
    manager: Person
    employee: Person
    auditor: Person
    administrator: Person
    site: Site
    draft: Objective
    review: Objective
    pursued: Objective
    void: Objective
    measurement: Measurement


def session_of(who: Person) -> str:
    """The key of a session in which this person has signed in with a password."""
    account = who.account
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.create()
    return str(session.session_key)


def proof(who: Person) -> Proof:
    return Proof(who, "pwd+totp", timezone.now())


def values(index: int, **more: Any) -> dict[str, Any]:
    title, measure, direction, target, unit = TITLES[index % len(TITLES)]
    return {
        "title": title, "measure": measure, "direction": direction, "target": Decimal(target), "unit": unit,
        "why": WHY, **more,
    }  # fmt: skip


def approve(record: Objective, quality: Person, manager: Person) -> Objective:
    Advance(record=record, name="submit", **as_(quality)).execute()
    return Advance(
        record=record, name="approve", proof=proof(manager), seen=record.digest, **as_(manager)
    ).execute()  # fmt: skip


def company() -> Company:
    """Five people, two sites, one record of each state with everything a record page can show."""
    tampere = Site.objects.create(name="Tampere", time_zone="Europe/Helsinki")
    Site.objects.create(name="Porto", time_zone="Europe/Lisbon")
    quality, manager = person("Aino Laine", Role.QUALITY), person("Marta Kovač", Role.MANAGEMENT)
    employee, auditor = person("Tomás Ribeiro", Role.EMPLOYEE), person("Ida Berg", Role.AUDITOR)
    administrator = person("Root Keeper", Role.ADMINISTRATOR)
    for who in (quality, manager, employee):
        who.site = tampere
        who.save()
    today = timezone.localdate()
    with seeing_everything():
        draft = _raise(quality, 0, site=tampere, due=today - dt.timedelta(days=12))
        Edit(record=draft, values={"target": Decimal(8)}, reason="The board asked for less", **as_(quality)).execute()
        draft = ExtendDue(
            record=draft, due=today + dt.timedelta(days=3), reason="Figures from Porto are missing", **as_(quality)
        ).execute()  # fmt: skip
        review = _rejected_once(quality, manager, today, tampere)
        pursued = approve(_raise(quality, 2, due=today + dt.timedelta(days=200)), quality, manager)
        void = Void(record=_raise(manager, 3), reason="Raised twice", **as_(manager)).execute()
        measurement = Raise(
            model=Measurement, values={"title": "Third quarter", "value": Decimal("81.5"), "source": "CAPA register"},
            **as_(quality),
        ).execute()  # fmt: skip
        MakeLink(record=measurement, role="measures", to=pursued, **as_(quality)).execute()
        Say(record=draft, text=COMMENT, **as_(quality)).execute()
        AskFor(
            record=draft, what="Send the complaint dates of Porto", person=employee, due=today, **as_(quality)
        ).execute()  # fmt: skip
        AskFor(record=review, what="Name the means for this objective", role=Role.QUALITY, **as_(quality)).execute()
        Attach(record=draft, name="complaints by week.csv", chunks=[FILE], **as_(quality)).execute()
        watch(pursued, quality)
        draft = Objective._base_manager.get(pk=draft.pk)
        measurement = Measurement._base_manager.get(pk=measurement.pk)
    return Company(
        quality, manager, employee, auditor, administrator, tampere, draft, review, pursued, void, measurement
    )


def _raise(who: Person, index: int, **more: Any) -> Objective:
    return Raise(model=Objective, values=values(index, **more), **as_(who)).execute()


def _rejected_once(quality: Person, manager: Person, today: dt.date, site: Site) -> Objective:
    record = _raise(quality, 1, site=site, due=today + dt.timedelta(days=5))
    Advance(record=record, name="submit", **as_(quality)).execute()
    sent_back = Advance(
        record=record, name="reject", proof=proof(manager), seen=record.digest, reason="Say how it is counted.",
        **as_(manager),
    ).execute()  # fmt: skip
    mended = {"measure": "Open seals per 10,000 pouches, counted at packing"}
    Edit(record=sent_back, values=mended, **as_(quality)).execute()
    return Advance(record=sent_back, name="submit", **as_(quality)).execute()


def many(who: Person, count: int) -> None:
    """More objectives, so that lists have pages."""
    with seeing_everything():
        for index in range(count):
            _raise(who, index, due=timezone.localdate() + dt.timedelta(days=index * 3 - 30))
