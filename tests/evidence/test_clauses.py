"""From the way people cite a clause to its number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemba.evidence.catalogue.clauses import duties_under, exists, former, nearest, resolve, subclauses
from gemba.evidence.catalogue.load import framework, shipped_frameworks


@pytest.mark.parametrize(
    ("identity", "cited", "clause"),
    [
        ("iso13485", "8.2.1", "8.2.1"),
        ("iso13485", "§ 8.2.1 b)", "8.2.1"),
        ("iso13485", "Sec. 4.1.6", "4.1.6"),
        ("iso13485", "clause 7.5.9.2", "7.5.9.2"),
        ("iso13485", "8.2.1.", "8.2.1"),
        ("iso13485", "8.2.4c", "8.2.4"),
        ("qmsr", "§820.35 (a)(6)", "820.35(a)(6)"),
        ("qmsr", "820.10(c)(1)", "820.10(c)"),
        ("part11", "11.200 (a)(1)(ii)", "11.200(a)(1)(ii)"),
        ("mdr", "Art. 10 (9)(a)", "Article 10(9)"),
        ("mdr", "Artikel 83(1)", "Article 83(1)"),
        ("mdr", "10(9)", "Article 10(9)"),
        ("mdr", "Article 10a", "Article 10a"),
        ("mdr", "Annex IX, Section 2.2 (c)", "Annex IX 2.2"),
        ("mdr", "Annex IX Chapter I Section 3.4", "Annex IX 3.4"),
    ],
)
def test_a_citation_finds_its_clause(identity: str, cited: str, clause: str) -> None:
    """M32: stable ids, found from the spellings people use."""
    assert resolve(framework(identity), cited) == clause


@pytest.mark.parametrize("cited", ["8.5.4", "4.21", "9.1", "", "(((", "7.5.9.3", "Article 10"])
def test_a_clause_that_iso_13485_does_not_have_is_not_found(cited: str) -> None:
    """M113: impossible clause numbers are told from real ones."""
    assert resolve(framework("iso13485"), cited) is None
    assert not exists(framework("iso13485"), cited)


@pytest.mark.parametrize(
    ("identity", "cited"), [("iso13485", "3.11"), ("iso13485", "Annex A"), ("iec62304", "4.4.2"), ("part11", "11.1(b)")]
)
def test_clauses_that_ask_for_nothing_may_still_be_cited(identity: str, cited: str) -> None:
    """M113: citing the terms and definitions is no mistake."""
    assert resolve(framework(identity), cited) is None
    assert exists(framework(identity), cited)


def test_where_only_a_part_of_a_law_is_known_nothing_is_called_impossible() -> None:
    """M113: Article 61 is real, only not one of ours."""
    assert exists(framework("mdr"), "Article 61")
    assert not framework("mdr").complete


def test_an_old_section_of_part_820_leads_to_what_took_its_place() -> None:
    """M2: documents from before 2026 still cite 820.30 and 820.198."""
    gone = former(framework("qmsr"), "21 CFR 820.198".removeprefix("21 CFR "))
    assert gone is not None
    assert gone.now == "820.35(a), 820.10(b)(3)"
    assert [c.clause for c in gone.counterparts] == ["8.2.1", "8.2.2", "8.2.3"]
    assert former(framework("qmsr"), "820.30(j)") is not None
    assert former(framework("qmsr"), "820.35") is None


def test_sub_clauses_and_their_duties_come_with_the_clause() -> None:
    """M32: the tree is walked downwards."""
    shipped = framework("iso13485")
    assert subclauses(shipped, "7.5.9") == ("7.5.9", "7.5.9.1", "7.5.9.2")
    assert {d.clause for d in duties_under(shipped, "7.5.9")} == {"7.5.9.1", "7.5.9.2"}
    assert subclauses(shipped, "9") == ()


def test_the_nearest_clauses_are_offered_best_first() -> None:
    """M32: a mistyped number is answered with the likely ones."""
    assert [c.clause for c in nearest([framework("iso13485")], "8.5.9", 3)] == ["8.5.3", "8.5.2", "8.5.1"]
    assert nearest(shipped_frameworks(), "nonsense") == ()


@given(st.text(max_size=200))
def test_any_text_may_be_asked_for_as_a_clause(text: str) -> None:
    """M32: no text breaks the look-up."""
    for shipped in shipped_frameworks():
        found = resolve(shipped, text)
        assert found is None or found in shipped.clauses
        assert exists(shipped, text) or found is None
        former(shipped, text)
    nearest(shipped_frameworks()[:2], text)
