"""A revision that takes effect asks for training beyond reading, and the record names the exact revision (M41)."""

import datetime as dt

import pytest
from django.utils import timezone

from gemba.kernel import clock
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.rows import insert
from gemba.kernel.types import effects_elsewhere
from gemba.modules.training.board import Board
from gemba.modules.training.effects import revision_released
from gemba.modules.training.models import Course, Training
from tests.kernel.people import as_
from tests.modules.training.making import assigned, competence, course, gives, job, of, read, the_one, watched

pytestmark = pytest.mark.django_db


def spine(who: Person, kind: str, number: str, state: str) -> Record:
    """A row as the module of documents leaves it on the spine, where all that training reads of it stands."""
    row = Record(
        kind=kind, number=number, title=number, state=state, owner=who, raised_by=who, digest="0" * 64,
        open=kind == "document",
    )  # fmt: skip
    insert(row)
    return row


@pytest.fixture
def document(mikael: Person) -> Record:
    return spine(mikael, "document", "SOP-001", "in_force")


def release(who: Person, document: Record, sequence: int, *, training_needed: bool = True) -> Record:
    """Supersede the revision before, and let training follow, as the step `release` does."""
    Record._base_manager.filter(kind="revision", state="effective").update(state="superseded")
    revision = spine(who, "revision", f"{document.number}-R{sequence}", "effective")
    revision.document_id, revision.training_needed = document.pk, training_needed  # type: ignore[attr-defined]
    given = as_(who)
    doing = Doing(actor=given["actor"], access=given["access"], step="release", values={})
    revision_released(revision, doing)
    return revision


def revisions_of(training: Training) -> list[str]:
    rows = Link.objects.standing().filter(source_id=training.pk, role="trained_on").order_by("pk")
    return list(rows.values_list("target__number", flat=True))


def taught(mikael: Person, document: Record, **values: str) -> Course:
    return course(mikael, competence(mikael, job()), about=document, **values)


def test_training_follows_the_release_of_a_revision() -> None:
    """M41, M101: declared by the name of kind and step, checked when the programs start."""
    assert revision_released in effects_elsewhere("revision", "release")


def test_a_record_names_the_exact_revision_trained_on(
    mikael: Person, jussi: Person, noora: Person, root: Person, document: Record
) -> None:
    """M41: the revision in force on the day, not the document in general."""
    gives(root, noora, job())
    release(mikael, document, 1)
    taught(mikael, document, method="observed")
    release(mikael, document, 2)
    training = watched(the_one(noora), jussi)
    assert revisions_of(training) == ["SOP-001-R2"]


def test_a_new_revision_asks_for_training_anew_and_ends_the_old_competence(
    mikael: Person, jussi: Person, noora: Person, root: Person, document: Record
) -> None:
    """M41, M93: trained on R1 is not trained on R2; as of a day before it was."""
    gives(root, noora, job())
    release(mikael, document, 1)
    taught(mikael, document, method="observed")
    first = watched(the_one(noora), jussi)
    with clock.shifted(timezone.now() + dt.timedelta(days=40)):
        released = clock.today()
        revision = release(mikael, document, 2)
        anew = the_one(noora, state="assigned")
        assert (anew.cause, anew.due, revisions_of(anew)) == (
            "revision", released + dt.timedelta(days=14), ["SOP-001-R2"],
        )  # fmt: skip
        assert Link.objects.filter(source_id=anew.pk, role="because_of", target_id=revision.pk).exists()
        before, after = Board(released - dt.timedelta(days=1)), Board(released)
        [wanted] = after.competences
        assert (before.standing(noora, wanted).competent, after.standing(noora, wanted).competent) == (True, False)
        watched(anew, jussi)
        assert Board(released).standing(noora, wanted).competent
    assert revisions_of(Training._base_manager.get(pk=first.pk)) == ["SOP-001-R1"]


def test_who_was_trained_on_the_revision_before_its_release_stays_competent(
    mikael: Person, jussi: Person, noora: Person, root: Person, document: Record
) -> None:
    """M41: training on an approved revision comes first, and is not asked for again on the day it takes effect."""
    gives(root, noora, job())
    made = taught(mikael, document, method="observed")
    coming = spine(mikael, "revision", "SOP-001-R1", "approved")
    training = the_one(noora)
    Link.objects.create(
        source_id=training.pk, target_id=coming.pk, role="trained_on", seen=coming.digest, made_by=mikael
    )
    done = watched(training, jussi)
    Record._base_manager.filter(pk=coming.pk).update(state="effective")
    coming.document_id = document.pk  # type: ignore[attr-defined]
    given = as_(mikael)
    revision_released(coming, Doing(actor=given["actor"], access=given["access"], step="release", values={}))
    assert [training.pk for training in of(noora)] == [done.pk]
    assert Board(clock.today()).standing(noora, Board(clock.today()).competences[0]).competent
    assert revisions_of(done) == ["SOP-001-R1"]
    assert made.state == "in_force"


def test_a_training_under_way_is_one_on_the_new_revision(
    mikael: Person, noora: Person, root: Person, document: Record
) -> None:
    """M41: nobody is given a second training for what they have not begun."""
    gives(root, noora, job())
    release(mikael, document, 1)
    taught(mikael, document)
    release(mikael, document, 2)
    assert revisions_of(the_one(noora)) == ["SOP-001-R2"]
    release(mikael, document, 3)
    assert revisions_of(the_one(noora)) == ["SOP-001-R3"]
    assert revisions_of(read(the_one(noora), noora)) == ["SOP-001-R3"]


def test_a_revision_that_needs_no_training_changes_nothing(
    mikael: Person, noora: Person, root: Person, document: Record
) -> None:
    """M41: a corrected spelling mistake trains nobody."""
    gives(root, noora, job())
    release(mikael, document, 1)
    taught(mikael, document)
    done = read(the_one(noora), noora)
    release(mikael, document, 2, training_needed=False)
    assert [t.pk for t in of(noora)] == [done.pk]
    assert Training._base_manager.get(pk=done.pk).valid_to is None


def test_a_revision_of_a_document_no_course_is_about_assigns_nothing(
    mikael: Person, noora: Person, root: Person, document: Record
) -> None:
    """M41: what is only to be read stays with reading."""
    gives(root, noora, job())
    course(mikael, competence(mikael, job()))
    read(the_one(noora), noora)
    release(mikael, document, 1)
    assert len(of(noora)) == 1


def test_whoever_was_trained_without_having_the_job_is_trained_anew_too(
    mikael: Person, noora: Person, document: Record
) -> None:
    """M93: somebody who can do it and may be asked to is not left on an old revision."""
    release(mikael, document, 1)
    made = taught(mikael, document)
    read(assigned(made, mikael, noora)[0], noora)
    release(mikael, document, 2)
    assert the_one(noora, state="assigned").cause == "revision"
