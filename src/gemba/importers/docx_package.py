"""A Word file taken apart, checked part by part, and put together again from the parts that are text.

The library that reads it sees no macro, no embedded object, no picture, no settings and no address but of links.
"""

import re
import zipfile
from collections.abc import Container
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import dirname, relpath
from typing import Any

from lxml import etree

from gemba.assess.readers.limits import MEBIBYTE
from gemba.assess.readers.package import Package, PackageError, Relationship
from gemba.importers.result import ImportRefusedError

MAX_DOCX = 50 * MEBIBYTE
"""Bytes of a Word file; the pictures in it are not read."""
MAX_ELEMENTS = 400_000
"""XML elements of one part: some 2,000 pages."""
MAX_XML_DEPTH = 120
"""Word itself writes some thirty levels; its readers go down level by level."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_PARTS = frozenset({"styles", "numbering", "footnotes", "endnotes"})
_PACKAGE_TYPE = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_MENTION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_NO_PICTURE = "word/media/none.png"
_REMOTE = re.compile(r"(?i)^(?!file:///[a-z]:|[a-z]:[\\/])(?:[a-z][a-z0-9+.\-]+:|\\\\|//)")
_MACRO = re.compile(r"(?i)(?:^|/)vba|macro")
_EMBEDDED = re.compile(r"(?i)(?:^|/)(?:embeddings|activex)/|\.(?:exe|dll|js|vbs|ps1|hta|jar|scr|lnk|ole)$")


@dataclass(frozen=True, slots=True)
class Checked:
    """A file of text parts alone."""

    data: bytes
    warnings: tuple[str, ...] = field(default=())


def checked(data: bytes) -> Checked:
    """Raises `ImportRefusedError` with a sentence for a file that is damaged, hostile or beyond the limits."""
    if len(data) > MAX_DOCX:
        raise ImportRefusedError(f"The file is larger than {MAX_DOCX // MEBIBYTE} MB and was not opened.")
    if data.startswith(_CFB):
        raise ImportRefusedError("The file is encrypted, or of Word before 2007. Save it as .docx without a password.")
    try:
        package = Package(data)
        _refuse_active(package)
        return _rebuilt(package)
    except PackageError as error:
        raise ImportRefusedError(str(error)) from error


def _refuse_active(package: Package) -> None:
    types = package.part("[Content_Types].xml") or b""
    names = package.names
    if any(map(_MACRO.search, names)) or b"macroEnabled" in types:
        raise ImportRefusedError("The file holds macros, whatever its name says, and was not read.")
    if any(map(_EMBEDDED.search, names)):
        raise ImportRefusedError("The file has other files or programs embedded in it and was not read.")
    for name in names:
        if name.endswith(".rels"):
            folder, _, own = name.rpartition("_rels/")
            for each in package.relationships(folder + own.removesuffix(".rels")).values():
                _refuse_relationship(each)


def _refuse_relationship(relationship: Relationship) -> None:
    kind = relationship.kind
    if kind in ("attachedTemplate", "frame", "subDocument", "aFChunk") and relationship.external:
        if _REMOTE.search(relationship.target):
            raise ImportRefusedError("The file calls for a template or a part from another computer and was not read.")
    elif kind in ("oleObject", "package", "control", "aFChunk"):
        raise ImportRefusedError("The file has other files or programs embedded in it and was not read.")


def _rebuilt(package: Package) -> Checked:
    main = package.main_part("word/document.xml")
    root = _root(package, main)
    if root is None or root.find(f"{W}body") is None:
        raise ImportRefusedError("The file is damaged: it has no document part.")
    parts = {main: ("main", root)}
    links: dict[str, dict[str, Relationship]] = {main: package.relationships(main)}
    for each in list(links[main].values()):
        if each.kind in _TEXT_PARTS and not each.external and each.target not in parts:
            found = _root(package, each.target)
            if found is not None:
                parts[each.target] = (each.kind, found)
                links[each.target] = package.relationships(each.target)
    return Checked(_zipped(main, parts, links), _warnings(package, root, links))


def _root(package: Package, name: str) -> etree._Element | None:
    root = package.xml(name)
    count = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")) if root is not None else ():
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MAX_XML_DEPTH or count > MAX_ELEMENTS:
            raise ImportRefusedError("The file is built in a way no document is: too many or too deep parts. Not read.")
    return root


def _zipped(
    main: str, parts: dict[str, tuple[str, etree._Element]], links: dict[str, dict[str, Relationship]]
) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", _content_types(parts))
        archive.writestr("_rels/.rels", _relationships({"m": Relationship("officeDocument", main, external=False)}, ""))
        for name, (_, root) in parts.items():
            folder, _, own = name.rpartition("/")
            kept = _kept(links[name], parts)
            _forget(root, set(kept))
            archive.writestr(name, etree.tostring(root, encoding="utf-8", xml_declaration=True))
            archive.writestr(f"{folder}/_rels/{own}.rels".lstrip("/"), _relationships(kept, name))
    return made.getvalue()


def _kept(relations: dict[str, Relationship], parts: Container[str]) -> dict[str, Relationship]:
    """Links to the web and between parts of text. A picture keeps its place in the text, and nothing behind it."""
    found: dict[str, Relationship] = {}
    for key, each in relations.items():
        if each.kind == "image":
            found[key] = Relationship("image", _NO_PICTURE, external=False)
        elif (each.external and each.kind == "hyperlink") or (not each.external and each.target in parts):
            found[key] = each
    return found


def _forget(root: etree._Element, known: set[str]) -> None:
    """Take away every mention of a part that is not there: readers stumble over it."""
    for element in root.iter():
        for name in [name for name in element.attrib if str(name).startswith(_MENTION)]:
            if element.get(name) not in known:
                del element.attrib[name]


def _unprefixed(space: str) -> Any:
    return {None: space}


def _content_types(parts: dict[str, tuple[str, etree._Element]]) -> bytes:
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    root = etree.Element(f"{{{space}}}Types", nsmap=_unprefixed(space))
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    etree.SubElement(root, f"{{{space}}}Default", Extension="rels", ContentType=rels)
    etree.SubElement(root, f"{{{space}}}Default", Extension="xml", ContentType="application/xml")
    for name, (kind, _) in parts.items():
        word = "document.main" if kind == "main" else kind
        content = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{word}+xml"
        etree.SubElement(root, f"{{{space}}}Override", PartName=f"/{name}", ContentType=content)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _relationships(kept: dict[str, Relationship], source: str) -> bytes:
    root = etree.Element(f"{{{_PACKAGE_TYPE}}}Relationships", nsmap=_unprefixed(_PACKAGE_TYPE))
    for key, each in kept.items():
        target = each.target if each.external else relpath(each.target, dirname(source) or ".")
        made = etree.SubElement(
            root, f"{{{_PACKAGE_TYPE}}}Relationship", Id=key, Type=f"{_RELATION}{each.kind}", Target=target
        )
        if each.external:
            made.set("TargetMode", "External")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _warnings(package: Package, root: etree._Element, links: dict[str, dict[str, Relationship]]) -> tuple[str, ...]:
    relations = [each for of_part in links.values() for each in of_part.values()]
    checks = {
        "The file has tracked changes: insertions were taken as accepted, deletions were left out.": any(
            root.find(f".//{W}{tag}") is not None for tag in ("ins", "del", "moveFrom", "moveTo")
        ),
        "Comments in the file were left out.": any(each.kind == "comments" for each in relations),
        "Page headers and footers were left out: the document's own are made from its number and revision.": any(
            each.kind in ("header", "footer") for each in relations
        ),
        "A picture is only linked from elsewhere; it was not fetched.": any(
            each.kind == "image" and each.external for each in relations
        ),
        "Formulas were left out.": any(str(each.tag).endswith("}oMath") for each in root.iter()),
    }
    return tuple(sentence for sentence, holds in checks.items() if holds)
