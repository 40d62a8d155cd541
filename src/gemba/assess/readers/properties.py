"""Document properties of an Office file, as fields: many a company keeps number and revision only there."""

from itertools import islice

from gemba.assess.readers.blocks import Block, Place
from gemba.assess.readers.decoding import clean
from gemba.assess.readers.front_matter import field
from gemba.assess.readers.package import Package, PackageError

PLACE = Place(cell="document properties")
_CORE = {
    "title": "title",
    "subject": "subject",
    "creator": "author",
    "lastModifiedBy": "last modified by",
    "created": "created",
    "modified": "modified",
    "category": "category",
    "keywords": "keywords",
    "description": "comments",
    "contentStatus": "status",
    "version": "version",
}
"""Without `revision`: that counts how often the file was saved, and would pass for the document's revision."""
_APPLICATION = {"Company": "company", "Manager": "manager"}
_MAX_CUSTOM = 200


def properties(package: Package) -> list[Block]:
    """Filled properties in a fixed order: core, application, custom. A damaged part yields none."""
    found: list[Block] = []
    for part, names in (("docProps/core.xml", _CORE), ("docProps/app.xml", _APPLICATION)):
        values = _values(package, part)
        found.extend(field(name, values[tag], PLACE) for tag, name in names.items() if values.get(tag))
    found.extend(_custom(package))
    return found


def _values(package: Package, part: str) -> dict[str, str]:
    try:
        root = package.xml(part)
    except PackageError:
        return {}
    if root is None:
        return {}
    return {str(child.tag).rpartition("}")[2]: clean(child.text or "").strip() for child in root}


def _custom(package: Package) -> list[Block]:
    try:
        root = package.xml("docProps/custom.xml")
    except PackageError:
        return []
    if root is None:
        return []
    pairs = [
        (clean(child.get("name") or ""), clean("".join(map(str, child.itertext()))).strip())
        for child in islice(root, _MAX_CUSTOM)
    ]
    # Names with a leading underscore are the office programs' own bookkeeping.
    return [field(name, value, PLACE) for name, value in pairs if name and value and not name.startswith("_")]
