"""Exercises are kept apart from what is real: by the database, in every figure, in every report."""

import re
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from gemba.evidence.catalogue.load import framework
from gemba.evidence.practice.assessment import assess
from gemba.kernel.actions.bulk import RaiseMany
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.roles import STAFF
from gemba.kernel.types import RecordType, registry
from gemba.web.parts import screen_name
from tests.contract import values
from tests.contract.values import put_in_state, raised
from tests.kernel.people import as_, person
from tests.kernel.samples import FIGURE, again
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db
TYPES = list(registry)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture
def all_round() -> Person:
    return person("Aino Laine", *STAFF)


@pytest.mark.parametrize("declared", TYPES, ids=[each.kind for each in TYPES])
def test_gxp_14_an_exercise_of_every_kind_has_a_number_of_its_own_series(
    declared: RecordType[Any], all_round: Person
) -> None:
    """M121: also of those whose module makes its numbers; the real series goes on without a gap."""
    real, drill = raised(declared, all_round), raised(declared, all_round, exercise=True)
    assert not real.number.startswith("EX-")
    assert drill.number.startswith("EX-")


@pytest.mark.parametrize(
    "change", [{"exercise": False}, {"number": "CAPA-2026-0001"}, {"number": "ex-1"}, {"number": "X-EX-1"}]
)
def test_gxp_14_no_exercise_becomes_real_not_even_past_the_program(all_round: Person, change: dict[str, Any]) -> None:
    """M121: the flag and the number hold each other, in the database itself."""
    drill = raised(registry.named("measurement"), all_round, exercise=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuerySet(Record).filter(pk=drill.pk).update(**change)
    assert again(drill).exercise


@pytest.mark.parametrize("change", [{"exercise": True}, {"number": "EX-MEAS-2026-0001"}])
def test_gxp_14_no_real_record_is_hidden_as_an_exercise(all_round: Person, change: dict[str, Any]) -> None:
    """M121: nobody takes a missed figure out of the count by calling it a drill."""
    real = raised(registry.named("measurement"), all_round)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuerySet(Record).filter(pk=real.pk).update(**change)
    with pytest.raises(Refused):
        Edit(record=real, values={"exercise": True}, **as_(all_round)).execute()
    with pytest.raises(IntegrityError), transaction.atomic():
        Edit(record=again(real), fixed={"exercise": True}, **as_(all_round)).execute()


def test_gxp_14_records_that_come_in_bulk_are_numbered_apart_too(all_round: Person) -> None:
    """M121: two series in one run."""
    model = registry.named("measurement").model
    rows = [{**FIGURE, "exercise": each} for each in (True, False, True)]
    RaiseMany(model=model, rows=rows, name="mixed", **as_(all_round)).execute()
    found = model._base_manager.values_list("exercise", "number")
    assert sorted(number.startswith("EX-MEAS-") == exercise for exercise, number in found) == [True, True, True]


def test_gxp_14_nothing_real_leans_on_an_exercise(all_round: Person) -> None:
    """M121, M123: by no kind of link but that of a dry run; an exercise may name what is real."""
    drill = raised(registry.named("complaint"), all_round, exercise=True)
    for declared in TYPES:
        for role in declared.links:
            if role.to_exercise or role.to:
                continue
            real = raised(declared, all_round)
            with pytest.raises(Invalid, match=f"{drill.number} is an exercise, and this record is real"):
                MakeLink(record=real, role=role.name, to=drill, **as_(all_round)).execute()
    assert [(d.kind, role.name) for d in TYPES for role in d.links if role.to_exercise] == [("dryrun", "exercised")]
    real, other = raised(registry.named("nonconformity"), all_round), registry.named("nonconformity").model
    before = other._base_manager.count()
    values_of = {"title": "Leans", "description": "On a drill", "unmet": "Drawing 12"}
    with pytest.raises(Invalid, match="is an exercise"):
        Raise(model=other, values=values_of, links=[("found_on", drill)], **as_(all_round)).execute()
    assert other._base_manager.count() == before
    other_drill = raised(registry.named("nonconformity"), all_round, exercise=True)
    assert MakeLink(record=other_drill, role="found_on", to=real, **as_(all_round)).execute().target_id == real.pk


PAGES = [
    (declared, screen) for declared in TYPES for screen in declared.screens if screen.menu and not screen.on_record
]
LISTS = {
    "/my-responsibilities", "/team", "/my-training", "/competence-matrix", "/documents/matrix",
    "/documents/consistency", "/audit-trail",
}  # fmt: skip
"""Pages that list what there is or what is to be done, exercises too, each with its number of its own series."""


def test_gxp_14_no_page_of_figures_counts_an_exercise(all_round: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """M121: every page of every module, and paper and practice, say the same with an exercise of each kind."""
    client = Client()
    client.cookies["sessionid"] = session_of(all_round)
    kinds = [declared for declared in TYPES if declared.yields]
    for declared in kinds:
        put_in_state(raised(declared, all_round), declared.yields[0].states[0].name, final=False)
    urls = [reverse(screen_name(declared, screen)) for declared, screen in PAGES if "<" not in screen.path]
    pages = [*urls, "/practice/iso13485/ledger", "/practice/signals"]
    before = {url: told(client, url) for url in pages}
    figures = assess(framework("iso13485"), {}).overall
    monkeypatch.setattr(values, "raised", partial(raised, exercise=True))  # what a record needs is one as well
    for declared in kinds:
        put_in_state(raised(declared, all_round, exercise=True), declared.yields[0].states[0].name, final=False)
    after = assess(framework("iso13485"), {}).overall
    assert (after.claimed, after.working) == (figures.claimed, figures.working)
    assert {url for url in pages if told(client, url) != before[url]} - LISTS == set()


def told(client: Client, url: str) -> str:
    """What stands between the first and the last heading, without what differs from one answer to the next."""
    found = client.get(url)
    if found.status_code == 404:
        return "not there"
    text = found.content.decode().partition("<main")[2].partition("</main>")[0]
    return TOKEN.sub("", text)
