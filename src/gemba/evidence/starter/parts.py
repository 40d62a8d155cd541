"""Builds the parts of a starter document from their rows: roles, processes, steps, forms and courses."""

from collections.abc import Collection

from gemba.evidence.catalogue.errors import shown
from gemba.evidence.catalogue.fields import Row, hint
from gemba.evidence.starter.model import (
    Area,
    CountedFrom,
    Course,
    FieldType,
    Form,
    FormField,
    Gap,
    Process,
    Question,
    Retention,
    Role,
    Slide,
    Step,
)
from gemba.evidence.starter.text import Converter

LONGEST_TITLE = 120
LONGEST_LABEL = 80
LONGEST_SLIDE = 900
MOST_MINUTES = 2_400
MOST_YEARS = 60
PERCENT = 100


def role_of(identity: str, row: Row) -> Role:
    role = Role(
        id=identity,
        label=row.text("label", required=True, longest=LONGEST_LABEL),
        duties=row.text("duties", required=True),
        question=row.text("question", required=True),
    )
    row.finish()
    return role


def process_of(identity: str, row: Row) -> Process:
    process = Process(
        id=identity,
        title=row.text("title", required=True, longest=LONGEST_TITLE),
        area=row.choice("area", Area, Area.MANAGEMENT, required=True),
        inputs=row.text("inputs", required=True),
        outputs=row.text("outputs", required=True),
        feeds=row.texts("feeds"),
    )
    row.finish()
    return process


def gap_of(identity: str, row: Row) -> Gap:
    gap = Gap(
        id=identity,
        label=row.text("label", required=True, longest=LONGEST_LABEL),
        question=row.text("question", required=True),
    )
    if set("[]") & set(gap.label):
        row.problem(f"'label' of {row.what} may hold no square brackets.")
    row.finish()
    return gap


def retention_of(row: Row) -> Retention:
    retention = Retention(
        years=row.whole("years", MOST_YEARS) or 0,
        counted_from=row.choice("counted_from", CountedFrom, CountedFrom.RECORD, required=True),
        note=row.text("note"),
    )
    if not retention.years:
        row.problem(f"{row.what} has no 'years'.")
    row.finish()
    return retention


def known(row: Row, key: str, words: Collection[str], allowed: Collection[str], kind: str) -> tuple[str, ...]:
    """The words, each unknown one reported."""
    for word in words:
        if word not in allowed:
            row.problem(
                f"'{key}' of {row.what} names the {kind} '{shown(word)}', which does not exist.{hint(word, allowed)}",
                row.line_of(key),
            )
    return tuple(words)


def step_of(row: Row, converter: Converter, roles: Collection[str], evidence: Collection[str]) -> Step:
    role = row.text("role", required=True)
    if role:
        known(row, "role", [role], roles, "role")
    action = converter.line(row.text("action", required=True), row.line_of("action"))
    step = Step(
        role=role,
        action=action,
        within=row.text("within", longest=LONGEST_TITLE),
        produces=known(row, "produces", row.texts("produces"), evidence, "evidence type"),
        form=row.optional("form"),
        tool=row.optional("tool"),
        minutes=row.whole("minutes", MOST_MINUTES),
    )
    row.finish()
    return step


def form_of(row: Row, evidence: Collection[str]) -> Form:
    states = row.texts("states", required=True)
    form = Form(
        states=states,
        fields=tuple(field_of(each, states) for each in row.rows("fields", "a field", required=True)),
        yields=known(row, "yields", row.texts("yields", required=True), evidence, "evidence type"),
    )
    seen: set[str] = set()
    for each in form.fields:
        if each.id in seen:
            row.problem(f"{row.what} has the field '{shown(each.id)}' twice.")
        seen.add(each.id)
    row.finish()
    return form


def field_of(row: Row, states: Collection[str]) -> FormField:
    identity = row.name("id")
    row.called(f"field '{shown(identity)}'")
    found = FormField(
        id=identity,
        label=row.text("label", required=True, longest=LONGEST_LABEL),
        type=row.choice("type", FieldType, FieldType.TEXT, required=True),
        required=row.flag("required", False),
        help=row.text("help", required=True),
        states=known(row, "states", row.texts("states", required=True), states, "state"),
        choices=row.texts("choices"),
        columns=row.texts("columns"),
    )
    if (found.type is FieldType.CHOICE) != bool(found.choices):
        row.problem(f"{row.what} must have 'choices' if it is a choice, and only then.")
    if (found.type is FieldType.TABLE) != bool(found.columns):
        row.problem(f"{row.what} must have 'columns' if it is a table, and only then.")
    row.finish()
    return found


def course_of(row: Row, converter: Converter) -> Course:
    course = Course(
        objectives=row.texts("objectives", required=True),
        slides=tuple(_slide(each, converter) for each in row.rows("slides", "a slide", required=True)),
        questions=tuple(_question(each) for each in row.rows("questions", "a question", required=True)),
        minutes=row.whole("minutes", MOST_MINUTES) or 0,
        pass_percent=row.whole("pass_percent", PERCENT) or 0,
    )
    if not course.minutes or not course.pass_percent:
        row.problem(f"{row.what} must have 'minutes' and 'pass_percent'.")
    row.finish()
    return course


def _slide(row: Row, converter: Converter) -> Slide:
    title = row.text("title", required=True, longest=LONGEST_TITLE)
    text, line = row.passage("text", required=True, longest=LONGEST_SLIDE)
    slide = Slide(title, converter.block(text, line + 1))
    row.finish()
    return slide


def _question(row: Row) -> Question:
    text = row.text("text", required=True)
    answers = row.texts("answers", required=True)
    right = row.texts("right", required=True)
    known(row, "right", right, answers, "answer")
    if len(right) >= len(answers):
        row.problem("a question needs at least one wrong answer.")
    question = Question(
        text=text,
        answers=answers,
        right=frozenset(index for index, answer in enumerate(answers) if answer in right),
        why=row.text("why", required=True),
    )
    row.finish()
    return question
