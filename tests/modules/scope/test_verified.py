"""What applies is held against the scope that was signed, whoever edits the tables behind it."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from gemba.kernel import clock
from gemba.kernel.people.models import Person
from gemba.modules.scope.models import Scope
from gemba.modules.scope.verified import applicability_problems
from tests.modules.scope.test_scope import in_force, manager, quality

__all__ = ["manager", "quality"]
pytestmark = pytest.mark.django_db
TABLE = "evidence_applicability"


@pytest.fixture
def scope(quality: Person, manager: Person) -> Scope:
    return in_force(quality, manager)


def behind(statement: str, *values: Any) -> None:
    """As somebody does who has the database and no Gemba."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0, statement


def found() -> list[str]:
    return [each.sentence for each in applicability_problems()]


def test_what_a_signed_scope_decides_is_as_it_stands(quality: Person, manager: Person, scope: Scope) -> None:
    """TMP-13: nothing is found in what Gemba wrote itself, of the scope in force and of the one before it."""
    assert found() == []
    in_force(quality, manager, title="Wider")
    assert found() == []


@pytest.mark.parametrize(
    ("statement", "values", "told"),
    [
        (f"UPDATE {TABLE} SET applies = %s, reason = 'x' WHERE framework = 'iso13485' AND duty = '8.5.2-a'", (False,),
         "iso13485 8.5.2-a is left out, and the scope does not say so"),
        (f"UPDATE {TABLE} SET valid_to = %s WHERE duty = '8.5.2-a'", (dt.date(2026, 1, 1),), "another time"),
        (f"UPDATE {TABLE} SET valid_from = %s WHERE duty = '8.5.2-a'", (dt.date(2020, 1, 1),), "another time"),
        ("UPDATE evidence_applied SET valid_to = %s WHERE framework = 'mdr'", (dt.date(2026, 1, 1),), "another time"),
        ("DELETE FROM evidence_applied WHERE framework = 'mdr'", (), "mdr stands in only one"),
        (f"DELETE FROM {TABLE} WHERE framework = 'mdr'", (), "mdr stands in only one"),
        ("UPDATE evidence_applied SET framework = 'qmsr' WHERE framework = 'mdr'", (), "qmsr stands in only one"),
    ],
)  # fmt: skip
def test_a_duty_left_out_behind_our_back_is_found(
    scope: Scope, statement: str, values: tuple[Any, ...], told: str
) -> None:
    """TMP-13: an exclusion that nobody signed would turn a gap into nothing to do."""
    behind(statement, *values)
    assert any(told in sentence and scope.number in sentence for sentence in found()), found()


def test_a_signed_decision_that_was_turned_or_taken_away_is_found(quality: Person, manager: Person) -> None:
    """TMP-13, TMP-14: people's own decision on a single duty, with its reason."""
    line = in_force(quality, manager, answers=[]).decisions[0]
    framework, duty = line["framework"], line["duty"]
    behind(f"UPDATE {TABLE} SET reason = 'Because' WHERE framework = %s AND duty = %s", framework, duty)
    assert any(f"{framework} {duty} is not as the scope decides it" in each for each in found())
    behind(f"DELETE FROM {TABLE} WHERE framework = %s AND duty = %s", framework, duty)
    assert any(f"{framework} {duty} is decided by the scope, and the decision is gone" in each for each in found())


def test_decisions_of_what_is_no_scope_in_force_are_found(scope: Scope) -> None:
    """TMP-11: a scope that nobody approved decides nothing."""
    behind("UPDATE kernel_record SET state = 'draft' WHERE id = %s", scope.pk)
    assert [each.partition(":")[0] for each in found()] == ["Duties are decided by something that is no scope in force"]
    assert clock.today() == scope.valid_from
