"""A bundle is checked by its own verifier, with nothing but Python; what cannot be proved is not given out."""

import base64
import io
import json
import os
import re
import resource
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from gemba.config.main import main as gemba
from gemba.export.proof import verify
from gemba.export.proof.choose import MOST_RECORDS, chosen
from gemba.export.proof.make import make_bundle
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.write import Edit
from gemba.kernel.attachments.store import path_of
from gemba.kernel.log.checking import log_problems
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Refused
from gemba.kernel.trail.models import Event
from tests.export.proof.bundles import bundle, grown, manifest_of, opened, verdict
from tests.kernel.log.tampering import execute, tried_out
from tests.kernel.people import as_
from tests.kernel.samples import again, raised, signed, submitted


def test_tmp_20_a_bundle_as_it_was_made_is_in_order(made: tuple[bytes, str]) -> None:
    """TMP-20: records, events, files, scope, log and key are told."""
    data, key = made
    code, text = verdict(data, key)
    assert (code, text.splitlines()[0][:14]) == (0, "OK. 2 records ")
    assert "every record connected to it" in text
    assert "Key: the one you gave." in text
    code, text = verdict(data)
    assert code == 0
    assert "Compare it with one from elsewhere" in text
    alone = base64.b64encode(b"\x01" + base64.b64decode(key.split("+", 2)[2])[1:]).decode()
    assert verdict(data, alone)[0] == 0
    assert verdict(data, base64.b64encode(bytes(32)).decode())[0] == 1
    names = set(opened(data))
    assert {"README.txt", "index.html", "verify.py", "manifest.json", "proof.json"} < names
    assert sum(name.endswith("001-protocol ä.txt") for name in names) == 1
    assert sum(name.endswith(".pdf") for name in names) == 2


def test_tmp_20_the_verifier_runs_alone_without_gemba_and_quickly(made: tuple[bytes, str], tmp_path: Path) -> None:
    """TMP-20: the file out of the bundle, Python isolated from everything installed, under 5 s and 300 MB."""
    data, key = made
    (tmp_path / "bundle.zip").write_bytes(data)
    (tmp_path / "verify.py").write_bytes(opened(data)["verify.py"])
    begin = time.monotonic()
    command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(tmp_path / "bundle.zip"), "--key", key]
    limit = 300 * 1024 * 1024
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=tmp_path, env={"PATH": os.environ["PATH"]},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("OK. ")
    assert time.monotonic() - begin < 5
    assert len(opened(data)["verify.py"].splitlines()) < 300


@pytest.mark.django_db
def test_one_record_goes_alone_and_the_bundle_is_an_event(quality: Person, manager: Person, store: Path) -> None:
    """TMP-20: who took out what stands in the trail, sealed."""
    record = grown(quality, manager)
    data = bundle(quality, "record", record)
    assert verdict(data)[0] == 0
    assert len(manifest_of(opened(data))["records"]) == 1
    event = Event.objects.get(act="bundle.make")
    told = {name: new for name, _old, new in json.loads(event.body)["chg"]}
    assert told["manifest"] == sha256(opened(data)["manifest.json"]).hexdigest()
    assert told["records"] == 1
    assert list(log_problems()) == []


@pytest.mark.django_db
def test_what_cannot_be_proved_is_not_given_out(quality: Person, manager: Person, store: Path) -> None:
    """TMP-20: an edited row, a changed file, a damaged trail, nothing at all, too much: a sentence each."""
    record = grown(quality, manager)
    with tried_out():
        execute("UPDATE kernel_record SET title = 'Other' WHERE id = %s", record.pk)
        with pytest.raises(Refused, match="last event"):
            bundle(quality, "record", record)
    with tried_out():
        execute("UPDATE kernel_event SET mac = hash WHERE subject = %s AND seq = 1", record.subject)
        with pytest.raises(Refused, match="damage"):
            bundle(quality, "record", record)
    digest = sha256(b"measured: 9.5").hexdigest()
    path_of(digest).chmod(0o600)
    path_of(digest).write_bytes(b"measured: 8.5")
    with pytest.raises(Refused, match="was changed"):
        bundle(quality, "record", record)
    with seeing(as_(quality)["access"]):
        with pytest.raises(Refused, match="no record"):
            make_bundle(chosen("Nothing", {}, []), as_(quality)["actor"], as_(quality)["access"], io.BytesIO())
        with pytest.raises(Refused, match=str(MOST_RECORDS)):
            chosen("Much", {}, [record] * (MOST_RECORDS + 1))


_PDF: Any = pypdfium2.PdfDocument
NOT_VALID = "not valid: the content changed after signing"


def verdicts(data: bytes) -> list[list[str]]:
    """What the page and the PDF of the bundle's record say of each signature."""
    parts = opened(data)
    page = parts[manifest_of(parts)["records"][0]["page"]].decode()
    table = page.partition("<h2>Signatures</h2>")[2].partition("<h2>")[0]
    on_page = [row.rpartition("<td>")[2] for row in re.findall(r"<tr>(.*?)</td></tr>", table)]
    document = _PDF(next(data for name, data in parts.items() if name.endswith("record.pdf")))
    text = " ".join(" ".join(each.get_textpage().get_text_range().split()) for each in document)
    return [on_page, re.findall(r"not valid: the content changed after signing|\bvalid\b", text)]


@pytest.mark.django_db
def test_sig_04_a_bundle_judges_signatures_by_what_was_sealed(quality: Person, manager: Person, store: Path) -> None:
    """SIG-04, TMP-20: neither the record's own digest nor the row of the signature makes a changed record signed."""
    record = signed(submitted(quality), "approve", manager)
    assert verdicts(bundle(quality, "record", record)) == [["valid"], ["valid"]]
    before = record.digest
    with tried_out():
        execute("UPDATE kernel_record SET digest = %s WHERE id = %s", "0" * 64, record.pk)
        assert verdicts(bundle(quality, "record", record)) == [["valid"], ["valid"]], (
            "the row's word counts for nothing"
        )
    Edit(record=again(record), fixed={"measure": "Something else"}, **as_(quality)).execute()
    assert verdicts(bundle(quality, "record", record)) == [[NOT_VALID], [NOT_VALID]]
    now = again(record).digest
    assert now != before
    with tried_out():
        execute("UPDATE kernel_record SET digest = %s WHERE id = %s", before, record.pk)
        assert verdicts(bundle(quality, "record", record)) == [[NOT_VALID], [NOT_VALID]]
    with tried_out():
        execute("UPDATE kernel_signature SET content = %s, name = 'Nobody' WHERE record_id = %s", now, record.pk)
        data = bundle(quality, "record", record)
        assert verdicts(data) == [[NOT_VALID], [NOT_VALID]]
        assert b"Nobody" not in opened(data)[manifest_of(opened(data))["records"][0]["page"]]
    with tried_out():
        execute("DELETE FROM kernel_signature WHERE record_id = %s", record.pk)
        assert verdicts(bundle(quality, "record", record)) == [[NOT_VALID], [NOT_VALID]], "a signature does not vanish"


@pytest.mark.django_db
def test_the_command_writes_a_bundle_or_says_why_not(
    quality: Person, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TMP-20: what an operator types."""
    monkeypatch.setattr("gemba.config.main.prepare", lambda _needs, **_more: None)
    monkeypatch.setattr("gemba.config.bundling.refuse_unready", lambda: None)
    record, file = raised(quality), tmp_path / "out.zip"

    def run(*arguments: str) -> tuple[int, str]:
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            code = gemba(["bundle", str(file), "--as", quality.email, *arguments])
        return code, out.getvalue()

    today = clock.now().date().isoformat()
    assert run("--record", "NONE-1") == (2, "gemba: There is no record NONE-1 that this person may read.\n")
    assert run("--period", "yesterday", today)[0] == 2
    assert run("--period", today, today, "--type", "none")[0] == 2
    assert run("--period", "2020-01-01", "2020-01-02") == (1, "gemba: There is no record in this selection.\n")
    assert list(tmp_path.iterdir()) == [store] or not file.exists()
    assert run("--record", record.number)[0] == 0
    assert verdict(file.read_bytes())[0] == 0
    assert run("--thread", record.number) == (2, f"gemba: {file} exists already.\n")
    assert not file.with_name("out.zip.part").exists()


def test_the_verifier_is_the_one_that_is_shipped() -> None:
    """TMP-20: what was tested here is what lies in every bundle."""
    assert files("gemba.export.proof").joinpath("verify.py").read_bytes() == Path(str(verify.__file__)).read_bytes()
