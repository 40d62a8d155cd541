"""What changes tell the signals: those made before they were approved."""

import datetime as dt
from collections.abc import Iterator

from gemba.kernel.facts import Bypass, Facts
from gemba.kernel.lifecycle.machine import VOID
from gemba.modules.change.models import Change


def bypasses(since: dt.date, until: dt.date) -> Iterator[Bypass]:
    """Emergency changes. One statement."""
    rows = Change._base_manager.filter(emergency=True, exercise=False, event_date__gte=since, event_date__lte=until)
    for record, day in rows.exclude(state=VOID).order_by("pk").values_list("pk", "event_date"):
        yield Bypass(record, day, "made before it was approved")


OF_CHANGES = Facts(bypasses=bypasses)
