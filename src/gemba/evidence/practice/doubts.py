"""Find, for evidence of every kind, what was not in order on its own date. The number of statements is fixed."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from gemba.evidence.given import AT_ONCE, Rows
from gemba.evidence.practice.models import Doubt
from gemba.kernel.records.models import Record
from gemba.kernel.signing.models import Signature
from gemba.kernel.types import EvidenceCheck, registry

FOUND = Rows(record="bigint", why="text")
"""Records and the names of the checks that they fail."""


def _signed_otherwise(records: Collection[int] | None = None) -> Q:
    """Signed, and no signature stands for what the record says now. Begins with those that stand for else."""
    standing = Signature.objects.filter(rejection=False)
    if records is not None:
        standing = standing.filter(record__in=records)
    otherwise = standing.exclude(content=F("record__digest")).order_by().values("record")
    same = standing.filter(record=OuterRef("pk"), content=OuterRef("digest"))
    return Q(pk__in=otherwise) & ~Q(Exists(same))


OWN_CHECKS: Sequence[EvidenceCheck] = (
    EvidenceCheck(
        name="signature", sentence=_("Its signature does not stand for what the record says now."),
        failing=_signed_otherwise, among=_signed_otherwise,
    ),
)  # fmt: skip


def checks() -> tuple[EvidenceCheck, ...]:
    """Those of the evidence layer and those that record types declare."""
    return (*OWN_CHECKS, *(check for declared in registry for check in declared.evidence_checks))


def yielding() -> Q:
    """Spine rows whose kind yields any evidence. What their state says is looked at where they are counted."""
    return Q(kind__in=sorted(declared.kind for declared in registry if declared.yields))


def doubt_again(records: Collection[int] | None = None) -> None:
    """Replace the doubts about these records, or about all."""
    old = Doubt.objects.all() if records is None else Doubt.objects.filter(record__in=records)
    old.delete()
    first, *rest = _doubted(records)
    _insert(first.union(*rest, all=True))


def _doubted(records: Collection[int] | None) -> Iterator["QuerySet[Record, Any]"]:
    rows = Record._base_manager.filter(yielding())
    if records is not None:
        rows = rows.filter(pk__in=records)
    for check in checks():
        failing = check.among(records) if check.among and records is not None else check.failing()
        yield rows.filter(failing).values_list("pk", Value(check.name))


def _insert(rows: "QuerySet[Record, Any]") -> None:
    """What fails is read and then stored: PostgreSQL looks with one process only where it stores what it finds."""
    found = list(rows)
    text = f"INSERT INTO evidence_doubt (record_id, why) {FOUND.sql()}"
    with connection.cursor() as cursor:
        for start in range(0, len(found), AT_ONCE):
            cursor.execute(text, [FOUND.given(found[start : start + AT_ONCE])])


def sentences() -> dict[str, str]:
    """What a reader is told, by the name of the check."""
    return {check.name: str(check.sentence) for check in checks()}
