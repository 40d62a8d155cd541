"""What is kept of somebody, on paper for that somebody. PRV-05."""

import io
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from gemba.export import personal
from gemba.kernel.actions.talk import Say
from gemba.kernel.people.models import Person
from gemba.kernel.privacy.told import told_about
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import SecurityEvent
from tests.kernel.people import as_, person
from tests.kernel.privacy.support import NAME, Office
from tests.kernel.samples import again, signed, submitted
from tests.modules.complaint.support import complaint
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db


def client_of(who: Person) -> Client:
    made = Client()
    made.cookies[settings.SESSION_COOKIE_NAME] = session_of(who)
    return made


def text_of(made: bytes) -> str:
    """The words of all pages, whatever the lines."""
    pages: Any = pypdfium2.PdfDocument(made)  # type: ignore[no-untyped-call]
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def test_prv_05_the_paper_says_what_the_file_for_machines_says(quality: Person, manager: Person) -> None:
    """PRV-05; GDPR Art. 12(1): names, rights, signatures, entries and comments in words; of others nothing."""
    record = submitted(quality, owner=quality)
    signed(again(record), "approve", manager)
    Say(record=again(record), text="Well done", **as_(manager)).execute()
    SecurityEvent.objects.create(what="sign-in", person=manager, address="192.0.2.1")
    answer = client_of(manager).get("/kept-of-me?as=pdf")
    assert "attachment" in answer["Content-Disposition"]
    assert SecurityEvent.objects.filter(what="person.told", target=manager.uid).count() == 1
    paper = text_of(answer.content)
    told = told_about(manager)
    for said in (manager.name, manager.uid, "Top management", "Well done", "192.0.2.1", record.number, "comment"):
        assert said in paper
    for each in told["held"]:
        assert each["value"] in paper
    for each in told["signatures"]:
        assert f"{each['record']} {each['meaning']}" in paper
    assert quality.name not in paper, "who else there is, is not told"
    assert "Answer complaints quickly" not in paper, "what others wrote is not theirs"
    assert manager.account.password not in paper


def test_prv_05_what_is_found_under_a_name_is_told_on_paper_too() -> None:
    """PRV-05: what the file for machines says and no more, for the same people, noted once."""
    office = Office()
    made = office.signed_complaint()
    complaint(office.quality, complainant="Somebody quite different")
    client, address = client_of(office.quality), reverse("export-personal")
    assert f"{address}?text=korpela" in client.get(reverse("personal_data"), {"text": "korpela"}).content.decode()
    before = SecurityEvent.objects.filter(what="personal.looked_up").count()
    answer = client.get(address, {"text": "korpela"})
    assert answer["Content-Type"] == "application/pdf"
    assert SecurityEvent.objects.filter(what="personal.looked_up", person=office.quality).count() == before + 1
    paper = text_of(answer.content)
    for said in (made.number, *NAME.splitlines(), "Eeva Korpela, tel. 040 1234567", "korpela"):
        assert said in paper
    assert "different" not in paper
    with pikepdf.open(io.BytesIO(answer.content)) as file, file.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
    without = person("Quinn", Role.QUALITY)
    assert "Nothing is kept under it" in text_of(client_of(without).get(address, {"text": "korpela"}).content)
    assert client_of(person("Eng", Role.ENGINEER)).get(address, {"text": "korpela"}).status_code == 404
    assert client.get(address).status_code == 404


def test_names_in_any_script_are_set_and_a_long_table_says_what_it_leaves_out(
    quality: Person, manager: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PRV-05: no name breaks the paper; what is too long for it is in the file for machines, and it says so."""
    monkeypatch.setattr(personal, "MOST_ROWS", 2)
    record = submitted(quality, owner=quality)
    for text in ("one", "#panic() \\ \u05d0 \u0e01 \U0001f600 \u202e", "three"):
        Say(record=again(record), text=text, **as_(manager)).execute()
    paper = text_of(client_of(manager).get("/kept-of-me?as=pdf").content)
    assert "#panic()" in paper
    assert "three" in paper
    assert "The 1 earliest lines are left out here" in paper
