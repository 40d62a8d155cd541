"""What only a CAPA's page shows: its actions, the drawings, the figure before and after, and what looks alike."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.modules.capa.actions_of import ROLE
from gemba.modules.capa.drawing import drawings_of
from gemba.modules.capa.guards import records_seen
from gemba.modules.capa.likeness import earlier_capas, since
from gemba.modules.capa.models import Capa, CapaAction
from gemba.web.display import number

Context = Mapping[str, Any] | None


def actions_shown(capa: Capa, access: Access) -> Context:
    rows: Any = CapaAction._base_manager.filter(access.visible())
    found = list(
        rows.filter(links_out__role=ROLE, links_out__ended=None, links_out__target=capa)
        .select_related("owner").order_by("due", "pk")
    )  # fmt: skip
    return {"actions": found, "today": clock.today()}


def drawings_shown(capa: Capa, _access: Access) -> Context:
    found = drawings_of(capa)
    return {"drawings": found, "capa": capa} if found.any else None


def effect_shown(capa: Capa, _access: Access) -> Context:
    """The pair: the figure before and after, never merged; and what came back since."""
    if capa.target is None:
        return None
    figures = {name: number(value) if value is not None else "" for name, value in _figures(capa)}
    return {
        "figures": figures,
        "capa": capa, "seen": records_seen(capa) if capa.check_from else 0, "again": since(capa),
        "reached": capa.reached,
    }  # fmt: skip


def _figures(capa: Capa) -> list[tuple[str, Decimal | None]]:
    return [("before", capa.before), ("target", capa.target), ("after", capa.after)]


def seen_before(capa: Capa, _access: Access) -> Context:
    found = earlier_capas(capa)
    return {"alike": found, "capa": capa} if found else None
