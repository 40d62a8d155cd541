"""Finding records: by word, number, accent and beginning, and never one that may not be seen."""

from typing import Any

import pytest

from gemba.kernel.access.viewer import UnscopedAccessError, seeing
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.search.query import search
from gemba.modules.objective.models import Objective
from tests.kernel.people import access, as_, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def quality() -> Person:
    return person("Aino", Role.QUALITY)


def objective(by: Person, title: str, why: str = "Because", **values: Any) -> Objective:
    given = {"title": title, "why": why, "measure": "Days", "target": 10, "unit": "days", **values}
    return Raise(model=Objective, values=given, **as_(by)).execute()


def titles(who: Person, text: str) -> list[str]:
    with seeing(access(who)):
        return [found.record.title for found in search(text)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("complaints", True), ("COMPLAINTS quickly", True), ("compl", True), ("compl quickly", False),
        ("angstrom", True), ("Ångström", True), ("smorrebrod", True), ("patients", True), ("nothing", False),
        ('"', False), ("' OR 1=1 --", False), ("AND", False), ("NEAR(", False), ("*", False), (":*", False),
    ],
)  # fmt: skip
def test_records_are_found_as_people_type(quality: Person, typed: str, meant: bool) -> None:
    """M44: any case, no accents, beginnings while typing; hostile queries find nothing and harm nothing."""
    objective(quality, "Answer complaints quickly", "Patients wait: Ångström, smørrebrød")
    assert titles(quality, typed) == (["Answer complaints quickly"] if meant else [])


def test_a_record_is_found_by_its_number(quality: Person) -> None:
    """M44: the whole number or a part of it."""
    made = objective(quality, "First")
    objective(quality, "Second")
    assert titles(quality, made.number) == ["First"]
    assert titles(quality, made.number.lower().replace("-", " ")) == ["First"]


def test_the_title_counts_more_than_the_text(quality: Person) -> None:
    objective(quality, "Something else", "sterile sterile sterile packaging")
    objective(quality, "Sterile packaging")
    assert titles(quality, "sterile")[0] == "Sterile packaging"


def test_an_edit_is_found_at_once_and_the_old_words_no_longer(quality: Person) -> None:
    made = objective(quality, "Before")
    Edit(record=made, values={"title": "After"}, **as_(quality)).execute()
    assert (titles(quality, "before"), titles(quality, "after")) == ([], ["After"])


def test_nobody_finds_what_they_may_not_see(quality: Person) -> None:
    """ACL-01: neither by role nor when a record is confidential."""
    objective(quality, "Secret merger", confidential=True)
    objective(quality, "Open matter")
    other = person("Olli", Role.ENGINEER)
    assert titles(other, "merger") == []
    assert titles(other, "matter") == ["Open matter"]
    assert titles(person("Root", Role.ADMINISTRATOR), "matter") == []
    with pytest.raises(UnscopedAccessError):
        search("matter")


def test_the_text_around_the_hit_is_shown(quality: Person) -> None:
    objective(quality, "Long", "start " * 60 + "needle " + "end " * 60)
    with seeing(access(quality)):
        found = search("need")[0]
    assert (found.hit, found.after[:8]) == ("needle", " end end")
