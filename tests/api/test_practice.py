"""Paper and practice over REST: the same figures as on the screens, through the caller's own eyes."""

import datetime as dt
from typing import Any

import pytest

from gemba.evidence.catalogue.load import framework
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.practice.snapshots import keep
from gemba.evidence.signals.all import SIGNALS
from gemba.kernel import clock
from gemba.kernel.people.models import Person, Site
from gemba.kernel.roles import Role
from tests.api.callers import Caller
from tests.kernel.people import person
from tests.kernel.samples import figure, signed

pytestmark = pytest.mark.django_db
BASE = "/api/v1/practice"
ISO = framework("iso13485")
KPI = next(duty for duty in ISO.duties if "objective_kpi" in duty.evidence)


@pytest.fixture
def quality() -> Person:
    return person("Aino Laine", Role.QUALITY)


@pytest.fixture
def manager() -> Person:
    return person("Marta Kovač", Role.MANAGEMENT)


def test_the_scope_says_which_frameworks_one_is_under(quality: Person) -> None:
    """M1: without an approved scope it says so."""
    status, found = Caller(quality)("get", f"{BASE}/scope")
    assert (status, found["approved"]) == (200, False)
    assert "iso13485" in [each["id"] for each in found["frameworks"]]


def test_figures_and_states_follow_records_alone(quality: Person, manager: Person) -> None:
    """M65: a confirmed record moves one duty; the answer says why, and the figures add up to the states."""
    call = Caller(quality)
    before = call("get", f"{BASE}/iso13485/figures")[1]["overall"]
    signed(figure(quality), "confirm", manager)
    status, found = call("get", f"{BASE}/iso13485/states?state=unwritten_practice")
    assert status == 200
    assert KPI.id in [each["duty"] for each in found]
    assert all(each["why"] and each["newest_valid"] for each in found)
    after = call("get", f"{BASE}/iso13485/figures")[1]
    assert sum(after["overall"]["states"].values()) == len(ISO.duties)
    assert after["overall"]["states"]["unwritten_practice"] > before["states"].get("unwritten_practice", 0)
    assert {each["clause"] for each in after["clauses"]} == {duty.clause for duty in ISO.duties}


def test_states_can_be_asked_of_a_clause_a_site_and_a_day(quality: Person, manager: Person) -> None:
    """M63, M66: evidence of another site does not count, and what is typed today was not known last year."""
    here, there = Site.objects.create(name="Tampere"), Site.objects.create(name="Porto")
    signed(figure(quality, site=here), "confirm", manager)
    call = Caller(quality)

    def state(query: str) -> str:
        rows = call("get", f"{BASE}/iso13485/states?clause={KPI.clause}&{query}")[1]
        return str(next(each["state"] for each in rows if each["duty"] == KPI.id))

    assert state(f"site={here.uid}") == "unwritten_practice"
    assert state(f"site={there.uid}") == "missing"
    assert state("on=2020-01-01") == "missing"


def test_the_ledger_hides_records_that_one_may_not_see(quality: Person) -> None:
    """ACL-04: the expectation and its end are figures; the number of a hidden record is not there."""
    record = signed(figure(quality, confidential=True), "confirm", person("Oskari", Role.QUALITY, confidential=True))
    today = clock.today()
    Expectation.objects.create(
        framework="iso13485", duty=KPI.id, since=today - dt.timedelta(days=90), due=today, end="met", record=record,
        ended_on=today,
    )  # fmt: skip
    seen = Caller(quality)("get", f"{BASE}/iso13485/ledger?end=met")[1]
    hidden = Caller(person("Ville", Role.OPERATIONS))("get", f"{BASE}/iso13485/ledger?end=met")[1]
    assert [each["record"] for each in seen["items"]] == [record.number]
    assert [each["record"] for each in hidden["items"]] == [None]
    assert record.number not in str(hidden)
    assert hidden["counts"] == {"met": 1}


def test_the_ledger_comes_in_pages(quality: Person) -> None:
    """M62: `next` is where the next ones begin."""
    today = clock.today()
    Expectation.objects.bulk_create(
        Expectation(framework="iso13485", duty=KPI.id, since=today, due=today + dt.timedelta(days=n)) for n in range(5)
    )
    call = Caller(quality)
    first = call("get", f"{BASE}/iso13485/ledger?limit=3")[1]
    assert (len(first["items"]), first["next"], first["on_time"]) == (3, 3, None)
    assert len(call("get", f"{BASE}/iso13485/ledger?limit=3&offset=3")[1]["items"]) == 2


def test_signals_trend_and_claims_are_read(quality: Person) -> None:
    """M63, M72: each signal by name, with what it does not mean."""
    call = Caller(quality)
    listed = call("get", f"{BASE}/signals")[1]
    assert {each["name"] for each in listed} == set(SIGNALS)
    for name in SIGNALS:
        status, found = call("get", f"{BASE}/signals/{name}")
        assert (status, found["name"]) == (200, name)
        assert found["not_meaning"]
        assert found["thresholds"]
    keep(clock.today())
    assert [each["day"] for each in call("get", f"{BASE}/iso13485/trend")[1]] == [clock.today().isoformat()]
    assert call("get", f"{BASE}/iso13485/claims") == (200, [])


@pytest.mark.parametrize(
    "asked",
    [
        "iso13485/states?on=2999-01-01", "iso13485/states?state=fine", "iso13485/states?clause=99", "scope?day=x",
        "iso13485/states?site=nowhere", "iso13485/ledger?end=sometime", "iso13485/ledger?limit=0",
        "iso13485/figures?on=yesterday",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_a_sentence(quality: Person, asked: str) -> None:
    """ACL-05: never taken for something else."""
    status, found = Caller(quality)("get", f"{BASE}/{asked}")
    assert status == 400
    assert found["detail"] or found["fields"]


@pytest.mark.parametrize("asked", ["iso9999/states", "signals/none", "iso9999/ledger"])
def test_what_is_not_there_is_not_found(quality: Person, asked: str) -> None:
    """M11: an unknown framework or signal."""
    assert Caller(quality)("get", f"{BASE}/{asked}")[0] == 404


def test_who_reads_no_records_reads_no_figures(db: Any) -> None:
    """ACL-11: the administrator of the system, on every endpoint; and nobody writes here."""
    call = Caller(person("Otto Admin", Role.ADMINISTRATOR))
    for asked in ("scope", "signals", "signals/silence", *(f"iso13485/{x}" for x in ("figures", "states", "ledger"))):
        assert call("get", f"{BASE}/{asked}")[0] == 404
    assert call("post", f"{BASE}/iso13485/states", {})[0] == 405
