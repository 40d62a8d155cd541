"""What is still to come dates no record, a heading row fills no form, and a comma separates numbered documents."""

from datetime import date

import pytest

from gemba.assess.model import Kind
from tests.assess.extract.support import document

LOG = """# Calibration log

| Equipment | Calibrated on | Result | {column} |
|---|---|---|---|
| Balance | 2026-01-19 | pass | 2027-01-19 |
"""


@pytest.mark.parametrize("column", ["Next due", "Due date", "Valid until", "Next calibration", "Expiry", "By"])
def test_the_date_by_which_something_is_due_dates_no_record(column: str) -> None:
    """M113: a calibration happened when it was done."""
    made = document(LOG.format(column=column), "Calibration log.md").record_date
    assert made is not None
    assert made.value == date(2026, 1, 19)


def test_a_later_date_on_which_something_was_done_still_counts() -> None:
    """M113: the newest entry dates a log."""
    made = document(LOG.format(column="Checked on"), "Calibration log.md").record_date
    assert made is not None
    assert made.value == date(2027, 1, 19)


@pytest.mark.parametrize("heads", ["| Field | Entry |", "| Item | Details |", "| | |"])
def test_a_row_of_column_names_does_not_fill_a_form(heads: str) -> None:
    """M71: an empty form is blank, whatever stands over its columns."""
    form = f"# CAPA Form\n\n{heads}\n|---|---|\n| Description | |\n| Root cause | |\n| Closed on | |\n"
    made = document(form, "FRM-01 CAPA Form.md")
    assert made.kind is Kind.FORM
    assert made.blank


def test_a_filled_form_with_column_names_is_a_record() -> None:
    """M71: the other way round."""
    text = "# CAPA record\n\n| Field | Entry |\n|---|---|\n| Description | Cloudy lens |\n| Closed on | 2025-11-12 |\n"
    made = document(text, "CAPA-2025-003.md")
    assert made.kind is Kind.RECORD
    assert not made.blank


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        (
            "SOP-11 Vigilance and Advisory Notices, SOP-13 Nonconforming Product",
            ("SOP-11 Vigilance and Advisory Notices", "SOP-13 Nonconforming Product"),
        ),
        ("SOP-11 Vigilance and Advisory Notices", ("SOP-11 Vigilance and Advisory Notices",)),
        ("SOP-05 Design, Transfer and Changes", ("SOP-05 Design, Transfer and Changes",)),
    ],
)
def test_numbered_documents_of_a_map_are_told_apart_and_titles_stay_whole(cell: str, names: tuple[str, ...]) -> None:
    """M18: the map sends the clause to both."""
    head = "# Quality Manual\n\n| Clause of ISO 13485:2016 | Subject | Documents |\n|---|---|---|\n"
    rows = document(f"{head}| 8.3.3 | Found late | {cell} |\n", "QM-01 Quality Manual.md").map_rows
    assert [row.documents for row in rows] == [names]
