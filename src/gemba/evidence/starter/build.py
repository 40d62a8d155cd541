"""Turns rows of the starter set's files into validated documents. The format: docs/reference/starter-set.md."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gemba.evidence.catalogue.build import check_schema
from gemba.evidence.catalogue.errors import Problems, shown
from gemba.evidence.catalogue.fields import Row, hint
from gemba.evidence.catalogue.load import Catalogue
from gemba.evidence.catalogue.model import Framework
from gemba.evidence.catalogue.rows import Fields
from gemba.evidence.starter.model import (
    Area,
    Claim,
    CountedFrom,
    Course,
    DocumentType,
    Form,
    Gap,
    Process,
    Retention,
    Role,
    StarterDocument,
    Step,
)
from gemba.evidence.starter.parts import (
    LONGEST_TITLE,
    course_of,
    form_of,
    gap_of,
    known,
    process_of,
    retention_of,
    role_of,
    step_of,
)
from gemba.evidence.starter.text import Converter

SCHEMA = "gemba-starter/1"
PREFIXES: Mapping[DocumentType, str] = {
    DocumentType.MANUAL: "QM",
    DocumentType.POLICY: "POL",
    DocumentType.PROCEDURE: "SOP",
    DocumentType.WORK_INSTRUCTION: "WI",
    DocumentType.FORM: "FRM",
    DocumentType.PLAN: "PLN",
    DocumentType.COURSE: "TRN",
}
NUMBER = re.compile(r"\b(?:QM|POL|SOP|WI|FRM|PLN|TRN)-[0-9]{2,3}\b")
LONGEST_BODY = 12_000
LONGEST_REVIEW = 60
"""Months."""


@dataclass(frozen=True)
class Head:
    """What `set.yaml` says: the name of the set, and the roles and processes its documents speak of."""

    title: str
    edition: str
    licence: str
    roles: Mapping[str, Role]
    processes: Mapping[str, Process]


@dataclass
class Around:
    """What a document may refer to."""

    head: Head
    catalogue: Catalogue
    numbers: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    """Numbers of documents that texts name, with file and line, by number."""


def build_head(top: Fields, source: str) -> Head:
    """Raises CatalogueError with every problem found."""
    problems = Problems(source)
    row = Row(top, "the file", problems)
    check_schema(row, SCHEMA)
    head = Head(
        title=row.text("title", required=True, longest=LONGEST_TITLE),
        edition=row.text("edition", required=True, longest=LONGEST_TITLE),
        licence=row.text("licence", required=True, longest=LONGEST_TITLE),
        roles={name: role_of(name, each) for name, each in row.named_rows("roles", "role")},
        processes={name: process_of(name, each) for name, each in row.named_rows("processes", "process")},
    )
    for process in head.processes.values():
        for other in process.feeds:
            if other not in head.processes:
                row.problem(f"process '{process.id}' feeds '{shown(other)}', which does not exist.", row.line)
    row.finish()
    problems.stop_if_any()
    return head


def build_documents(top: Fields, source: str, around: Around) -> list[StarterDocument]:
    """Raises CatalogueError with every problem found."""
    problems = Problems(source)
    row = Row(top, "the file", problems)
    check_schema(row, SCHEMA)
    documents = [
        _Builder(each, source, around, problems).document()
        for each in row.rows("documents", "a document", required=True)
    ]
    row.finish()
    problems.stop_if_any()
    return documents


class _Builder:
    """Fills one document. Problems go to the rows; what it returns is only used when there were none."""

    def __init__(self, row: Row, source: str, around: Around, problems: Problems) -> None:
        self._row = row
        self._source = source
        self._around = around
        self._problems = problems

    def document(self) -> StarterDocument:
        row = self._row
        identity = row.name("id")
        row.called(f"document '{shown(identity)}'")
        kind = row.choice("type", DocumentType, DocumentType.PROCEDURE, required=True)
        gaps = self._gaps()
        converter = Converter(gaps, self._problems.add)
        purpose, scope, body = self._texts(converter)
        steps = self._steps(converter)
        document = StarterDocument(
            id=identity,
            number=self._number(kind),
            title=row.text("title", required=True, longest=LONGEST_TITLE),
            type=kind,
            area=row.choice("area", Area, Area.MANAGEMENT, required=True),
            process=self._one_of("process", self._around.head.processes),
            owner=self._one_of("owner", self._around.head.roles),
            purpose=purpose,
            scope=scope,
            body=body,
            review_months=row.whole("review_months", LONGEST_REVIEW) or 0,
            retention=self._retention(),
            adapt=row.text("adapt", required=True),
            steps=steps,
            claims=self._claims(),
            uses=row.texts("uses"),
            terms=row.pairs("terms"),
            gaps=gaps,
            form=self._form(kind),
            course=self._course(kind, converter),
            source=f"{self._source}, line {row.line}",
        )
        self._check(document, converter)
        row.finish()
        return document

    def _check(self, document: StarterDocument, converter: Converter) -> None:
        row = self._row
        if not document.review_months:
            row.problem(f"{row.what} has no 'review_months'.")
        unused = {gap.id for gap in document.gaps} - converter.used - {step.tool for step in document.steps}
        for name in sorted(unused):
            row.problem(f"{row.what} defines the gap '{name}', which its text does not use.", row.line_of("gaps"))
        for step in document.steps:
            if step.tool and step.tool not in {gap.id for gap in document.gaps}:
                row.problem(f"a step of {row.what} names the tool '{shown(step.tool)}', which is none of its gaps.")

    def _number(self, kind: DocumentType) -> str:
        number = self._row.text("number", required=True)
        if number and not re.fullmatch(rf"{PREFIXES[kind]}-[0-9]{{2,3}}", number):
            self._row.problem(
                f"'number' of {self._row.what} is '{shown(number)}'; a {kind} is numbered {PREFIXES[kind]}-01, -02...",
                self._row.line_of("number"),
            )
        return number

    def _one_of(self, key: str, allowed: Mapping[str, object]) -> str:
        value = self._row.text(key, required=True)
        if value:
            known(self._row, key, [value], allowed, key if key == "process" else "role")
        return value

    def _gaps(self) -> tuple[Gap, ...]:
        gaps = tuple(gap_of(name, row) for name, row in self._row.named_rows("gaps", "gap"))
        labels = [gap.label for gap in gaps]
        for label in sorted({label for label in labels if labels.count(label) > 1}):
            self._row.problem(f"{self._row.what} has two gaps called '{shown(label)}'.", self._row.line_of("gaps"))
        return gaps

    def _texts(self, converter: Converter) -> tuple[str, str, str]:
        row = self._row
        body, line = row.passage("body", longest=LONGEST_BODY)
        texts = [row.text("purpose", required=True), row.text("scope", required=True)]
        self._note_numbers(body, line + 1)
        for key, text in zip(("purpose", "scope"), texts, strict=True):
            self._note_numbers(text, row.line_of(key))
        return (
            converter.line(texts[0], row.line_of("purpose")),
            converter.line(texts[1], row.line_of("scope")),
            converter.block(body, line + 1),
        )

    def _note_numbers(self, text: str, first_line: int) -> None:
        for offset, line in enumerate(text.split("\n")):
            for number in NUMBER.findall(line):
                self._around.numbers.setdefault(number, []).append((self._source, first_line + offset))

    def _steps(self, converter: Converter) -> tuple[Step, ...]:
        roles, evidence = self._around.head.roles, self._around.catalogue.evidence_types
        steps = []
        for row in self._row.rows("steps", f"a step of {self._row.what}"):
            steps.append(step_of(row, converter, roles, evidence))
            self._note_numbers(steps[-1].action, row.line_of("action"))
        return tuple(steps)

    def _retention(self) -> Retention:
        row = self._row.row("retention", f"the retention of {self._row.what}", required=True)
        return retention_of(row) if row else Retention(0, CountedFrom.RECORD, "")

    def _claims(self) -> tuple[Claim, ...]:
        claims: list[Claim] = []
        for name, row in self._row.text_lists("claims"):
            framework = self._around.catalogue.frameworks.get(name)
            if framework is None:
                frameworks = self._around.catalogue.frameworks
                row.problem(f"{row.what} is no framework.{hint(name, frameworks)}")
                continue
            claims.extend(self._claim(framework, text, line) for text, line in row.lined_texts("of"))
        return tuple(claims)

    def _claim(self, framework: Framework, text: str, line: int) -> Claim:
        if text in framework.clauses:
            return Claim(framework.id, text)
        for duty in framework.duties:
            if duty.id == text:
                return Claim(framework.id, duty.clause, duty.id)
        self._row.problem(
            f"{self._row.what} claims '{shown(text)}', which is neither a clause nor a duty of {framework.id}.", line
        )
        return Claim(framework.id, text)

    def _form(self, kind: DocumentType) -> Form | None:
        row = self._row.row("form", f"the form of {self._row.what}", required=kind is DocumentType.FORM)
        if row and kind is not DocumentType.FORM:
            row.problem(f"{self._row.what} is a {kind} and cannot hold a form.")
        return form_of(row, self._around.catalogue.evidence_types) if row else None

    def _course(self, kind: DocumentType, converter: Converter) -> Course | None:
        row = self._row.row("course", f"the course of {self._row.what}", required=kind is DocumentType.COURSE)
        if row and kind is not DocumentType.COURSE:
            row.problem(f"{self._row.what} is a {kind} and cannot hold a course.")
        return course_of(row, converter) if row else None
