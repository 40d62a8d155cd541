"""Claims read both ways: what a document covers, and which documents cover a duty or a clause."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from gemba.evidence.catalogue.model import Clause, Duty, Framework
from gemba.evidence.claims.catalogued import duties_of_clause, known_catalogue, known_duty
from gemba.evidence.claims.models import Claim
from gemba.kernel.records.models import Record


@dataclass(frozen=True, slots=True)
class CoveredDuty:
    """A duty and the standing claims on it, one for each source. `duty` is None where the catalogue has it no more."""

    id: str
    duty: Duty | None
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class CoveredClause:
    """The claimed duties of one clause. `of` is how many duties the clause has of its own."""

    framework: Framework | None
    number: str
    clause: Clause | None
    duties: tuple[CoveredDuty, ...]
    of: int

    @property
    def whole(self) -> bool:
        return len(self.duties) >= self.of


def claims_of(record_id: int) -> list[Claim]:
    """The standing claims of a document, in one statement."""
    return list(Claim.objects.standing().filter(record_id=record_id).select_related("made_by").order_by("pk"))


def covered(claims: Iterable[Claim]) -> list[CoveredClause]:
    """Claims by clause, in the order of the frameworks and their clauses; unknown duties at the end."""
    by_duty: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        by_duty.setdefault((claim.framework, claim.duty), []).append(claim)
    by_clause: dict[tuple[str, str], list[CoveredDuty]] = {}
    for (framework, name), same in by_duty.items():
        duty = known_duty(known_catalogue(), framework, name)
        made = CoveredDuty(name, duty, tuple(same))
        by_clause.setdefault((framework, duty.clause if duty else name), []).append(made)
    found = [_clause(framework, number, duties) for (framework, number), duties in by_clause.items()]
    return sorted(found, key=_place)


def _clause(framework: str, number: str, duties: Sequence[CoveredDuty]) -> CoveredClause:
    known = known_catalogue().frameworks.get(framework)
    clause = known.clauses.get(number) if known else None
    own = known.duties_by_clause.get(number, ()) if known else ()
    order = {duty.id: place for place, duty in enumerate(own)}
    ordered = tuple(sorted(duties, key=lambda each: order.get(each.id, len(order))))
    return CoveredClause(known, number, clause, ordered, len(own))


def _place(covered_clause: CoveredClause) -> tuple[int, int]:
    frameworks = list(known_catalogue().frameworks)
    if covered_clause.framework is None or covered_clause.clause is None:
        return (len(frameworks), 0)
    order = frameworks.index(covered_clause.framework.id)
    return (order, list(covered_clause.framework.clauses).index(covered_clause.number))


def claims_on(framework: str, duties: Collection[str]) -> list[Claim]:
    """The standing claims on these duties by documents that the reader may see, in one statement, by number."""
    rows = Claim.objects.standing().filter(
        Exists(Record.objects.filter(pk=OuterRef("record_id"))), framework=framework, duty__in=sorted(duties)
    )
    return list(rows.select_related("record", "record__owner").order_by("record__number", "pk"))


def documents_of(framework: str, clause: str) -> dict[int, tuple[Record, tuple[Claim, ...]]]:
    """The documents that claim a duty of a clause or below it, with those claims, by the document's key."""
    duties = [duty.id for duty in duties_of_clause(known_catalogue(), framework, clause)]
    found: dict[int, tuple[Record, tuple[Claim, ...]]] = {}
    for claim in claims_on(framework, duties) if duties else ():
        record, claims = found.get(claim.record_id, (claim.record, ()))
        found[claim.record_id] = (record, (*claims, claim))
    return found
