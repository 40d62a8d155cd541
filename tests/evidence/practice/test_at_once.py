"""Several workers at the same slot: each expectation is there once, and no evidence is counted twice."""

import datetime as dt
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from gemba.evidence.claims.actions import ClaimDuties
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.expectations.settle import settle
from gemba.evidence.practice.holdings import holdings
from gemba.evidence.practice.models import Holding
from gemba.kernel import clock
from gemba.kernel.roles import Role
from tests.evidence.expectations.test_ledger import ISO
from tests.kernel.people import as_, person
from tests.kernel.processes import database_environment
from tests.kernel.samples import figure, signed
from tests.modules.document.life import document, released

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("evidence-races")]
PROGRAM = Path(__file__).parent / "settle_process.py"
TIMES = 4


def working(day: dt.date, gate: Path) -> "subprocess.Popen[str]":
    environment = database_environment(
        connection.settings_dict, GEMBA_DATA=str(Path(settings.GEMBA_TRAIL_KEY).parents[1])
    )
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), day.isoformat(), str(TIMES), str(gate)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def slots() -> Counter[tuple[str, str, dt.date, int | None]]:
    return Counter(Expectation.objects.values_list("framework", "duty", "due", "because"))


def held() -> list[tuple[object, ...]]:
    fields = ("kind", "type", "site", "product", "exercise", "valid", "first", "newest", "count")
    return sorted((tuple(getattr(each, name) for name in fields) for each in Holding.objects.all()), key=str)


def test_two_workers_make_each_slot_once_and_count_nothing_twice(tmp_path: Path) -> None:
    """M62, M67: whoever comes second finds it done, on either database."""
    quality, manager = person("Aino Laine", Role.QUALITY), person("Marta Kovač", Role.MANAGEMENT)
    family = document(person("Tomás Ribeiro", Role.ENGINEER), title="Everything", review_months=60)
    released(person("Jo Writer", Role.ENGINEER), quality, of=family)
    duties = [("iso13485", duty.id) for duty in ISO.duties if duty.needs_practice][:200]
    ClaimDuties(record=family, duties=duties, **as_(quality)).execute()
    for n in range(5):
        signed(figure(quality, title=f"Figure {n}"), "confirm", manager)
    day, gate = clock.today() + dt.timedelta(days=800), tmp_path / "go"
    both = [working(day, gate) for _ in range(2)]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    gate.touch()
    said = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    found = slots()
    assert len(found) > len(duties) / 4
    assert set(found.values()) == {1}
    assert settle(day) == 0
    assert slots() == found
    expected = sorted((tuple(getattr(each, name) for name in (
        "kind", "type", "site", "product", "exercise", "valid", "first", "newest", "count"
    )) for each in holdings()), key=str)  # fmt: skip
    assert held() == expected
