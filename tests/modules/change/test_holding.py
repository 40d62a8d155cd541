"""What is done under a change waits for it, whatever kind of record it is."""

import pytest

from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.links.holding import awaits_change, changes_holding, held_by_change, records_under
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from tests.kernel.people import as_, person
from tests.kernel.samples import again, raised, signed
from tests.modules.change.making import approved, finish, proposed

pytestmark = pytest.mark.django_db


@pytest.fixture
def jussi() -> Person:
    return person("Jussi", Role.OPERATIONS)


@pytest.fixture
def mikael() -> Person:
    return person("Mikael", Role.QUALITY)


def under(record: Record, change: Record, who: Person) -> Link:
    """As a kind that declares the role would be linked."""
    return Link.objects.create(
        source_id=record.pk, target_id=change.pk, role="under_change", seen=change.digest, made_by=who
    )


def waiting() -> list[str]:
    return [record.number for record in Record._base_manager.filter(held_by_change())]


def test_a_record_under_a_change_waits_until_the_change_is_in_effect(jussi: Person, mikael: Person) -> None:
    """M99, M101: nothing under an open change is released; the day it is put into effect, everything is free."""
    change, task = approved(jussi, mikael)
    record = raised(mikael)
    assert awaits_change(record) is None
    under(record, change, mikael)
    assert awaits_change(record) == f"This waits until {change.number} is put into effect."
    assert (waiting(), [r.pk for r in records_under(change)]) == ([record.number], [record.pk])
    finish(task, jussi)
    signed(again(change), "put_into_effect", jussi)
    assert (awaits_change(record), waiting(), changes_holding(record)) == (None, [], [])


def test_a_refused_change_never_lets_go(jussi: Person, mikael: Person) -> None:
    """M101: what was made for a change that is refused is not released by the refusal."""
    change, _task = proposed(jussi)
    record = raised(mikael)
    link = under(record, change, mikael)
    signed(change, "refuse", mikael, "No")
    assert awaits_change(record) is not None
    Link.objects.filter(pk=link.pk).update(ended=change.entered_at)
    assert awaits_change(record) is None


def test_a_change_one_may_not_see_holds_all_the_same(jussi: Person, mikael: Person) -> None:
    """M101, ACL-01: the sentence names the number alone."""
    change, _task = approved(jussi, mikael)
    record = raised(mikael)
    under(record, change, mikael)
    assert change.number in str(awaits_change(record))
    assert change.title not in str(awaits_change(record))


def test_links_to_a_change_are_offered_from_everywhere(mikael: Person, jussi: Person) -> None:
    """M99: a change is asked for from the record that shows the need, already linked."""
    change, _task = proposed(jussi)
    link = MakeLink(record=change, role="raised_from", to=raised(mikael), **as_(jussi)).execute()
    assert link.role == "raised_from"
