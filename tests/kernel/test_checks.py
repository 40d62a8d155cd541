"""A wrong declaration stops the start, each kind of mistake with a sentence that names it."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.db import models
from django.test.utils import isolate_apps

from gemba.evidence.checks import unknown_evidence
from gemba.kernel import types
from gemba.kernel.checks import family_problems, problems
from gemba.kernel.lifecycle.machine import Lifecycle, State, Transition
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.kernel.types import (
    DeclarationError,
    Flag,
    LinkRole,
    Permissions,
    RecordType,
    Registry,
    Section,
    Yields,
    registry,
)
from gemba.modules.objective.models import Objective

NEW, OLD = State("new", "New"), State("old", "Old", final=True)
END: Transition[Any] = Transition("finish", "Finish", NEW, OLD, by=(Role.QUALITY,), signature="I finish this.")
FIELDS = ("title", "why", "measure", "direction", "target", "unit", "period")


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """An empty registry, so that wrong declarations reach nobody else."""
    fresh = Registry()
    monkeypatch.setattr(types, "registry", fresh)
    return fresh


def declared(**changed: Any) -> RecordType[Any]:
    """A sound declaration, but for what is changed."""
    sound: dict[str, Any] = {
        "model": Objective, "prefix": "OBJ", "label": "objective", "plural": "objectives", "purpose": "To aim.",
        "lifecycle": Lifecycle(END), "sections": (Section("All", FIELDS, (NEW,)),),
    }  # fmt: skip
    return RecordType(**{**sound, **changed})


def section(*fields: str, editable_in: tuple[State, ...] = (NEW,)) -> tuple[Section, ...]:
    return (Section("All", fields, editable_in),)


def step(**changed: Any) -> Lifecycle[Any]:
    return Lifecycle(dataclasses.replace(END, **changed))


def test_a_sound_declaration_has_no_problems(known: Registry) -> None:
    """AUD-01: the example on which all mistakes below are made is itself without one."""
    assert problems(declared(), known) == []


WRONG: list[tuple[str, Callable[[], RecordType[Any]]]] = [
    ("the prefix 'obj-' must be", lambda: declared(prefix="obj-")),
    ("the label is missing", lambda: declared(label=" ")),
    ("the plural is missing", lambda: declared(plural="")),
    ("the purpose is missing", lambda: declared(purpose="")),
    ("no section is declared", lambda: declared(sections=())),
    ("the title of the section with title", lambda: declared(sections=(Section("", FIELDS, (NEW,)),))),
    ("the field 'unit' is in no section", lambda: declared(sections=section(*(set(FIELDS) - {"unit"})))),
    ("the field 'title' is in no section", lambda: declared(sections=section(*FIELDS[1:]))),
    ("the field 'unit' is in 2 sections", lambda: declared(sections=section(*FIELDS) + section("unit"))),
    ("the field 'invented' in a section does not exist", lambda: declared(sections=section(*FIELDS, "invented"))),
    ("the field 'number' is set by Gemba itself", lambda: declared(sections=section(*FIELDS, "number"))),
    ("the field 'state' is set by Gemba itself", lambda: declared(sections=section(*FIELDS, "state"))),
    ("is editable in 'gone', which is no state",
     lambda: declared(sections=section(*FIELDS, editable_in=(NEW, State("gone", "Gone"))))),
    ("is editable in 'old', where the record is finished",
     lambda: declared(sections=section(*FIELDS, editable_in=(NEW, OLD)))),
    ("nothing can be filled in in the first state 'new'", lambda: declared(sections=section(*FIELDS, editable_in=()))),
    ("the list column 'invented' is no field", lambda: declared(columns=("owner", "invented"))),
    ("ends the record in 'old' without a signature", lambda: declared(lifecycle=step(signature=""))),
    ("state 'new' has no way out", lambda: declared(lifecycle=step(target=NEW, source=OLD, signature=""))),
    ("must be independent of 'nobody', which is nobody", lambda: declared(lifecycle=step(independent_of=("nobody",)))),
    ("state 'void' is given to every record",
     lambda: declared(lifecycle=step(target=State("void", "Void", final=True)))),
    ("two transitions have the same name", lambda: declared(lifecycle=Lifecycle(END, END))),
    ("has the name of one of the kernel's own actions", lambda: declared(lifecycle=step(name="comment"))),
    ("must be named with small letters", lambda: declared(lifecycle=step(name="Finish it"))),
    ("must be named with small letters", lambda: declared(lifecycle=step(name="f" * 60))),
    ("transition 'finish' has no label", lambda: declared(lifecycle=step(label=""))),
    ("can be taken by nobody", lambda: declared(lifecycle=step(by=()))),
    ("open to a role that only reads", lambda: declared(lifecycle=step(by=(Role.AUDITOR,)))),
    ("open to a role that only reads", lambda: declared(lifecycle=step(by=(Role.ADMINISTRATOR,)))),
    ("rejects without a signature", lambda: declared(lifecycle=Lifecycle(
        END, Transition("back", "Back", NEW, NEW, by=(Role.QUALITY,), rejects=True)))),
    ("too long to be kept", lambda: declared(lifecycle=step(signature="x" * 401))),
    ("the label of the state 'old' is missing",
     lambda: declared(lifecycle=step(target=State("old", "", final=True)))),
    ("the state 'Old one' must be named", lambda: declared(lifecycle=step(target=State("Old one", "x", final=True)))),
    ("link role 'of' is declared 2 times", lambda: declared(links=(LinkRole("of", "of"), LinkRole("of", "of")))),
    ("link role 'of' leads to 'unicorn'", lambda: declared(links=(LinkRole("of", "of", to=("unicorn",)),))),
    ("link role 'of' has no label", lambda: declared(links=(LinkRole("of", ""),))),
    ("yields 'kpi' in 'gone', which is no state", lambda: declared(yields=(Yields("kpi", (State("gone", "x"),)),))),
    ("yields 'kpi' in no state", lambda: declared(yields=(Yields("kpi", ()),))),
    ("yields 'kpi' on 'title', which is no date", lambda: declared(yields=(Yields("kpi", (OLD,), on="title"),))),
    ("yields 'kpi' on 'when', which is no date", lambda: declared(yields=(Yields("kpi", (OLD,), on="when"),))),
    ("'create' is open to a role", lambda: declared(permissions=Permissions(create=(Role.ADMINISTRATOR,)))),
    ("'void' is open to a role", lambda: declared(permissions=Permissions(void=(Role.AUDITOR,)))),
    ("reading is open to the system administrator", lambda: declared(permissions=Permissions(read=tuple(Role)))),
    ("flag 'late' does not say", lambda: declared(flags=(Flag("late", "Late", "", lambda _: models.Q()),))),
    ("flag 'late' is declared 2 times",
     lambda: declared(flags=(Flag("late", "Late", "Hurry.", lambda _: models.Q()),) * 2)),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "make"), WRONG, ids=[sentence for sentence, _make in WRONG])
def test_each_wrong_declaration_has_its_sentence(
    sentence: str, make: Callable[[], RecordType[Any]], known: Registry
) -> None:
    """M31, AUD-01: mistakes are found at start instead of in an audit."""
    found = problems(make(), known)
    assert any(sentence in text for text in found), found
    assert all(text.startswith("objective: ") and text.endswith(".") for text in found)


def test_two_types_with_one_prefix_or_one_kind_stop_the_start(known: Registry) -> None:
    """CON-04: two types would give the same numbers."""
    declared()
    with pytest.raises(DeclarationError, match="declared twice"):
        declared()
    with isolate_apps("gemba.modules.objective"):

        class Other(Record):
            class Meta:
                app_label = "objective"

        with pytest.raises(DeclarationError, match="both number with 'OBJ'"):
            declared(model=Other)


def test_columns_without_one_exact_form_stop_the_start(known: Registry) -> None:
    """AUD-05, SIG-04: a float has no exact value to sign, a many-to-many relation leaves no trail."""
    with isolate_apps("gemba.modules.objective"):

        class Weighed(Record):
            weight = models.FloatField()
            took = models.DurationField()
            objectives = models.ManyToManyField(Objective)

            class Meta:
                app_label = "objective"

        found = " ".join(problems(declared(model=Weighed, sections=section("title", "weight", "took")), known))
    assert "the column 'weight' is a FloatField" in found
    assert "the column 'took' is a DurationField" in found
    assert "'objectives' relates many to many" in found


def test_a_second_level_an_own_manager_or_a_missing_declaration_stops_the_start(known: Registry) -> None:
    """AUD-01, ACL-01: every record type is a direct subclass, declared, and read through the one scope."""
    with isolate_apps("gemba.modules.objective"):

        class Grandchild(Objective):
            objects = models.Manager()

            class Meta:
                app_label = "objective"

        class Undeclared(Record):
            class Meta:
                app_label = "objective"

        found = family_problems([Grandchild, Undeclared, Record], known)
    assert [text.split(":")[0] for text in found] == ["grandchild", "grandchild", "undeclared"]
    assert "direct and only subclass" in found[0]
    assert "its own manager" in found[1]
    assert "no declaration" in found[2]


def test_evidence_that_no_duty_could_ask_for_stops_the_start(known: Registry) -> None:
    """M46: what a type yields is a word of the catalogue."""
    wrong = declared(yields=(Yields("unicorn", (OLD,)),))
    assert unknown_evidence([wrong], {"quality_objectives"}) == [
        "objective: it yields 'unicorn', which is no evidence type of the catalogue."
    ]
    assert unknown_evidence([wrong], {"unicorn"}) == []


def test_the_product_itself_passes_its_own_checks() -> None:
    """AUD-01: the same checks, over everything that is declared, as the start runs them."""
    assert [str(error) for error in run_checks(tags=[Tags.models])] == []
    assert [text for each in registry for text in problems(each)] == []
