"""The evidence bundle of a record from its page."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest

from gemba.export.proof import make
from gemba.kernel.trail.models import Event
from tests.kernel.people import person
from tests.web.conftest import SignIn
from tests.web.seed import Company


def test_tmp_20_a_record_page_offers_its_evidence_bundle(firm: Company, sign_in: SignIn) -> None:
    """TMP-20: one button, one file, one event that names who took it; hidden and missing records answer alike."""
    client = sign_in(firm.quality)
    address = f"/r/{firm.pursued.number}/bundle.zip"
    page = client.get(f"/records/objective/{firm.pursued.number}").content.decode()
    assert f'action="{address}"' in page
    assert 'name="thread" value="1"' in page
    for given, kind in (({}, "record"), ({"thread": "1"}, "thread")):
        answer = client.post(address, given)
        assert answer.headers["Content-Type"] == "application/zip"
        with ZipFile(BytesIO(answer.getvalue())) as file:
            manifest = json.loads(file.read("manifest.json"))
        assert manifest["scope"]["filters"] == {"kind": kind, "number": firm.pursued.number}
        event = Event.objects.filter(act="bundle.make").latest("pk")
        assert event.actor == firm.quality
    assert client.post("/r/OBJ-2020-0001/bundle.zip").status_code == 404
    assert sign_in(person("Nobody")).post(address).status_code in (403, 404)


def test_web_01_a_bundle_is_not_taken_out_by_looking(firm: Company, sign_in: SignIn) -> None:
    """WEB-01, ACL-10: it leaves an event, so no link does it, no other site, and nobody who only reads."""
    address, before = f"/r/{firm.pursued.number}/bundle.zip", Event.objects.count()
    client = sign_in(firm.quality)
    assert [client.get(f"{address}{question}").status_code for question in ("", "?thread=1")] == [405, 405]
    client.handler.enforce_csrf_checks = True
    assert client.post(address).status_code == 403
    auditor = sign_in(firm.auditor)
    page = auditor.get(f"/records/objective/{firm.pursued.number}")
    assert (page.status_code, "bundle.zip" in page.content.decode()) == (200, False)
    assert auditor.post(address).status_code == 403
    assert Event.objects.count() == before


def test_tmp_20_a_bundle_that_cannot_be_proved_is_a_sentence_on_the_page(
    firm: Company, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TMP-20, WEB-08: too much, damage, a changed file: the reader is told what it is and can go on."""
    monkeypatch.setattr(make, "MOST_EVENTS", 0)
    answer = sign_in(firm.quality).post(f"/r/{firm.pursued.number}/bundle.zip", follow=True)
    assert answer.status_code == 200
    assert "more than 0 events" in answer.content.decode()
    assert not Event.objects.filter(act="bundle.make").exists()
