"""Personal data in a bundle: shown and checkable while it is kept, gone from it once it was erased."""

import io
import json
from pathlib import Path

import pytest

from gemba.export.proof import verify
from gemba.export.proof.choose import one_record
from gemba.export.proof.make import make_bundle
from gemba.kernel.access.viewer import seeing
from gemba.kernel.records.models import Record
from tests.export.proof.bundles import closed, opened, verdict
from tests.kernel.people import as_
from tests.kernel.privacy.support import Office
from tests.kernel.samples import again

pytestmark = pytest.mark.django_db


def given_out(office: Office, record: Record) -> dict[str, bytes]:
    file, given = io.BytesIO(), as_(office.quality)
    with seeing(given["access"]):
        make_bundle(one_record(again(record)), given["actor"], given["access"], file)
    return opened(file.getvalue())


def test_a_bundle_shows_personal_data_and_lets_it_be_checked(store: Path) -> None:
    """PRV-01, TMP-20: the verifier compares value and salt with what the sealed events committed to."""
    office = Office()
    made = office.signed_complaint()
    parts = given_out(office, made)
    base = f"records/{made.number}"
    page = parts[f"{base}/record.html"].decode()
    assert "Torikatu 7" in page
    assert "040 1234567" in page
    assert "commitment" not in page
    code, text = verdict(closed(parts))
    assert (code, text[:2]) == (0, "OK")
    kept = json.loads(parts[f"{base}/personal.json"])
    assert {name for name, *_rest in kept} == {"complainant", "patient_initials"}


def test_a_bundle_made_after_an_erasure_is_sound_and_says_nothing(store: Path) -> None:
    """PRV-01: HTML, PDF, JSON and events of the bundle; and it is in order."""
    office = Office()
    made = office.signed_complaint()
    office.erased(made, "complainant")
    parts = given_out(office, made)
    said = b"".join(parts.values())
    assert not any(word.encode() in said for word in ("Eeva", "Korpela", "Torikatu", "040 1234567"))
    assert b"[erased]" in parts[f"records/{made.number}/record.html"]
    assert verdict(closed(parts))[0] == 0


@pytest.mark.parametrize("change", ["value", "salt", "commitment", "less", "more", "nonsense"])
def test_changed_personal_data_in_a_bundle_is_refused(store: Path, change: str) -> None:
    """TMP-21: even where the manifest's list of files were made to fit."""
    office = Office()
    kept = json.loads(given_out(office, made := office.signed_complaint())[f"records/{made.number}/personal.json"])
    promised = {commitment for _name, commitment, _salt, _value in kept}
    verify.check_personal(kept, promised, made.number)
    match change:
        case "value":
            kept[0][3] = "Somebody else"
        case "salt":
            kept[0][2] = "00" * 16
        case "commitment":
            kept[0][1] = "00" * 32
        case "less":
            kept.pop()
        case "more":
            kept.append(["complainant", "11" * 32, "", "x"])
        case _:
            kept[0][2] = "zz"
    with pytest.raises((verify.Wrong, ValueError)):
        verify.check_personal(kept, promised, made.number)
