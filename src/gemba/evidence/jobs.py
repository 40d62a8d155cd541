"""What the evidence layer does by itself: the ledger, the figures of the day, and once a day everything anew."""

import datetime as dt

from django_tasks import task

from gemba.evidence.expectations.settle import settle
from gemba.evidence.practice.refresh import recompute
from gemba.evidence.practice.snapshots import keep
from gemba.kernel import clock
from gemba.kernel.jobs.schedule import every


@task()
def figures_of_the_day() -> None:
    """From the records alone: doubts and holdings, expectations, and the day's snapshot."""
    recompute()
    settle(clock.today())
    keep(clock.today())


every("figures of the day", figures_of_the_day, dt.timedelta(days=1), at=dt.timedelta(hours=2))
