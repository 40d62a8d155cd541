"""How far a campaign is, and what was found: counted from its answers and reviews in a few statements."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from gemba.kernel.lifecycle.machine import VOID
from gemba.modules.gapassessment.choices import GapType, Severity
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment, GapReview
from gemba.modules.gapassessment.states import ASKED


@dataclass(frozen=True, slots=True)
class Share:
    """Somebody's part in it."""

    name: str
    done: int
    of: int


@dataclass(frozen=True)
class Progress:
    """Counts only: they are the same for every reader, whoever may open the answers themselves."""

    asked: int
    answered: int
    procedures: int
    reviewed: int
    gaps: int
    by_type: Sequence[tuple[str, str, int]]
    by_severity: Sequence[tuple[str, str, int]]
    people: Sequence[Share] = field(default_factory=tuple)


def answers_of(campaign: GapAssessment) -> list[GapAnswer]:
    """Every answer that stands, in the order in which the duties were asked; for counting and for the report."""
    rows = GapAnswer._base_manager.filter(campaign=campaign).exclude(state=VOID).select_related("owner")
    return list(rows.order_by("pk"))


def progress(campaign: GapAssessment) -> Progress:
    rows = GapAnswer._base_manager.filter(campaign=campaign).exclude(state=VOID).order_by()
    cells = list(rows.values_list("state", "owner__name", "gap_type", "severity", "discrepancy"))
    reviews = Counter(
        GapReview._base_manager.filter(campaign=campaign).exclude(state=VOID).order_by().values_list("state", flat=True)
    )
    gaps = [(kind, severity) for _state, _owner, kind, severity, text in cells if text]
    types, severities = Counter(kind for kind, _s in gaps), Counter(severity for _k, severity in gaps)
    return Progress(
        len(cells), sum(state != ASKED.name for state, *_rest in cells), reviews.total(),
        reviews.total() - reviews[ASKED.name], len(gaps),
        [(value, str(label), types[value]) for value, label in GapType.choices],
        [(value, str(label), severities[value]) for value, label in Severity.choices],
        _shares(cells),
    )  # fmt: skip


def _shares(cells: Sequence[tuple[str, str, str, str, str]]) -> list[Share]:
    of: Counter[str] = Counter(owner for _state, owner, *_rest in cells)
    open_ones: Counter[str] = Counter(owner for state, owner, *_rest in cells if state == ASKED.name)
    return [Share(name, of[name] - open_ones[name], of[name]) for name in sorted(of)]


def mean(scores: Sequence[int]) -> Decimal | None:
    """With one decimal place; None of none."""
    return round(Decimal(sum(scores)) / len(scores), 1) if scores else None


def by_clause(answers: Sequence[GapAnswer]) -> Mapping[str, list[GapAnswer]]:
    found: dict[str, list[GapAnswer]] = {}
    for answer in answers:
        found.setdefault(answer.clause or "", []).append(answer)
    return found
