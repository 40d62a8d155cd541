"""Archives whose names lead elsewhere, and pictures that claim to be huge. FIL-05, FIL-08."""

import io
import re
import struct
import tarfile
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from django.conf import settings

from gemba.assess.pool import Failure, map_files
from gemba.assess.readers.blocks import Reading
from gemba.assess.walk import WalkError, walk
from gemba.importers import docx_package
from gemba.importers.docx import read_docx
from gemba.kernel.attachments.sniff import media_type
from gemba.kernel.backup.envelope import Sealing
from gemba.kernel.backup.problems import BackupError
from gemba.kernel.backup.reading import prove
from gemba.kernel.backup.secret import InTheClear
from tests.assess.test_hostile_folders import read_found
from tests.importers.words import body, paragraph, relation, relations, word_file

SOURCE = Path(docx_package.__file__).parents[1]
DECODER = re.compile(
    r"^\s*(?:import|from)\s+(?:PIL|cv2|imageio|wand|pyvips|skimage|pillow_heif|fitz|pymupdf|pdf2image|cairosvg|tifffile)\b",
    re.MULTILINE,
)
UNPACKER = re.compile(r"\.extract(?:all)?\(|unpack_archive")
OUTSIDE = ("../evil.txt", "/var/evil.txt", "files/../../evil.txt", "..\\evil.txt", "files/" + "a" * 63 + "/../../e")
BILLIONS = 2**31 - 1


def programs_with(pattern: re.Pattern[str]) -> list[str]:
    assert pattern.search("x.extractall(y)\nfrom PIL import Image")
    return [path.name for path in SOURCE.rglob("*.py") if pattern.search(path.read_text("utf-8"))]


def everything_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_fil_05_no_part_of_the_program_unpacks_an_archive_by_the_names_in_it() -> None:
    """FIL-05: members are read one by one into names that this program chose."""
    assert programs_with(UNPACKER) == []


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_fil_05_a_backup_whose_names_lead_elsewhere_writes_nothing(name: str, kind: bytes, tmp_path: Path) -> None:
    """FIL-05: files, links, folders and pipes that a made-up backup wants to put outside are refused before writing."""
    made, inside = tmp_path / "made.backup", tmp_path / "inside"
    (inside / "files").mkdir(parents=True)
    with made.open("wb") as file:
        sealing = Sealing(file, InTheClear(), {"kind": "data"})
        with tarfile.open(fileobj=sealing, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "../../evil.txt"
            member.size = 4 if kind == tarfile.REGTYPE else 0
            tar.addfile(member, io.BytesIO(b"evil") if kind == tarfile.REGTYPE else None)
        sealing.finish()
    before = everything_below(tmp_path)
    with pytest.raises(BackupError):
        prove(made, InTheClear(), inside, lambda *_told: None, keep=inside / "files")
    assert everything_below(tmp_path) == before
    assert not Path("/var/evil.txt").exists()


def test_fil_05_parts_of_a_word_file_that_lead_elsewhere_are_not_followed(tmp_path: Path) -> None:
    """FIL-05, FIL-04: a part outside the file is none of it; nothing is read there and nothing written."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    away = [f"../../..{secret}", str(secret), "..\\..\\secret.txt"]
    parts: dict[str, str | bytes] = {
        "word/_rels/document.xml.rels": relations(*[
            relation(kind, target, name=f"r{number}{kind}")
            for number, target in enumerate(away)
            for kind in ("image", "styles", "footnotes")
        ]),
        **{f"../../../{tmp_path.name}/evil{number}.xml": "<x/>" for number in range(3)},
    }  # fmt: skip
    before = everything_below(tmp_path)
    made = read_docx(word_file(parts=parts))
    assert (made.html, "secret" in str(made)) == ("<p>text</p>", False)
    assert everything_below(tmp_path) == before


def test_fil_05_an_archive_is_no_folder_to_import(tmp_path: Path) -> None:
    """FIL-05: only a folder is taken over; an archive in it is a file that is named and left alone."""
    packed = tmp_path / "qms" / "qms.zip"
    packed.parent.mkdir()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../evil.md", "# SOP Evil\n")
    with pytest.raises(WalkError, match="is a file, not a folder"):
        list(walk(packed))
    [found] = walk(packed.parent)
    assert found.problem or found.format is None
    assert everything_below(tmp_path) == {"qms", "qms/qms.zip"}


def test_fil_08_no_part_of_the_program_decodes_a_picture() -> None:
    """FIL-08: a picture is stored and given out as bytes; neither a reader nor a PDF that is made opens one."""
    assert programs_with(DECODER) == []
    templates = list(SOURCE.rglob("*.typ"))
    assert templates
    assert [each.name for each in templates if "image(" in each.read_text("utf-8").replace(" ", "")] == []


def png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
        + chunk(b"IEND", b"")
    )


FLOODS = {
    "image/png": png(BILLIONS, BILLIONS),
    "image/gif": b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\xf7\0\0" + bytes(100),
    "image/bmp": b"BM" + struct.pack("<IHHIIii", 100, 0, 0, 54, 40, BILLIONS, BILLIONS) + bytes(60),
    "image/jpeg": b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03" + bytes(50),
    "image/tiff": b"II*\0" + struct.pack("<IHHHIIHHII", 8, 2, 256, 4, 1, BILLIONS, 257, 4, 1, BILLIONS),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(FLOODS))
def test_fil_08_a_picture_that_claims_billions_of_points_is_only_bytes(kind: str) -> None:
    """FIL-08: known by its first bytes; in a Word file its place is kept and nothing of it is opened."""
    flood = FLOODS[kind]
    began = time.monotonic()
    assert media_type(io.BytesIO(flood)) == kind
    shape = '<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata r:id="x1"/></v:shape>'
    drawing = f"<w:p><w:r><w:pict>{shape}</w:pict></w:r></w:p>"
    made = read_docx(word_file(
        document=body(paragraph("text") + drawing),
        parts={"word/_rels/document.xml.rels": relations(relation("image", "media/a.png")), "word/media/a.png": flood},
    ))  # fmt: skip
    assert "<p>text</p>" in made.html
    assert "<img" not in made.html
    assert time.monotonic() - began < 20


def test_fil_08_a_polyglot_is_what_its_first_bytes_say_and_a_download_only() -> None:
    """FIL-08, FIL-01: a picture that is an archive or a page too is served as a file, never as a page."""
    script = b"<html><script>alert(1)</script></html>"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
    assert media_type(io.BytesIO(png(1, 1) + script + archive.getvalue())) == "image/png"
    assert media_type(io.BytesIO(b"GIF89a/*" + script)) == "image/gif"
    assert settings.SECURE_CONTENT_TYPE_NOSNIFF


def pdf(page: str, extra: bytes = b"", stream: bytes = b"") -> bytes:
    """One page of our making; its text, then `stream` as its compressed content."""
    text = b"BT /F1 12 Tf 72 72 Td (This procedure implements 8.2.4) Tj ET\n" + stream
    packed = zlib.compress(text, 9)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page.encode(),
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(packed) + packed + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", extra or b"<<>>",
    ]  # fmt: skip
    made, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj" % number + part + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table + end


PAGE = (
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {side} {side}]/Contents 4 0 R"
    "/Resources<</Font<</F1 5 0 R>>/XObject<</I 6 0 R>>>>>>"
)
PICTURE = (
    b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8"
    b"/Filter/FlateDecode/Length 12>>"
)
HUGE_PDFS = {
    "page": lambda: pdf(PAGE.format(side="99999999999")),
    "picture": lambda: pdf(
        PAGE.format(side="600"), PICTURE % (BILLIONS, BILLIONS) + b"stream\n" + zlib.compress(b"") + b"\nendstream",
        b"q 600 0 0 600 0 0 cm /I Do Q\n" * 1000,
    ),
    "inline picture": lambda: pdf(
        PAGE.format(side="600"), stream=b"BI /W %d /H %d /CS /RGB /BPC 8 ID \0\0\0 EI\n" % (BILLIONS, BILLIONS)
    ),
    "bomb": lambda: pdf(PAGE.format(side="600"), stream=b" " * 300_000_000),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HUGE_PDFS))
def test_fil_08_a_pdf_with_a_huge_page_or_picture_costs_only_itself(name: str, tmp_path: Path) -> None:
    """FIL-08: read in a process of its own with bounds of memory and time: its text, or a sentence; in seconds."""
    path, good = tmp_path / "evil.pdf", tmp_path / "good.md"
    path.write_bytes(HUGE_PDFS[name]())
    good.write_text("# SOP Audit\n\nThis procedure implements 8.2.4.\n")
    began = time.monotonic()
    evil, fine = map_files(read_found, list(walk(tmp_path)), max_seconds=15)
    assert time.monotonic() - began < 30
    assert isinstance(fine, Reading)
    assert fine.problem is None
    said = evil.problem if isinstance(evil, Failure) else evil.problem or str(evil.blocks)
    assert "8.2.4" in said or said.endswith(".")
