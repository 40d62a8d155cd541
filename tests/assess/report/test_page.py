"""What the page says: everything found, nothing claimed, nothing executed."""

import re
from html.parser import HTMLParser

import pytest

from gemba.assess.report import html
from gemba.assess.report.view import DOES_NOT_MEAN, STATES, View
from tests.assess.report.samples import assessed, catalogued, company, company_view, procedure

VOID = {"meta", "input", "br", "img", "link"}


class Outline(HTMLParser):
    """Tags, attributes and text of a page; fails on a tag that is closed in the wrong order."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.own: list[str] = []
        """What the report itself says, without the duties of the framework."""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)
            if "details" not in self.open:
                self.own.append(data)


@pytest.fixture(scope="module")
def page() -> str:
    return html.render(company_view())


@pytest.fixture(scope="module")
def outline(page: str) -> Outline:
    return Outline(page)


def words(outline: Outline) -> str:
    return " ".join(" ".join(outline.text).split())


def test_the_page_is_well_formed_and_complete_in_itself(page: str, outline: Outline) -> None:
    """M22: one file that needs no network and runs no program."""
    assert outline.open == []
    names = {tag for tag, _ in outline.tags}
    assert not names & {"script", "img", "link", "iframe", "object", "form"}
    assert not [attributes for _, attributes in outline.tags if any(name.startswith("on") for name in attributes)]
    assert all((attributes.get("href") or "#").startswith("#") for _, attributes in outline.tags)
    assert "@import" not in page
    assert "url(" not in page
    assert "default-src 'none'" in page


def test_the_page_says_what_the_figures_mean_and_do_not_mean(outline: Outline) -> None:
    """M22: with the paraphrase notice and who signed it off."""
    text = words(outline)
    assert all(sentence in text for sentence in DOES_NOT_MEAN)
    assert "not the wording of the standard" in text
    assert "nobody yet" in text
    assert "As of 1 June 2026" in text


def test_no_word_and_no_number_claims_compliance(outline: Outline) -> None:
    """M20, M22: two numbers, never one; no verdict."""
    text = " ".join(" ".join(outline.own).split()).lower()
    assert not re.search(r"complian|conforms|certified|score\b|readiness", text)
    template_shares = re.findall(r"\d+ % ?", text)
    assert len(template_shares) == 1
    assert "39 of 70" in text
    assert "16 of 70" in text


def test_every_clause_document_and_finding_is_on_the_page(outline: Outline) -> None:
    """M80, M81: nothing that was found is left out."""
    assessment = company_view().assessment
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]

    assert len(ids) == len(set(ids))
    assert {f"c-{each.clause}" for each in assessment.clauses} <= set(ids)
    assert {f"d{n}" for n in range(1, len(assessment.documents) + 1)} <= set(ids)
    assert {f"f{n}" for n in range(1, len(assessment.findings) + 1)} <= set(ids)
    text = words(outline)
    assert all(" ".join(finding.message.split()) in text for finding in assessment.findings)


def test_the_map_has_one_cell_for_each_clause_with_symbol_and_word(outline: Outline) -> None:
    """M80: more than colour tells the state."""
    cells = [attributes for tag, attributes in outline.tags if tag == "a" and "cell" in (attributes.get("class") or "")]
    assert len(cells) == len(company_view().assessment.clauses)
    assert all(words.symbol and words.short for words in STATES.values())


def test_the_template_and_its_likeness_stand_in_the_document_list(outline: Outline) -> None:
    """M55, M56: where a document came from is shown, and how much of it is still the template."""
    assert "99 % templates/document-control.md" in words(outline)


def test_hostile_names_are_escaped_everywhere(page: str) -> None:
    """M22: a document's name is text, in the page's head too."""
    assert "<script>alert" not in page
    assert 'onerror="' not in page
    assert "&lt;script&gt;alert(2)" in page


def test_an_exclusion_is_shown_with_its_reason_or_the_lack_of_one(outline: Outline) -> None:
    """M18: the exclusions register, as found."""
    text = words(outline)
    assert "Excluded : No contamination-sensitive product is made." in text.replace("Excluded:", "Excluded :")
    assert "no reason given" in text


def test_a_folder_without_findings_is_not_praised() -> None:
    """M22: silence of the checks says something about texts only."""
    everything = procedure("a.md", "SOP A")
    assessment = assessed(everything)
    clean = type(assessment)(
        **{name: getattr(assessment, name) for name in assessment.__slots__ if name not in ("findings", "first")},
        findings=(),
    )
    page = html.render(View(clean, catalogued().framework))
    assert "nothing about the work" in page


def test_the_same_assessment_gives_the_same_page(page: str) -> None:
    """M22: byte for byte."""
    assert (
        html.render(View(assessed(*company(), files=frozenset({"logo.png"}), templates=12), catalogued().framework))
        == page
    )
