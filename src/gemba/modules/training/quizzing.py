"""Taking a test: the form without the answers, and the marking. A question is right when all of it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gemba.kernel.access.scope import Access
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.people.models import Person
from gemba.modules.training.models import LETTERS, Quiz, Training
from gemba.modules.training.states import IN_FORCE
from gemba.web.forms import PlainForm

Result = Training.Result


def field_name(number: int) -> str:
    return f"question_{number}"


class QuizForm(PlainForm):
    """One control per question: one choice where one answer is right, several where several are."""

    def __init__(self, data: Any, files: Any, *, record: Training, access: Access) -> None:
        super().__init__(data, files)
        quiz = record.course.quiz
        for number, line in enumerate(quiz.questions if quiz else (), 1):
            offered = [(letter, line[letter]) for letter in LETTERS if line[letter]]
            label = f"{number}. {line['text']}"
            self.fields[field_name(number)] = (
                forms.MultipleChoiceField(
                    label=label, choices=offered, widget=forms.CheckboxSelectMultiple,
                    help_text=_("More than one answer is right."),
                )
                if len(set(line["right"].lower())) > 1
                else forms.ChoiceField(label=label, choices=offered, widget=forms.RadioSelect)
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marked:
    percent: int
    passed: bool
    lines: list[dict[str, Any]]


def mark(quiz: Quiz, values: Mapping[str, Any]) -> Marked:
    """Compare the letters given with the right ones. What was not answered is wrong."""
    lines = []
    for number, line in enumerate(quiz.questions, 1):
        given = values.get(field_name(number)) or ""
        letters = {letter for letter in given if letter in LETTERS}
        answer = "; ".join(line[letter] for letter in sorted(letters))
        lines.append({"question": line["text"], "answer": answer, "right": letters == set(line["right"].lower())})
    right = sum(line["right"] for line in lines)
    passed = bool(lines) and 100 * right >= quiz.pass_percent * len(lines)
    return Marked(100 * right // len(lines) if lines else 0, passed, lines)


def take_test(training: Training, doing: Doing) -> Training:
    """Kept whether passed or not; each attempt is counted, and every one stays in the history."""
    quiz = training.course.quiz
    if quiz is None:
        return training
    marked = mark(quiz, doing.values)
    fixed = {
        "result": Result.PASSED if marked.passed else Result.FAILED, "score": marked.percent, "answers": marked.lines,
        "attempts": training.attempts + 1,
    }  # fmt: skip
    return Edit(record=training, fixed=fixed, verb="take_test", **doing.own).execute()


def learner(training: Training, person: Person) -> str | None:
    return None if training.person_id == person.pk else _("Only the person trained can do this.")


def has_test(training: Training, _person: Person) -> str | None:
    quiz = training.course.quiz
    if training.course.method != training.course.Method.QUIZ or quiz is None or quiz.state != IN_FORCE.name:
        return _("This course has no test in force.")
    return _("The test is passed already.") if training.result == Result.PASSED else None
