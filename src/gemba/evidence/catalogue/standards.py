"""Standards and laws that are often cited but are no framework here, with the editions we are sure of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from gemba.evidence.catalogue.build import BASES, check_schema, editions_of
from gemba.evidence.catalogue.errors import Problems, shown
from gemba.evidence.catalogue.fields import Row
from gemba.evidence.catalogue.rows import read_rows

SCHEMA = "gemba-standards/1"
FILE = Path(__file__).parent / "data" / "standards.yaml"
NATIONAL = ("EN {}", "DIN EN {}", "BS EN {}", "NF EN {}", "SN EN {}", "ÖNORM EN {}", "UNE-EN {}", "I.S. EN {}")
AMERICAN = ("ANSI/AAMI {}", "AAMI {}", "CSA {}", "CAN/CSA-{}")


@dataclass(frozen=True, slots=True)
class KnownStandard:
    """A standard or law. `editions` holds only years we are sure of: a year that is missing there is not judged."""

    designation: str
    title: str
    cited_as: tuple[str, ...]
    """The spellings by which documents cite it, without edition; the designation itself is one."""
    editions: Mapping[str, str] = field(default_factory=dict)
    """Year -> `current` or `superseded`. Years of amendments and of European issues are among them."""
    replaced_by: str = ""
    """What took its place as a whole; empty while it is in force."""
    confidence: str = ""
    as_known: str = ""
    """Year and month of the state of knowledge."""
    note: str = ""

    def state(self, edition: str | None) -> str | None:
        """`current`, `superseded`, or None where we do not judge. With a successor every edition is superseded."""
        if self.replaced_by:
            return "superseded"
        return self.editions.get(edition or "")


@cache
def known_standards() -> Mapping[str, KnownStandard]:
    """By designation."""
    return load_standards(FILE)


def load_standards(path: Path) -> Mapping[str, KnownStandard]:
    """Raises CatalogueError with every problem of the file."""
    problems = Problems(path.name)
    top = Row(read_rows(path, path.name), "the file", problems)
    check_schema(top, SCHEMA)
    confidence = top.word_of("confidence", BASES, required=True)
    as_known = top.text("as_known", required=True)
    top.text("about")
    found: dict[str, KnownStandard] = {}
    for row in top.rows("standards", "a standard", required=True):
        standard = _standard(row, confidence, as_known)
        if standard.designation in found:
            row.problem(f"'{shown(standard.designation)}' is given twice.")
        found[standard.designation] = standard
    top.finish()
    problems.stop_if_any()
    return found


def spellings(designation: str) -> tuple[str, ...]:
    """How national and European issues of an ISO or IEC standard are cited, the designation first."""
    if not designation.startswith(("ISO", "IEC")):
        return (designation,)
    bare = [designation]
    if designation.startswith("IEC "):
        bare.append(designation.removeprefix("IEC "))
    found = [designation, *(form.format(each) for each in bare for form in NATIONAL)]
    found.extend(form.format(designation) for form in AMERICAN)
    return tuple(found)


def _standard(row: Row, confidence: str, as_known: str) -> KnownStandard:
    designation = row.text("designation", required=True)
    row.called(f"standard '{shown(designation)}'")
    named = row.texts("cited_as")
    standard = KnownStandard(
        designation=designation,
        title=row.text("title", required=True),
        cited_as=tuple(dict.fromkeys([*spellings(designation), *named])),
        editions=editions_of(row),
        replaced_by=row.text("replaced_by"),
        confidence=confidence,
        as_known=as_known,
        note=row.text("note"),
    )
    row.finish()
    return standard
