"""Two ways to say who sees a record, in the query and of a loaded row, that must never differ."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gemba.kernel.access.scope import Access, Grant
from gemba.kernel.people.models import Person, Product, Site
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from tests.kernel.people import person

KINDS = ("objective", "measurement", "gone")
ROLES = (Role.EMPLOYEE, Role.QUALITY, Role.MANAGEMENT, Role.AUDITOR, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class World:
    people: tuple[Person, ...]
    sites: tuple[int | None, ...]
    products: tuple[int | None, ...]
    records: tuple[Record, ...]


@pytest.fixture
def world(db: None) -> World:
    """Every kind at every place about everything, open and confidential, of three people in turn."""
    people = tuple(person(name) for name in ("Aino", "Eino", "Ilse"))
    sites = (None, *(Site.objects.create(name=name).pk for name in ("Tampere", "Porto")))
    products = (None, Product.objects.create(name="Pump").pk)
    places = product(KINDS, sites, products, (False, True), (0, 1, 2))
    made = [
        Record(
            kind=kind, number=f"N-{index}", title="x", state="draft", owner=people[turn], confidential=hidden,
            raised_by=people[(turn + index) % 3], site_id=site, product_id=about, digest="0" * 64,
        )
        for index, (kind, site, about, hidden, turn) in enumerate(places)
    ]  # fmt: skip
    spine: Any = Record._base_manager
    stored: Any = spine.bulk_create(made)
    return World(people, sites, products, tuple(stored))


@st.composite
def accesses(draw: st.DrawFn, world: World) -> Access:
    me, *others = world.people
    grants = st.builds(
        Grant, role=st.sampled_from(ROLES), site_id=st.sampled_from(world.sites),
        product_id=st.sampled_from(world.products), confidential=st.booleans(),
        principal=st.sampled_from((None, None, *others)),
    )  # fmt: skip
    readers: dict[str, Collection[Role]] = {
        kind: draw(st.sets(st.sampled_from(ROLES))) for kind in KINDS if draw(st.integers(0, 4))
    }
    return Access(me, tuple(draw(st.lists(grants, max_size=5))), readers=readers)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_loaded_row_is_seen_exactly_when_the_query_finds_it(world: World, data: st.DataObject) -> None:
    """ACL-01, ACL-05: grants with bounds, deputies, confidential records, owners and raisers; kinds nobody declares."""
    access = data.draw(accesses(world))
    found = set(Record._base_manager.filter(access.visible()).values_list("pk", flat=True))
    assert {record.pk for record in world.records if access.sees(record)} == found


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), kind=st.sampled_from(KINDS))
def test_the_shorter_condition_of_one_kind_finds_the_same(world: World, data: st.DataObject, kind: str) -> None:
    """ACL-01: what a list asks for is what the whole condition lets through."""
    access = data.draw(accesses(world))
    rows = Record._base_manager.filter(kind=kind)
    short, whole = (set(rows.filter(each.visible()).values_list("pk")) for each in (access.only(kind), access))
    assert short == whole


def test_the_system_sees_everything(world: World) -> None:
    """ACL-05."""
    assert all(Access(world.people[0], everything=True).sees(record) for record in world.records)
