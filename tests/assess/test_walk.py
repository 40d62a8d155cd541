"""Finding the files of a folder."""

import os
import socket
from pathlib import Path

import pytest

from gemba.assess.walk import WalkError, shown, walk


def names(folder: Path) -> list[str]:
    return [found.relative for found in walk(folder)]


def problems(folder: Path) -> dict[str, str | None]:
    return {found.relative: found.problem for found in walk(folder)}


def test_files_come_in_the_same_order_everywhere(tmp_path: Path) -> None:
    """M47: the same folder gives the same report, byte for byte."""
    for name in ("b.md", "a/z.md", "a/b/c.md", "B.md", "a.md", "ä.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == ["B.md", "a/b/c.md", "a/z.md", "a.md", "b.md", "ä.md"]


def test_tools_lock_files_and_hidden_folders_are_left_out(tmp_path: Path) -> None:
    """M47: nobody's quality system lies in .git."""
    for name in (".git/x.md", "node_modules/y.md", "~$sop.docx", ".DS_Store", "sop.docx~", "a.tmp", "sop.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == ["sop.md"]


def test_formats_are_told_by_name_and_others_are_counted_not_faulted(tmp_path: Path) -> None:
    """M47: a picture is no document; an old Word file is one that cannot be read."""
    for name in ("a.MD", "b.docx", "c.png", "d.doc", "e.odt"):
        (tmp_path / name).write_text("x")
    found = {item.relative: item for item in walk(tmp_path)}
    assert [found[name].format for name in ("a.MD", "b.docx", "c.png")] == ["markdown", "docx", None]
    assert [found[name].risky for name in ("a.MD", "b.docx", "c.png")] == [False, True, False]
    assert found["c.png"].problem is None
    assert found["d.doc"].problem == "The old Office format is not read: save the file as docx, xlsx or PDF."
    assert found["e.odt"].problem == "OpenDocument files are not read: save the file as docx, xlsx or PDF."


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    """M47: only what was named is read."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.md").write_text("x")
    (inside / "file.md").symlink_to(outside / "secret.md")
    (inside / "folder").symlink_to(outside)
    said = "The link leads out of the folder: not followed."
    assert problems(inside) == {"file.md": said, "folder": said}


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    """M47: a loop of links is named once and the rest is read."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "self.md").symlink_to(tmp_path / "self.md")
    (tmp_path / "x.md").write_text("x")
    found = {item.relative: item for item in walk(tmp_path)}
    assert list(found) == ["a/up", "self.md", "x.md"]
    assert found["self.md"].problem == "The link leads nowhere or in a circle: not followed."
    assert found["a/up"].note == "The link leads to . in the same folder: not read twice."


def test_a_link_to_a_file_of_the_folder_is_noted_not_read_twice(tmp_path: Path) -> None:
    """M47: a linked document is no duplicate number."""
    (tmp_path / "sop.md").write_text("x")
    (tmp_path / "z.md").symlink_to("sop.md")
    found = list(walk(tmp_path))
    assert [(item.relative, item.format, item.problem) for item in found] == [
        ("sop.md", "markdown", None),
        ("z.md", None, None),
    ]
    assert found[1].note == "The link leads to sop.md in the same folder: not read twice."


def test_pipes_sockets_and_devices_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M47: opening a pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe.md")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.md")
        said = "This is no ordinary file but a pipe, socket or device: not opened."
        assert problems(tmp_path) == {"pipe.md": said, "socket.md": said}


def test_names_are_shown_escaped(tmp_path: Path) -> None:
    """M47: a file name cannot forge a line of the report."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.md")).write_text("x")
    for name in ("two\nlines.md", "esc\x1b[31m.md", "rtl\u202e.md", "back\\slash.md", "café 1.md"):
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == [
        "back\\\\slash.md",
        "bad\\udcff.md",
        "café 1.md",
        "esc\\x1b[31m.md",
        "rtl\\u202e.md",
        "two\\nlines.md",
    ]
    "".join(names(tmp_path)).encode()


def test_escaping_never_makes_two_names_one() -> None:
    """M47: a name with a backslash and one with a line break stay apart."""
    assert shown("a\\nb") != shown("a\nb")


def test_a_folder_that_cannot_be_opened_is_named_and_the_rest_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M47: one locked folder does not end the run."""
    (tmp_path / "locked").mkdir()
    (tmp_path / "x.md").write_text("x")
    scandir = os.scandir

    def refusing(path: Path) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert problems(tmp_path) == {"locked": "The folder could not be opened: permission denied.", "x.md": None}


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: folder.mkdir(), "The folder {} is empty."),
        (lambda folder: folder.write_text("x"), "{} is a file, not a folder: name the folder it lies in."),
        (lambda folder: None, "There is no folder {}."),
        (
            lambda folder: folder.symlink_to(folder),
            "The folder {} cannot be opened: too many levels of symbolic links.",
        ),
    ],
)
def test_a_folder_that_is_none_is_refused_in_its_own_words(make: object, sentence: str, tmp_path: Path) -> None:
    """M47: the person sees at once what to name instead."""
    folder = tmp_path / "qms"
    assert callable(make)
    make(folder)
    with pytest.raises(WalkError) as caught:
        walk(folder)
    assert str(caught.value) == sentence.format(folder)


def test_a_folder_hundreds_of_levels_deep_is_left_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M47: depth is bounded, and said."""
    monkeypatch.chdir(tmp_path)
    for _ in range(210):
        Path("d").mkdir()
        os.chdir("d")
    Path("deep.md").write_text("x")
    monkeypatch.chdir(tmp_path)
    found = list(walk(tmp_path))
    assert [item.problem for item in found] == ["The folder is nested more than 200 levels deep and was not opened."]
