"""A plan is signed long before its result is known: what that means for the signature of the plan."""

from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.write import Edit
from gemba.kernel.records.models import content_digest
from gemba.kernel.signing.models import Signature, verdict
from gemba.kernel.signing.since import filled_in_since
from gemba.modules.capa.models import Capa
from tests.kernel.people import as_
from tests.modules.capa.life import approved, edit, now, team, watched

pytestmark = pytest.mark.django_db
NOT_VALID = "not valid: the content changed after signing"


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.GEMBA_FILES = str(tmp_path)


def plan_of(capa: Capa) -> str:
    return verdict(Signature.objects.get(record=capa, transition="approve"))


def labels(capa: Capa) -> set[str]:
    plan = Signature.objects.get(record=capa, transition="approve")
    return set(filled_in_since(now(capa), plan.seq, plan.content) or ())


def test_what_is_filled_in_later_does_not_undo_the_signature_of_the_plan() -> None:
    """SIG-04, M152: the plan says what it said; the page counts what came to it since."""
    people = team()
    capa = watched(people)
    assert plan_of(capa) == "valid; 3 fields filled in since"
    assert labels(capa) == {"corrected on", "why no procedure changed", "why nobody had to be told or trained"}
    edit(capa, people.owner, after="0.5", result="Good")
    edit(capa, people.owner, after="0.7")
    assert {"figure after", "what the records show"} <= labels(capa)


def test_a_plan_that_says_something_else_is_no_longer_signed() -> None:
    """SIG-05: one changed word of what was signed, and it does not stand."""
    people = team()
    capa, _action = approved(people)
    assert plan_of(capa) == "valid"
    Edit(record=now(capa), fixed={"criterion": "Anything"}, **as_(people.quality)).execute()
    assert plan_of(capa) == NOT_VALID


def test_what_was_filled_in_and_emptied_again_is_as_signed() -> None:
    """SIG-04: the content is the signed one, to the byte."""
    people = team()
    capa, _action = approved(people)
    edit(capa, people.owner, no_document="Nothing")
    edit(capa, people.owner, no_document="")
    assert plan_of(capa) == "valid"


def test_a_value_no_event_explains_is_never_excused() -> None:
    """SIG-04, AUD-06: written past all guards into a column that was empty."""
    people = team()
    capa, _action = approved(people)
    edit(capa, people.owner, no_document="Nothing")
    assert plan_of(capa) == "valid; 1 field filled in since"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE capa_capa SET no_training = 'Nobody'")
        cursor.execute("UPDATE kernel_record SET digest = %s", [content_digest(now(capa), [])])
    assert plan_of(capa) == NOT_VALID


def test_an_added_file_is_named_and_a_replaced_one_undoes_the_signature() -> None:
    """SIG-04: files are part of what was signed."""
    people = team()
    capa, _action = approved(people)
    Attach(record=now(capa), name="log.csv", chunks=[b"a,b\n1,2\n"], **as_(people.owner)).execute()
    assert labels(capa) == {"log.csv"}
    Attach(record=now(capa), name="log.csv", chunks=[b"a,b\n1,3\n"], **as_(people.owner)).execute()
    assert plan_of(capa) == NOT_VALID
