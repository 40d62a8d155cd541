"""Which documents a document names: titles, numbers and lists, and not the labels of its own fields."""

from gemba.assess.model import Document
from tests.assess.extract.support import citations, document


def named(made: Document) -> list[str]:
    return [reference.name for reference in made.references if reference.target is None]


def test_a_title_keeps_its_words_in_lower_case_where_it_stands_alone() -> None:
    """M47: "SOP Risk management" is not a document called "SOP Risk"."""
    assert named(document("# Plan\n\n* SOP Risk management\n* SOP Clinical evaluation (if any)\n")) == [
        "SOP Risk management",
        "SOP Clinical evaluation (if any)",
    ]
    assert named(document("# Plan\n\nAs SOP Purchasing says, see there.\n")) == ["SOP Purchasing"]


def test_the_label_of_a_list_is_no_document() -> None:
    """M47: what is followed by a colon introduces the form's own list."""
    text = "# Form\n\n**List of Risks:**\n\n* none\n\n**List of Measures (if necessary):**\n\n* none\n"
    assert named(document(text)) == []


def test_a_title_ends_with_its_line_where_it_fills_it() -> None:
    """M47: the next line's first word is not part of the title, but a title may go over the end of a line."""
    assert named(document("# Plan\n\n**List of Applicable Regulations**\\\nMay be kept elsewhere.\n")) == [
        "List of Applicable Regulations"
    ]
    assert named(document("# Plan\n\nThe buyer follows SOP Supplier\nEvaluation in every case.\n")) == [
        "SOP Supplier Evaluation"
    ]


def test_a_law_named_by_a_number_of_its_own_is_recognised_alone() -> None:
    """M5, M47: "Part 11" needs no other sign of a law beside it."""
    assert [each.framework for each in citations().standards("Signatures follow Part 11 in full.")] == ["part11"]
    assert citations().standards("See part 12 of the manual.") == ()


def test_a_document_is_asked_only_for_what_it_holds() -> None:
    """M47: narrowing to one document changes nothing about what is found in it."""
    text = "GDPR, ISO 13485:2016, MDR Art. 10, the Medical Device Regulation, 21 CFR 820.35, Regulation (EU) 2017/746."
    assert citations().within(text.lower()).standards(text) == citations().standards(text)
    assert len(citations().standards(text)) == 6
    assert citations().within("nothing of the kind").standards("GDPR") == ()
