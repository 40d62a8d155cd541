"""What processes tell management: the last confirmed figure of each, beside its target."""

import datetime as dt
from collections.abc import Iterator

from gemba.kernel.facts import Facts, Told
from gemba.kernel.links.models import Link
from gemba.modules.process.conditions import FIGURE_OF
from gemba.modules.process.models import Process, ProcessMeasurement
from gemba.modules.process.states import CONFIRMED, IN_FORCE


def figures(_since: dt.date, until: dt.date) -> Iterator[Told]:
    """Of every process in force that has a measure, as measured last up to the day. Three statements."""
    rows = Process._base_manager.filter(state=IN_FORCE.name, exercise=False, confidential=False).exclude(metric="")
    processes = {each.pk: each for each in rows.order_by("position", "pk")}
    links = Link.objects.standing().filter(
        role=FIGURE_OF, target__in=list(processes), source__state=CONFIRMED.name, source__event_date__lte=until
    )
    latest = dict(links.order_by("source__event_date", "pk").values_list("target", "source"))
    values = dict(ProcessMeasurement._base_manager.filter(pk__in=latest.values()).values_list("pk", "value"))
    for key, process in processes.items():
        value = values.get(latest.get(key, 0))
        known = value is not None and process.target is not None
        yield Told(
            label=f"{process.title}: {process.metric}",
            value="-" if value is None else f"{value.normalize():f} {process.unit}",
            record=key, good=process.reached(value) if known else None,
        )  # fmt: skip


OF_PROCESSES = Facts(figures=figures)
