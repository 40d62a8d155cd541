"""An import that is killed, and two at once: nothing is left half-done, and the next one brings in everything."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from gemba.kernel.attachments.models import Attachment
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.kernel.trail.chain import verify_chain
from gemba.modules.document.family import Document, Revision
from tests.kernel.people import person
from tests.kernel.processes import database_environment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("document-races")]
PROGRAM = Path(__file__).parent / "import_process.py"
MANY = 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "our-qms"
    made.mkdir()
    for n in range(MANY):
        text = f"# SOP-{n:02d} How thing {n} is done\n\nISO 13485:2016 clause 8.2.2 is implemented by this procedure.\n"
        (made / f"sop-{n:02d}.md").write_text(text, "utf-8")
    return made


def importing(who: Person, store: Path, folder: Path) -> "subprocess.Popen[str]":
    environment = database_environment(
        connection.settings_dict, GEMBA_DATA=str(Path(settings.GEMBA_TRAIL_KEY).parents[1])
    )
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(who.pk), str(store), str(folder)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def everything_is_there_once() -> None:
    assert Document._base_manager.count() == Revision._base_manager.count() == Attachment.objects.count() == MANY
    numbers = set(Document._base_manager.values_list("number", flat=True))
    assert numbers == {f"SOP-{n:02d}" for n in range(MANY)}
    assert all(verify_chain(each.subject) == [] for each in Revision._base_manager.all())


def test_fil_15_killed_in_the_middle_nothing_is_there_and_repeated_everything_is(folder: Path, store: Path) -> None:
    """FIL-15: all or nothing, also when the power fails."""
    quality = person("Quentin", Role.QUALITY)
    with importing(quality, store, folder) as running:
        assert running.stdout is not None
        reached = [running.stdout.readline() for _ in range(3)]
        os.kill(running.pid, signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL
    assert reached[-1] == f"3 of {MANY}\n"
    assert not Record._base_manager.exists()
    with importing(quality, store, folder) as again:
        assert again.wait(60) == 0
    everything_is_there_once()


def test_two_imports_at_once_bring_in_each_document_once(folder: Path, store: Path) -> None:
    """FIL-15: whoever comes second adds nothing, or is told to run it again."""
    quality = person("Quentin", Role.QUALITY)
    both = [importing(quality, store, folder) for _ in range(2)]
    said = [process.communicate(timeout=120)[1] for process in both]
    assert 0 in [process.returncode for process in both]
    refusals = [text for process, text in zip(both, said, strict=True) if process.returncode]
    assert all("Run the import again" in text or "is already taken" in text for text in refusals), refusals
    everything_is_there_once()
