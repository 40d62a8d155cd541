"""Hostile folders: each evil file gets a clear line, and the good document beside it is still read."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gemba.assess.pool import Failure, map_files
from gemba.assess.readers.blocks import Reading
from gemba.assess.readers.dispatch import read
from gemba.assess.walk import Found, walk
from tests.assess.readers.samples import all_text, pdf_bytes, raw_docx, simple_docx, xlsx_bytes, zip_of

GOOD = "# SOP Audit\n\nThis procedure implements 8.2.4.\n"


def read_found(found: Found) -> Reading:
    if found.problem or found.format is None:
        return Reading(problem=found.problem)
    return read(found.path, found.relative)


def read_folder(folder: Path) -> dict[str, Reading | Failure]:
    found = list(walk(folder))
    return {item.relative: result for item, result in zip(found, map_files(read_found, found), strict=True)}


def evil_bytes() -> dict[str, Callable[[], bytes]]:
    return {
        "bomb.docx": lambda: zip_of({"word/document.xml": bytes(250_000_000)}),
        "many.xlsx": lambda: zip_of({f"xl/{n}": b"" for n in range(10_001)}),
        "xxe.docx": lambda: raw_docx("<w:p/>", prologue='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "cut.pdf": lambda: pdf_bytes("Text.")[:400],
        "cut.docx": lambda: simple_docx("Text.")[:2000],
        "cut.xlsx": lambda: xlsx_bytes({"A": [["a"]]})[:2000],
        "empty.md": lambda: b"",
        "binary.md": lambda: bytes(range(256)) * 20,
        "locked.docx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
    }


@pytest.mark.parametrize("name", sorted(evil_bytes()))
def test_an_evil_file_is_named_and_the_good_one_read(name: str, tmp_path: Path) -> None:
    """M47: one file cannot spoil the assessment of the others."""
    (tmp_path / name).write_bytes(evil_bytes()[name]())
    (tmp_path / "good.md").write_text(GOOD)
    results = read_folder(tmp_path)
    assert "8.2.4" in all_text(getattr(results["good.md"], "blocks", ()))
    problem = results[name].problem
    assert problem is not None
    assert problem.endswith(".")
    assert str(tmp_path) not in problem
    assert problem.count("\n") == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([name, "good.md"])


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode("utf-16"),
        GOOD.encode("utf-16-le"),
        GOOD.encode("utf-32"),
        GOOD.encode("utf-8-sig"),
        GOOD.replace("\n", "\r\n").encode("cp1252"),
        GOOD.replace("implements", "\x00implements\x00").encode(),
        GOOD.encode() + b"\xff\xfe\x00",
    ],
)
def test_odd_encodings_and_nul_bytes_are_read(data: bytes, tmp_path: Path) -> None:
    """M47: the claim is found however the file was saved."""
    (tmp_path / "a.md").write_bytes(data)
    reading = read_folder(tmp_path)["a.md"]
    assert isinstance(reading, Reading)
    assert "This procedure implements 8.2.4." in all_text(reading.blocks)


def test_links_loops_and_strange_names_do_not_stop_the_reading(tmp_path: Path) -> None:
    """M47: a folder as an attacker would lay it out."""
    inside = tmp_path / "qms"
    inside.mkdir()
    (tmp_path / "outside.md").write_text("SECRET")
    (inside / "loop").symlink_to(inside)
    (inside / "leave.md").symlink_to("../outside.md")
    os.mkfifo(inside / "pipe.md")
    (inside / "folder.md").mkdir()
    (inside / "two\nlines.md").write_text(GOOD)
    Path(os.fsdecode(os.fsencode(inside) + b"/\xff\xfe.md")).write_text(GOOD)
    results = read_folder(inside)
    read_well = [name for name, result in results.items() if "8.2.4" in all_text(getattr(result, "blocks", ()))]
    assert read_well == ["two\\nlines.md", "\\udcff\\udcfe.md"]
    assert not any("SECRET" in all_text(getattr(result, "blocks", ())) for result in results.values())
    assert set(results) == {"leave.md", "loop", "pipe.md", "two\\nlines.md", "\\udcff\\udcfe.md"}


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M47: missing rights are a line in the report, not the end of it."""
    (tmp_path / "a.md").write_text(GOOD)
    (tmp_path / "b.md").write_text(GOOD)
    opened = Path.open

    def refusing(path: Path, mode: str = "r") -> object:
        if path.name == "a.md":
            raise PermissionError(13, "Permission denied")
        return opened(path, mode)

    monkeypatch.setattr(Path, "open", refusing)
    results = read_folder(tmp_path)
    assert results["a.md"] == Reading(problem="The file could not be opened: permission denied.")
    assert results["b.md"].problem is None


@pytest.mark.timeout(120)
def test_twenty_thousand_files_are_read(tmp_path: Path) -> None:
    """M47: a large company's folder, in a straight line."""
    for group in range(100):
        folder = tmp_path / f"{group:03}"
        folder.mkdir()
        for number in range(200):
            (folder / f"sop-{number}.md").write_bytes(b"# SOP\n\nImplements 8.2.4.\n")
    results = read_folder(tmp_path)
    assert len(results) == 20_000
    assert list(results) == sorted(results)
    assert all(isinstance(result, Reading) and len(result.blocks) == 2 for result in results.values())
