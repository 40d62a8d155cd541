"""Which other records tell of the same problem: by the words of their titles, the product and the kind of cause."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from gemba.kernel.records.models import Record
from gemba.kernel.richtext.likeness import likeness
from gemba.modules.capa.doubt import weighty
from gemba.modules.capa.models import Capa

TROUBLES: Final = ("nonconformity", "complaint", "capa", "report", "finding", "auditfinding")
"""Kinds of record that tell of something that went wrong, as far as this installation has them."""
LIKE: Final = 0.4
"""Share of common words of weight from which on two titles are taken for the same problem."""
SAME: Final = 0.2
"""Added for the same product, and for the same kind of cause."""
NEWEST: Final = 400
SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class Alike:
    record: Record
    percent: int
    why: Sequence[str]
    """`product`, `cause`, `words`."""


def earlier_capas(capa: Capa) -> list[Alike]:
    """CAPAs older than this one that look like it, the most alike first; one statement."""
    known: Any = Capa.objects.filter(pk__lt=capa.pk or 0)
    rows = known.defer("examined", "whys", "fishbone", "is_is_not", "timeline").order_by("-pk")[:NEWEST]
    words = weighty(f"{capa.title} {capa.symptom}")
    title = weighty(capa.title)
    found = []
    for other in rows:
        score = max(likeness(words, weighty(f"{other.title} {other.symptom}")), likeness(title, weighty(other.title)))
        found.append(_judged(other, score, capa, same_cause=bool(capa.cause) and capa.cause == other.cause))
    return _best(found)


def since(capa: Capa) -> list[Alike]:
    """What went wrong in the same way after the implementation, of any kind that tells of trouble; one statement."""
    if capa.implemented_on is None:
        return []
    rows = Record.objects.filter(Q(kind__in=TROUBLES), event_date__gt=capa.implemented_on, exercise=False)
    title = weighty(capa.title)
    newest = rows.exclude(pk=capa.pk).exclude(state="void").order_by("-pk")[:NEWEST]
    return _best(_judged(other, likeness(title, weighty(other.title)), capa) for other in newest)


def _judged(other: Record, score: float, capa: Capa, *, same_cause: bool = False) -> Alike:
    product = capa.product_id is not None and capa.product_id == other.product_id
    why = [name for name, so in (("words", score >= LIKE), ("product", product), ("cause", same_cause)) if so]
    # A product or a kind of cause alone is no likeness: half of all records share them.
    total = score + SAME * (product + same_cause) if score > SAME else 0.0
    return Alike(other, min(round(total * 100), 100), why)


def _best(found: Iterable[Alike]) -> list[Alike]:
    alike = [each for each in found if each.percent >= LIKE * 100]
    return sorted(alike, key=lambda each: (-each.percent, -each.record.pk))[:SHOWN]
