"""Lists of many records: a page is a range of an index, and never a sort of all records of a kind."""

import datetime as dt
import itertools
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gemba.kernel.access.viewer import seeing, seeing_everything
from gemba.kernel.actions.write import Raise
from gemba.kernel.lists import paging
from gemba.kernel.lists.filters import Filters
from gemba.kernel.lists.paging import page
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.types import registry
from gemba.modules.objective.models import Objective
from tests.kernel.people import access, as_, person
from tests.plans import plan_of
from tests.web.seed import values

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 1)
SORTS = ("due", "-due", "title", "-title", "owner", "-owner", "-number", "event_date", "target")
INDEXES = {
    "due": "record_by_due", "event_date": "record_by_event", "owner": "record_owned", "number": "record_newest",
}  # fmt: skip
SIZE = 7
KEYS = 'SELECT "kernel_record"."id" AS "pk" FROM'
"""The keys of a page, before its rows. Where they are of several people, each of them owns less than a page."""


@pytest.fixture
def quality() -> Person:
    """Who looks. Of forty objectives some have no date, some the same one or the last there is, and some one title;
    their five owners include two of one name.
    """
    who = person("Aino Laine", Role.QUALITY)
    owners = [who, *(Person.objects.create(name=name) for name in ("Zoë", "Berta", "Berta", "Carl"))]
    days = (None, TODAY, TODAY, TODAY + dt.timedelta(days=40), dt.date.max)
    with seeing_everything():
        for index in range(40):
            given = values(index % 3, due=days[index % 5], owner=owners[index * 7 % 11 % 5])
            Raise(model=Objective, values=given, **as_(who)).execute()
    return who


def pages(sort: str, way: str = "after", begin: str = "", **given: str) -> list[list[int]]:
    """The keys on every page from here, forth or back."""
    declared = registry.named("objective")
    filters, found = Filters.read(declared, {"sort": sort, **given}), []
    while True:
        shown = page(filters, declared, TODAY, size=SIZE, **{way: begin})
        found.append([row.pk for row in shown.rows])
        key = getattr(shown, way)
        if key is None:
            return found
        begin = str(key)


@pytest.mark.parametrize("given", [{}, {"show": "open"}, {"due": "month"}, {"due": "none"}, {"q": "complaints"}])
def test_walked_or_sorted_a_list_has_one_order(
    quality: Person, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    """SPD: long lists are walked along indexes and short ones sorted; the pages are the same, forth and back."""
    with seeing(access(quality)):
        for sort in SORTS:
            ways = []
            for counted in (1000, 3):
                monkeypatch.setattr(paging, "COUNTED", counted)
                forth = pages(sort, **given)
                keys = list(itertools.chain(*forth))
                assert len(keys) == len(set(keys))
                if forth[1:]:
                    assert pages(sort, "before", str(forth[-1][0]), **given)[::-1] == forth[:-1]
                ways.append(forth)
            assert _but_for_the_last_day(sort, ways[0]) == _but_for_the_last_day(sort, ways[1])


def _but_for_the_last_day(sort: str, found: list[list[int]]) -> Any:
    """By due date a walk meets records due on the last day there is among those without a date."""
    keys = list(itertools.chain(*found))
    last = set(Objective._base_manager.filter(due=dt.date.max).values_list("pk", flat=True))
    return [key for key in keys if key not in last] if sort.endswith("due") else found


@pytest.mark.parametrize("sort", ["due", "-due", "event_date", "-event_date", "owner", "-owner", "number", "-number"])
def test_a_page_of_a_long_list_is_a_range_of_an_index(
    quality: Person, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    """SPD: the first page and the one behind a row, without looking at the rows before it or sorting those after."""
    monkeypatch.setattr(paging, "COUNTED", 3)
    index = INDEXES[sort.removeprefix("-")]
    with seeing(access(quality)):
        rows = Objective._base_manager.filter(due=TODAY).order_by("pk")
        for begin in ("", str(rows[2].pk)):
            with CaptureQueriesContext(connection) as asked:
                pages_begin(sort, begin)
            walks = [each["sql"] for each in asked if each["sql"].startswith(KEYS)]
            assert walks
            for walk in walks:
                if '."owner_id" IN (' in walk:
                    continue
                plan = plan_of(walk, index)
                assert index in plan, walk + plan
                assert not re.search("TEMP B-TREE|Sort", plan), (walk, plan)


def pages_begin(sort: str, begin: str) -> None:
    declared = registry.named("objective")
    page(Filters.read(declared, {"sort": sort}), declared, TODAY, size=SIZE, after=begin)
