"""Standards that are cited but are no framework here."""

from pathlib import Path

import pytest

from gemba.evidence.catalogue.errors import CatalogueError
from gemba.evidence.catalogue.load import shipped_frameworks
from gemba.evidence.catalogue.standards import known_standards, load_standards, spellings
from tests.evidence.frameworks import written

GOOD = """\
schema: gemba-standards/1
as_known: 2025-06
confidence: general_knowledge
about: test
standards:
  - designation: ISO 1
    title: Reference temperature
    editions: {'2002': superseded, '2016': current}
"""


def test_an_edition_is_current_superseded_or_not_judged() -> None:
    """M113: only what is surely old is called old."""
    usability = known_standards()["ISO 15223-1"]
    assert usability.state("2021") == "current"
    assert usability.state("2016") == "superseded"
    assert usability.state("2019") is None
    assert usability.state(None) is None


def test_a_repealed_law_is_superseded_whatever_the_edition() -> None:
    """M113: a document that still rests on the directive is found."""
    directive = known_standards()["93/42/EEC"]
    assert directive.replaced_by == "2017/745"
    assert directive.state(None) == "superseded"
    assert "MDD" in directive.cited_as


def test_fifty_standards_and_more_are_known_each_with_its_spellings() -> None:
    """M113: European and national issues are the same standard."""
    known = known_standards()
    assert len(known) >= 50
    assert {"IEC 62366-1", "IEC 60601-1", "ISO 10993-1", "IEC 82304-1", "IEC 81001-5-1", "ISO/TR 24971"} <= set(known)
    assert {"DIN EN ISO 15223-1", "EN ISO 15223-1"} <= set(known["ISO 15223-1"].cited_as)
    assert "EN 62366-1" in known["IEC 62366-1"].cited_as
    assert all(each.cited_as[0] == name and each.confidence and each.as_known for name, each in known.items())


def test_no_spelling_leads_to_two_standards() -> None:
    """M113: a citation has one meaning, among standards and frameworks together."""
    owners: dict[str, str] = {}
    named = [(each.designation, each.cited_as) for each in known_standards().values()]
    named += [(each.id, each.cited_as) for each in shipped_frameworks()]
    for designation, cited in named:
        for spelling in cited:
            assert owners.setdefault(spelling.casefold(), designation) == designation, spelling


def test_successors_are_known_themselves() -> None:
    """M113: what is said to replace a standard can be looked up."""
    spelled = {spelling for each in shipped_frameworks() for spelling in each.cited_as} | set(known_standards())
    assert {each.replaced_by for each in known_standards().values() if each.replaced_by} <= spelled


def test_spellings_of_what_is_no_iso_or_iec_standard_are_left_alone() -> None:
    """M113: no invented names."""
    assert spellings("93/42/EEC") == ("93/42/EEC",)


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("'2016': current", "'2016': new", "'editions' of standard 'ISO 1' holds '2016: new'"),
        ("    title: Reference temperature\n", "", "standard 'ISO 1' has no 'title'."),
        ("standards:\n", "standrads:\n", "the file has the unknown key 'standrads'. Did you mean 'standards'?"),
        ("confidence: general_knowledge", "confidence: hearsay", "'confidence' of the file is 'hearsay'"),
        (
            "    title: Reference",
            "    colour: red\n    title: Reference",
            "standard 'ISO 1' has the unknown key 'colour'.",
        ),
    ],
)
def test_a_wrong_standards_file_is_refused_with_sentences(
    right: str, wrong: str, sentence: str, tmp_path: Path
) -> None:
    """M113: the same care as for frameworks."""
    assert load_standards(written(tmp_path, GOOD))["ISO 1"].state("2002") == "superseded"
    with pytest.raises(CatalogueError) as caught:
        load_standards(written(tmp_path, GOOD.replace(right, wrong)))
    assert sentence in str(caught.value)
