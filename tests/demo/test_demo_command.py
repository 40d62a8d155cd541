"""`gemba demo --report-only`: one command, a report, nothing else."""

import json
from pathlib import Path

import pytest

from gemba.config.main import main


def test_the_demo_writes_a_report_and_says_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """M80: the picture of clauses beside their evidence, one command away."""
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "--report-only"]) == 0
    said = capsys.readouterr().out
    assert "gemba-demo-report" in said
    assert [path.name for path in tmp_path.iterdir()] == ["gemba-demo-report"]
    made = {path.name for path in (tmp_path / "gemba-demo-report").iterdir()}
    assert made == {"report.html", "report.pdf", "assessment.json"}


def test_the_demo_is_the_same_on_every_day_and_can_be_run_again(tmp_path: Path) -> None:
    out = tmp_path / "report"
    assert main(["demo", "--report-only", "--no-pdf", "--out", str(out)]) == 0
    first = (out / "report.html").read_bytes()
    assert main(["demo", "--report-only", "--no-pdf", "--out", str(out)]) == 0
    assert (out / "report.html").read_bytes() == first
    assert json.loads((out / "assessment.json").read_bytes())["framework"]


def test_the_demo_does_not_write_over_somebody_elses_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("four years of work")
    assert main(["demo", "--report-only", "--no-pdf", "--out", str(tmp_path)]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    assert capsys.readouterr().err


def test_the_demo_says_that_the_company_is_invented(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """M22: nobody takes the figures for those of a real company."""
    main(["demo", "--report-only", "--no-pdf", "--out", str(tmp_path / "report")])
    assert "invented" in capsys.readouterr().out
