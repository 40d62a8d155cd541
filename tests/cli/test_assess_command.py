"""`gemba assess`, from the command line to the files it leaves."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gemba.config.main import main

Run = Callable[..., tuple[int, str, str]]

MANUAL = """# Quality Manual

| Document No | QM-001 |
|---|---|
| Revision | C |
| Owner | Managing Director |

This manual fulfils the requirements of clauses 4.2.2 and 5.3 of ISO 13485:2016.

## Clause map

| ISO 13485:2016 clause | Title | Document |
|---|---|---|
| 4.2.4 | Control of documents | SOP-001 Document Control |
| 6.2 | People | SOP-002 Training |
| 7.5.5 | Sterile devices | not applicable |
| 8.5.2 | Corrective action | SOP-009 Corrective Action |
"""

PROCEDURE = """# SOP-001 Document Control

| Document No | SOP-001 |
|---|---|
| Revision | B |
| Owner | Head of Quality |
| Effective date | 2026-01-15 |

This procedure implements clauses 4.2.4 and 4.2.5 of ISO 13485:2016.

## Purpose

Every document is reviewed by a second person before it takes effect, and the list of documents names the revision
that is in force. Superseded copies are marked and kept for the lifetime of the device. See SOP-077 and
[the list](lists/documents.md).
"""

TRAINING = """# SOP-002 Training

| Document No | SOP-002 |
|---|---|
| Owner | <enter role> |

> Describe here how your company trains its people, then delete this note.

This procedure implements clause 6.2 of ISO 13485:2015.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "brightwell"
    (root / "sop").mkdir(parents=True)
    (root / "QM-001 Quality Manual.md").write_text(MANUAL)
    (root / "sop" / "SOP-001 Document Control.md").write_text(PROCEDURE)
    (root / "sop" / "SOP-002 Training.md").write_text(TRAINING)
    (root / "logo.png").write_bytes(b"\x89PNG")
    return root


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in an empty folder; exit status, output and error output."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)

    def command(*arguments: object, day: str = "2026-06-01") -> tuple[int, str, str]:
        try:
            status = main(["assess", *map(str, arguments), "--as-of", day])
        except SystemExit as stopped:
            status = int(str(stopped.code))
        said = capsys.readouterr()
        return status, said.out, said.err

    return command


def held(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_folder_is_assessed_and_the_report_says_where_it_lies(run: Run, folder: Path) -> None:
    """M20: two numbers in the terminal, three files in ./gemba-report."""
    status, out, err = run(folder)

    assert (status, err) == (0, "")
    assert re.search(r"Paper +[█░]+ +\d+ of \d+ clauses claimed", out)
    assert re.search(r"Practice +[█░]+ +\d+ of \d+ clauses with a record", out)
    assert "Report: gemba-report/report.html" in out
    assert sorted(held(Path("gemba-report"))) == ["assessment.json", "report.html", "report.pdf"]


def test_the_summary_fits_eighty_columns_and_makes_no_claim(run: Run, folder: Path) -> None:
    """M22: what the figures do not say stands beside them."""
    _, out, _ = run(folder, "--no-pdf")
    assert max(map(len, out.splitlines())) <= 80
    assert "Neither says" in out
    assert "nobody yet" in out
    assert "complian" not in out.lower()


def test_nothing_is_written_but_the_report(run: Run, folder: Path, tmp_path: Path) -> None:
    """M22: the assessed folder is read and nothing else."""
    before = held(folder)
    run(folder, "--out", tmp_path / "report")
    assert held(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["brightwell", "here", "report"]
    assert list((tmp_path / "here").iterdir()) == []


def test_each_seeded_defect_is_found_with_file_and_line(run: Run, folder: Path) -> None:
    """M47, M113: from real files, through reading and extraction, to the finding."""
    _, out, _ = run(folder, "--json")
    found = {(each["code"], each["path"]): each for each in json.loads(out)["findings"]}

    training, control = "sop/SOP-002 Training.md", "sop/SOP-001 Document Control.md"
    assert found["unfilled-template", training]["line"] == 7
    assert found["unknown-edition", training]["line"] == 9
    assert found["no-owner", training]["line"] == 5
    assert ("placeholder", training) in found
    assert "SOP-077" in found["missing-document", control]["message"]
    assert "lists/documents.md" in found["dead-link", control]["message"]
    assert "SOP-009" in found["missing-document", "QM-001 Quality Manual.md"]["message"]
    assert "7.5.5" in found["excluded-not-allowed", "QM-001 Quality Manual.md"]["message"]
    assert "4.2.5" in found["stated-but-not-mapped", control]["message"]
    assert {code for code, path in found if path == control} == {
        "missing-document",
        "dead-link",
        "stated-but-not-mapped",
    }


def test_claims_of_the_map_and_of_documents_are_kept_apart(run: Run, folder: Path) -> None:
    """M71, M80: clause by clause, what the manual claims and what documents say themselves."""
    _, out, _ = run(folder, "--json")
    clauses = {each["clause"]: each for each in json.loads(out)["clauses"]}

    control = "sop/SOP-001 Document Control.md"
    assert (clauses["4.2.4"]["mapped"], clauses["4.2.4"]["stated"]) == ([control], [control])
    assert (clauses["4.2.5"]["mapped"], clauses["4.2.5"]["stated"]) == ([], [control])
    assert clauses["4.2.4"]["state"] == "paper only"
    assert clauses["8.5.2"]["state"] == "missing"
    assert clauses["7.5.5"]["state"] == "not applicable"


def test_templates_are_compared_and_copies_named(run: Run, folder: Path, tmp_path: Path) -> None:
    """M55, M56, M57: a copy is named with its template, an own text is not."""
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "document-control.md").write_text(PROCEDURE)
    (templates / "training.md").write_text("# Training\n\nNothing of this is in the other text, word for word or so.\n")
    _, out, _ = run(folder, "--json", "--templates", templates)
    data = json.loads(out)

    copies = [each["path"] for each in data["findings"] if each["code"] == "template-copy"]
    assert copies == ["sop/SOP-001 Document Control.md"]
    origin = {each["path"]: each["template"] for each in data["documents"]}
    assert origin[copies[0]] == {"path": "document-control.md", "similarity": 1.0}


def test_the_same_folder_gives_the_same_bytes_with_one_process_or_two(run: Run, folder: Path, tmp_path: Path) -> None:
    """M22: no clock and no chance in a report."""
    for name, processes in (("a", "1"), ("b", "2"), ("c", "1")):
        assert run(folder, "--out", tmp_path / name, "--processes", processes)[0] == 0
    assert held(tmp_path / "a") == held(tmp_path / "b") == held(tmp_path / "c")
    assert str(tmp_path).encode() not in b"".join(held(tmp_path / "a").values())


def test_json_goes_to_standard_output_alone(run: Run, folder: Path, tmp_path: Path) -> None:
    """M80: for other programs; files only where they are asked for."""
    status, out, err = run(folder, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["as_of"] == "2026-06-01"
    assert list(Path().iterdir()) == []
    assert run(folder, "--json", "--out", tmp_path / "out")[1] == out
    assert (tmp_path / "out" / "assessment.json").read_text(encoding="utf-8") == out


def test_a_filled_folder_is_not_overwritten_without_force(run: Run, folder: Path, tmp_path: Path) -> None:
    """M22: exit 2 and a sentence; with --force the report is replaced."""
    out = tmp_path / "out"
    assert run(folder, "--out", out, "--no-pdf")[0] == 0
    status, said, err = run(folder, "--out", out)
    assert (status, said) == (2, "")
    assert "--force" in err
    assert run(folder, "--out", out, "--force")[0] == 0
    assert "report.pdf" in held(out)


@pytest.mark.parametrize("name", [".", ".."])
def test_the_report_never_replaces_the_documents(run: Run, folder: Path, name: str) -> None:
    """M22: a folder that holds the documents is no place for the report, not even with --force."""
    before = held(folder)
    status, _, err = run(folder, "--out", folder / name, "--force")
    assert status == 2
    assert "Name another folder" in err
    assert held(folder) == before


def test_an_earlier_report_in_the_folder_is_not_read_as_a_document(run: Run, folder: Path) -> None:
    """M22: the second assessment of a folder says the same as the first."""
    out = folder / "report"
    assert run(folder, "--out", out)[0] == 0
    first = held(out)
    assert run(folder, "--out", out, "--force")[0] == 0
    assert held(out) == first


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("gone",), "no folder"),
        ((__file__,), "is a file"),
        ((".", "--framework", "iso9999"), "iso9999"),
        ((".", "--processes", "0"), "from 1 to"),
        ((".", "--load", "gone.yaml"), "gone.yaml"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_sentence(run: Run, arguments: tuple[str, ...], says: str) -> None:
    """M22: never a traceback."""
    status, out, err = run(*arguments, "--out", "new")
    assert (status, out) == (2, "")
    assert says in err
    assert "Traceback" not in err


def test_an_impossible_date_is_wrong_usage(run: Run, folder: Path) -> None:
    """M22: the stated day must be a day."""
    status, _, err = run(folder, day="2026-02-31")
    assert status == 2
    assert "2026-06-30" in err


def test_templates_that_are_not_there_are_wrong_usage(run: Run, folder: Path, tmp_path: Path) -> None:
    """M56: no comparison is better said than left out."""
    (tmp_path / "empty").mkdir()
    for templates in (tmp_path / "gone", tmp_path / "empty"):
        status, _, err = run(folder, "--templates", templates)
        assert status == 2
        assert "Templates" in err


def test_nothing_to_read_ends_with_1(run: Run, tmp_path: Path) -> None:
    """M22: an empty folder, one without documents, and one with unreadable documents only."""
    for name, files in (("empty", {}), ("pictures", {"a.png": b"x"}), ("broken", {"a.pdf": b"%PDF-1.7 broken"})):
        root = tmp_path / name
        root.mkdir()
        for file, content in files.items():
            (root / file).write_bytes(content)
        status, out, err = run(root)
        assert (status, out) == (1, "")
        assert err.startswith("gemba assess: ")
        assert not Path("gemba-report").exists()


def test_an_unreadable_file_is_reported_and_the_rest_assessed(run: Run, folder: Path) -> None:
    """M47: one broken file costs only itself."""
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 no archive")
    status, out, _ = run(folder, "--json")
    data = json.loads(out)
    assert status == 0
    assert [each["path"] for each in data["findings"] if each["code"] == "unreadable"] == ["broken.docx"]
    assert data["totals"]["documents"] == 4


def test_another_framework_can_be_chosen(run: Run, folder: Path) -> None:
    """M2: the same documents against risk management."""
    _, out, _ = run(folder, "--json", "--framework", "iso14971")
    assert json.loads(out)["framework"]["id"] == "iso14971"


def test_help_names_the_exit_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    """M22: what a script can rely on is written down."""
    with pytest.raises(SystemExit) as stopped:
        main(["assess", "--help"])
    assert stopped.value.code == 0
    assert "nothing could be read" in capsys.readouterr().out
