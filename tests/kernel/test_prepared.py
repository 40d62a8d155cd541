"""Statements that are made once: the same rows as from the query set, other keys each time, every reader apart."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, Model, OuterRef
from django.test.utils import CaptureQueriesContext

from gemba.kernel import clock
from gemba.kernel.access.eyes import ThroughEyes
from gemba.kernel.access.viewer import UnscopedAccessError, seeing
from gemba.kernel.people.models import Person
from gemba.kernel.prepared import MarkLostError, Prepared
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event
from tests.kernel.people import access, person
from tests.kernel.test_access import objective

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def keys(rows: Iterable[Model]) -> list[object]:
    return [row.pk for row in rows]


def test_a_prepared_query_gives_the_rows_of_its_query_set(quality: Person) -> None:
    """SPD: instances, rows beside them and annotations, with every value converted alike."""
    records = [objective(quality, title=f"Number {index}") for index in range(3)]
    has_events = Exists(Event.objects.filter(record=OuterRef("pk"), seq=1))

    def query(key: int) -> Any:
        rows = Record._base_manager.select_related("owner", "site")
        return rows.filter(pk=key).annotate(told=has_events)

    ask: Prepared[Record] = Prepared(query, int)
    for record in records:
        [found] = ask(record.pk)
        wanted = query(record.pk).get()
        ours, theirs = ({k: v for k, v in vars(row).items() if k != "_state"} for row in (found, wanted))
        assert ours == theirs
        with CaptureQueriesContext(connection) as captured:
            assert (found.owner.name, found.site, found._state.db) == ("Aino", None, "default")
        assert len(captured) == 0


def test_a_key_may_stand_in_several_places_and_be_text(quality: Person) -> None:
    """SPD: also on PostgreSQL, which holds the statement."""
    record = objective(quality)
    ask: Prepared[Record] = Prepared(
        lambda number, key: Record._base_manager.filter(number=number, owner=key, raised_by=key), str, int
    )
    assert keys(ask(record.number, quality.pk)) == [record.pk]
    assert ask(record.number, quality.pk + 1) == []
    assert ask("100% %s", quality.pk) == []


def test_a_day_may_be_a_key(quality: Person) -> None:
    """SPD: the rights of every day are asked with one statement."""
    today = clock.today()
    record = objective(quality, due=today)
    ask: Prepared[Record] = Prepared(
        lambda first, last, key: Record._base_manager.filter(pk=key, due__gte=first, due__lte=last),
        dt.date,
        dt.date,
        int,
    )
    for ahead, found in ((0, [record.pk]), (1, []), (-1, [record.pk])):
        assert keys(ask(today + ahead * DAY, today + DAY, record.pk)) == found
    assert ask(today - DAY, today - DAY, record.pk) == []


def test_a_per_cent_sign_in_a_statement_stays_one(quality: Person) -> None:
    """SPD: only the marks of keys are numbered."""
    record = objective(quality, title="50 % fewer open seals")
    ask: Prepared[Record] = Prepared(lambda key: Record._base_manager.filter(title__contains="0 % f", pk=key), int)
    assert keys(ask(record.pk)) == [record.pk]


def test_a_query_without_any_row_to_find_asks_nothing(quality: Person) -> None:
    """SPD: somebody without rights costs no statement."""
    ask: Prepared[Record] = Prepared(lambda key: Record._base_manager.filter(pk__in=[], owner=key), int)
    with CaptureQueriesContext(connection) as captured:
        assert ask(quality.pk) == []
    assert len(captured) == 0


def test_a_query_that_loses_its_key_is_refused() -> None:
    """A statement that would answer everybody alike is a leak."""
    ask: Prepared[Session] = Prepared(lambda _key: Session.objects.all(), str)
    with pytest.raises(MarkLostError):
        ask("x")


def test_two_people_with_the_same_rights_share_a_statement_and_no_row() -> None:
    """ACL-02: what is confidential shows to its owner alone, whoever asked first."""
    first, second = person("Eino", Role.QUALITY), person("Ilse", Role.QUALITY)
    mine, theirs = objective(first, confidential=True), objective(second, confidential=True)
    ask = ThroughEyes(lambda _access: Record.objects.all())
    for who, record in ((first, mine), (second, theirs), (first, mine)):
        with seeing(access(who)):
            assert keys(ask()) == [record.pk]


def test_a_role_taken_away_is_gone_from_the_next_answer() -> None:
    """ACL-09: a statement belongs to rights, not to a person."""
    who = person("Eino", Role.QUALITY)
    record = objective(who)
    ask = ThroughEyes(lambda _access: Record.objects.all())
    with seeing(access(who)):
        assert keys(ask()) == [record.pk]
    who.grants.all().delete()
    with seeing(access(who)):
        assert ask() == []


def test_nobody_looking_is_an_error_for_prepared_queries_too() -> None:
    """ACL-05."""
    with pytest.raises(UnscopedAccessError):
        ThroughEyes(lambda _access: Record.objects.all())()
