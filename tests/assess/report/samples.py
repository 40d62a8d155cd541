"""A small fictional company's documents as values, and shortcuts to make more of them."""

from datetime import date
from functools import cache

from gemba.assess.conclude import Catalogued, conclude
from gemba.assess.model import (
    Assessment,
    Claim,
    ClaimSource,
    DateFact,
    Document,
    DocumentReference,
    Exclusion,
    Fact,
    Finding,
    Kind,
    MapRow,
    StandardReference,
    TemplateMatch,
)
from gemba.assess.readers.blocks import Place
from gemba.assess.report.view import View
from gemba.evidence.catalogue.load import framework
from gemba.evidence.catalogue.standards import known_standards

AS_OF = date(2026, 6, 1)
ISO = "iso13485"


@cache
def catalogued() -> Catalogued:
    known = {name: framework(name) for name in (ISO, "iso14971", "iec62304")}
    return Catalogued(known[ISO], known, known_standards())


def line(number: int) -> Place:
    return Place(line=number)


def fact(value: str, at: int = 1) -> Fact:
    return Fact(value, line(at))


def stated(*clauses: str, framework_id: str = ISO, known: bool = True) -> tuple[Claim, ...]:
    return tuple(Claim(framework_id, clause, ClaimSource.STATED, line(7), known) for clause in clauses)


def mentioned(*clauses: str, known: bool = True) -> tuple[Claim, ...]:
    return tuple(Claim(ISO, clause, ClaimSource.MENTION, line(9), known) for clause in clauses)


def mapped(clause: str, *names: str, excluded: bool = False, reason: str = "", at: int = 5) -> MapRow:
    return MapRow(ISO, clause, names, excluded, reason, line(at))


def dated(label: str, value: date | None, at: int = 3) -> DateFact:
    return DateFact(label, value, value.isoformat() if value else "31.02.2024", line(at))


def procedure(path: str, title: str, **more: object) -> Document:
    """A sound procedure: owned, filled in, nothing to find in it."""
    facts: dict[str, object] = {"owner": fact("Head of Quality"), "words": 400, "revision": fact("B")} | more
    return Document(path=path, format="markdown", title=title, kind=Kind.PROCEDURE, **facts)  # type: ignore[arg-type]


def assessed(*documents: Document, files: frozenset[str] = frozenset(), templates: int | None = None) -> Assessment:
    return conclude(
        documents,
        files=files | {document.path for document in documents},
        folder="brightwell-medical",
        catalogued=catalogued(),
        as_of=AS_OF,
        templates=templates,
    )


def codes(*documents: Document, files: frozenset[str] = frozenset()) -> set[str]:
    """The codes found in a folder, apart from the clauses that three documents cannot cover."""
    return {finding.code for finding in assessed(*documents, files=files).findings} - {"unclaimed-clause"}


def found(code: str, *documents: Document, files: frozenset[str] = frozenset()) -> list[Finding]:
    return [finding for finding in assessed(*documents, files=files).findings if finding.code == code]


def manual() -> Document:
    rows = (
        mapped("4.1", "Quality Manual"),
        mapped("4.2", "SOP-001 Document Control", at=6),
        mapped("5", "Quality Manual", at=7),
        mapped("6.2", "SOP-004 Training", at=8),
        mapped("6.4.2", excluded=True, reason="No contamination-sensitive product is made.", at=9),
        mapped("7.3", "SOP-020 Design and Development", at=10),
        mapped("7.4", "SOP Purchasing and Suppliers", at=11),
        mapped("7.5.5", excluded=True, at=12),
        mapped("8.2.4", "SOP Internal Auditing", at=13),
        mapped("8.5.2", "SOP-030 Corrective Action", at=14),
    )
    return Document(
        path="QM-001-quality-manual.md",
        format="markdown",
        title="QM-001 Quality Manual",
        kind=Kind.MANUAL,
        number=fact("QM-001"),
        owner=fact("Managing Director"),
        revision=fact("D"),
        claims=stated("4.2.2", "5.3"),
        map_rows=rows,
        exclusions=(
            Exclusion(ISO, "7.5.9.2", "No implantable device.", line(30)),
            Exclusion(ISO, "4.2.5", "", line(31)),
        ),
        standards=(StandardReference("ISO 13485", "2016", line(2)),),
        words=2400,
    )


def company() -> tuple[Document, ...]:
    """Enough flaws for every part of a report."""
    hostile = '<img src=x onerror="alert(1)"> & </style><script>alert(2)</script>'
    return (
        manual(),
        procedure(
            "sop/SOP-001-document-control.md",
            "SOP-001 Document Control",
            number=fact("SOP-001"),
            claims=stated("4.2.4", "4.2.5") + mentioned("8.5.2"),
            references=(
                DocumentReference("SOP-004", None, line(12)),
                DocumentReference("WI-077", None, line(14)),
                DocumentReference("List", "lists/master.md", line(15)),
            ),
            template=TemplateMatch("templates/document-control.md", 0.9967),
        ),
        procedure(
            "sop/SOP-004-training.md",
            "SOP-004 Training",
            number=fact("SOP-004"),
            owner=None,
            owner_unfilled=fact("<enter role>", 4),
            claims=stated("6.2"),
            guidance=(fact("Describe here how you train people.", 8), fact("Delete this note.", 20)),
            placeholders=(fact("<enter role>", 4), fact("[Company Name]", 9)),
        ),
        procedure(
            "sop/SOP-020-design.docx",
            "SOP-020 Design and Development",
            number=fact("SOP-020"),
            heading_number=fact("SOP-021"),
            claims=stated("7.3.11", known=False) + stated("7.1", "7.3"),
            standards=(
                StandardReference("ISO 14971", "2007", line(6)),
                StandardReference("ISO 13485", "2015", line(7)),
            ),
            dates=(dated("approved", date(2026, 3, 1)), dated("effective", date(2026, 2, 1), 4)),
        ),
        procedure("sop/sop-purchasing.md", "SOP Purchasing", claims=stated("7.4", "7.5.5")),
        procedure("sop/sop-internal-audit.md", "SOP Internal Audit", dates=(dated("next review", date(2026, 1, 1)),)),
        Document(
            path="records/CAPA-2025-003.md",
            format="markdown",
            title="CAPA-2025-003 Label mix-up",
            kind=Kind.RECORD,
            number=fact("CAPA-2025-003"),
            words=310,
            evidence_types=("capa", "capa_effectiveness"),
            record_date=dated("created", date(2025, 11, 3)),
        ),
        Document(
            path="records/training-2026.xlsx",
            format="xlsx",
            title="Training records 2026",
            kind=Kind.RECORD,
            words=120,
            evidence_types=("training_record",),
            record_date=dated("created", date(2026, 2, 3)),
        ),
        Document(
            path="forms/complaint-form.md",
            format="markdown",
            title="Complaint Form",
            kind=Kind.FORM,
            blank=True,
            words=40,
        ),
        Document(path=f"odd/{hostile}.md", format="markdown", title=hostile, kind=Kind.LIST, blank=True, words=3),
        Document(
            path="old/scan.pdf", format="pdf", title="scan.pdf", kind=Kind.TECHNICAL, problem="The file is encrypted."
        ),
    )


def company_view() -> View:
    return View(assessed(*company(), files=frozenset({"logo.png"}), templates=12), catalogued().framework)
