"""xlsx and csv: sheets where title lines, header blocks and data tables stand below each other."""

import datetime as dt

import pytest

from gemba.assess.readers.blocks import BlockKind
from gemba.assess.readers.separated import read_separated
from gemba.assess.readers.xlsx import read_xlsx, shown
from tests.assess.readers.samples import fields, shape, tables, texts, with_part, xlsx_bytes

LOG: list[list[object]] = [
    ["Training log"],
    ["Document No", "FRM-7"],
    ["Revision", 2],
    [],
    [None, "Name", "Course", "Date", "Score"],
    [None, "Jo", "SOP-1", dt.date(2024, 1, 2), 8.5],
    [],
    [None, "Al", "WI-2", dt.datetime(2024, 1, 2, 3, 4), True],  # noqa: DTZ001
]


def test_a_sheet_is_a_heading_a_header_block_and_a_data_table_with_cell_places() -> None:
    """M47: a training log is read with the cell each row starts in."""
    reading = read_xlsx(xlsx_bytes({"Training": LOG, "Empty": []}))
    assert shape(reading) == [("heading", "Training", "Training!A1"), ("paragraph", "Training log", "Training!A1")]
    assert tables(reading) == [
        [("Document No", "FRM-7"), ("Revision", "2")],
        [
            ("Name", "Course", "Date", "Score"),
            ("Jo", "SOP-1", "2024-01-02", "8.5"),
            ("Al", "WI-2", "2024-01-02 03:04", "TRUE"),
        ],
    ]
    places = [str(row.place) for block in reading.blocks if block.kind is BlockKind.TABLE for row in block.rows]
    assert places == ["Training!A2", "Training!A3", "Training!B5", "Training!B6", "Training!B8"]
    assert fields(reading)["author"] == "openpyxl"


def test_a_formula_is_never_evaluated() -> None:
    """M47: only the value kept in the file counts; a workbook never calculated has none."""
    assert tables(read_xlsx(xlsx_bytes({"A": [["x", "y"], ["=1+1", "b"]]}))) == [[("x", "y"), ("", "b")]]


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1"), (8.5, "8.5"), (1e300, "1e+300"), (False, "FALSE"), (" a\x00 ", "a"), (None, "")]
)
def test_values_read_as_a_person_would_write_them(value: object, text: str) -> None:
    """M47: revision 2 is not 2.0."""
    assert shown(value) == text


def test_a_row_number_of_billions_does_not_hang_the_reader() -> None:
    """M47: a damaged row number is not counted up to."""
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
        '<row r="4000000000"><c t="inlineStr"><is><t>far</t></is></c></row></sheetData></worksheet>'
    )
    reading = read_xlsx(with_part(xlsx_bytes({"A": [["x"]]}), "xl/worksheets/sheet1.xml", sheet))
    assert tables(reading) == [[("a", "b")]]
    assert reading.problem == "Only the first 1,000,000 cells were read."


def test_one_damaged_sheet_leaves_the_others_readable() -> None:
    """M47: the rest is still assessed."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{main}"><dimension ref="A1:B2"/><sheetData><row r="1"><c r="A1"><v>1</v></c></oops>'
    data = xlsx_bytes({"A": [["x", "y"]], "B": [["p", "q"]]})
    reading = read_xlsx(with_part(data, "xl/worksheets/sheet1.xml", sheet))
    assert tables(reading) == [[("p", "q")]]
    assert reading.problem == "The sheet A is damaged and was not read."


@pytest.mark.parametrize(
    "text",
    [
        "No,Title,Date\n1,Audit,2024\n",
        "No;Title;Date\n1;Audit;2024\n",
        "No\tTitle\tDate\r\n1\tAudit\t2024\r\n",
        "sep=|\nNo|Title|Date\n1|Audit|2024",
        '"No";"Title";"Date"\n"1";"Audit";"2024"\n',
    ],
)
def test_any_separator_is_found(text: str) -> None:
    """M47: a German spreadsheet writes semicolons."""
    assert tables(read_separated(text.encode())) == [[("No", "Title", "Date"), ("1", "Audit", "2024")]]


def test_a_quoted_value_over_lines_does_not_shift_the_following_lines() -> None:
    """M47: the place of a csv record is the line it starts on."""
    reading = read_separated(b'a,b,c\n1,"x\ny",3\n4,5,6\n')
    assert [str(row.place) for row in reading.blocks[0].rows] == ["line 1", "line 2", "line 4"]
    assert reading.blocks[0].rows[1].cells == ("1", "x\ny", "3")


def test_broken_quoting_is_read_as_far_as_it_goes() -> None:
    """M47: never an exception."""
    reading = read_separated(b'a,b,c\n1,"never closed,3\n4,5,6\n')
    assert reading.blocks[0].rows[0].cells == ("a", "b", "c")


def test_lone_lines_above_a_table_are_text() -> None:
    """M47: the title of a list is not its header row."""
    reading = read_separated(b"List of suppliers\nName,Date,Result\nAcme,2024,ok\n")
    assert texts(reading, BlockKind.PARAGRAPH) == ["List of suppliers"]
    assert tables(reading) == [[("Name", "Date", "Result"), ("Acme", "2024", "ok")]]
