"""The crosswalk between frameworks, readable from either side."""

from pathlib import Path

import pytest

from gemba.evidence.catalogue.crosswalk import Relation
from gemba.evidence.catalogue.load import catalogue
from gemba.evidence.catalogue.model import Counterpart
from tests.evidence.frameworks import written


def counterparts(framework: str, clause: str, other: str) -> list[str]:
    return [c.clause for c in catalogue().crosswalk.counterparts(framework, clause) if c.framework == other]


def test_complaint_records_of_820_35_and_clause_8_2_2_find_each_other() -> None:
    """M2: open any 13485 clause, see the linked section of 21 CFR 820, and vice versa."""
    assert "820.35(a)" in counterparts("iso13485", "8.2.2", "qmsr")
    assert counterparts("qmsr", "820.35(a)", "iso13485") == ["8.2.2"]
    assert counterparts("qmsr", "820.35", "iso13485") == ["4.2.5", "7.5.1", "7.5.4", "7.5.8", "7.5.9", "8.2.2"]


def test_annex_ix_and_iso_13485_find_each_other() -> None:
    """M3: the gap can be read for Annex IX."""
    assert counterparts("mdr", "Annex IX 2.4", "iso13485") == ["4.1.4", "5.4.2"]
    assert "Annex IX 2.4" in counterparts("iso13485", "5.4.2", "mdr")
    assert "Annex IX 3.3" in counterparts("iso13485", "8.2.4", "mdr")


def test_risk_control_and_design_find_each_other() -> None:
    """M4: ISO 14971 7.2 and ISO 13485 7.3.6 and 7.3.7."""
    assert counterparts("iso14971", "7.2", "iso13485") == ["7.3.6", "7.3.7"]
    assert "7.2" in counterparts("iso13485", "7.3.6", "iso14971")


def test_software_planning_and_design_planning_find_each_other() -> None:
    """M5: IEC 62304 5.1.1 and ISO 13485 7.3.2."""
    assert counterparts("iec62304", "5.1.1", "iso13485") == ["7.3.2"]
    assert "5.1.1" in counterparts("iso13485", "7.3.2", "iec62304")


def test_a_counterpart_that_names_a_parent_holds_for_its_children_and_says_so() -> None:
    """M2, M3: Article 10(9) names 7.5 as a whole, so 7.5.4 shows it, through its parent."""
    matches = {(m.framework, m.clause): m for m in catalogue().crosswalk.matches("iso13485", "7.5.4")}
    article = matches["mdr", "Article 10(9)"]
    assert (article.relation, article.named_for) == (Relation.THROUGH_PARENT, ("7.5",))
    assert [d.id for d in article.duties] == ["MDR-10.9-g"]
    assert matches["qmsr", "820.35(b)"].relation is Relation.SAME


def test_a_parent_shows_what_its_children_have_and_joins_what_is_the_same() -> None:
    """M2: 820.35 as a whole leads to 8.2.2 once, with all the rows behind it."""
    match = next(m for m in catalogue().crosswalk.matches("qmsr", "820.35") if m.clause == "8.2.2")
    assert match.relation is Relation.THROUGH_CHILD
    assert match.named_for[:2] == ("820.35(a)", "820.35(a)(1)")
    assert len(match.duties) == 9


@pytest.mark.parametrize("identity", ["qmsr", "part11", "mdr", "iso14971", "iec62304", "mdsap"])
def test_every_counterpart_is_found_from_the_other_side_too(identity: str) -> None:
    """M2, M3, M4, M5: the crosswalk is symmetric."""
    known = catalogue()
    for duty in known.frameworks[identity].duties:
        for counterpart in duty.counterparts:
            back = known.crosswalk.counterparts(counterpart.framework, counterpart.clause)
            assert Counterpart(identity, duty.clause) in back


def test_a_clause_that_nobody_knows_has_no_counterparts() -> None:
    """M2: no invention."""
    assert catalogue().crosswalk.matches("iso13485", "8.5.4") == ()
    assert catalogue().crosswalk.matches("iso9001", "4.1") == ()


def test_a_framework_of_ones_own_joins_the_crosswalk(tmp_path: Path) -> None:
    """M11: own clauses are found from ISO 13485 and back, by duty or by clause."""
    known = catalogue([written(tmp_path)])
    assert Counterpart("house", "1.1") in known.crosswalk.counterparts("iso13485", "6.4.1")
    assert Counterpart("house", "8.10") in known.crosswalk.counterparts("iso13485", "8.2.4")
    assert Counterpart("iso13485", "6.4.1") in known.crosswalk.counterparts("house", "1")
