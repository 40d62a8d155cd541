"""Changes at a glance: each number opens its rows."""

import datetime as dt
import re

import pytest
from django.test import Client

from gemba.kernel import clock
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from tests.kernel.people import person
from tests.kernel.samples import signed
from tests.modules.change.making import asked, in_effect, proposed
from tests.web.conftest import SignIn, sign_in

__all__ = ["sign_in"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def jussi(db: None) -> Person:
    return person("Jussi", Role.OPERATIONS)


@pytest.fixture
def client(sign_in: SignIn, jussi: Person) -> Client:
    return sign_in(jussi)


def test_the_numbers_lead_to_the_changes_behind_them(client: Client, jussi: Person) -> None:
    """M99, M106: open ones by state and kind, and what is amiss."""
    change, _task = proposed(jussi)
    urgent = signed(asked(jussi, title="Seal the oven"), "act_first", jussi, "Smoke")
    page = client.get("/changes").content.decode()
    for query, number in (("state=approval", change.number), ("flag=emergency", urgent.number)):
        [address] = {part.split('"')[0] for part in page.split('href="') if part.split('"')[0].endswith(query)}
        assert number in client.get(address).content.decode()
    rows = client.get("/changes?type=process").content.decode()
    assert change.number in rows
    assert urgent.number in rows
    assert change.number not in client.get("/changes?type=design").content.decode()


def test_pace_and_bypass_are_evaluated_from_five_changes_on(client: Client, jussi: Person) -> None:
    """M99: one emergency in five is 20 of 100; four changes say nothing."""
    quality = person("Mikael", Role.QUALITY)
    for _n in range(4):
        in_effect(jussi, quality)
    assert "not evaluable" in client.get("/changes").content.decode()
    signed(asked(jussi, event_date=clock.today() - dt.timedelta(days=1)), "act_first", jussi, "Smoke")
    page = client.get("/changes").content.decode()
    assert "not evaluable" not in page
    assert ">20</a>" in page


@pytest.mark.parametrize("query", ["?type=nothing", "?type=%00", "?type=" + "x" * 3000, "?type[]=design"])
def test_strange_addresses_are_a_page(client: Client, query: str) -> None:
    """FIL-01: whatever stands in the address."""
    assert client.get("/changes" + query).status_code == 200


def test_the_short_way_of_an_emergency_is_offered_and_not_recommended(client: Client, jussi: Person) -> None:
    """M99: the one strong button is the ordinary next step, never the way around it."""
    change = asked(jussi)
    page = client.get(f"/records/change/{change.number}").content.decode()
    [strength] = re.findall(r'<a class="button([^"]*)" href="[^"]*/step/act_first"', page)
    assert "primary" not in strength
