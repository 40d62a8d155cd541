"""Turns the rows of one framework file into a validated Framework. docs/reference/frameworks.md gives the format."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gemba.evidence.catalogue.errors import Problems, shown
from gemba.evidence.catalogue.fields import Row, hint
from gemba.evidence.catalogue.model import (
    CADENCES,
    Applicability,
    Clause,
    Condition,
    Confidence,
    Counterpart,
    Duty,
    DutyKind,
    EvidenceType,
    Force,
    FormerClause,
    Framework,
    PracticeCheck,
    Provenance,
    Strength,
)
from gemba.evidence.catalogue.rows import Fields

SCHEMA = "gemba-framework/1"
OWNERS = ("system", "company", "both", "notified_body")
IMPACTS = ("direct", "indirect")
BASES = ("checked", "secondary", "general_knowledge", "not_checked")
EDITION_STATES = ("current", "superseded")
YEAR = re.compile(r"(19|20)[0-9]{2}")
LONGEST_LABEL = 80
LONGEST_TITLE = 160
LONGEST_INTERVAL = 1200
"""Months."""


@dataclass
class Base:
    """What the frameworks already loaded offer to a file that builds on them."""

    frameworks: Mapping[str, Framework]
    evidence_types: dict[str, EvidenceType] = field(default_factory=dict)
    conditions: dict[str, Condition] = field(default_factory=dict)

    @classmethod
    def of(cls, frameworks: Iterable[Framework]) -> "Base":
        base = cls({framework.id: framework for framework in frameworks})
        for framework in base.frameworks.values():
            base.evidence_types.update(framework.evidence_types)
            base.conditions.update(framework.conditions)
        return base


def build_framework(top: Fields, source: str, base: Sequence[Framework], *, duties: bool = True) -> Framework:
    """Without `duties` the clauses have none, and no practice checks: enough to know a clause by its number.

    Raises CatalogueError with every problem found.
    """
    problems = Problems(source)
    row = Row(top, "the file", problems)
    check_schema(row, SCHEMA)
    problems.stop_if_any()
    framework = _Builder(row, source, Base.of(base), duties=duties).framework()
    problems.stop_if_any()
    return framework


def check_schema(row: Row, expected: str) -> None:
    given = row.text("schema", required=True)
    if given and given != expected:
        row.problem(f"the schema is '{shown(given)}'; this version of Gemba reads '{expected}'.", row.line_of("schema"))


def editions_of(row: Row) -> dict[str, str]:
    """Edition years with their state, `current` or `superseded`."""
    editions = dict(row.pairs("editions"))
    for year, state in editions.items():
        if not YEAR.fullmatch(year) or state not in EDITION_STATES:
            row.problem(
                f"'editions' of {row.what} holds '{shown(year)}: {shown(state)}'; "
                "it must be a year with 'current' or 'superseded'.",
                row.line_of("editions"),
            )
    return editions


class _Builder:
    """Fills one framework. Problems go to the rows; what it returns is only used when there were none."""

    def __init__(self, row: Row, source: str, base: Base, *, duties: bool) -> None:
        self._row = row
        self._with_duties = duties
        self._source = source
        self._base = base
        self._evidence = dict(base.evidence_types)
        self._conditions = dict(base.conditions)
        self._safety_classes: Mapping[str, str] = {}
        self._clauses: dict[str, Clause] = {}
        self._lines: dict[str, int] = {}
        self._duties: dict[str, Duty] = {}
        self._checks: dict[str, PracticeCheck] = {}

    def framework(self) -> Framework:
        row = self._row
        identity = self._identity()
        self._own_evidence_types()
        own_conditions = self._own_conditions()
        self._safety_classes = row.pairs("safety_classes")
        for clause in row.rows("clauses", "a clause", required=True):
            self._clause(clause)
        self._check_clauses()
        framework = Framework(
            id=identity,
            title=row.text("title", required=True, longest=LONGEST_TITLE),
            designation=row.text("designation", required=True, longest=LONGEST_LABEL),
            edition=row.text("edition", longest=LONGEST_LABEL),
            cited_as=row.texts("cited_as"),
            editions=editions_of(row),
            clauses=self._clauses,
            duties=tuple(self._duties.values()),
            evidence_types=self._evidence,
            conditions={**self._used_conditions(), **own_conditions},
            practice_checks=tuple(self._checks.values()),
            basis=row.text("basis"),
            caution=row.text("caution"),
            signed_off_by=row.optional("signed_off_by"),
            on_by_default=row.flag("on_by_default", True),
            source=self._source,
            complete=row.flag("complete", False),
            outside=row.texts("outside"),
            former=self._former(),
            builds_on=self._builds_on(),
            safety_classes=self._safety_classes,
            provenance=tuple(self._provenance(entry) for entry in row.rows("provenance", "a provenance entry")),
            notes=row.texts("notes"),
        )
        row.finish()
        return framework

    def _identity(self) -> str:
        identity = self._row.name("id")
        if identity in self._base.frameworks:
            other = self._base.frameworks[identity]
            self._row.problem(
                f"the id '{identity}' is already that of {other.designation} ({other.source}); choose another.",
                self._row.line_of("id"),
            )
        return identity

    def _builds_on(self) -> tuple[str, ...]:
        named = self._row.lined_texts("builds_on")
        for other, line in named:
            self._known_framework(other, self._row, line)
        return tuple(other for other, _ in named)

    def _own_evidence_types(self) -> None:
        for name, row in self._row.named_rows("evidence_types", "evidence type"):
            if name in self._base.evidence_types:
                row.problem(f"the evidence type '{shown(name)}' is already defined by another framework; use that one.")
            self._evidence[name] = EvidenceType(
                id=name,
                label=row.text("label", required=True, longest=LONGEST_LABEL),
                proves=row.text("proves", required=True),
                strength=row.choice("strength", Strength, Strength.PAPER, required=True),
            )
            row.finish()

    def _own_conditions(self) -> dict[str, Condition]:
        own: dict[str, Condition] = {}
        for name, row in self._row.named_rows("conditions", "condition"):
            if name in self._base.conditions:
                row.problem(f"the condition '{shown(name)}' is already defined by another framework; use that one.")
            own[name] = Condition(name, row.text("question", required=True), row.text("usual_answer"))
            row.finish()
        self._conditions.update(own)
        return own

    def _used_conditions(self) -> dict[str, Condition]:
        used = {duty.condition for duty in self._duties.values()}
        return {name: condition for name, condition in self._base.conditions.items() if name in used}

    def _clause(self, row: Row) -> None:
        number = row.text("number", required=True, longest=LONGEST_LABEL)
        row.called(f"clause '{shown(number)}'")
        if number in self._clauses:
            row.problem(f"clause '{shown(number)}' is already in line {self._lines[number]}.")
        self._lines[number] = row.line
        applicability = row.choice("applicability", Applicability, Applicability.ALWAYS)
        self._clauses[number] = Clause(
            number=number,
            title=row.text("title", required=True, longest=LONGEST_TITLE),
            parent=row.optional("parent"),
            applicability=applicability,
            impact=row.word_of("impact", IMPACTS) or None,
            note=row.text("note"),
            counterparts=self._counterparts(row),
        )
        if self._with_duties:
            self._asked_for(row, number)
        else:
            row.pass_over("duties", "practice_checks")
        row.finish()

    def _asked_for(self, row: Row, clause: str) -> None:
        for duty in row.rows("duties", "a duty"):
            self._duty(duty, clause)
        for check in row.rows("practice_checks", "a practice check"):
            self._practice_check(check, clause)

    def _duty(self, row: Row, clause: str) -> None:
        identity = row.text("id", required=True, longest=LONGEST_LABEL)
        row.called(f"duty '{shown(identity)}'")
        if identity in self._duties:
            row.problem(f"duty '{shown(identity)}' is already in line {self._duties[identity].line}.")
        evidence = self._known(row, "evidence", "evidence type", self._evidence)
        needs_practice = row.flag("needs_practice", True)
        self._duties[identity] = Duty(
            id=identity,
            clause=clause,
            text=row.text("text", required=True),
            kind=row.choice("kind", DutyKind, DutyKind.ACTIVITY, required=True),
            evidence=evidence,
            proven_by=self._proven_by(row, evidence, needs_practice=needs_practice),
            cadence=row.word_of("cadence", list(CADENCES), required=True),
            applicability=row.choice("applicability", Applicability, Applicability.ALWAYS),
            condition=self._condition(row),
            needs_practice=needs_practice,
            counterparts=self._counterparts(row),
            classes=self._known(row, "classes", "safety class", self._safety_classes),
            interval_months=row.whole("interval_months", LONGEST_INTERVAL),
            owner=row.word_of("owner", OWNERS) or None,
            confidence=row.word_of("confidence", [member.value for member in Confidence]) or None,
            notes=row.pairs("notes"),
            line=row.line,
            force=row.choice("force", Force, Force.REQUIRED),
            fields=row.texts("fields"),
            control=row.text("control"),
            tests=row.texts("tests"),
            see=row.texts("see"),
        )
        row.finish()

    def _proven_by(self, row: Row, evidence: tuple[str, ...], *, needs_practice: bool) -> tuple[str, ...]:
        """As the file says; else, where it must be done, what proves that it is done rather than laid down."""
        named = self._known(row, "proven_by", "evidence type", self._evidence)
        if named or not needs_practice:
            return named or evidence
        known = (self._evidence[each] for each in evidence if each in self._evidence)
        return tuple(each.id for each in known if each.strength is Strength.PRACTICE) or evidence

    def _practice_check(self, row: Row, clause: str) -> None:
        identity = row.text("id", required=True, longest=LONGEST_LABEL)
        row.called(f"practice check '{shown(identity)}'")
        if identity in self._checks:
            row.problem(f"practice check '{shown(identity)}' is given twice.")
        self._checks[identity] = PracticeCheck(
            id=identity,
            clause=clause,
            question=row.text("question", required=True),
            metric=row.text("metric", required=True),
            limit=row.text("limit", required=True),
        )
        row.finish()

    def _condition(self, row: Row) -> str | None:
        name = row.optional("condition")
        if name and name not in self._conditions:
            row.problem(
                f"{row.what} depends on the condition '{shown(name)}', which no framework defines."
                + hint(name, self._conditions),
                row.line_of("condition"),
            )
        if not name and row.text("applicability") == Applicability.CONDITIONAL:
            row.problem(f"{row.what} is conditional but names no 'condition'.")
        return name

    def _known(self, row: Row, key: str, what: str, known: Collection[str]) -> tuple[str, ...]:
        named = row.lined_texts(key)
        for name, line in named:
            if name not in known:
                row.problem(
                    f"{row.what} names the {what} '{shown(name)}', which no framework defines." + hint(name, known),
                    line,
                )
        return tuple(name for name, _ in named)

    def _counterparts(self, row: Row) -> tuple[Counterpart, ...]:
        found: list[Counterpart] = []
        for other, clauses in row.text_lists("counterparts"):
            framework = self._known_framework(other, row, clauses.line)
            for number, line in clauses.lined_texts("of"):
                if framework and number not in framework.clauses:
                    row.problem(
                        f"{row.what} names clause '{shown(number)}' of {framework.designation}, "
                        "which that framework does not have." + hint(number, framework.clauses),
                        line,
                    )
                found.append(Counterpart(other, number))
        return tuple(found)

    def _known_framework(self, identity: str, row: Row, line: int) -> Framework | None:
        framework = self._base.frameworks.get(identity)
        if framework is None:
            row.problem(
                f"{row.what} names the framework '{shown(identity)}', which is not loaded."
                + hint(identity, self._base.frameworks),
                line,
            )
        return framework

    def _check_clauses(self) -> None:
        if not self._clauses and not len(self._lines):
            self._row.problem("the file defines no clause.")
        for clause in self._clauses.values():
            if clause.parent is None:
                continue
            line = self._lines[clause.number]
            if clause.parent not in self._clauses:
                self._row.problem(
                    f"clause '{shown(clause.number)}' is placed under '{shown(clause.parent)}', which is no clause."
                    + hint(clause.parent, self._clauses),
                    line,
                )
            elif self._is_under_itself(clause):
                self._row.problem(f"clause '{shown(clause.number)}' is placed under itself.", line)

    def _is_under_itself(self, clause: Clause) -> bool:
        seen: set[str] = set()
        above = clause.parent
        while above in self._clauses and above not in seen:
            if above == clause.number:
                return True
            seen.add(above)
            above = self._clauses[above].parent
        return False

    def _former(self) -> dict[str, FormerClause]:
        found: dict[str, FormerClause] = {}
        for row in self._row.rows("former", "a former clause"):
            number = row.text("number", required=True, longest=LONGEST_LABEL)
            row.called(f"former clause '{shown(number)}'")
            if number in found or number in self._clauses:
                row.problem(f"'{shown(number)}' is given twice.")
            found[number] = FormerClause(number, row.text("now"), self._counterparts(row), row.text("note"))
            row.finish()
        return found

    def _provenance(self, row: Row) -> Provenance:
        entry = Provenance(row.word_of("basis", BASES, required=True), row.text("what", required=True))
        row.finish()
        return entry
