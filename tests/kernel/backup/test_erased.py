"""What was erased does not come back with an older backup: the list outside the database takes it away again."""

from pathlib import Path

import pytest
from django.conf import settings as active
from pytest_django import Settings

from gemba.kernel.backup.restore import restore
from gemba.kernel.commitments.models import MARK, PersonalValue
from gemba.kernel.people.organisation import organisation
from gemba.kernel.privacy.register import bring_up_to_date, known_outside, places, repeat_erasures, returned
from gemba.kernel.trail.models import Event
from gemba.kernel.verify.run import Wish, verify
from gemba.modules.complaint.models import Complaint
from tests.kernel.backup.conftest import Elsewhere
from tests.kernel.backup.test_backup import WORDS, backed_up
from tests.kernel.privacy.support import NAME, Office

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("durability")]


def test_prv_04_what_was_erased_does_not_come_back_with_a_restore(
    store: Path, tmp_path: Path, settings: Settings, elsewhere: Elsewhere
) -> None:
    """PRV-04: on an empty host a witness's list is enough; each repetition is an event; everything verifies."""
    witness = tmp_path / "witness"
    witness.mkdir()
    settings.GEMBA_WITNESS = [str(witness)]
    office = Office()
    made = office.signed_complaint()
    path = backed_up(tmp_path)
    office.erased(made, "complainant")
    lines = (witness / f"{organisation().uid}.erasures").read_text()
    assert lines == (Path(active.GEMBA_FILES).parent / f"{organisation().uid}.erasures").read_text()
    assert len(lines.splitlines()) == 2
    assert "Eeva" not in lines
    with elsewhere():
        restore(path, WORDS, accept_older="The disk died")
        back = Complaint._base_manager.get()
        assert (back.complainant, back.patient_initials) == (MARK, "EK")
        assert NAME not in PersonalValue.objects.values_list("value", flat=True)
        event = Event.objects.get(act="complaint.erase")
        assert "came back with an older backup" in event.body
        assert [each.sentence for each in verify(Wish()).findings] == []
        assert returned() == {}
        assert repeat_erasures() == []


def test_nobody_without_the_key_has_anything_erased(store: Path, tmp_path: Path, settings: Settings) -> None:
    """PRV-04: lines that others wrote, cut off, doubled or out of reach change nothing and stop nothing."""
    witness = tmp_path / "witness"
    witness.mkdir()
    settings.GEMBA_WITNESS = [str(witness), str(tmp_path / "unmounted")]
    store.parent.mkdir(parents=True, exist_ok=True)
    office = Office()
    made = office.signed_complaint()
    wanted = PersonalValue.objects.filter(subject=made.subject).latest("pk")
    lines = (f"{wanted.commitment} {'0' * 16} {'0' * 64}", "", "\0" * 50, "é" * 999, f"{wanted.commitment} ")
    (witness / f"{organisation().uid}.erasures").write_text("\n".join(lines) + "\nx", encoding="utf-8")
    assert known_outside() == set()
    assert repeat_erasures() == []
    office.erased(made, "patient_initials")
    [erased] = PersonalValue.objects.filter(erased=True)
    assert known_outside() == {erased.commitment}
    for place in places()[:2]:
        place.path("erasures").unlink()
    bring_up_to_date({erased.commitment})
    assert known_outside() == {erased.commitment}
    assert Complaint._base_manager.get().complainant == NAME
