"""After an upgrade that added columns, rows that nobody changed since are as sound as before."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations import AddField, Migration
from django.db.migrations.loader import MigrationLoader

from gemba.kernel.people.models import Person
from gemba.kernel.records import models as records
from gemba.kernel.trail.models import Event
from gemba.kernel.verify import earlier
from gemba.kernel.verify.run import Wish, verify
from gemba.modules.objective.models import Objective
from tests.tamper.histories import Company

pytestmark = pytest.mark.django_db
Made = Callable[[], Objective]


@pytest.fixture
def before_the_upgrade(monkeypatch: pytest.MonkeyPatch, store: Any) -> Iterator[Objective]:
    """An objective of a time when objectives had no `period` yet, and what the migrations of today say."""
    columns = records._business_columns, records._content_columns

    def fewer(of: Any) -> Any:
        return lambda model: tuple(column for column in of(model) if column[0] != "period")

    with pytest.MonkeyPatch.context() as then:
        for each in columns:
            then.setattr(records, each.__name__, fewer(each))
        made = Company().raised(target=Decimal(7))
    upgrade: Any = Migration("0002_period", "objective")
    upgrade.operations = [AddField("objective", "period", models.PositiveSmallIntegerField(default=3))]
    build = MigrationLoader.build_graph

    def later(self: MigrationLoader) -> None:
        build(self)
        key = ("objective", upgrade.name)
        self.graph.add_node(key, upgrade)
        self.graph.add_dependency(upgrade, key, ("objective", "0001_initial"))

    monkeypatch.setattr(MigrationLoader, "build_graph", later)
    earlier.look_again()
    yield made
    earlier.look_again()


def test_tmp_26_old_rows_and_events_are_sound_after_an_upgrade(before_the_upgrade: Objective) -> None:
    """TMP-26: the event stays as it was written, and the row still equals it; also after it is changed again."""
    body = Event.objects.get(record=before_the_upgrade).body
    assert '"period"' not in body
    assert verify(Wish()).findings == []
    assert Event.objects.get(record=before_the_upgrade).body == body


def test_tmp_26_what_was_put_into_the_new_column_by_hand_is_found(before_the_upgrade: Objective) -> None:
    """TMP-26, TMP-13: only an empty new column is excused."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE objective_objective SET period = 4 WHERE record_ptr_id = %s", [before_the_upgrade.pk])
    [finding] = verify(Wish()).findings
    assert (finding.code, finding.subject, finding.field) == ("row-altered", before_the_upgrade.subject, "period")


def test_nothing_is_excused_where_nothing_was_added(store: Any) -> None:
    """TMP-13: today's tables are as they were made."""
    earlier.look_again()
    assert earlier.added_to(Objective) == ()
    assert earlier.added_to(Person) == ()
