"""Office files are zip archives of XML: opened with every limit checked, and read without entities or network."""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree

from gemba.assess.readers.limits import MAX_MEMBERS, MAX_PART, MAX_RATIO, MAX_UNPACKED, MEBIBYTE, RATIO_FLOOR

_ENTRY = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_CHUNK = 1 << 16
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class PackageError(Exception):
    """The archive is not read; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Relationship:
    kind: str
    """The last part of the relationship's type: `officeDocument`, `hyperlink`, `header`."""
    target: str
    external: bool


class Package:
    """An opened archive. Members are read one by one, each counted while it unpacks."""

    def __init__(self, data: bytes) -> None:
        """Raise `PackageError` for an archive that is damaged, encrypted or beyond the limits."""
        # Counted before the directory is parsed: each entry becomes an object of some 500 bytes.
        if data.count(_ENTRY) > MAX_MEMBERS:
            raise PackageError(f"The archive has more than {MAX_MEMBERS:,} members and was not opened.")
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
        except Exception as error:
            # A damaged directory shows itself as any of a dozen exceptions.
            raise PackageError("The file is damaged: its zip archive cannot be opened.") from error
        self._check(self._archive.infolist(), len(data))
        self._unpacked = 0

    @staticmethod
    def _check(members: list[zipfile.ZipInfo], packed: int) -> None:
        if any(member.flag_bits & 1 for member in members):
            raise PackageError("The file is encrypted.")
        if any(member.compress_type not in _METHODS for member in members):
            raise PackageError("The archive is packed in a way Office files are not, and was not opened.")
        total = sum(member.file_size for member in members)
        if total > MAX_UNPACKED:
            limit = MAX_UNPACKED // MEBIBYTE
            raise PackageError(f"The archive would unpack to more than {limit} MB and was not opened.")
        if total > RATIO_FLOOR and total > packed * MAX_RATIO:
            raise PackageError(f"The archive would unpack to more than {MAX_RATIO} times its size and was not opened.")

    @property
    def names(self) -> list[str]:
        return self._archive.namelist()

    def part(self, name: str) -> bytes | None:
        """The content of a member, or None where there is no such member."""
        try:
            info = self._archive.getinfo(name)
        except KeyError:
            return None
        chunks: list[bytes] = []
        size = 0
        try:
            with self._archive.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    self._count(size, len(chunk))
                    chunks.append(chunk)
        except PackageError:
            raise
        except Exception as error:
            # zlib, struct, EOF and checksum errors all mean the same to the reader of the sentence.
            raise PackageError(f"The file is damaged: its part {name[:80]} cannot be unpacked.") from error
        return b"".join(chunks)

    def _count(self, size: int, chunk: int) -> None:
        self._unpacked += chunk
        if size > MAX_PART or self._unpacked > MAX_UNPACKED:
            raise PackageError(f"A part of the file is larger than {MAX_PART // MEBIBYTE} MB and was not read.")

    def xml(self, name: str) -> etree._Element | None:
        """The root element of an XML member; None where there is no such member."""
        data = self.part(name)
        return None if data is None else parse_xml(data, name)

    def relationships(self, part: str) -> dict[str, Relationship]:
        """The relationships of a part (`""` for the package) by id, internal targets as member names."""
        folder, _, name = part.rpartition("/")
        root = self.xml(f"{folder}/_rels/{name}.rels".lstrip("/"))
        found: dict[str, Relationship] = {}
        for element in () if root is None else root.iter(_RELATIONSHIPS):
            external = element.get("TargetMode") == "External"
            written = element.get("Target") or ""
            target = written if external else _joined(folder, written)
            kind = (element.get("Type") or "").rpartition("/")[2]
            found[element.get("Id") or ""] = Relationship(kind, target, external)
        return found

    def main_part(self, fallback: str) -> str:
        """The member that holds the document itself."""
        for relationship in self.relationships("").values():
            if relationship.kind == "officeDocument" and not relationship.external:
                return relationship.target
        return fallback


def _joined(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    parts = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step != ".":
            parts.append(step)
    return "/".join(parts)


def refuse_doctype(data: bytes, name: str) -> None:
    """Raise `PackageError` where a part declares a document type: Office files have none, attacks do."""
    if any(mark in data for mark in _DOCTYPES):
        raise PackageError(f"The file's part {name[:80]} declares entities, as no Office file does: it was not read.")


def parse_xml(data: bytes, name: str) -> etree._Element:
    """The root element. Entities are refused, nothing is fetched, and depth and size limits of the parser stay on."""
    refuse_doctype(data, name)
    options: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    try:
        root = etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True, **options))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PackageError(f"The file is damaged: its part {name[:80]} is not well-formed XML.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise PackageError(f"The file's part {name[:80]} declares entities, as no Office file does: it was not read.")
    return root
