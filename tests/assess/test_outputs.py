"""A report folder is written whole or not at all, and never over something else."""

from pathlib import Path

import pytest

from gemba.assess.report.write import NotEmptyError, check_place, write_all

FILES = {"report.html": b"<html>", "assessment.json": b"{}"}


def held(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_folder_gets_the_report_and_nothing_else(tmp_path: Path) -> None:
    """M22: nothing is written beside the report."""
    write_all(tmp_path / "deep" / "out", FILES, force=False)
    assert held(tmp_path) == {f"deep/out/{name}": content for name, content in FILES.items()}
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    """M22: an empty folder holds nothing to lose."""
    write_all(tmp_path, FILES, force=False)
    assert held(tmp_path) == FILES


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    """M22: what is there stays there."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(NotEmptyError, match="--force"):
        check_place(tmp_path, force=False)
    with pytest.raises(NotEmptyError):
        write_all(tmp_path, FILES, force=False)
    assert held(tmp_path) == {"notes.txt": b"mine"}


def test_with_force_only_the_report_is_replaced(tmp_path: Path) -> None:
    """M22: an older PDF does not stay beside a newer page, and foreign files are left alone."""
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "report.pdf").write_text("old")
    (tmp_path / "report.html").write_text("old")
    write_all(tmp_path, FILES, force=True)
    assert held(tmp_path) == {"notes.txt": b"mine", **FILES}


def test_a_file_in_place_of_the_folder_is_refused_even_with_force(tmp_path: Path) -> None:
    """M22: a file is no folder."""
    place = tmp_path / "out"
    place.write_text("mine")
    with pytest.raises(NotEmptyError, match="is a file"):
        write_all(place, FILES, force=True)
    assert place.read_text() == "mine"


def test_a_failure_while_writing_leaves_no_half_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M22: a full disk or a kill leaves the old report or none."""
    write_all(tmp_path / "out", FILES, force=False)
    real = Path.write_bytes

    def failing(path: Path, content: bytes) -> int:
        if path.name == "report.html":
            raise OSError(28, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", failing)
    with pytest.raises(OSError, match="No space"):
        write_all(tmp_path / "out", {"assessment.json": b"new", "report.html": b"new"}, force=True)
    monkeypatch.undo()
    assert held(tmp_path) == {f"out/{name}": content for name, content in FILES.items()}
