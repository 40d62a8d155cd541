"""Histories made by real actions alone are found sound, whatever happened in them."""

from pathlib import Path

import pytest
from pytest_django import Settings

from gemba.kernel.log import witness
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.trail.models import Event
from gemba.kernel.verify.run import Wish, verify
from tests.tamper.histories import Company, wander

HISTORIES, STEPS, SEALED_EVERY = 100, 10, 10


@pytest.mark.django_db
def test_a_hundred_random_histories_leave_nothing_to_find(store: Path, tmp_path: Path, settings: Settings) -> None:
    """TMP-01 to TMP-18, the other way round: zero findings where nobody tampered, sealed, witnessed or not yet."""
    folder = tmp_path / "witness"
    folder.mkdir()
    settings.GEMBA_WITNESS = [str(folder)]
    company = Company()
    for seed in range(HISTORIES):
        wander(company, seed, STEPS)
        if seed % SEALED_EVERY == SEALED_EVERY // 2:
            assert seal_now().findings == ()
            witness.bring_up_to_date()
            witness.note_early()
        if seed % SEALED_EVERY == 0:
            assert verify(Wish(witness=folder if seed else None)).findings == []
    report = verify(Wish(witness=folder, full=True))
    assert (report.findings, report.limits) == ([], [])
    assert report.counts["events"] == Event.objects.count() > 6 * HISTORIES
    assert report.counts["files"] > 10
    assert report.counts["signatures"] > 5


@pytest.mark.django_db
def test_verifying_writes_nothing(store: Path) -> None:
    """Looking changes nothing, not even where it finds something."""
    company = Company()
    wander(company, 1, STEPS)
    before = list(Event.objects.values_list("hash", flat=True))
    assert verify(Wish()).clean
    assert list(Event.objects.values_list("hash", flat=True)) == before
