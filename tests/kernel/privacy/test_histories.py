"""Whatever happens to personal data in whatever order: verification finds nothing, and what was erased is nowhere."""

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from gemba.kernel.actions.people import AddPerson, ChangePerson, EndPerson
from gemba.kernel.commitments.models import Erasure, PersonalValue, is_mark
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.people.models import Person
from gemba.kernel.privacy.actions import DeclineErasure
from gemba.kernel.privacy.subjects import Whose
from gemba.kernel.refusals import Refused
from gemba.kernel.trail.models import Event
from gemba.kernel.verify.run import Wish, verify
from gemba.modules.complaint.models import Complaint
from tests.kernel.people import as_
from tests.kernel.privacy.support import Office
from tests.modules.complaint.support import complaint, edited, sign
from tests.tamper.histories import WORDS, by_system

Step = Callable[[Office, random.Random], Any]
HISTORIES, STEPS = 16, 12


def _text(draw: random.Random) -> str:
    return draw.choice(("", *(f"Name{draw.randrange(10**9)} {word}" for word in WORDS)))


def _complaint(draw: random.Random) -> Complaint:
    found: Complaint = draw.choice(list(Complaint._base_manager.order_by("pk")))
    return found


def _guest(draw: random.Random) -> Person:
    return draw.choice(list(Person.objects.filter(kind=Person.Kind.EXTERNAL).order_by("pk")))


def _raise(office: Office, draw: random.Random) -> None:
    complaint(office.quality, complainant=_text(draw), patient_initials=draw.choice(("", "AB", "ÄÖ")))


def _change(office: Office, draw: random.Random) -> None:
    edited(_complaint(draw), office.quality, complainant=_text(draw), country=draw.choice(("", "Finland")))


def _sign(office: Office, draw: random.Random) -> None:
    record = edited(_complaint(draw), office.quality, complainant="Name once", no_investigation_reason="Known.")
    sign(record, "no_investigation", office.quality)


def _come(_office: Office, draw: random.Random) -> None:
    values = {"name": f"Name{draw.randrange(10**9)}", "email": f"name{draw.random()}@example.com", "kind": "external"}
    AddPerson(values=values, **by_system()).execute()


def _rename(office: Office, draw: random.Random) -> None:
    values = {"name": f"Name{draw.randrange(10**9)}"}
    ChangePerson(person=_guest(draw), values=values, reason="Married", **as_(office.quality)).execute()


def _leave(office: Office, draw: random.Random) -> None:
    EndPerson(person=_guest(draw), reason="Gone", **as_(office.quality)).execute()


def _ask(office: Office, draw: random.Random) -> None:
    row = draw.choice((_complaint, _guest))(draw)
    columns = Whose(row).columns
    office.ask(row, *draw.sample(columns, k=draw.randint(1, len(columns))))


def _decide(office: Office, draw: random.Random) -> None:
    asked = draw.choice(list(Erasure.objects.order_by("pk")))
    if draw.random() < 0.8:
        office.erase(asked)
    else:
        DeclineErasure(row=asked, reason="Not yet", **as_(office.manager)).execute()


STEP: tuple[Step, ...] = (_raise, _change, _change, _sign, _come, _rename, _leave, _ask, _ask, _decide, _decide)


@pytest.mark.django_db
def test_no_history_of_personal_data_leaves_anything_to_find(store: Path) -> None:
    """PRV-01, TMP-13 the other way round: raised, changed, signed, erased in random order, sealed in between."""
    office, draw = Office(), random.Random(7)  # noqa: S311  the same each time
    _raise(office, draw)
    _come(office, draw)
    for history in range(HISTORIES):
        for _ in range(STEPS):
            with suppress(Refused, IndexError):
                draw.choice(STEP)(office, draw)
        if history % 5 == 0:
            assert seal_now().findings == ()
            assert [each.sentence for each in verify(Wish()).findings] == []
    assert [each.sentence for each in verify(Wish()).findings] == []
    erased = PersonalValue.objects.filter(erased=True)
    assert erased.count() > 10
    assert all(is_mark(row.value) for row in erased)
    assert Event.objects.filter(act="complaint.erase").exists()
    assert Event.objects.filter(act="person.erase").exists()
    assert not [body for body in Event.objects.values_list("body", flat=True) if '"Name' in body]
