"""The evidence bundle of a record from its page."""

import json
from io import BytesIO
from zipfile import ZipFile

from gemba.kernel.trail.models import Event
from tests.kernel.people import person
from tests.web.conftest import SignIn
from tests.web.seed import Company


def test_tmp_20_a_record_page_offers_its_evidence_bundle(firm: Company, sign_in: SignIn) -> None:
    """TMP-20: one link, one file, one event that names who took it; hidden and missing records answer alike."""
    client = sign_in(firm.quality)
    address = f"/r/{firm.pursued.number}/bundle.zip"
    assert address in client.get(f"/records/objective/{firm.pursued.number}").content.decode()
    for question, kind in (("", "record"), ("?thread=1", "thread")):
        answer = client.get(address + question)
        assert answer.headers["Content-Type"] == "application/zip"
        with ZipFile(BytesIO(answer.getvalue())) as file:
            manifest = json.loads(file.read("manifest.json"))
        assert manifest["scope"]["filters"] == {"kind": kind, "number": firm.pursued.number}
        event = Event.objects.filter(act="bundle.make").latest("pk")
        assert event.actor == firm.quality
    assert client.get("/r/OBJ-2020-0001/bundle.zip").status_code == 404
    assert sign_in(person("Nobody")).get(address).status_code in (403, 404)
