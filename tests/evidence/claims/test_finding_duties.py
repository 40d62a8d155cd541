"""Duties found by what people type into the picker."""

import pytest

from gemba.evidence.claims.catalogued import duties_of_clause, known_catalogue
from gemba.evidence.claims.finding import find_duties, stem


def test_a_clause_number_finds_the_duties_of_that_clause_and_below() -> None:
    """M46: as people cite it, with the word clause and a point of a list."""
    for typed in ("8.5.2", "clause 8.5.2", "§ 8.5.2 b)"):
        found = [each for each in find_duties(typed) if each.framework.id == "iso13485"]
        assert [each.duty for each in found] == list(duties_of_clause(known_catalogue(), "iso13485", "8.5.2"))
    chapter = find_duties("7.3", framework="iso13485")
    assert {each.duty.clause for each in chapter} > {"7.3.2", "7.3.3"}


def test_the_exact_name_of_a_duty_finds_it_alone() -> None:
    """M46: what stands in an export can be typed back."""
    assert [each.duty.id for each in find_duties("8.5.2-a")] == ["8.5.2-a"]


def test_words_find_duties_that_have_them_all_and_headings_first() -> None:
    """M46: our own paraphrase is searched, beginnings of words suffice."""
    found = find_duties("complaint handl", framework="iso13485")
    assert found
    assert found[0].duty.clause == "8.2.2"
    assert not find_duties("complaint zebra")


def test_a_framework_narrows_and_shows_its_beginning_when_nothing_is_typed() -> None:
    """M46: choosing a standard is enough to begin reading its duties."""
    assert {each.framework.id for each in find_duties("supplier", framework="qmsr")} <= {"qmsr"}
    assert [each.duty for each in find_duties("", framework="qmsr")] == list(
        known_catalogue().frameworks["qmsr"].duties[:40]
    )
    assert find_duties("") == []


HOSTILE = ["<script>alert(1)</script>", "%" * 5000, "8" * 5000, "(" * 300, "\0", "\u00bd \U0001d7e0.5", "-", "'"]


@pytest.mark.parametrize("typed", HOSTILE)
def test_no_input_is_an_error(typed: str) -> None:
    """M46: hostile input finds nothing and breaks nothing."""
    assert isinstance(find_duties(typed), list)


def test_endings_do_not_hide_a_word() -> None:
    """M46: complaints and complaint are one word."""
    assert stem("complaints") == stem("complaint")
    assert stem("reviewing") == stem("reviewed") == "review"
    assert stem("gas") == "gas"
