"""How documents say what they implement, and how they name clauses without saying so. Both ways, style by style."""

import pytest

from tests.assess.extract.support import document, field, heading, of_blocks, paragraph, stated, table

_HEADER = "# SOP-012 Document Control\n\n"


def _table(*rows: str) -> str:
    first, *rest = rows
    return "\n".join([first, "|" + "---|" * (first.count("|") - 1), *rest]) + "\n"


STATED = {
    "section table": (
        _HEADER + _table("| ISO 13485:2016 Section | Document Section |", "| 4.2.4 | All |", "| 4.2.5 | 5 |"),
        ["4.2.4", "4.2.5"],
    ),
    "standard in each row": (
        _HEADER
        + _table("| Regulatory Requirement | Document Section |", "| ISO 13485:2016 Sections 5.6.2 and 7.3.3 | All |"),
        ["5.6.2", "7.3.3"],
    ),
    "headless requirements table under a label": (
        _HEADER
        + "## Summary\n\n**Regulatory requirements:**\n\n"
        + _table("| | |", "| Regulation 2017/745 (MDR) | Art. 83-88 |", "| ISO 13485:2016 | 8.2.1 / 8.2.2 |"),
        ["8.2.1", "8.2.2"],
    ),
    "header row": (
        _HEADER
        + _table(
            "| Document No | SOP-012 |",
            "| Revision | C |",
            "| Regulatory References | ISO 13485:2016 Sec. 4.1.6 and 6.3 and 7.6 |",
        ),
        ["4.1.6", "6.3", "7.6"],
    ),
    "header row by standard": (
        _HEADER + _table("| Document No | SOP-012 |", "| ISO 13485 clause | 8.2.4, 8.2.5 |"),
        ["8.2.4", "8.2.5"],
    ),
    "header line": (_HEADER + "Clauses covered: 8.5.2, 8.5.3\n", ["8.5.2", "8.5.3"]),
    "header line naming the standard": (_HEADER + "Owner: QA Manager\nStandard: ISO 13485:2016, clause 7.4\n", ["7.4"]),
    "front matter list": ("---\ntitle: CAPA\niso13485: ['8.5.2', '8.5.3']\n---\n# CAPA\n\nText.\n", ["8.5.2", "8.5.3"]),
    "front matter clauses": ("---\nclauses: 7.3.4, 7.3.5\n---\n# Design outputs\n\nText.\n", ["7.3.4", "7.3.5"]),
    "front matter sentence": ("---\nregulatory_references: ISO 13485:2016 7.1\n---\n# Planning\n\nText.\n", ["7.1"]),
    "implements": (_HEADER + "## Purpose\n\nThis procedure implements 7.3.4 and 7.3.5.\n", ["7.3.4", "7.3.5"]),
    "fulfils a range": (
        _HEADER + "This SOP fulfils the requirements of clauses 8.2.1 to 8.2.3 of ISO 13485.\n",
        ["8.2.1", "8.2.2", "8.2.3"],
    ),
    "en dash range": (
        _HEADER + "This work instruction satisfies ISO 13485:2016 clauses 7.4.1\u20137.4.3.\n",
        ["7.4.1", "7.4.2", "7.4.3"],
    ),
    "sub-items": (_HEADER + "This document addresses clause 4.2.1 b) of ISO 13485.\n", ["4.2.1"]),
    "section sign": (_HEADER + "This procedure complies with ISO 13485:2016 § 8.2.1.\n", ["8.2.1"]),
    "broken over lines": (
        _HEADER + "This procedure, owned by the QMO, meets the\nrequirements of ISO 13485:2016, Sec. 8.3.1\nand"
        " 8.3.2.\n",
        ["8.3.1", "8.3.2"],
    ),
    "purpose sentence": (
        _HEADER + "## 1. Purpose\n\nThe purpose of this procedure is to comply with ISO 13485:2016 clause 6.2.\n",
        ["6.2"],
    ),
    "purpose without subject": (
        _HEADER + "## Purpose\n\nTo fulfil the requirements of ISO 13485:2016, 4.2.4 and 4.2.5.\n",
        ["4.2.4", "4.2.5"],
    ),
    "describes in accordance": (
        _HEADER + "This procedure describes how audits are planned and held in accordance with ISO 13485:2016"
        " clause 8.2.4.\n",
        ["8.2.4"],
    ),
    "passive": (
        _HEADER + "The requirements of ISO 13485:2016 clause 8.2.2 are fulfilled by this procedure.\n",
        ["8.2.2"],
    ),
    "its own number": (_HEADER + "SOP-012 implements clause 4.2.4 of ISO 13485.\n", ["4.2.4"]),
    "together with another": (
        _HEADER + "This procedure, together with SOP-020, implements 7.3.4 of ISO 13485.\n",
        ["7.3.4"],
    ),
    "list under implements": (
        _HEADER + "## Implements\n\n- ISO 13485:2016 7.5.1\n- ISO 13485:2016 7.5.6\n",
        ["7.5.1", "7.5.6"],
    ),
    "list under clauses covered": (_HEADER + "Clauses covered:\n\n- 8.3.1 General\n- 8.3.2\n", ["8.3.1", "8.3.2"]),
    "list after a statement": (
        _HEADER + "This procedure fulfils the following requirements of ISO 13485:2016:\n\n* 7.4.1\n* 7.4.2\n",
        ["7.4.1", "7.4.2"],
    ),
    "references table with clauses": (
        _HEADER
        + "## 2. References\n\n"
        + _table("| Standard | Clauses |", "| ISO 13485:2016 | 7.4.1, 7.4.2 |", "| 21 CFR 820 | 820.10 |"),
        ["7.4.1", "7.4.2"],
    ),
    "references table with titles": (
        _HEADER
        + "## Regulatory references\n\n"
        + _table("| ISO 13485 clause | Title |", "| 7.4.1 | Purchasing process |", "| 7.4.3 | Verification |"),
        ["7.4.1", "7.4.3"],
    ),
    "section and title in one cell": (
        _HEADER
        + _table(
            "| ISO 13485:2016 Section | Document Section |", "| 7.3.2 Design and Development Planning | 1, 2, 3 |"
        ),
        ["7.3.2"],
    ),
    "where addressed": (
        _HEADER
        + _table(
            "| Clause of ISO 13485:2016 | Requirement | Addressed in |",
            "| 8.2.4 | audits | Section 5 |",
            "| 8.2.5 | processes | Section 6 |",
        ),
        ["8.2.4", "8.2.5"],
    ),
    "how met": (
        _HEADER
        + _table(
            "| ISO 13485 clause | How this is met |",
            "| 6.4.1 | Rooms are checked each morning. |",
            "| 6.3 | Servers are listed. |",
        ),
        ["6.4.1", "6.3"],
    ),
    "unknown edition": (
        _HEADER + _table("| Regulatory Requirement | Document Section |", "| ISO 13485:2015, Sections 4.2.3 | All |"),
        ["4.2.3"],
    ),
    "unknown clause": (_HEADER + _table("| ISO 13485:2016 Section | Document Section |", "| 8.5.4 | All |"), ["8.5.4"]),
    "German sentence": (
        _HEADER + "Diese Verfahrensanweisung erfüllt die Anforderungen der ISO 13485:2016, Abschnitt 8.2.1 bis"
        " 8.2.3.\n",
        ["8.2.1", "8.2.2", "8.2.3"],
    ),
    "purpose that only describes": (
        _HEADER + "## 1 Purpose\n\nTo define the controls of documents as required by ISO 13485:2016 clause 4.2.4.\n",
        ["4.2.4"],
    ),
    "the document as it": (
        _HEADER + "This procedure tells how documents are kept. It implements ISO 13485:2016 clause 4.2.4.\n",
        ["4.2.4"],
    ),
    "two standards in columns": (
        _HEADER + _table("| ISO 13485:2016 clause | 21 CFR 820 section | Document section |", "| 8.2.4 | 820.35 | 4 |"),
        ["8.2.4"],
    ),
    "several lines in a cell": (
        _HEADER
        + _table("| Requirements addressed | ISO 13485:2016 cl. 7.5.1<br>ISO 13485:2016 cl. 7.5.6 |", "| Owner | QA |"),
        ["7.5.1", "7.5.6"],
    ),
    "French sentence": (
        _HEADER + "Cette procédure satisfait aux exigences de l'ISO 13485:2016, chapitres 8.2.1 et 8.2.2.\n",
        ["8.2.1", "8.2.2"],
    ),
    "nested front matter": ("---\nstandards:\n  iso13485: ['8.5.2']\n---\n# CAPA\n\nText.\n", ["8.5.2"]),
    "whole chapter": (_HEADER + "This manual covers clauses 4 to 8 of ISO 13485:2016.\n", ["4", "5", "6", "7", "8"]),
    "semicolons": (
        _HEADER + _table("| ISO 13485:2016 Section | Document Section |", "| 4.2.3; 5.2; 7.2.1 | 2.4 |"),
        ["4.2.3", "5.2", "7.2.1"],
    ),
    "merged standard cell": (
        _HEADER
        + "## Regulatory requirements\n\n"
        + _table("| Standard | Clause |", "| ISO 13485:2016 | 8.2.1 |", "| | 8.2.2 |", "| ISO 14971:2019 | 4.1 |"),
        ["8.2.1", "8.2.2"],
    ),
    "with classes column": (
        _HEADER
        + _table("| Classes | IEC 62304:2006 Section | Document Section |", "| A, B, C | 5.2.6 | (All) |")
        + "\n"
        + _table("| ISO 13485:2016 Section | Document Section |", "| 7.3.3 | (All) |"),
        ["7.3.3"],
    ),
}

NOT_STATED = {
    "references list": _HEADER + "## 2. References\n\n- ISO 13485:2016, clause 4.2.4\n- ISO 14971:2019\n",
    "regulatory references list": _HEADER + "**Regulatory references:**\n\n* ISO 13485:2016 Chapter 7.5\n",
    "regulatory references line": _HEADER + "## Details\n\n**Regulatory references:**\n\nISO 13485:2016 Chapter 7.5\n",
    "see": _HEADER + "Immediate action is taken without delay (see ISO 13485 para. 8.5.2).\n",
    "quoted guidance": _HEADER + "> This procedure implements clause 8.2.4 of ISO 13485, write here how.\n",
    "audit programme": "# Audit programme 2026\n\n"
    + _table(
        "| Audit | Q1 | Q2 |",
        "| ISO 13485:2016, para. 4.1, 4.2: General | x | |",
        "| ISO 13485:2016, para. 5.6: Review | | x |",
    ),
    "audit plan": "# Audit plan\n\n"
    + _table(
        "| Time | Topic | Audit criteria | Participants |",
        "| 09:00 - 10:00 | QMS | EN ISO 13485:2016, para. 4.1 and 4.2 | CEO |",
    ),
    "audit checklist": "# Internal audit checklist\n\n"
    + _table(
        "| Clause | Question | Conform? | Evidence |",
        "| 8.2.4 | Are audits held? | yes | report |",
        "| 8.5.2 | Is the cause found? | yes | CAPA-3 |",
    ),
    "gap analysis": "# ISO 13485:2016 gap analysis\n\n"
    + _table("| Clause | Requirement | Document | Gap | Action |", "| 4.2.3 | device file | none | missing | write |"),
    "nonconformity report": "# Nonconformity report NC-7\n\n"
    + _table("| Requirement | ISO 13485:2016 clause 7.5.1 |", "| Description | label missing |"),
    "negated": _HEADER + "This procedure does not cover clause 7.5.5 of ISO 13485.\n",
    "question": _HEADER + "Does this procedure fulfil clause 8.2.4 of ISO 13485?\n",
    "another document": _HEADER + "Complaints are handled in SOP-031, which implements clause 8.2.2 of ISO 13485.\n",
    "another document by number": _HEADER + "SOP-031 implements clause 8.2.2 of ISO 13485.\n",
    "supplier": _HEADER + "The supplier's own system fulfils ISO 13485:2016 clause 7.4.1.\n",
    "own sections": _HEADER + "This procedure covers sections 4.1 to 4.3 of this document and steps 5.1 to 5.3.\n",
    "section of another": _HEADER + "This procedure implements the rules given in SOP-020, section 4.2.4.\n",
    "version": _HEADER + "This document covers firmware version 7.1 and Python 3.11 on release 8.2.1.\n",
    "address": _HEADER + "This procedure covers the server 10.0.4.2 and its neighbour 192.168.7.4.\n",
    "date": _HEADER + "This procedure covers the period from 4.1.2024 to 5.6.2024 and meets it.\n",
    "figure": _HEADER + "This document addresses Figure 4.1, Table 5.2 and a load of 7.1 kg.\n",
    "dates in header": _HEADER
    + _table("| Document No | SOP-4.2.4 |", "| Version | 7.1 |", "| Effective date | 01.02.2024 |"),
    "revision history": _HEADER
    + "## Revision history\n\n"
    + _table(
        "| Rev | Date | Section | Change |",
        "| A | 2023-01-02 | 4.1 | first issue |",
        "| B | 2024-01-02 | 5.6 | wording |",
    ),
    "contents": _HEADER + _table("| Section | Title | Page |", "| 4.1 | Planning | 3 |", "| 4.2 | Doing | 4 |"),
    "own headings": _HEADER + "## 4.1 Planning\n\nText.\n\n## 4.2 Doing\n\nText.\n\n### 4.2.4 Control\n\nText.\n",
    "definition source": _HEADER
    + "## Definitions\n\n"
    + _table("| Term | Definition | Source |", "| complaint | a communication | ISO 13485:2016, 3.4 |"),
    "should": _HEADER + "This procedure should be checked against clause 8.2.4 of ISO 13485 each year.\n",
    "will": _HEADER + "Once revised, this procedure will implement clause 7.3.9 of ISO 13485.\n",
    "task table": _HEADER + _table("| Step | Responsible | Output |", "| 4.1 | QMO | plan |", "| 4.2 | QMO | list |"),
    "training record": "# Training record\n\n"
    + _table("| Topic | ISO 13485:2016 clause 4.2.4 |", "| Trainer | J. Roe |", "| Date | 2024-05-02 |"),
    "replaces": _HEADER + "This procedure replaces SOP-003, which covered clause 8.5.2 of ISO 13485.\n",
    "standard without clause": _HEADER + _table("| Standard | Why |", "| ISO 13485:2016 | required by law |"),
    "requirement of a step": _HEADER + "The review record is kept as required by ISO 13485:2016 clause 4.2.5.\n",
    "the company": _HEADER + "Our company fulfils clause 7.5.6 of ISO 13485.\n",
    "applies to": _HEADER + "This procedure applies to activities covered by ISO 13485:2016 clause 7.4.\n",
    "amounts": _HEADER + "This plan covers 4.2 million euro and 7.1 months.\n",
    "source of a requirement": "# Inputs\n\n"
    + _table("| ID | Requirement | Source |", "| R-1 | keeps a log | ISO 13485:2016 7.3.3 |"),
    "records kept": _HEADER
    + "## Records\n\n"
    + _table("| Record | ISO 13485 clause | Retention |", "| Audit report | 8.2.4 | 10 years |"),
    "list of standards": "# List of standards\n\n"
    + _table("| Standard | Clause | Applies |", "| ISO 13485:2016 | 7.3 | yes |"),
    "code": _HEADER + "```\nthis procedure implements 7.3.4\n```\n",
}


@pytest.mark.parametrize("style", STATED)
def test_a_document_that_says_what_it_implements_claims_exactly_that(style: str) -> None:
    """M47: claims are found in whatever form the document states them."""
    text, expected = STATED[style]
    assert stated(document(text)) == expected


@pytest.mark.parametrize("style", NOT_STATED)
def test_a_clause_that_is_only_named_is_no_claim(style: str) -> None:
    """M47: a mention, a question, an audit or a section of its own is not what the document implements."""
    assert stated(document(NOT_STATED[style])) == []


def test_header_tables_of_office_documents_need_no_header_row() -> None:
    """M47: the first row of a docx table is data like the others."""
    made = of_blocks(
        table(("ISO 13485:2016", "Para. 8.2.3"), ("EU Regulation 2017/745 (MDR)", "Art. 87 - 92 (Vigilance)")),
        heading("Vigilance"),
    )
    assert stated(made) == ["8.2.3"]
    assert stated(made, "mdr")[0] == "Article 87"


def test_document_properties_may_state_clauses() -> None:
    """M47: a custom property is as good as a line in the header."""
    assert stated(of_blocks(field("Clauses", "8.5.2; 8.5.3"), heading("CAPA"))) == ["8.5.2", "8.5.3"]


def test_a_second_standard_in_the_sentence_keeps_its_own_numbers() -> None:
    """M47: numbers belong to the standard named with them."""
    made = document(
        _HEADER + "This procedure implements ISO 13485:2016 clause 7.1 and ISO 14971:2019 clauses 4.1 and 4.4.\n"
    )
    assert (stated(made), stated(made, "iso14971")) == (["7.1"], ["4.1", "4.4"])


def test_an_american_section_names_its_own_law() -> None:
    """M3: 820.35 needs no standard beside it."""
    made = document(_HEADER + _table("| Regulation | Document Section |", "| 21 CFR 820.35(a) | 4 |"))
    assert stated(made, "qmsr")[0].startswith("820.35")


def test_a_bare_number_beside_another_standard_is_not_laid_to_the_quality_standard() -> None:
    """M47: the default holds only where no other standard is named in the section."""
    made = document(_HEADER + "## Scope\n\nISO 14971:2019 applies.\n\nThis procedure implements 7.1 and 7.2.\n")
    assert stated(made) == []


def test_each_claim_keeps_its_line() -> None:
    """M47: every fact can be found again."""
    made = document(
        _HEADER + _table("| ISO 13485:2016 Section | Document Section |", "| 4.2.4 | All |", "| 4.2.5 | 5 |")
    )
    assert [c.place.line for c in made.claims] == [5, 6]


def test_unknown_clause_numbers_are_kept_and_marked() -> None:
    """M47: 8.5.4 does not exist; hiding it would hide the mistake."""
    made = document(STATED["unknown clause"][0])
    assert [c.known for c in made.claims] == [False]


def test_a_mention_is_shown() -> None:
    """M47: what is only named is kept apart, not lost."""
    made = of_blocks(heading("CAPA"), paragraph("Action is taken at once (see ISO 13485, para. 8.5.2)."))
    assert [(c.clause, c.source.value) for c in made.claims] == [("8.5.2", "mention")]


def test_a_matrix_of_clauses_and_procedures_is_a_clause_map() -> None:
    """M80: a cross under a procedure maps the clause to it."""
    made = document(
        "# Process matrix\n\n" + _table("| Clause | SOP-01 | SOP-02 |", "| 4.2.4 | x | |", "| 8.5.2 | x | x |")
    )
    assert [(r.clause, r.documents) for r in made.map_rows] == [("4.2.4", ("SOP-01",)), ("8.5.2", ("SOP-01", "SOP-02"))]
    assert stated(made) == []


def test_a_list_of_documents_with_their_clauses_is_a_clause_map() -> None:
    """M80: the map read the other way round."""
    made = document(
        "# Master list\n\n"
        + _table(
            "| Doc No. | Title | ISO 13485 clause |", "| SOP-02 | CAPA | 8.5.2; 8.5.3 |", "| SOP-03 | Audits | 8.2.4 |"
        )
    )
    assert [(r.clause, r.documents) for r in made.map_rows] == [
        ("8.5.2", ("SOP-02 CAPA",)),
        ("8.5.3", ("SOP-02 CAPA",)),
        ("8.2.4", ("SOP-03 Audits",)),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Exclusions\n\nClause 7.5.5 is excluded because nothing is sterile.\n", {"7.5.5": "nothing is sterile"}),
        ("## Exclusions\n\nThere are no exclusions. Clause 7.3 applies.\n", {}),
        (
            "## Scope\n\nThe following clauses do not apply since we make software:\n\n- 7.5.5\n- 7.5.7 Validation\n",
            {"7.5.5": "we make software", "7.5.7": "we make software"},
        ),
        (
            (
                "## Non-applicable clauses\n\n| Clause | Title | Justification |\n|---|---|---|\n| 7.5.9.2 |"
                " Implants | We make none of them. |\n"
            ),
            {"7.5.9.2": "We make none of them"},
        ),
        (
            (
                "## Applicability\n\n| Clause | Applicable | Procedure | Justification |\n|---|---|---|---|\n"
                "| 7.3 | Yes | SOP-7 | |\n| 7.5.5 | No | | Not sterile |\n"
            ),
            {"7.5.5": "Not sterile"},
        ),
    ],
)
def test_a_manual_gives_its_exclusions_with_their_reasons(text: str, expected: dict[str, str]) -> None:
    """M18: what does not apply, and why."""
    made = document("# Quality Manual\n\n" + text, "quality-manual.md")
    assert {e.clause: e.reason for e in made.exclusions} == expected
    assert stated(made) == []
