"""Decisions over time and quality communication as pages."""

import pytest
from django.test import Client

from gemba.kernel.people.models import Department, Person
from gemba.modules.decision.models import Receipt
from tests.kernel.samples import signed
from tests.modules.decision.test_announcements import acknowledged, announced
from tests.modules.decision.test_decisions import proposed
from tests.web.conftest import SignIn, sign_in

__all__ = ["sign_in"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in: SignIn, mikael: Person) -> Client:
    return sign_in(mikael)


def test_decisions_are_shown_by_month_with_the_fullest_day(client: Client, mikael: Person, aino: Person) -> None:
    """M118: how many in each month, each opening its rows; too few are not judged."""
    decisions = [signed(proposed(mikael, aino), "sign", aino)]
    assert "too few to say" in client.get("/decisions-over-time").content.decode()
    decisions += [signed(proposed(mikael, aino), "sign", aino) for _n in range(5)]
    page = client.get("/decisions-over-time").content.decode()
    assert "(100" in page
    month = f"{decisions[0].decided_on:%Y-%m}"
    rows = client.get(f"/decisions-over-time?month={month}").content.decode()
    assert all(decision.number in rows for decision in decisions)


@pytest.mark.parametrize("month", ["2026-13", "0000-00", "%00", "9999-99-99", "x" * 2000, "2026-02-30", "99999-01"])
def test_a_month_that_is_none_shows_none(client: Client, month: str) -> None:
    """FIL-01: whatever stands in the address."""
    assert client.get(f"/decisions-over-time?month={month}").status_code == 200


def test_communication_shows_whom_it_reached_and_the_silent_departments(
    client: Client, mikael: Person, noora: Person
) -> None:
    """M103, M105: a department nobody heard from stands out until somebody there has."""
    noora.department = Department.objects.create(name="Customer care")
    noora.save()
    assert "Customer care" in client.get("/quality-communication").content.decode()
    announcement = announced(mikael, form="town_hall")
    acknowledged(announcement, noora)
    page = client.get("/quality-communication").content.decode()
    assert "Customer care" not in page
    assert announcement.number in page
    assert "1 / 2" in page


def test_the_reader_finds_the_message_and_acknowledges_it_in_two_clicks(
    sign_in: SignIn, mikael: Person, noora: Person
) -> None:
    """M105: from the work list to the message, and one button."""
    announcement = announced(mikael)
    client = sign_in(noora)
    receipt = noora_receipt(announcement.number)
    assert receipt in client.get("/").content.decode()
    assert "Why and <strong>what</strong> changes." in client.get(f"/records/receipt/{receipt}").content.decode()
    answer = client.post(f"/records/receipt/{receipt}/do/acknowledge", {"version": "1"})
    assert answer.status_code == 302
    assert "Acknowledged" in client.get(f"/records/receipt/{receipt}").content.decode()


def noora_receipt(announcement: str) -> str:
    from_spine = Receipt._base_manager.get(announcement__number=announcement, owner__name="Noora")
    return from_spine.number
