"""Personal data on screen: found, told as a file, asked to be erased, decided by a second person. PRV-01, PRV-05."""

import json

import pytest
from django.urls import reverse

from gemba.kernel.actions.people import EndPerson
from gemba.kernel.commitments.models import MARK, Erasure
from gemba.kernel.notices.models import Notice
from gemba.kernel.people.models import Person
from gemba.kernel.privacy import finding
from gemba.kernel.privacy.finding import find
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import SecurityEvent
from tests.kernel.people import access, as_, person
from tests.kernel.privacy.support import NAME, Office
from tests.kernel.samples import again
from tests.modules.complaint.support import complaint
from tests.web.conftest import SignIn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def test_prv_05_what_is_kept_under_a_name_is_told_as_a_file(sign_in: SignIn) -> None:
    """PRV-05: complete, with where and since when; nothing of anybody else; it is noted; hidden stays hidden."""
    office = Office()
    made = office.signed_complaint()
    other = complaint(office.quality, complainant="Somebody quite different")
    client = sign_in(office.quality)
    page = client.get(reverse("personal_data"), {"text": "korpela"}).content.decode()
    assert made.number in page
    assert other.number not in page
    assert "Torikatu 7" in page
    told = client.get(reverse("personal_data"), {"text": "KORPELA", "as": "json"})
    assert "attachment" in told["Content-Disposition"]
    found = json.loads(told.content)["found"]
    assert [each["what"] for each in found] == [made.number]
    assert [(one["value"], one["stands_there_now"]) for one in found[0]["values"]] == [
        (NAME, True), ("Eeva Korpela, tel. 040 1234567", False),
    ]  # fmt: skip
    assert "different" not in told.content.decode()
    assert SecurityEvent.objects.filter(what="personal.looked_up", person=office.quality).count() == 2
    without = person("Quinn", Role.QUALITY)
    assert "Torikatu" not in sign_in(without).get(reverse("personal_data"), {"text": "korpela"}).content.decode()
    assert sign_in(without).get(reverse("personal_of", args=["complaint", made.uid])).status_code == 404
    assert sign_in(person("Eng", Role.ENGINEER)).get(reverse("personal_data")).status_code == 404
    for odd in ("k", "%", "\0", "x" * 500, "'; DROP"):
        assert client.get(reverse("personal_data"), {"text": odd}).status_code == 200


def test_somebody_is_found_in_any_script_and_hidden_values_hide_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """PRV-05: capital letters beyond ASCII are the same as small ones on every database; what may not be read does not
    take the places of what may."""
    office = Office()
    made = complaint(office.quality, complainant="Åke ÖRN", confidential=True)
    without = access(person("Quinn", Role.QUALITY))
    for wanted in ("åke", "örn", "ÅKE Örn", "E ö"):
        found, more = find(wanted, access(office.quality))
        assert [each.number for each in found] == [made.number], wanted
        assert not more
    monkeypatch.setattr(finding, "BATCH", 2)
    open_one = complaint(office.quality, complainant="Åke Open", confidential=False)
    for n in range(3):
        complaint(office.quality, complainant=f"Åke Hidden {n}", confidential=True)
    found, more = find("ÅKE", without, 2)
    assert [each.number for each in found] == [open_one.number]
    assert not more, "how many there are elsewhere is nobody's business"


def test_an_erasure_is_asked_for_by_one_and_carried_out_by_another(sign_in: SignIn) -> None:
    """PRV-01: from the record's personal data to the mark, with mistakes said beside the fields."""
    office = Office()
    made = office.signed_complaint()
    asking, deciding = sign_in(office.quality), sign_in(office.manager)
    of = reverse("personal_of", args=["complaint", made.uid])
    ask = reverse("ask_erasure", args=["complaint", made.uid])
    assert ask in asking.get(of).content.decode()
    given = {"names": ["complainant"], "ground": "consent", "reason": "Consent withdrawn by letter."}
    assert asking.post(ask, {**given, "names": ["title"]}).status_code == 422
    assert asking.post(ask, {**given, "reason": ""}).status_code == 422
    assert asking.post(ask, given).status_code == 302
    assert asking.post(ask, given).status_code == 409
    row = Erasure.objects.get()
    erase = reverse("erase_data", args=[row.uid])
    assert erase not in asking.get(reverse("personal_data")).content.decode()
    assert erase in deciding.get(reverse("personal_data")).content.decode()
    assert "1 request to erase" in deciding.get(reverse("waiting")).content.decode()
    assert "to erase" not in asking.get(reverse("waiting")).content.decode()
    assert "1 waits for a second person" in deciding.get(reverse("people")).content.decode()
    assert Notice.objects.filter(person=office.manager, text__startswith="Aino asks").count() == 1
    assert asking.post(erase, {"sure": "on"}).status_code == 403
    assert deciding.post(erase, {}).status_code == 422
    assert again(made).complainant == NAME
    assert deciding.post(erase, {"sure": "on"}).status_code == 302
    assert again(made).complainant == MARK
    assert Notice.objects.filter(person=office.quality, text__contains="Erased").exists()
    page = deciding.get(reverse("record", args=["complaint", made.number])).content.decode()
    assert MARK in page
    assert "Korpela" not in page
    history = deciding.get(reverse("history", args=["complaint", made.number])).content.decode()
    assert "Personal data erased" in history
    assert "Korpela" not in history
    assert "Korpela" not in deciding.get(reverse("export-record", args=[made.number])).content.decode("latin-1")
    assert "erased" in asking.get(of).content.decode()
    for uid in ("nothing", "%00"):
        assert deciding.get(reverse("erase_data", args=[uid])).status_code == 404


def test_prv_02_the_page_of_a_signer_says_until_when_it_is_kept(sign_in: SignIn) -> None:
    """PRV-02: no button, but the sentence; and a request may be declined with a reason."""
    office = Office()
    made = office.signed_complaint()
    EndPerson(person=office.quality, reason="Left", **as_(office.manager)).execute()
    page = sign_in(office.manager).get(reverse("personal_of", args=["person", office.quality.uid])).content.decode()
    assert "kept until" in page
    assert "Ask to erase" not in page
    assert Person.objects.get(pk=office.quality.pk).name == "Aino"
    client = sign_in(office.manager)
    given = {"names": ["complainant"], "ground": "other", "reason": "A court said so."}
    assert client.post(reverse("ask_erasure", args=["complaint", made.uid]), given).status_code == 302
    decline = reverse("decline_erasure", args=[Erasure.objects.get().uid])
    assert client.post(decline, {"reason": ""}).status_code == 422
    assert client.post(decline, {"reason": "It did not."}).status_code == 302
    assert Erasure.objects.get().state == "declined"
