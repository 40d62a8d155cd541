"""Word files made to harm: refused with a sentence, nothing fetched, nothing run, in bounded time."""

import socket
import time
import zipfile
from io import BytesIO

import pytest

from gemba.importers.docx import read_docx
from gemba.importers.result import ImportRefusedError
from tests.importers.words import body, paragraph, relation, relations, word_file

_LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
_TEXT = body(paragraph("text"))


def _declared(declaration: str, use: str) -> str:
    return _TEXT.replace("?>", f"?><!DOCTYPE x [{declaration}]>", 1).replace("text</w:t>", f"{use}</w:t>")


def _settings(*each: str) -> dict[str, str | bytes]:
    return {"word/_rels/settings.xml.rels": relations(*each), "word/settings.xml": "<x/>"}


def _encrypted() -> bytes:
    data = bytearray(word_file())
    for place in range(len(data) - 4):
        if bytes(data[place : place + 4]) in (b"PK\x03\x04", b"PK\x01\x02"):
            data[place + (6 if data[place + 2] == 3 else 8)] |= 1
    return bytes(data)


def _damaged() -> bytes:
    data = bytearray(word_file(paragraph("text " * 500)))
    middle = data.find(b"document.xml") + 40
    data[middle : middle + 40] = b"\xff" * 40
    return bytes(data)


HOSTILE = {
    "billion laughs": word_file(document=_declared(_LOL, "&l9;")),
    "external entity": word_file(document=_declared('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;")),
    "parameter entity": word_file(document=_declared('<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;', "")),
    "utf-16 entities": word_file(parts={"word/document.xml": _declared(_LOL, "&l9;").encode("utf-16")}),
    "entities in styles": word_file(
        parts={
            "word/styles.xml": f"<!DOCTYPE x [{_LOL}]><x>&l9;</x>",
            "word/_rels/document.xml.rels": relations(relation("styles", "styles.xml")),
        }
    ),
    "remote template": word_file(parts=_settings(relation("attachedTemplate", "http://127.0.0.1:9/x", external=True))),
    "template on a share": word_file(parts=_settings(relation("attachedTemplate", "\\\\evil\\x.dotm", external=True))),
    "file template on a host": word_file(
        parts=_settings(relation("attachedTemplate", "file://evil/x.dotm", external=True))
    ),
    "remote frame": word_file(
        parts={"word/_rels/document.xml.rels": relations(relation("frame", "https://evil.example/", external=True))}
    ),
    "macros": word_file(parts={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
    "macros by type": word_file(
        parts={"[Content_Types].xml": "<Types>application/vnd.ms-word.document.macroEnabled.main+xml</Types>"}
    ),
    "embedded object": word_file(parts={"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"}),
    "object by relation": word_file(
        parts={"word/_rels/document.xml.rels": relations(relation("oleObject", "thing.bin"))}
    ),
    "linked remote object": word_file(
        parts={"word/_rels/document.xml.rels": relations(relation("oleObject", "https://evil.example", external=True))}
    ),
    "active control": word_file(parts={"word/activeX/activeX1.xml": "<x/>"}),
    "chunk of HTML": word_file(
        parts={"word/_rels/document.xml.rels": relations(relation("aFChunk", "c.html")), "word/c.html": "<script>"}
    ),
    "program inside": word_file(parts={"word/media/setup.exe": b"MZ"}),
    "zip bomb": word_file(document=body(" " * 120_000_000)),
    "large part": word_file(document=body(" " * 60_000_000)),
    "members": word_file(parts={f"word/media/{n}.png": b"" for n in range(10_001)}),
    "deep": word_file(document=body("<w:p>" * 20_000 + "</w:p>" * 20_000)),
    "deep tables": word_file(
        "<w:tbl><w:tr><w:tc>" * 150 + paragraph("text") + "</w:tc></w:tr></w:tbl>" * 150
    ),
    "many elements": word_file("<w:p/>" * 500_000),
    "not well-formed": word_file(document="<w:document"),
    "no body": word_file(document="<document/>"),
    "no document": word_file(parts={"_rels/.rels": relations(relation("officeDocument", "../../etc/passwd"))}),
    "encrypted": _encrypted(),
    "old Word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "damaged": _damaged(),
    "cut off": word_file()[:300],
    "empty": b"",
    "no zip": b"%PDF-1.7 not a Word file",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_fil_04_a_hostile_word_file_is_refused_with_a_sentence(name: str) -> None:
    """FIL-04, FIL-06: before the library that reads it sees any of it, in a process of its own."""
    started = time.monotonic()
    with pytest.raises(ImportRefusedError, match=r"^[A-Z].*\.$") as refused:
        read_docx(HOSTILE[name])
    assert "Traceback" not in str(refused.value)
    assert time.monotonic() - started < 30


def test_fil_10_nothing_a_word_file_names_is_fetched() -> None:
    """FIL-10: a listener hears nothing while linked pictures and a template on a local drive are passed over."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        address = f"http://127.0.0.1:{port}/x.png"
        picture = (
            '<w:p><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
            'r:link="x1"/></w:drawing></w:r><w:r><w:t>text</w:t></w:r></w:p>'
        )
        rels = relations(relation("image", address, external=True))
        template = _settings(relation("attachedTemplate", "file:///C:/Users/x/Normal.dotm", external=True))
        result = read_docx(word_file(picture, {"word/_rels/document.xml.rels": rels, **template}))
        listener.settimeout(0.2)
        with pytest.raises(TimeoutError):
            listener.accept()
    assert result.html == "<p>text</p>"
    assert any("was not fetched" in warning for warning in result.warnings)


def test_a_file_that_takes_too_long_is_given_up() -> None:
    """FIL-08: the reader runs in a process that can be ended."""
    with pytest.raises(ImportRefusedError, match="took more than"):
        read_docx(word_file(paragraph("text") * 90_000), max_seconds=0.05)


def test_members_beside_the_text_are_never_unpacked() -> None:
    """FIL-06: a bomb among the pictures does not go off."""
    made = BytesIO(word_file())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image1.png", b"\0" * 4_000_000)
    assert read_docx(made.getvalue()).html == "<p>text</p>"
