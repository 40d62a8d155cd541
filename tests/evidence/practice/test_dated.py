"""What one record could prove, from what it says itself; and that signed records stay proof after they took effect."""

import datetime as dt

import pytest
from django.db.models import F, Q

from gemba.evidence.practice.dated import could_prove
from gemba.kernel.lifecycle.machine import State
from gemba.kernel.types import Yields, registry
from gemba.modules.dryrun.models import DryRun

DONE = State("done", "Done")


@pytest.mark.parametrize(
    ("where", "fits"),
    [
        (Q(), True), (Q(scenario="recall"), True), (Q(scenario="complaint"), False), (~Q(method="tabletop"), True),
        (~Q(scenario="recall"), False), (Q(scenario="complaint") | Q(method="mock"), True),
        (Q(scenario__in=("recall", "vigilance")) & Q(held_on__isnull=True), True), (Q(held_on__isnull=False), False),
        (Q(owner__name="Aino"), True), (~Q(owner__name="Aino"), True), (Q(due__gt=dt.date(2026, 1, 1)), False),
        (Q(due__gt=F("held_on")), True), (Q(nothing="such"), True),
    ],
)  # fmt: skip
def test_a_condition_is_held_against_what_the_record_says(where: Q, fits: bool) -> None:
    """M46: where it cannot be told from the record alone, nothing is left out."""
    run = DryRun(scenario="recall", method="mock", due=None, held_on=None, state="done")
    assert could_prove(run, Yields("dry_run", (DONE,), where=where)) is fits


def test_a_drill_of_something_else_names_no_readiness() -> None:
    """M46, M123: what a complaint that was rehearsed proves is not that a recall can be run."""
    each = registry.named("dryrun").yields[0]
    assert could_prove(DryRun(scenario="recall", method="simulated", verdict="works"), each)
    for wrong in ({"scenario": "complaint"}, {"method": "tabletop"}, {"verdict": "fails"}):
        values = {"scenario": "recall", "method": "simulated", "verdict": "works", **wrong}
        assert not could_prove(DryRun(**values), each)
