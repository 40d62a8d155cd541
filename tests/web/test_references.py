"""What stands in a reference to a record is for those who may see that record."""

from dataclasses import replace
from typing import Any, cast

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from gemba.evidence.signals.all import SIGNALS
from gemba.evidence.signals.signal import Finding
from gemba.kernel import clock
from gemba.kernel.access.viewer import UnscopedAccessError, seeing, seeing_everything
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.records.naming import named
from gemba.kernel.roles import Role
from gemba.modules.supplier.models import SupplierEvaluation
from tests.kernel.people import access, as_, person
from tests.modules.document import life
from tests.modules.supplier import buying as by
from tests.web.conftest import SignIn
from tests.web.seed import Company

SECRET = "Quartz Takeover Oy"
pytestmark = pytest.mark.django_db


@pytest.fixture
def insider() -> Person:
    """Somebody whose role says that confidential records are for them too."""
    return person("Elina", Role.QUALITY, confidential=True)


def evaluation(insider: Person) -> SupplierEvaluation:
    """What everybody may read, about a supplier that only some may know of."""
    with seeing_everything():
        hidden = by.proposed(insider, title=SECRET, confidential=True)
        values = {"title": "First look", "supplier": hidden, "look": "qualification", "means": "Visit"}
        return Raise(model=SupplierEvaluation, values=values, **as_(insider)).execute()


def everything(client: Client, record: Record) -> dict[str, str]:
    """Page, list, spreadsheet and paper of one record."""
    found = {
        name: client.get(where)
        for name, where in {
            "page": reverse("record", args=[record.kind, record.number]), "list": f"/records/{record.kind}/",
            "csv": f"/records/{record.kind}/export.csv", "api": f"/api/v1/records/{record.kind}/{record.number}",
        }.items()
    }  # fmt: skip
    assert [answer.status_code for answer in found.values()] == [200] * 4
    return {name: _text(answer) for name, answer in found.items()}


def _text(answer: Any) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def test_a_reference_to_a_hidden_record_is_its_number_and_no_more(
    firm: Company, insider: Person, sign_in: SignIn
) -> None:
    """ACL-03, ACL-04: on the page, in lists, in spreadsheets and over REST; who may see it reads its title too."""
    record = evaluation(insider)
    told = everything(sign_in(insider), record)
    assert [SECRET in told[name] for name in ("page", "list", "csv")] == [True] * 3
    for name, text in everything(sign_in(firm.employee), record).items():
        assert SECRET not in text, name
        assert name == "api" or record.supplier.number in text, name


def test_what_a_reference_says_needs_somebody_who_looks(firm: Company) -> None:
    """ACL-01: nobody looking is a fault of the program, as everywhere; a place or a person is simply named."""
    with seeing(access(firm.employee)):
        assert named(firm.pursued) == str(firm.pursued)
        assert named(firm.site) == firm.site.name
    with pytest.raises(UnscopedAccessError):
        named(firm.pursued)


def test_a_hidden_supplier_is_on_nobody_elses_list(firm: Company, insider: Person, sign_in: SignIn) -> None:
    """ACL-04: the approved suppliers of a day, as page and file, though the decision itself is open to all."""
    with seeing_everything():
        supplier = by.approved(insider, firm.quality, title=SECRET)
    _hide(supplier)
    for who, shown in ((insider, True), (firm.employee, False)):
        client = sign_in(who)
        for form in ("", "csv"):
            assert (SECRET in _text(client.get(f"/suppliers?form={form}"))) is shown, (who, form)


def _hide(record: Record) -> None:
    """As an edit by somebody who may; what refers to it stays open."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_record SET confidential = %s WHERE id = %s", [True, record.pk])


def test_what_is_asked_about_a_confidential_text_is_confidential_too(firm: Company, insider: Person) -> None:
    """ACL-04: who is asked to read it reads its name; that they were asked is nobody else's to read."""
    readers = [{"group": "", "person": firm.employee.uid}]
    other = person("Lea", Role.EMPLOYEE)
    with seeing_everything():
        family = life.document(firm.quality, title=SECRET, readers=readers, confidential=True)
        text = life.draft(firm.quality, family, confidential=True)
        life.do(text, "ask_fit", firm.quality, people=[firm.employee])
        life.step(text, "submit", firm.quality)
        life.step(text, "approve", insider)
        asked = list(Record._base_manager.filter(kind__in=("reading", "fitcheck")))
    assert {each.kind: SECRET in each.title for each in asked} == {"reading": True, "fitcheck": True}
    assert [access(firm.employee).sees(each) for each in asked] == [True] * len(asked)
    assert [access(other).sees(each) for each in asked] == [False] * len(asked)


def test_a_figure_about_a_hidden_text_says_its_number_alone(
    firm: Company, insider: Person, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ACL-04: on the page of a signal, in the list of those that fired, and over REST."""
    _hide(firm.pursued)
    told = Finding(
        about=str(firm.pursued), of=(firm.pursued.pk, firm.pursued.number), n=2, value=1, unit="", fired=True,
        sentence="Two.",
    )  # fmt: skip
    made = replace(SIGNALS["silence"](clock.today()), findings=(told,))
    monkeypatch.setitem(cast("dict[str, Any]", SIGNALS), "silence", lambda _today: made)
    for who, shown in ((insider, True), (firm.employee, False)):
        client = sign_in(who)
        for where in ("/practice/signals/silence", "/practice/signals", "/api/v1/practice/signals/silence"):
            text = _text(client.get(where))
            assert (firm.pursued.title in text, firm.pursued.number in text) == (shown, True), (who, where)
