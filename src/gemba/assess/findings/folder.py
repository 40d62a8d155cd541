"""What the checks look at: the folder's documents, its files, its claims, and the framework they are held against."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath
from typing import NamedTuple

from gemba.assess.findings.registry import CODES
from gemba.assess.judge import ClaimTable
from gemba.assess.matching import NameIndex
from gemba.assess.model import ClauseResult, Document, Finding, Kind, Severity
from gemba.assess.readers.blocks import Place
from gemba.evidence.catalogue.model import Framework

GOVERNING = frozenset({Kind.MANUAL, Kind.POLICY, Kind.PROCEDURE, Kind.WORK_INSTRUCTION})
"""Documents that say how work is done: they need an owner, and template text in them is grave."""
NOWHERE = Place()


class StandardEditions(NamedTuple):
    """Edition year -> `current` or `superseded`. Only where `complete` is a year that is not there a wrong one."""

    years: Mapping[str, str]
    complete: bool
    replaced_by: str = ""
    """What took the standard's place as a whole."""

    @property
    def current(self) -> str:
        return " or ".join(year for year, status in self.years.items() if status == "current")


@dataclass(frozen=True)
class Folder:
    documents: tuple[Document, ...]
    files: frozenset[str]
    """Every file of the folder, also those that are no documents (pictures, archives): links may lead to them."""
    frameworks: Mapping[str, Framework]
    """Those whose clauses are known, by id."""
    framework: Framework
    editions: Mapping[str, StandardEditions]
    """By designation of the standard. What is not here is not judged."""
    as_of: date
    index: NameIndex
    table: ClaimTable
    clauses: tuple[ClauseResult, ...]

    @cached_property
    def by_path(self) -> Mapping[str, Document]:
        return {document.path: document for document in self.documents}

    @cached_property
    def by_link(self) -> Mapping[str, Document]:
        """By path without regard to upper and lower case, as links are followed."""
        return {document.path.casefold(): document for document in self.documents}

    @cached_property
    def link_ends(self) -> frozenset[str]:
        """Where a link may lead: every file and every sub-folder, without regard to upper and lower case."""
        folders = {str(parent) for path in self.files for parent in PurePosixPath(path).parents}
        return frozenset(path.casefold() for path in self.files | folders | {""})

    def designation(self, framework: str) -> str:
        known = self.frameworks.get(framework)
        return known.designation if known else framework


def finding(
    code: str,
    path: str,
    place: Place | None,
    message: str,
    severity: Severity | None = None,
    *,
    clause: str | None = None,
) -> Finding:
    return Finding(code, severity or CODES[code].severity, path, place or NOWHERE, message, clause)


def quoted(text: str, limit: int = 70) -> str:
    """A document's own words inside one of our sentences: on one line, and short."""
    line = " ".join(text.split())
    line = line.rstrip(".:;, ") or line
    return f"“{line if len(line) <= limit else line[: limit - 1].rstrip() + '…'}”"


def listed(items: list[str], limit: int = 4) -> str:
    """`a, b and c`; from the fifth on only their number is given."""
    if len(items) > limit:
        return ", ".join(items[:limit]) + f" and {len(items) - limit} more"
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1]))) if items else ""


def count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
