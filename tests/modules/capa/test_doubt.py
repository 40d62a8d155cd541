"""Root causes looked at by their words: what is flagged, and what is not."""

import pytest

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.modules.capa.doubt import LONGEST, Doubt, advice, doubt_about, vocabulary
from gemba.modules.capa.flags import doubtful
from gemba.modules.capa.models import Capa
from tests.kernel.people import access
from tests.modules.capa.life import edit, investigation, opened, step, team

PROBLEM = "Seven of 400 pump housings from week 9 leak at the seam after 48 hours under pressure."
TITLE = "Pump housings leak at the seam"


@pytest.mark.parametrize(
    "cause",
    [
        "Human error.", "human-error", "Operator error during welding", "The operator forgot the leak test",
        "The technician overlooked the mark and was careless", "Mistake by the new colleague on the evening shift",
        "The procedure was not followed by the welder", "Staff did not follow SOP-014 when testing",
        "Lack of attention of the assembler", "Menschlicher Fehler beim Schweißen",
        "Erreur de l\u2019opérateur au poste 2",
        "Inhimillinen virhe hitsauksessa", "Error humano en la estación dos",
        "Operator error because of carelessness", "Human error due to lack of awareness of staff",
    ],
)  # fmt: skip
def test_naming_somebodys_slip_is_no_root_cause(cause: str) -> None:
    """M108: human error is where an investigation begins."""
    assert doubt_about(cause, PROBLEM, TITLE) == Doubt.PERSON


@pytest.mark.parametrize(
    "cause",
    [
        "The pump housings leak at the seam.", "Seam of the pump housings leaks under pressure",
        "Leaking housings: the seam leaks after 48 hours",
        "Seven of 400 pump housings from week 9 leak at the seam after 48 hours under pressure",
    ],
)  # fmt: skip
def test_saying_the_problem_again_is_no_root_cause(cause: str) -> None:
    """M108: a restated problem is flagged."""
    assert doubt_about(cause, PROBLEM, TITLE) == Doubt.RESTATED


@pytest.mark.parametrize("cause", ["Bad welding", "Training", "The machine", "Unknown", "wear"])
def test_a_word_or_two_are_no_root_cause(cause: str) -> None:
    """M108: too short to say what acted where and how."""
    assert doubt_about(cause, PROBLEM, TITLE) == Doubt.THIN


@pytest.mark.parametrize(
    "cause",
    [
        "The welding fixture wears on its left jaw; nobody measures the jaw gap between its yearly services.",
        "Operator error was possible because the fixture accepts the part both ways and no sensor checks its position.",
        "The leak test was skipped, since the form has no field for it and the tester works at two stations at once.",
        "The supplier changed the resin without telling us; our quality agreement asks for no notice of such changes.",
        "Die Vorrichtung verschleißt einseitig, der Spalt wird zwischen den Wartungen nicht gemessen.",
    ],
)  # fmt: skip
def test_what_made_it_possible_is_a_root_cause(cause: str) -> None:
    """M108: a slip may be named when what let it happen follows."""
    assert doubt_about(cause, PROBLEM, TITLE) == ""


def test_nothing_written_is_no_doubt() -> None:
    """M108: a form that is still empty reproaches nobody."""
    assert doubt_about("", PROBLEM) == doubt_about("  \n", PROBLEM) == advice("") == ""


@pytest.mark.parametrize("doubt", list(Doubt))
def test_every_doubt_helps_on_with_a_sentence(doubt: Doubt) -> None:
    """M108: it asks the next question."""
    assert advice(doubt).endswith((".", "?"))


def test_phrases_are_whole_words() -> None:
    """M108: a phrase inside another word is none."""
    known = vocabulary()
    assert known.blame.search("forgotten by all")
    assert not known.blame.search("unforgotable")
    assert known.reason.search("because of")


def test_hostile_text_is_looked_at_in_bounded_time() -> None:
    """M108: a megabyte of text takes no longer than its beginning."""
    assert doubt_about("because " * 200_000, PROBLEM) in {"", *Doubt}
    assert doubt_about("\0\ud800 human   error " + "x" * LONGEST, "\0") == Doubt.PERSON


@pytest.mark.django_db
def test_the_doubt_is_computed_whenever_the_cause_is_written() -> None:
    """M108: flagged on the record and in the list, gone when the cause is found; nobody types it."""
    people = team()
    capa = opened(people)
    step(capa, "accept", people.quality)
    edited = edit(capa, people.owner, **investigation(people, root_cause="Human error"))
    assert edited.doubt == Doubt.PERSON
    with seeing(access(people.owner)):
        assert Capa.objects.filter(doubtful(clock.today())).get() == edited
        assert edit(capa, people.owner, **investigation(people)).doubt == ""
        assert not Capa.objects.filter(doubtful(clock.today())).exists()
