"""What the scope in force says on a day: frameworks, decisions, exclusions. Read by every figure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from gemba.evidence.scope.models import Applicability, Applied
from gemba.evidence.scope.proposals import Decision
from gemba.kernel import clock
from gemba.kernel.prepared import Prepared
from gemba.kernel.records.models import Record


def _on(day: dt.date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def frameworks_on(day: dt.date) -> list[str]:
    """The frameworks the company is under on that day, in the order they were switched on; none without a scope."""
    return [name for (name,) in (_applied_today(day).rows() if day == clock.today() else _applied(day))]


def _applied(day: dt.date) -> "QuerySet[Applied, Any]":
    return Applied.objects.filter(_on(day)).order_by("id").values_list("framework")


@lru_cache(maxsize=2)
def _applied_today(day: dt.date) -> Prepared[Applied]:
    return Prepared(lambda: _applied(day))


def decisions_on(day: dt.date, framework: str) -> Mapping[str, bool]:
    """Duty to whether it applies, as the scope in force on that day decided."""
    return dict(_decided_today(day).rows(framework) if day == clock.today() else _decided(day, framework))


def _decided(day: dt.date, framework: str) -> "QuerySet[Applicability, Any]":
    return Applicability.objects.filter(_on(day), framework=framework).values_list("duty", "applies")


@lru_cache(maxsize=2)
def _decided_today(day: dt.date) -> Prepared[Applicability]:
    return Prepared(lambda framework: _decided(day, framework), str)


def left_out_on(day: dt.date) -> list[Applicability]:
    """Every duty decided not to apply, with its reason and scope: the exclusions the quality manual prints (M18)."""
    return list(Applicability.objects.filter(_on(day), applies=False).select_related("scope").order_by("id"))


def put_in_force(scope: Record, day: dt.date, decided: Mapping[str, Iterable[Decision]]) -> None:
    """The decisions of this scope stand from that day, and those of the scope before it end. In its transaction."""
    if transaction.get_connection().in_atomic_block is False:
        raise RuntimeError("A scope comes into force together with its approval.")
    for model in (Applied, Applicability):
        rows = model._base_manager.filter(valid_to=None).exclude(scope_id=scope.pk)
        rows.update(valid_to=day)
    Applied.objects.bulk_create(Applied(scope_id=scope.pk, framework=name, valid_from=day) for name in decided)
    Applicability.objects.bulk_create(
        Applicability(
            scope_id=scope.pk, framework=name, duty=each.duty, applies=each.applies, reason=each.reason, valid_from=day
        )
        for name, decisions in decided.items()
        for each in decisions
    )
