"""Loads the frameworks that come with Gemba, and a company's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from gemba.evidence.catalogue.build import build_framework
from gemba.evidence.catalogue.crosswalk import Crosswalk
from gemba.evidence.catalogue.errors import CatalogueError, shown
from gemba.evidence.catalogue.model import Condition, EvidenceType, Framework
from gemba.evidence.catalogue.rows import read_rows

DATA = Path(__file__).parent / "data"
SHIPPED: Mapping[str, tuple[str, ...]] = {
    "iso13485": (),
    "qmsr": ("iso13485",),
    "part11": ("iso13485",),
    "mdr": ("iso13485",),
    "iso14971": ("iso13485", "mdr"),
    "iec62304": ("iso13485", "iso14971"),
    "mdsap": ("iso13485",),
}
"""Every framework that comes with Gemba, and those it builds on: known here so that only what is needed is read."""


@dataclass(frozen=True)
class Catalogue:
    """Frameworks by id, with the vocabulary they share."""

    frameworks: Mapping[str, Framework]
    evidence_types: Mapping[str, EvidenceType]
    conditions: Mapping[str, Condition]

    @classmethod
    def of(cls, frameworks: Sequence[Framework]) -> "Catalogue":
        evidence_types: dict[str, EvidenceType] = {}
        conditions: dict[str, Condition] = {}
        for each in frameworks:
            evidence_types.update(each.evidence_types)
            conditions.update(each.conditions)
        return cls({each.id: each for each in frameworks}, evidence_types, conditions)

    @cached_property
    def crosswalk(self) -> Crosswalk:
        return Crosswalk(tuple(self.frameworks.values()))

    @property
    def on_by_default(self) -> tuple[Framework, ...]:
        return tuple(each for each in self.frameworks.values() if each.on_by_default)


def load_framework(path: Path, *, base: Sequence[Framework], duties: bool = True) -> Framework:
    """A framework file, checked against the frameworks it builds on or names as counterparts.

    Without `duties` it has its clauses and names only, and is read in a third less time.
    Raises CatalogueError, whose `problems` are sentences naming the file and the row.
    """
    source = shown(path.name) or "the file"
    return build_framework(read_rows(path, source), source, base, duties=duties)


@cache
def framework(identity: str) -> Framework:
    """A framework that comes with Gemba. Raises CatalogueError for an id that none has."""
    base = [framework(needed) for needed in _needed(identity)]
    return load_framework(DATA / f"{identity}.yaml", base=base)


def _needed(identity: str) -> tuple[str, ...]:
    """The frameworks it builds on, and those they build on, each once and before what needs it."""
    if identity not in SHIPPED:
        raise CatalogueError([f"There is no framework '{identity}'. There are: {', '.join(SHIPPED)}."])
    return tuple(dict.fromkeys(needed for other in SHIPPED[identity] for needed in (*SHIPPED[other], other)))


def frameworks_around(identity: str) -> dict[str, Framework]:
    """Every framework that comes with Gemba, by id: the named one whole, the others without their duties.

    Who holds documents against one framework needs of the others only what they are called and which clauses they
    have. An id that none has is no error: then none is whole.
    """
    whole = {identity, *_needed(identity)} if identity in SHIPPED else set()
    found: dict[str, Framework] = {}
    for each in SHIPPED:
        if each in whole:
            found[each] = framework(each)
        else:
            base = [found[needed] for needed in _needed(each)]
            found[each] = load_framework(DATA / f"{each}.yaml", base=base, duties=False)
    return found


def shipped_frameworks() -> tuple[Framework, ...]:
    return tuple(framework(identity) for identity in SHIPPED)


def catalogue(extra: Sequence[Path] = ()) -> Catalogue:
    """The frameworks that come with Gemba and those of the given files, which may build on the files before them.

    Raises CatalogueError with the problems of the first file that cannot be used.
    """
    loaded = list(shipped_frameworks())
    for path in extra:
        loaded.append(load_framework(path, base=tuple(loaded)))
    return Catalogue.of(loaded)
