"""`gemba frameworks` and `gemba duties`."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gemba.cli.terminal import Page, page_for, say
from gemba.config.main import main
from tests.evidence.frameworks import OWN, written

SOURCE = Path(__file__).resolve().parents[2] / "src"


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], status: int, *arguments: str) -> str:
    assert main(list(arguments)) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_frameworks_are_listed_with_who_signed_them_off(capsys: pytest.CaptureFixture[str]) -> None:
    """M2, M3, M4, M5, M22: what is there, and that nobody has signed it off."""
    out = shown(capsys, "frameworks")
    rows = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    assert "399" in rows["iso13485"]
    assert all("nobody yet" in rows[i] for i in ("iso13485", "qmsr", "part11", "mdr", "iso14971", "iec62304", "mdsap"))
    assert " off " in rows["mdsap"]
    assert "Our paraphrase, not the standard's text." in out


@pytest.mark.parametrize(
    "arguments", [("frameworks",), ("duties", "8.2.2"), ("duties", "820.35"), ("duties", "7.5", "--all")]
)
def test_everything_fits_into_80_columns_without_colour_in_a_pipe(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """M19: readable anywhere."""
    out = shown(capsys, *arguments)
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out


def test_frameworks_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """M22: basis and caution travel with the data."""
    found = json.loads(shown(capsys, "frameworks", "--json"))
    by_id = {each["id"]: each for each in found["frameworks"]}
    assert by_id["iso13485"]["duties"] == 399
    assert by_id["mdsap"]["on_by_default"] is False
    assert by_id["mdr"]["signed_off_by"] is None
    assert found["note"].startswith("Our paraphrase")


def test_a_clause_shows_duties_evidence_checks_and_counterparts(capsys: pytest.CaptureFixture[str]) -> None:
    """M2, M19: the duty, what proves it, when it applies, and who else asks for it."""
    out = shown(capsys, "duties", "8.2.2")
    assert out.startswith(
        "ISO 13485 (2016), 8.2.2: Complaints\nOur paraphrase, not the standard's text. Signed off by: nobody"
    )
    assert "proved by: Complaint record" in out
    assert "applies only if: Did an outside party contribute to the complaint?" in out
    assert "PC-38" in out
    assert "Counterparts in 21 CFR 820\n820.35(a)" in out
    assert "MDSAP" not in out


def test_sub_clauses_come_under_their_own_headings(capsys: pytest.CaptureFixture[str]) -> None:
    """M32: a parent shows what is below it."""
    out = shown(capsys, "duties", "7.5.9")
    assert "7.5.9.1: General" in out
    assert "7.5.9.2: Implantable devices" in out


def test_a_section_of_820_is_found_without_naming_the_framework(capsys: pytest.CaptureFixture[str]) -> None:
    """M2: the other way round."""
    out = shown(capsys, "duties", "820.35(a)")
    assert out.startswith("21 CFR 820")
    assert "8.2.2  Complaints" in out


def test_annex_ix_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """M3: by section, with its counterparts."""
    out = shown(capsys, "duties", "Annex IX 2.4")
    assert "MDR-IX-2.4" in out
    assert "4.1.4" in out


def test_mdsap_shows_only_when_asked_for_and_with_its_confidence(capsys: pytest.CaptureFixture[str]) -> None:
    """M13: off by default, marked."""
    named = shown(capsys, "duties", "8.5.2", "--framework", "mdsap")
    assert "Counterparts in MDSAP (off by default)" in named
    assert "MDSAP-3.3 [seen]" in named
    assert "21 CFR 820" not in named
    assert "Counterparts in MDSAP" in shown(capsys, "duties", "8.5.2", "--all")
    assert "[general knowledge]" in shown(capsys, "duties", "1.9", "--framework", "mdsap")


def test_a_safety_class_leaves_out_what_it_does_not_owe(capsys: pytest.CaptureFixture[str]) -> None:
    """M5: class C brings class C activities."""
    assert "62304-5.4.2" in shown(capsys, "duties", "5.4", "--safety-class", "C", "--framework", "iec62304")
    assert "62304-5.4.2" not in shown(capsys, "duties", "5.4", "--safety-class", "B", "--framework", "iec62304")
    assert shown(capsys, "duties", "5.4", "--safety-class", "C").startswith("IEC 62304")
    assert "No duty is on file for this clause for class A." in shown(capsys, "duties", "5.4.2", "--safety-class", "A")


def test_a_number_that_several_frameworks_have_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """M4: 7.1 of ISO 13485 is not 7.1 of ISO 14971."""
    out = shown(capsys, "duties", "7.1")
    assert out.startswith("ISO 13485")
    assert "--framework iso14971" in " ".join(out.split())
    both = shown(capsys, "duties", "7.1", "--framework", "iso13485", "--framework", "iso14971")
    assert "ISO 14971 (2019), 7.1: Choosing controls" in both


def test_duties_as_json_name_the_relation_of_each_counterpart(capsys: pytest.CaptureFixture[str]) -> None:
    """M2: machine-readable, with how and why."""
    (clause,) = json.loads(shown(capsys, "duties", "7.5.4", "--json"))["clauses"]
    assert [d["id"] for d in clause["duties"]] == ["7.5.4-a", "7.5.4-b", "7.5.4-c", "7.5.4-d"]
    relations = {(c["framework"], c["clause"]): c["relation"] for c in clause["counterparts"]}
    assert relations["qmsr", "820.35(b)"] == "same"
    assert relations["mdr", "Article 10(9)"] == "through parent"
    assert clause["note"].startswith("Our paraphrase")


def test_part_11_shows_owner_control_and_tests(capsys: pytest.CaptureFixture[str]) -> None:
    """M13: what the software does and how to try it."""
    out = shown(capsys, "duties", "11.10(e)")
    assert "owner: system" in out
    assert "in an electronic system:" in out
    assert "test: " in out


def test_an_unknown_clause_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    """M32: exit 1 and a sentence."""
    assert refused(capsys, 1, "duties", "8.5.9") == (
        "gemba: no framework shown here has a clause '8.5.9'. Nearest: 8.5.3 (ISO 13485), 8.5.2 (ISO 13485), "
        "8.5.1 (ISO 13485), 7.5.9 (ISO 13485), 8.5 (ISO 13485).\n"
    )
    assert "a clause '?[2J'." in refused(capsys, 1, "duties", "\x1b[2J\n")


def test_an_old_section_says_where_it_went(capsys: pytest.CaptureFixture[str]) -> None:
    """M2: 820.30 is gone since 2026."""
    sentence = refused(capsys, 1, "duties", "820.30(j)")
    assert sentence == "gemba: 820.30 is no clause of 21 CFR 820 any more. See 21 CFR 820: 820.10(c); ISO 13485 7.3.\n"


def test_an_unknown_framework_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """M11: exit 2 and the list of what there is."""
    assert "there is no framework 'iso9001'. There are: iso13485" in refused(
        capsys, 2, "duties", "4.1", "--framework", "iso9001"
    )


def test_a_framework_of_ones_own_is_listed_and_looked_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """M11: a tiny custom framework works without code change."""
    path = str(written(tmp_path))
    assert "house" in shown(capsys, "frameworks", "--load", path)
    assert "house-1" in shown(capsys, "duties", "6.4.1", "--load", path)
    own = shown(capsys, "duties", "1.1", "--framework", "house", "--load", path)
    assert "Swab each bench every week." in own
    assert "Counterparts in ISO 13485\n6.4.1" in own


def test_a_wrong_framework_file_is_refused_with_every_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """M11: exit 1, file and row."""
    path = str(written(tmp_path, OWN.replace("swab_log, env", "swab, env").replace("6.4.1", "6.9")))
    for command in (["frameworks"], ["duties", "1.1"]):
        sentence = refused(capsys, 1, *command, "--load", path)
        assert sentence.count("own.yaml, line ") == 2


def test_colour_only_on_a_terminal_that_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """M19: NO_COLOR and pipes are respected."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    assert page_for(Terminal()) == Page(60, True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert page_for(Terminal()) == Page(60, False)
    assert page_for(io.StringIO()) == Page(80, False)
    assert Page(80, True).bold("x") == "\x1b[1mx\x1b[0m"


def test_what_a_stream_cannot_write_is_replaced() -> None:
    """M19: an old terminal shows a question mark, not an error."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    say("Größe …", stream)
    assert raw.getvalue() == b"Gr??e ?\n"


def test_a_reader_that_goes_away_is_no_error() -> None:
    """M19: `gemba duties 7.5 | head -1` ends quietly."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "gemba.config.main", "duties", "7.5"],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")
