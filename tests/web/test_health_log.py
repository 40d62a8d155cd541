"""What the health page, every page's banner, and paper say of the seals of the trail."""

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.db import connection

from gemba.export.document import record_pdf
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.log import pending, standing, witness
from gemba.kernel.log.models import LogState, Seal, WitnessState
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.log.timestamp import stamp
from tests.kernel.log.writing import sealed, written
from tests.web.conftest import SignIn
from tests.web.seed import Company
from tests.web.test_record_screens import text_of

_PDFIUM: Any = pypdfium2


def health(firm: Company, sign_in: SignIn) -> str:
    return text_of(sign_in(firm.administrator).get("/health").content.decode())


def test_tmp_23_the_health_page_shows_the_last_seal_and_what_waits(
    firm: Company, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TMP-23: number, size and root of the last seal; the oldest event without one; red when it waits too long."""
    assert "has not been sealed yet" in health(firm, sign_in)
    seal = sealed()
    words = health(firm, sign_in)
    assert (
        f"Seal 1, {seal.at:%Y-%m-%d %H:%M}, covers {seal.size} events. Its root begins with {seal.root[:16]}" in words
    )
    assert "No event waits for its seal" in words
    written(1)
    assert "0 minutes ago" in health(firm, sign_in)
    for module in (pending, standing):
        monkeypatch.setattr(module, "keeps_time", lambda: True)
    with clock.shifted(clock.now() + dt.timedelta(hours=2)):
        assert "After 24 hours nobody can sign" in health(firm, sign_in)
    with clock.shifted(clock.now() - dt.timedelta(hours=2)):
        assert "clock is behind the last seal" in health(firm, sign_in)


def test_the_health_page_says_plainly_what_is_not_protected(firm: Company, sign_in: SignIn, settings: Any) -> None:
    """M199: no witness, no roles, no synchronised clock."""
    words = health(firm, sign_in)
    assert words.count("Not protected") == 3
    assert "would go unseen" in words
    assert ("SQLite has no roles" in words) == (connection.vendor == "sqlite")
    assert ("connected as the owner of its tables" in words) == (connection.vendor == "postgresql")
    assert "clock is synchronised" in words
    settings.GEMBA_CLOCK = "ntp"
    settings.GEMBA_WITNESS = ["/nowhere"]
    assert health(firm, sign_in).count("Not protected") == 1


def test_the_health_page_shows_how_each_witness_was_reached(
    firm: Company, sign_in: SignIn, settings: Any, tmp_path: Path
) -> None:
    """TMP-23: a dead witness stops nothing and is shown."""
    settings.GEMBA_WITNESS = [str(tmp_path / "share")]
    settings.GEMBA_WITNESS_MAIL = "head@example.com"
    settings.GEMBA_TIMESTAMP_URL = "http://127.0.0.1:9/"
    assert "It has taken nothing yet" in health(firm, sign_in)
    seal = sealed()
    witness.bring_up_to_date()
    stamp(seal)
    words = health(firm, sign_in)
    assert "It cannot be written: No such file or directory" in words
    assert "the authority cannot be reached" in words
    assert "goes to head@example.com once a day" in words
    (tmp_path / "share").mkdir()
    witness.bring_up_to_date()
    assert f"It holds {seal.size} sealed events" in health(firm, sign_in)
    WitnessState.objects.update(at=clock.now() - dt.timedelta(days=3))
    assert "sealed events" not in health(firm, sign_in)


def test_damage_stands_on_every_page_until_it_is_mended(
    firm: Company, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TMP-23: a banner for everybody, the findings for those who run it."""
    sealed()
    LogState.objects.update(damage="note/A: event 1: its text is not what was hashed.")
    monkeypatch.setattr(standing, "REMEMBERED", 0)
    standing.forget_banner()
    client = sign_in(firm.quality)
    assert "The trail shows damage" in client.get("/").content.decode()
    assert "its text is not what was hashed" in health(firm, sign_in)
    seal_now(always=True)
    assert "The trail shows damage" not in client.get("/").content.decode()


def test_the_newest_checkpoint_can_be_taken_away_as_a_file(firm: Company, sign_in: SignIn) -> None:
    """M199: a witness on paper or a stick; for those who run it."""
    client = sign_in(firm.administrator)
    assert client.get("/health/checkpoint").status_code == 404
    sealed()
    answer = client.get("/health/checkpoint")
    assert answer.content.decode() == Seal.objects.get().checkpoint
    assert 'filename="gemba-seal-1.txt"' in answer["Content-Disposition"]
    assert sign_in(firm.quality).get("/health/checkpoint").status_code == 404


def test_gxp_12_paper_carries_size_and_root_of_the_last_seal(firm: Company) -> None:
    """GXP-12: each printed page is a witness."""
    seal = sealed()
    with seeing_everything():
        made = record_pdf(firm.pursued, by="Aino", at=clock.now())
    with _PDFIUM.PdfDocument(BytesIO(made)) as document:
        for page in document:
            words = " ".join(page.get_textpage().get_text_range().split())
            assert f"Trail sealed: no. 1, {seal.size} events, root {seal.root[:16]}" in words
