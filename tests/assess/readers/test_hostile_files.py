"""Files made to do harm: they are refused in one sentence, and nothing is unpacked, expanded or fetched."""

import io
import socket
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gemba.assess.readers.blocks import Reading
from gemba.assess.readers.dispatch import read, read_bytes
from gemba.assess.readers.limits import MAX_FILE, MAX_TEXT
from tests.assess.readers.samples import all_text, raw_docx, simple_docx, with_part, xlsx_bytes, zip_of

BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
) + "]>"  # fmt: skip
REFUSED = "declares entities, as no Office file does: it was not read."


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "canary.txt"
    path.write_text("SECRET-CANARY")
    return path


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def address(server: socket.socket) -> str:
    return f"http://127.0.0.1:{server.getsockname()[1]}/x"


def assert_untouched(reading: Reading, server: socket.socket) -> None:
    assert "SECRET-CANARY" not in all_text(reading.blocks)
    with pytest.raises(BlockingIOError):
        server.accept()


def xxe(canary: Path, server: socket.socket) -> str:
    entities = f'<!ENTITY x SYSTEM "{canary.as_uri()}"><!ENTITY y SYSTEM "{address(server)}">'
    return f'<!DOCTYPE d SYSTEM "{address(server)}" [{entities}<!ENTITY % z SYSTEM "{address(server)}">%z;]>'


def test_external_entities_in_a_docx_are_refused(canary: Path, listener: socket.socket) -> None:
    """M47: no file of this machine gets into a report, and no address is called."""
    body = "<w:p><w:r><w:t>&x;&y;</w:t></w:r></w:p>"
    reading = read_bytes(raw_docx(body, prologue=xxe(canary, listener)), "docx")
    assert_untouched(reading, listener)
    assert reading.problem is not None
    assert reading.problem.endswith(REFUSED)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_external_entities_in_an_xlsx_are_refused(part: str, canary: Path, listener: socket.socket) -> None:
    """M47: in every part of the archive."""
    attack = f'<?xml version="1.0"?>{xxe(canary, listener)}<sst>&x;&y;</sst>'
    for encoding in ("utf-8", "utf-16"):
        reading = read_bytes(with_part(xlsx_bytes({"A": [["a"]]}), part, attack.encode(encoding)), "xlsx")
        assert_untouched(reading, listener)
        assert reading.problem is not None
        assert reading.problem.endswith(REFUSED)


def test_external_entities_and_resources_of_html_are_not_fetched(canary: Path, listener: socket.socket) -> None:
    """M47: a page is read, never loaded."""
    page = (
        f"{xxe(canary, listener)}<html><body><p>&x;&y; text</p><img src='{address(listener)}'>"
        f"<iframe src='{address(listener)}'></iframe><script src='{address(listener)}'></script>"
        f"<link rel=stylesheet href='{address(listener)}'><object data='{canary.as_uri()}'></object></body></html>"
    )
    reading = read_bytes(page.encode(), "html")
    assert_untouched(reading, listener)
    assert "text" in all_text(reading.blocks)


def test_entity_bombs_are_harmless_in_every_format() -> None:
    """M47: a billion laughs stay unlaughed."""
    docx = read_bytes(raw_docx("<w:p><w:r><w:t>&j;</w:t></w:r></w:p>", prologue=BOMB), "docx")
    xlsx = read_bytes(with_part(xlsx_bytes({"A": [["a"]]}), "xl/sharedStrings.xml", f"{BOMB}<sst>&j;</sst>"), "xlsx")
    html = read_bytes(f"{BOMB}<p>&j; text</p>".encode(), "html")
    assert docx.problem is not None
    assert docx.problem.endswith(REFUSED)
    assert xlsx.problem is not None
    assert xlsx.problem.endswith(REFUSED)
    assert len(all_text(html.blocks)) < 10_000


def test_entities_hidden_behind_another_encoding_are_refused() -> None:
    """M47: a document type is found however it is written."""
    text = f'<?xml version="1.0" encoding="utf-7"?>{BOMB}<d>&j;</d>'
    for data in (text.encode("utf-7"), text.replace("utf-7", "utf-16").encode("utf-16")):
        reading = read_bytes(with_part(simple_docx("a"), "word/document.xml", data), "docx")
        assert reading.problem is not None
        assert "aaaaaaaaaa" not in all_text(reading.blocks)


def gibibyte(name: str) -> bytes:
    stream = io.BytesIO()
    block = bytes(1 << 22)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open(name, "w", force_zip64=True) as member:
            for _ in range(256):
                member.write(block)
    return stream.getvalue()


def test_a_member_of_one_gibibyte_is_not_unpacked() -> None:
    """M47: what the archive states of itself is enough to refuse it."""
    data = gibibyte("word/document.xml")
    assert len(data) < 10 * 1024 * 1024
    for kind in ("docx", "xlsx"):
        assert read_bytes(data, kind).problem == "The archive would unpack to more than 200 MB and was not opened."


def test_a_member_that_lies_about_its_size_is_stopped_while_unpacking() -> None:
    """M47: a stated size of 1,000 bytes is not believed."""
    data = zip_of({"word/document.xml": b" " * 60_000_000})
    size = struct.pack("<I", 60_000_000)
    assert data.count(size) == 2
    reading = read_bytes(data.replace(size, struct.pack("<I", 1000)), "docx")
    assert reading.problem == "The file is damaged: its part word/document.xml cannot be unpacked."


def test_a_part_beyond_its_limit_or_packed_too_tightly_is_refused() -> None:
    """M47: limits are counted, not guessed."""
    ratio = "The archive would unpack to more than 100 times its size and was not opened."
    assert read_bytes(zip_of({"word/document.xml": b" " * 60_000_000}), "docx").problem == ratio
    assert read_bytes(zip_of({"word/document.xml": b"<x/>" + b" " * 4_000_000}), "docx").problem != ratio


def test_fifty_thousand_members_are_refused_before_the_directory_is_read() -> None:
    """M47: an archive may be large only by its directory."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(50_000):
            archive.writestr(zipfile.ZipInfo(f"word/{number}"), b"")
    for kind in ("docx", "xlsx"):
        reading = read_bytes(stream.getvalue(), kind)
        assert reading.problem == "The archive has more than 10,000 members and was not opened."


def test_archives_that_are_no_documents_are_not_opened() -> None:
    """M47: a nested archive, an encrypted one, another packing method."""
    nested = zip_of({"word/document.xml": zip_of({"word/document.xml": b"x"})})
    assert (
        read_bytes(nested, "docx").problem == "The file is damaged: its part word/document.xml is not well-formed XML."
    )
    plain = zip_of({"word/document.xml": b"<x/>" * 100})
    marked = bytearray(plain)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        marked[marked.find(signature) + offset] |= 1
    assert read_bytes(bytes(marked), "docx").problem == "The file is encrypted."
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("word/document.xml", b"<x/>" * 100)
    refused = "The archive is packed in a way Office files are not, and was not opened."
    assert read_bytes(stream.getvalue(), "docx").problem == refused
    assert read_bytes(zip_of({"a.txt": b"x"}), "markdown").problem == (
        "The file is named markdown but is a zip archive, which is not opened."
    )


@pytest.mark.parametrize(
    ("data", "named", "sentence"),
    [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "docx",
            "The file is encrypted, or in the old Office format from before 2007: it cannot be read.",
        ),
        (b"hello", "xlsx", "The file is named xlsx but is no such file: it does not begin as a zip archive does."),
        (zip_of({"word/other.xml": b"<x/>"}), "docx", "The file is damaged: it has no document part."),
        (b"PK\x03\x04" + bytes(100), "docx", "The file is damaged: its zip archive cannot be opened."),
        (
            bytes(range(32)) * 50,
            "markdown",
            "The file is not text: it holds binary data under the name of a text format.",
        ),
    ],
)
def test_a_file_that_is_not_what_it_says_gets_one_clear_sentence(data: bytes, named: str, sentence: str) -> None:
    """M47: the person can act on it."""
    assert read_bytes(data, named) == Reading(problem=sentence)


def test_a_docx_under_another_name_is_read_for_what_it_is() -> None:
    """M47: the content decides."""
    assert "real" in all_text(read_bytes(simple_docx("real"), "xlsx").blocks) or read_bytes(
        simple_docx("real"), "text"
    ).blocks[-1].text == "real"  # fmt: skip


def test_deeply_nested_xml_and_tables_are_refused_or_read() -> None:
    """M47: depth cannot exhaust the stack."""
    open_table = "<w:tbl><w:tr><w:tc><w:p/>"
    body = open_table * 60 + "<w:p><w:r><w:t>deep</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * 60
    assert "deep" in all_text(read_bytes(raw_docx(body), "docx").blocks)
    deeper = "<w:sdt><w:sdtContent>" * 5000 + "</w:sdtContent></w:sdt>" * 5000
    assert read_bytes(raw_docx(deeper), "docx").problem is not None


def test_a_file_beyond_the_limits_is_not_read_whole(tmp_path: Path) -> None:
    """M47: a huge text is read in part and that is said; a huge file is not opened."""
    long = tmp_path / "long.txt"
    long.write_bytes(b"line of text\n" * (MAX_TEXT // 12))
    assert read(long, "long.txt").problem == "Only the first 5 MB of the text were read."
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as stream:
        stream.truncate(MAX_FILE + 1)
    assert read(huge, "huge.pdf").problem == "The file is larger than 100 MB and was not opened."


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    """M47: a folder named like a document, and a file that is gone."""
    (tmp_path / "x.md").mkdir()
    assert read(tmp_path / "x.md", "x.md").problem == "The file could not be opened: is a directory."
    assert read(tmp_path / "gone.md", "gone.md").problem == "The file could not be opened: no such file or directory."
