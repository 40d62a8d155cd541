"""The whole command on folders an attacker laid out: exit status, clear lines, and nothing touched outside --out."""

import hashlib
import io
import json
import os
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gemba.config.main import main
from tests.assess.readers.samples import pdf_bytes, raw_docx, simple_docx, with_part, xlsx_bytes, zip_of

ROOT = Path(__file__).resolve().parents[2]
GOOD = "# SOP-001 Audit\n\n| Owner | Head of Quality |\n|---|---|\n\nThis procedure implements 8.2.4.\n"
SECRET = "SECRET-CANARY"
UNREAD = "This file could not be read: "


class Ended(NamedTuple):
    status: int
    out: str
    err: str


class Place(NamedTuple):
    """Everything a run may see. The command is started in `here`; the documents are in `qms`."""

    top: Path
    qms: Path
    here: Path

    def put(self, name: str, content: bytes | str) -> None:
        path = self.qms / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def run(self, *more: str, folder: str = "") -> Ended:
        """In a process of its own, as a person would start it."""
        arguments = ["assess", folder or str(self.qms), "--no-pdf", "--as-of", "2026-06-30", *more]
        done = subprocess.run(
            [sys.executable, "-m", "gemba.config.main", *arguments],
            cwd=self.here,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "80"},
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def data(self) -> dict[str, Any]:
        made: dict[str, Any] = json.loads((self.here / "gemba-report" / "assessment.json").read_text())
        return made

    def unreadable(self) -> dict[str, str]:
        return {each["path"]: each["message"] for each in self.data()["findings"] if each["code"] == "unreadable"}

    def outside(self) -> Mapping[str, str]:
        """What lies anywhere but in the report, as digests."""
        kept = (p for p in self.top.rglob("*") if p.is_file() and "gemba-report" not in p.parts)
        return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in kept}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path, tmp_path / "qms", tmp_path / "here")
    made.qms.mkdir()
    made.here.mkdir()
    made.put("good.md", GOOD)
    return made


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def gibibyte() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as member:
            for _ in range(256):
                member.write(bytes(1 << 22))
    return stream.getvalue()


def many_members() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(50_000):
            archive.writestr(zipfile.ZipInfo(f"xl/{number}"), b"")
    return stream.getvalue()


def entity_bomb() -> bytes:
    entities = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    return raw_docx("<w:p>&j;</w:p>", prologue=f'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">{entities}]>')


EVIL: Mapping[str, Callable[[], bytes]] = {
    "gibibyte.docx": gibibyte,
    "members.xlsx": many_members,
    "entities.docx": entity_bomb,
    "outside.docx": lambda: raw_docx("<w:p/>", prologue='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "cut.pdf": lambda: pdf_bytes("Text.")[:400],
    "garbled.pdf": lambda: b"%PDF-1.7\n" + os.urandom(3000),
    "cut.docx": lambda: simple_docx("Text.")[:2000],
    "cut.xlsx": lambda: xlsx_bytes({"A": [["a"]]})[:2000],
    "locked.docx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
    "empty.md": lambda: b"",
    "binary.md": lambda: bytes(range(256)) * 20,
}


def test_every_evil_file_gets_one_line_and_the_rest_is_assessed(place: Place) -> None:
    """M47: bombs, broken and locked files beside a good procedure: exit 0, each named, nothing else written."""
    for name, made in EVIL.items():
        place.put(name, made())
    before = place.outside()
    ended = place.run()
    assert (ended.status, ended.err) == (0, "")
    unreadable = place.unreadable()
    assert sorted(unreadable) == sorted(EVIL)
    for message in unreadable.values():
        assert message.startswith(UNREAD)
        assert "\n" not in message
        assert str(place.top) not in message
        assert "Traceback" not in message
    claims = {each["path"]: [c["clause"] for c in each["claims"]] for each in place.data()["documents"]}
    assert claims["good.md"] == ["8.2.4"]
    assert place.outside() == before


@pytest.mark.parametrize("name", sorted(EVIL))
def test_an_evil_file_alone_ends_with_1_and_says_why(name: str, place: Place) -> None:
    """M22, M47: where nothing could be read there is no report, and one sentence says so."""
    (place.qms / "good.md").unlink()
    place.put(name, EVIL[name]())
    ended = place.run()
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith(f"gemba assess: None of the 1 documents in qms could be read. {name}: ")
    assert ended.err.count("\n") == 1
    assert not (place.here / "gemba-report").exists()


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode("utf-16"),
        GOOD.encode("utf-16-be"),
        GOOD.encode("utf-32"),
        GOOD.encode("utf-8-sig"),
        GOOD.replace("Audit", "Prüfung").encode("cp1252"),
        GOOD.replace("implements", "\x00implements\x00").encode(),
        GOOD.encode() + b"\xff\xfe\x00",
    ],
)
def test_the_claim_is_found_in_whatever_encoding(data: bytes, place: Place) -> None:
    """M47: UTF-16, Windows text and stray NULs are no reason to lose a procedure."""
    place.put("good.md", data)
    assert place.run().status == 0
    (document,) = place.data()["documents"]
    assert [claim["clause"] for claim in document["claims"]] == ["8.2.4"]


def test_links_pipes_and_names_made_to_deceive_do_no_harm(place: Place) -> None:
    """M47: no link is followed out of the folder, no pipe waited for, and no name forges a line of the output."""
    (place.top / "secret.md").write_text(f"# {SECRET}\n\nThis procedure implements 7.3.\n")
    (place.qms / "loop").symlink_to(place.qms)
    (place.qms / "up").symlink_to("..")
    (place.qms / "leave.md").symlink_to("../secret.md")
    os.mkfifo(place.qms / "pipe.md")
    place.put("two\nReport: /tmp/forged.html", "x")
    place.put("forged\n  999  findings.md", GOOD.replace("001", "002"))
    place.put("$(touch owned);`touch owned`.md", GOOD.replace("001", "003"))
    place.put("<script>alert(1)</script>.md".replace("/", "\u2215"), GOOD.replace("001", "004"))
    before = place.outside()
    ended = place.run()
    assert ended.status == 0
    assert place.outside() == before
    report = (place.here / "gemba-report" / "report.html").read_text()
    written = ended.out + report + json.dumps(place.data())
    assert SECRET not in written
    assert "<script" not in report
    assert not any(line.startswith(("Report: /tmp", "  999")) for line in ended.out.splitlines())
    assert sorted(place.unreadable()) == ["leave.md", "pipe.md", "up"]


def test_nothing_is_executed_and_nothing_fetched(place: Place, listener: socket.socket) -> None:
    """M47: scripts, formulas, remote pictures, templates and entities of documents stay what they are: text."""
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
    place.put("page.html", f'<img src="{address}"><script src="{address}"></script><link href="{address}"><p>Text</p>')
    place.put("page.md", f"![a]({address})\n\n<iframe src='{address}'></iframe>\n\n=cmd|'/c calc'!A1\n")
    place.put("list.csv", f'"=HYPERLINK(""{address}"")";=1+1\n"=cmd|\'/c calc\'!A1";b\n')
    place.put("front.md", "---\nowner: !!python/object/apply:os.system ['touch owned']\n---\n\n# SOP-9\n\nText here.\n")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    remote = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{kind}" Target="{address}" TargetMode="External"/></Relationships>'
    )
    place.put("remote.docx", with_part(simple_docx("Text."), "word/_rels/settings.xml.rels", remote))
    place.put("xxe.docx", raw_docx("<w:p/>", prologue=f'<!DOCTYPE d SYSTEM "{address}">'))
    place.put("macro.docm", with_part(simple_docx("Text."), "word/vbaProject.bin", b"Shell touch owned"))
    before = place.outside()
    assert place.run().status == 0
    assert place.outside() == before
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_a_file_that_may_not_be_read_is_a_line_in_the_report(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """M47: missing rights cost one document."""
    place.put("secret.md", GOOD)
    opened = Path.open

    def refusing(path: Path, *more: Any, **named: Any) -> object:
        if path.name == "secret.md":
            raise PermissionError(13, "Permission denied")
        return opened(path, *more, **named)

    monkeypatch.setattr(Path, "open", refusing)
    monkeypatch.chdir(place.here)
    assert main(["assess", str(place.qms), "--no-pdf"]) == 0
    assert capsys.readouterr().err == ""
    assert place.unreadable() == {
        "secret.md": f"{UNREAD}The file could not be opened: permission denied. What was not read was not assessed."
    }


def test_folders_that_are_none_are_refused_in_one_line(place: Place) -> None:
    """M22: nothing there and a file instead of a folder are wrong usage; an empty folder holds nothing to read."""
    (place.top / "empty").mkdir()
    cases = {
        str(place.qms / "good.md"): (2, "is a file, not a folder: name the folder it lies in."),
        str(place.top / "gone"): (2, "There is no folder"),
        str(place.top / "empty"): (1, "is empty."),
        str(place.top / ("n" * 300)): (2, "cannot be opened"),
    }
    for folder, (status, says) in cases.items():
        ended = place.run(folder=folder)
        assert (ended.status, ended.out) == (status, "")
        assert ended.err.startswith("gemba assess: ")
        assert says in ended.err
        assert ended.err.count("\n") == 1
    assert list(place.here.iterdir()) == []


def test_a_filled_out_folder_and_links_in_it_are_left_alone(place: Place) -> None:
    """M47: without --force nothing is replaced; with it, a link in the report's place leads nowhere else."""
    out = place.here / "gemba-report"
    out.mkdir()
    (out / "letter.txt").write_text("mine")
    ended = place.run()
    assert ended.status == 2
    assert "--force" in ended.err
    assert [p.name for p in out.iterdir()] == ["letter.txt"]
    (place.top / "victim.txt").write_text("precious")
    (out / "report.html").symlink_to(place.top / "victim.txt")
    ended = place.run("--force")
    assert (place.top / "victim.txt").read_text() == "precious"
    assert (out / "letter.txt").read_text() == "mine"
    assert ended.status == 0
    assert not (out / "report.html").is_symlink()


@pytest.mark.timeout(240)
def test_twenty_thousand_files_are_assessed(place: Place) -> None:
    """M47: a folder of any size is only a matter of time."""
    for number in range(20_000):
        place.put(f"{number // 500:02}/note-{number}.txt", "Notes of the day.\n")
    ended = place.run("--json", "--out", "report")
    assert ended.status == 0
    assert json.loads(ended.out)["totals"]["documents"] == 20_001


def test_archives_inside_documents_are_not_opened(place: Place) -> None:
    """M47: a document in a document in a document ends at the first."""
    inner = zip_of({"word/document.xml": bytes(10_000_000)})
    for _ in range(5):
        inner = zip_of({"word/document.xml": "<w:document/>", "word/embeddings/inner.docx": inner})
    place.put("nested.docx", inner)
    assert place.run().status == 0
    assert any(each["path"] == "good.md" and each["claims"] for each in place.data()["documents"])
