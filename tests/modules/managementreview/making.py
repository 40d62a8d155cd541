"""Reviews in every state, made as people make them."""

import datetime as dt
from typing import Any

from django.test import Client

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Department, Person
from gemba.modules.managementreview.inputs import INPUTS
from gemba.modules.managementreview.models import About, ManagementReview
from tests.kernel.people import as_
from tests.kernel.samples import again, signed
from tests.web.seed import session_of

VERDICT = {
    "suitable": "yes", "adequate": "with", "effective": "yes", "conclusion": "It works; the policy stays.",
}  # fmt: skip


def of(who: Person, name: str) -> Person:
    """The person, in a department of this name."""
    who.department = Department.objects.get_or_create(name=name)[0]
    who.save()
    return who


def invited(*people: Person, present: bool = True) -> list[dict[str, Any]]:
    return [{"person": each.uid, "part": "", "present": present} for each in people]


def planned(who: Person, *people: Person, **values: Any) -> ManagementReview:
    given = {"title": "Management review", "participants": invited(*people), **values}
    return Raise(model=ManagementReview, values=given, **as_(who)).execute()


def held(who: Person, *people: Person, on: dt.date | None = None, **values: Any) -> ManagementReview:
    record = planned(who, *people, held_on=on or clock.today(), **values)
    Advance(record=record, name="hold", **as_(who)).execute()
    found: ManagementReview = again(record)
    return found


def filled(record: ManagementReview, who: Person, **values: Any) -> ManagementReview:
    """Every input looked at and every kind of decision reasoned away."""
    given = {
        "inputs": [{"input": each.name, "says": "Looked at.", "left_out": ""} for each in INPUTS],
        "nothing": [{"about": about, "why": "Nothing was needed."} for about in About.values], **VERDICT, **values,
    }  # fmt: skip
    Edit(record=again(record), values=given, **as_(who)).execute()
    found: ManagementReview = again(record)
    return found


def closed(record: ManagementReview, who: Person, leader: Person) -> ManagementReview:
    found: ManagementReview = signed(filled(record, who), "close", leader)
    return found


def decided(record: ManagementReview, who: Person, owner: Person, **values: Any) -> None:
    given = {
        "title": "Buy a second tester", "about": "resources", "owner": owner, "details": "",
        "due": clock.today() + dt.timedelta(days=60), **values,
    }  # fmt: skip
    Do(record=again(record), name="decide", values=given, **as_(who)).execute()


def visiting(who: Person) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.cookies["sessionid"] = session_of(who)
    return client
