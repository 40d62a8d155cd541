"""Which actions belong to a CAPA, which to which: by standing links, the void ones left out."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.modules.capa.models import Capa, CapaAction

ROLE = "action_of"


def actions_of(capa: Capa) -> "QuerySet[Any]":
    """For guards and effects, which look at all of them, whoever is asking."""
    return _rows().filter(links_out__role=ROLE, links_out__ended=None, links_out__target=capa).order_by("pk")


def capas_of(action: CapaAction) -> list[Capa]:
    links = Link.objects.standing().filter(source=action, role=ROLE)
    return list(Capa._base_manager.filter(pk__in=links.values("target_id")).exclude(state=VOID))


def has_action(**which: Any) -> Exists:
    """A condition on CAPAs: they have an action of which this holds."""
    standing = {"links_out__role": ROLE, "links_out__ended": None, "links_out__target": OuterRef("pk")}
    return Exists(_rows().filter(**standing).filter(**which))


def _rows() -> "QuerySet[Any]":
    rows: QuerySet[Any] = CapaAction._base_manager.exclude(state=VOID)
    return rows
