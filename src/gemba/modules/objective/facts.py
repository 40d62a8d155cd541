"""What objectives tell management: the last confirmed value of each, beside its target."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from gemba.kernel.facts import Facts, Told
from gemba.kernel.links.models import Link
from gemba.modules.objective.models import Measurement, Objective
from gemba.modules.objective.workflow import CONFIRMED, PURSUED


def figures(_since: dt.date, until: dt.date) -> Iterator[Told]:
    """Of every objective that is pursued, with what was measured last up to the day. Three statements."""
    pursued = Objective._base_manager.filter(state=PURSUED.name, exercise=False, confidential=False).order_by("pk")
    objectives = {each.pk: each for each in pursued}
    links = Link.objects.standing().filter(
        role="measures", target__in=list(objectives), source__state=CONFIRMED.name, source__event_date__lte=until
    )
    latest = dict(links.order_by("source__event_date", "pk").values_list("target", "source"))
    values = dict(Measurement._base_manager.filter(pk__in=latest.values()).values_list("pk", "value"))
    for key, objective in objectives.items():
        value = values.get(latest.get(key, 0))
        yield Told(
            label=f"{objective.title} ({objective.get_direction_display()} {objective.target.normalize():f})",
            value="-" if value is None else f"{value.normalize():f} {objective.unit}",
            record=key, good=None if value is None else reached(objective, value),
        )  # fmt: skip


def reached(objective: Objective, value: Decimal) -> bool:
    at_least = objective.direction == Objective.Direction.AT_LEAST
    return value >= objective.target if at_least else value <= objective.target


OF_OBJECTIVES = Facts(figures=figures)
