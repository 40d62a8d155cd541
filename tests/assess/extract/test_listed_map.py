"""A clause map may be a list; most lists with numbers in front are none."""

import pytest

from tests.assess.extract.support import document, mentioned, stated

MAP = """# Quality manual

## How ISO 13485:2016 is met

* 4.2.4 Documents: SOP-004 Document control
* 6.2 People \N{EN DASH} SOP-006 Training, SOP-007 Competence
* 7.4.1 Purchasing -> SOP-011 Purchasing
"""


def test_each_entry_names_its_clause_and_its_documents() -> None:
    """M18, M47: whatever stands between the two."""
    made = document(MAP, "manual.md")
    assert [(row.clause, row.documents) for row in made.map_rows] == [
        ("4.2.4", ("SOP-004 Document control",)),
        ("6.2", ("SOP-006 Training", "SOP-007 Competence")),
        ("7.4.1", ("SOP-011 Purchasing",)),
    ]
    assert (stated(made), mentioned(made)) == ([], [])
    assert [row.place.line for row in made.map_rows] == [5, 6, 7]


@pytest.mark.parametrize(
    "text",
    [
        "# SOP-001\n\n## Steps\n\n* 4.1 Open: SOP-002 Form\n* 4.2 Fill in: SOP-002 Form\n* 4.3 Close: SOP-002 Form\n",
        "# SOP-001\n\nISO 13485 clauses:\n\n* 4.2.4: see section 3\n* 4.2.5: see section 4\n* 6.2: see section 5\n",
        "# Audit plan\n\n## ISO 13485\n\n* 4.2.4: SOP-004 Documents\n* 6.2: SOP-006 Training\n* 7.4: SOP-011 Buying\n",
        "# Manual\n\n## ISO 13485: what does not apply\n\n* 7.5.4: SOP-1 x\n* 7.5.5: SOP-2 x\n* 7.5.7: SOP-3 x\n",
        "# Manual\n\n## How ISO 13485 is met\n\n* 4.2.4 Documents: SOP-004 Documents\n* 6.2 People: SOP-006 Training\n",
        "# Plan\n\n## ISO 13485 releases\n\n* 11.1 May: SOP-1 a\n* 11.2 June: SOP-2 b\n* 11.3 July: SOP-3 c\n",
    ],
)
def test_steps_sections_audits_exclusions_and_short_lists_are_no_map(text: str) -> None:
    """M18: a map is only what reads as one."""
    assert [row for row in document(text, "x.md").map_rows if not row.excluded] == []
