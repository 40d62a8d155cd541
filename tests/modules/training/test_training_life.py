"""One person's way through a course: reading, a test, being watched, a certificate, and the look on the job."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.utils import timezone
from pytest_django import Settings

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing, seeing_everything
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.people import SetAbsence
from gemba.kernel.actions.write import Edit
from gemba.kernel.people.models import Account, Person
from gemba.kernel.refusals import NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.signing.models import Signature
from gemba.kernel.tasks.models import Task
from gemba.kernel.types import registry
from gemba.modules.training.models import Quiz, Training
from gemba.modules.training.quizzing import QuizForm, mark
from tests.kernel.people import access, as_, person
from tests.kernel.samples import again, bodies, signed
from tests.modules.training.making import (
    QUESTIONS,
    RIGHT,
    WRONG,
    approver,
    assigned,
    competence,
    course,
    of,
    quiz,
    read,
    take_test,
    watched,
)

pytestmark = pytest.mark.django_db
EFFECT: dict[str, Any] = {"effect_months": 3, "effect_criterion": "No fault let through"}


def later(months: int = 0, days: int = 0) -> dt.datetime:
    return timezone.now() + relativedelta(months=months, days=days)


def flagged(name: str) -> list[str]:
    flag = next(flag for flag in registry.named("training").flags if flag.name == name)
    with seeing_everything():
        return [row.number for row in Training.objects.filter(flag.rows(clock.today()))]


def test_reading_is_signed_by_the_person_and_counts_from_that_day(mikael: Person, noora: Person) -> None:
    """M41, M98: method, day, edition and the signature of the person trained."""
    made = course(mikael, competence(mikael), renew_months=12)
    [training] = of(noora)
    done = read(training, noora)
    today = clock.today()
    assert (done.state, done.method, done.edition, done.valid_from) == ("done", "read", 1, today)
    assert done.valid_to == today + relativedelta(months=12) - dt.timedelta(days=1)
    assert bodies(done)[1]["sig"]["meaning"] == "Read and understood"
    assert made.course_edition == 1


def test_nobody_signs_a_training_for_another_not_even_a_deputy(mikael: Person, jussi: Person, noora: Person) -> None:
    """M41, GXP-16: a deputy stands in for work, and learns for nobody."""
    course(mikael, competence(mikael))
    [training] = of(noora)
    for other in (mikael, jussi):
        with pytest.raises(Refused, match="Only the person trained"):
            read(training, other)
    today = clock.today()
    SetAbsence(person=noora, deputy=jussi, valid_from=today, valid_to=today, **as_(noora)).execute()
    with pytest.raises(Refused, match="Only the person trained"):
        read(training, jussi)


def test_a_test_is_marked_counted_and_must_be_passed(mikael: Person, noora: Person) -> None:
    """M98: each attempt stays in the history; the course is completed with a passed test alone."""
    course(mikael, competence(mikael), method="quiz")
    [training] = of(noora)
    with pytest.raises(Refused, match="passed"):
        signed(training, "sign_test", noora)
    failed = take_test(training, noora, WRONG)
    assert (failed.result, failed.score, failed.attempts, failed.state) == ("failed", 0, 1, "assigned")
    assert flagged("failed-test") == [training.number]
    passed = take_test(training, noora)
    assert (passed.result, passed.score, passed.attempts) == ("passed", 100, 2)
    assert [line["right"] for line in passed.answers] == [True, True]
    with pytest.raises(Refused, match="already"):
        take_test(training, noora)
    done = signed(passed, "sign_test", noora)
    assert (done.state, Signature.objects.get(record=done).valid) == ("done", True)
    assert [body["act"] for body in bodies(done)].count("training.take_test") == 2


def test_only_the_person_trained_takes_the_test(mikael: Person, noora: Person) -> None:
    """M98: an answer given by somebody else shows nothing."""
    course(mikael, competence(mikael), method="quiz")
    [training] = of(noora)
    with pytest.raises(Refused):
        take_test(training, mikael)
    assert again(training).attempts == 0


@pytest.mark.parametrize(
    ("given", "percent"),
    [
        (RIGHT, 100), (WRONG, 0), ({}, 0), ({"question_1": "b"}, 50), ({"question_1": "b", "question_2": ["a"]}, 50),
        ({"question_1": "b", "question_2": ["a", "b", "c"]}, 50), ({"question_1": "", "question_2": ["c", "a"]}, 50),
        ({"question_1": "z", "question_2": ["a", "c", "x"]}, 50), ({"question_3": "a"}, 0),
    ],
)  # fmt: skip
def test_a_question_is_right_when_all_of_it_is(given: dict[str, Any], percent: int) -> None:
    """M98: a part of a right answer is no right answer, and what was never offered counts for nothing."""
    found = mark(Quiz(pass_percent=80, questions=QUESTIONS), given)
    assert (found.percent, found.passed) == (percent, percent == 100)


@pytest.mark.parametrize(("needed", "right", "passed"), [(50, 1, True), (51, 1, False), (67, 2, False), (66, 2, True)])
def test_the_pass_mark_is_reached_exactly_or_not(needed: int, right: int, passed: bool) -> None:
    """M98: two of three are 66.7 %: enough for 66, not for 67."""
    whole = 2 if right == 1 else 3
    lines = [{**QUESTIONS[0]} for _ in range(whole)]
    answers = {f"question_{n + 1}": "b" for n in range(right)}
    assert mark(Quiz(pass_percent=needed, questions=lines), answers).passed is passed


def test_the_form_of_a_test_shows_no_right_answer(mikael: Person, noora: Person) -> None:
    """M98: nor may those who take it read the test; what they answered wrongly they are told."""
    course(mikael, competence(mikael), method="quiz")
    [training] = of(noora)
    shown = str(QuizForm(None, None, record=training, access=access(noora)))
    assert "It may be old." not in shown
    assert "checked" not in shown
    for who, sees in ((noora, 0), (mikael, 1), (person("Ida", Role.AUDITOR), 1)):
        with seeing(access(who)):
            assert Quiz.objects.count() == sees


def test_a_test_asks_for_right_and_wrong_answers(mikael: Person) -> None:
    """M98: a question that cannot be answered wrongly asks nothing."""
    line = QUESTIONS[0]
    for faulty in ([], [{**line, "right": "abc"}], [{**line, "right": "x"}], [{**line, "right": "d"}]):
        with pytest.raises(Refused, match=r"[Qq]uestion"):
            quiz(mikael, questions=faulty)


def test_somebody_who_trained_or_watched_signs_and_not_the_person(mikael: Person, jussi: Person, noora: Person) -> None:
    """M98: observed sign-off by the trainer, with what was watched and when."""
    course(mikael, competence(mikael), method="observed")
    [training] = of(noora)
    with pytest.raises(Refused, match="Fill in first"):
        signed(training, "sign_watched", jussi)
    with pytest.raises(Refused, match="lies ahead"):
        watched(training, jussi, held_on=clock.today() + dt.timedelta(days=1))
    held = clock.today() - dt.timedelta(days=2)
    done = watched(again(training), jussi, held_on=held)
    assert (done.state, done.valid_from, done.trainer, done.method) == ("done", held, jussi, "observed")
    own = person("Olga", Role.OPERATIONS)
    [hers] = assigned(again(done.course), mikael, own)
    Edit(record=hers, values={"held_on": held, "remark": "Me"}, **as_(own)).execute()
    with pytest.raises(Refused, match="Somebody else"):
        signed(again(hers), "sign_watched", own)


def test_a_course_outside_needs_its_certificate(
    mikael: Person, noora: Person, settings: Settings, tmp_path: Path
) -> None:
    """M98: the certificate is a file of the record, and who confirms it has seen it."""
    settings.GEMBA_FILES = str(tmp_path)
    course(mikael, competence(mikael), method="outside")
    [training] = of(noora)
    Edit(record=training, values={"held_on": clock.today()}, **as_(mikael)).execute()
    with pytest.raises(Refused, match="Attach"):
        signed(again(training), "sign_outside", mikael)
    Attach(record=again(training), name="certificate.txt", chunks=[b"passed"], **as_(mikael)).execute()
    assert signed(again(training), "sign_outside", mikael).state == "done"


def test_somebody_without_a_login_signs_on_paper(
    mikael: Person, noora: Person, settings: Settings, tmp_path: Path
) -> None:
    """M96: also who never sits at a computer is trained; the signed sheet is attached and confirmed."""
    settings.GEMBA_FILES = str(tmp_path)
    course(mikael, competence(mikael))
    [training] = of(noora)
    Edit(record=training, values={"held_on": clock.today()}, **as_(mikael)).execute()
    with pytest.raises(Refused, match="in person"):
        signed(again(training), "sign_outside", mikael)
    Account.objects.filter(person=noora).update(is_active=False)
    assert flagged("no-login") == [training.number]
    Attach(record=again(training), name="sheet.txt", chunks=[b"Noora"], **as_(mikael)).execute()
    assert signed(again(training), "sign_outside", mikael).state == "done"


def test_a_training_stays_pending_until_somebody_looked_on_the_job(
    mikael: Person, jussi: Person, noora: Person
) -> None:
    """M98: completed, effectiveness pending; judged later, by neither the person nor the trainer, from the work."""
    course(mikael, competence(mikael), method="observed", **EFFECT)
    [training] = of(noora)
    pending = watched(training, jussi)
    assert (pending.state, pending.open) == ("completed", True)
    assert pending.effect_from == clock.today() + relativedelta(months=3)
    asked = Task.objects.get(record=pending, transition="worked")
    assert (asked.person, asked.role) == (None, Role.QUALITY)
    Edit(record=pending, values={"seen": "Found both faults in ten"}, **as_(mikael)).execute()
    with pytest.raises(Refused, match="can be judged from"):
        signed(again(pending), "worked", mikael)
    with clock.shifted(later(months=3, days=1)):
        with pytest.raises(Refused, match="than the trainer"):
            signed(again(pending), "worked", jussi)
        with pytest.raises(NotAllowed):
            signed(again(pending), "worked", noora)
        judged = signed(again(pending), "worked", mikael)
    assert (judged.state, judged.open) == ("effective", False)
    with clock.shifted(later(months=8)):
        assert flagged("effect-overdue") == []


def test_what_did_not_help_counts_no_longer_and_is_assigned_again(mikael: Person, jussi: Person, noora: Person) -> None:
    """M98: an ineffective training ends the competence and asks for another one."""
    course(mikael, competence(mikael), method="observed", **EFFECT)
    pending = watched(of(noora)[0], jussi)
    Edit(record=pending, values={"seen": "Two faults let through"}, **as_(mikael)).execute()
    with clock.shifted(later(months=6)):
        assert flagged("effect-overdue") == [pending.number]
        judged = signed(again(pending), "did_not_work", mikael)
        assert judged.state == "ineffective"
        assert judged.valid_to == clock.today() - dt.timedelta(days=1)
    [repeated] = of(noora, state="assigned")
    assert (repeated.cause, repeated.course) == ("repeated", judged.course)


def test_late_and_overdue_trainings_are_told_apart(mikael: Person, noora: Person, jussi: Person) -> None:
    """M96: what is not done in time shows at once, and what was done late stays visible."""
    course(mikael, competence(mikael, within_days=5))
    [hers], [his] = of(noora), of(jussi)
    read(hers, noora)
    with clock.shifted(later(days=9)):
        assert his.number in flagged("overdue")
        read(his, jussi)
        assert flagged("completed-late") == [his.number]
        assert his.number not in flagged("overdue")


def test_a_course_that_looks_on_the_job_says_what_is_looked_at(mikael: Person) -> None:
    """M98: the criterion stands before the training, not after it."""
    with pytest.raises(Refused, match="on the job"):
        course(mikael, competence(mikael), effect_months=3)
    with pytest.raises(Refused, match="Link the competence"):
        course(mikael)
    with pytest.raises(Refused, match="Write what it teaches"):
        course(mikael, competence(mikael), teaching="")


def test_a_new_edition_is_approved_anew_and_noted_in_the_record(mikael: Person, noora: Person) -> None:
    """M41: the record says which edition somebody was trained on."""
    from_first = course(mikael, competence(mikael))
    read(of(noora)[0], noora)
    Advance(record=again(from_first), name="revise", reason="Clearer", **as_(mikael)).execute()
    second = signed(again(from_first), "approve", approver())
    assert second.course_edition == 2
    [again_assigned] = assigned(second, mikael, noora)
    assert read(again_assigned, noora).edition == 2
    assert [training.edition for training in of(noora)] == [1, 2]
