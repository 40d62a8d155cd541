"""A certificate and what stays due after it: surveillance, recertification, and everything that was due before."""

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest

from gemba.evidence.catalogue.load import SHIPPED
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.expectations.settle import settle
from gemba.evidence.practice.assessment import assess
from gemba.kernel import clock
from gemba.kernel.actions.advance import Void
from gemba.kernel.actions.write import Edit
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Refused
from gemba.kernel.tasks.models import Task
from gemba.kernel.types import registry
from gemba.modules.certification.cycle import cycles, ends, falling, next_surveillance
from gemba.modules.certification.jobs import ask_to_prepare
from gemba.modules.certification.models import CertificationVisit
from tests.kernel.people import as_
from tests.kernel.samples import again, figure, signed
from tests.modules.certification.making import (
    DAY,
    ISO,
    MEASURED,
    START,
    attached,
    certificate,
    claims,
    held,
    under_way,
    valid,
    visits,
)

pytestmark = pytest.mark.django_db
DATE = dt.date


def test_a_certificate_needs_its_file_and_two_people(quality: Person, manager: Person) -> None:
    """M188: somebody looks after it, with a deputy, from the first day."""
    alone = certificate(quality, None)
    with pytest.raises(Refused) as refusal:
        signed(alone, "confirm", manager)
    assert len(refusal.value.sentences) == 2
    attached(alone, quality)
    Edit(record=again(alone), values={"deputy": quality}, **as_(quality)).execute()
    with pytest.raises(Refused, match="somebody else"):
        signed(again(alone), "confirm", manager)


def test_surveillance_and_recertification_fall_out_of_a_certificate(quality: Person, manager: Person) -> None:
    """M190: dates come from the certificate and the cycle that is data, with time to prepare."""
    made = valid(quality, manager, issued=DATE(2026, 3, 1))
    assert made.expires == DATE(2029, 2, 28)
    assert [(each.stage, each.due, each.prepare_from) for each in visits(made)] == [
        ("surveillance", DATE(2027, 3, 1), DATE(2026, 12, 1)),
        ("surveillance", DATE(2028, 3, 1), DATE(2027, 12, 1)),
        ("recertification", DATE(2028, 11, 28), DATE(2028, 5, 28)),
    ]  # fmt: skip
    assert all(each.open and each.state == "expected" for each in visits(made))


@pytest.mark.parametrize(("kind", "issued", "last"), [
    ("iso13485", DATE(2024, 2, 29), DATE(2027, 2, 27)), ("mdr", DATE(2024, 2, 29), DATE(2029, 2, 27)),
    ("iso14971", DATE(2026, 1, 31), DATE(2029, 1, 30)), ("mdsap", DATE(2025, 12, 31), DATE(2028, 12, 30)),
])  # fmt: skip
def test_a_cycle_keeps_its_rules_on_every_day(kind: str, issued: DATE, last: DATE) -> None:
    """M190: leap days and ends of months; no visit after the end, none prepared before the issue."""
    assert ends(kind, issued) == last
    found_days = list(falling(kind, issued, last))
    assert [each.due for each in found_days] == sorted(each.due for each in found_days)
    assert all(issued <= each.prepare_from <= each.due <= last for each in found_days)
    gaps = [(after.due - before.due).days for before, after in pairwise(found_days)]
    assert max(gaps) <= 366
    assert (found_days[0].due - issued).days <= 366


def test_a_certificate_that_ends_early_expects_no_visit_after_its_end() -> None:
    """M190: a short certificate has a short cycle."""
    days = [each.due for each in falling("iso13485", DATE(2026, 1, 1), DATE(2026, 8, 1))]
    assert days == [DATE(2026, 5, 1)]
    assert [each.due for each in falling("iso13485", DATE(2026, 1, 1), DATE(2026, 2, 1))] == [DATE(2026, 1, 1)]
    assert set(cycles()) <= set(SHIPPED)


def test_a_visit_that_comes_near_is_asked_for_once(quality: Person, manager: Person) -> None:
    """M104, M190: with lead time, in somebody's work list, whether or not anybody thinks of it."""
    made = valid(quality, manager, issued=clock.today() - 300 * DAY)
    assert ask_to_prepare(clock.today()) == 1
    assert ask_to_prepare(clock.today()) == 0
    [task] = Task.objects.filter(done_at=None)
    assert (task.person, task.due, task.record_id) == (quality, visits(made)[0].due, visits(made)[0].pk)


def test_after_the_certificate_the_schedule_goes_on(moving: Any, quality: Person, manager: Person) -> None:
    """M104: with the clock past the day of issue, expectations still begin, are met, and are missed; nothing is done
    because a certificate exists."""
    claims(quality, MEASURED.id)
    settle(clock.today())
    before = list(Expectation.objects.filter(duty=MEASURED.id).order_by("due").values_list("due", "end"))
    moving.move_to(START + dt.timedelta(days=100))
    valid(quality, manager)
    settle(clock.today())
    assert list(Expectation.objects.filter(duty=MEASURED.id).order_by("due").values_list("due", "end")) == before
    signed(figure(quality, event_date=clock.today()), "confirm", manager)
    moving.move_to(START + dt.timedelta(days=3 * 366 + 200))
    settle(clock.today())
    after = Expectation.objects.filter(duty=MEASURED.id, because=None).order_by("due")
    ended = list(after.values_list("end", flat=True))
    assert ended[0] == "met"
    assert ended[1:3] == ["missed", "missed"]
    assert ended[-1] == "open"
    row = assess(ISO, {}).row(MEASURED.id)
    assert row is not None
    assert str(row.state) == "lapsed"


def test_the_same_is_due_with_and_without_a_certificate(moving: Any, quality: Person, manager: Person) -> None:
    """M104: the ledger does not know that there is a certificate."""
    claims(quality, MEASURED.id)
    moving.move_to(START + dt.timedelta(days=800))
    settle(clock.today())
    without = rows()
    Expectation.objects.all().delete()
    valid(quality, manager, issued=START.date())
    settle(clock.today())
    assert rows() == without
    assert len(without) > 2


def rows() -> list[tuple[Any, ...]]:
    found_rows = Expectation.objects.order_by("duty", "due")
    return list(found_rows.values_list("framework", "duty", "since", "due", "end"))


def test_no_kind_of_certification_proves_anything() -> None:
    """M104, M191: that a body came, or that a paper hangs on the wall, is no evidence of daily work."""
    for kind in ("certificationplan", "certificate", "certificationvisit"):
        assert registry.named(kind).yields == ()
    names = {state.name for state in registry.named("certificate").lifecycle.states}
    assert names == {"draft", "valid", "suspended", "ended", "replaced"}


def test_a_replaced_certificate_waits_for_no_visit_any_more(quality: Person, manager: Person) -> None:
    """M190: the new certificate brings its own cycle; what was held under the old one stays."""
    first = valid(quality, manager, issued=clock.today() - 1000 * DAY)
    held(visits(first)[0], quality, held_on=clock.today() - 700 * DAY)
    following = valid(quality, manager, replaces=first)
    assert again(first).state == "replaced"
    assert [each.state for each in visits(first)] == ["held", "lapsed", "lapsed"]
    assert [each.state for each in visits(following)] == ["expected"] * 3


def test_an_expired_certificate_is_flagged_until_somebody_ends_it(quality: Person, manager: Person) -> None:
    """M190: expiry is seen ahead, and afterwards."""
    old = valid(quality, manager, issued=clock.today() - 1200 * DAY)
    soon = valid(quality, manager, issued=clock.today() - 1000 * DAY)
    rows_of = type(old)._base_manager
    flags = {flag.name: flag.rows(clock.today()) for flag in registry.named("certificate").flags}
    assert [each.pk for each in rows_of.filter(flags["expired"])] == [old.pk]
    assert [each.pk for each in rows_of.filter(flags["expiring"])] == [soon.pk]
    signed(old, "end", manager, reason="Not renewed")
    assert not rows_of.filter(flags["expired"]).exists()
    assert not CertificationVisit._base_manager.filter(of_certificate=old, open=True).exists()


@pytest.mark.parametrize(("kind", "held_on", "due", "last"), [
    ("iso13485", DATE(2026, 10, 22), DATE(2028, 3, 5), DATE(2027, 12, 31)),
    ("iso13485", DATE(2027, 3, 4), DATE(2028, 3, 5), DATE(2028, 3, 5)),
    ("mdr", DATE(2026, 10, 22), DATE(2028, 3, 5), DATE(2027, 10, 22)),
    ("mdr", DATE(2024, 2, 29), DATE(2026, 2, 27), DATE(2025, 2, 28)),
])  # fmt: skip
def test_an_early_surveillance_makes_the_next_one_due_earlier(kind: str, held_on: DATE, due: DATE, last: DATE) -> None:
    """M190: what is owed is the time between two visits: once in a calendar year, or within twelve months."""
    assert next_surveillance(kind, held_on, due) == last


def test_the_day_of_the_next_surveillance_follows_from_the_last(quality: Person, manager: Person) -> None:
    """M190: dates are generated from what happened, with the time to prepare; never later than they were."""
    made = valid(quality, manager, issued=clock.today() - 300 * DAY)
    before = visits(made)[1].due
    held(visits(made)[0], quality, held_on=clock.today() - 290 * DAY)
    following = visits(made)[1]
    assert before is not None
    assert following.due == min(before, DATE((clock.today() - 290 * DAY).year + 1, 12, 31))
    assert following.prepare_from is not None
    assert following.prepare_from < following.due


def test_what_was_voided_or_ended_waits_for_no_visit(quality: Person, manager: Person) -> None:
    """M190: a certificate entered by mistake leaves no visit behind, and an ended plan no stage."""
    record = under_way(quality)
    wrong, right = (valid(quality, manager, plan=record) for _n in range(2))
    Void(record=wrong, reason="Entered twice", **as_(manager)).execute()
    assert {each.state for each in visits(wrong)} == {"lapsed"}
    signed(again(record), "end", manager, reason="Another body")
    stages = [each for each in visits(record) if each.of_certificate_id is None]
    assert [each.state for each in stages] == ["lapsed", "lapsed"]
    assert {each.state for each in visits(right)} == {"expected"}
