"""Tables of device reports become complaints, once, also when the import is killed (FIL-15, DUR-01)."""

import argparse
import datetime as dt
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from gemba.importers.reports import MOST_REPORTS, DeviceReport, read_reports
from gemba.importers.result import ImportRefusedError
from gemba.kernel import clock
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.attachments.reading import attachments_of
from gemba.kernel.bulk.models import BulkRun
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed
from gemba.kernel.trail.chain import verify_chain
from gemba.modules.complaint import command
from gemba.modules.complaint.arrivals import RESTING, Arrived, bring_in, read_table, receive
from gemba.modules.complaint.models import Complaint, ComplaintImport, Reportability
from tests.kernel.people import as_
from tests.kernel.processes import database_environment
from tests.kernel.samples import again
from tests.modules.complaint.tables import HEADER, row, rows, table

pytestmark = pytest.mark.django_db
FDA = Path(__file__).resolve().parents[3].parent / "shared" / "inputs" / "fda" / "maude_300.tsv"
needs_fda = pytest.mark.skipif(not FDA.is_file(), reason="the public sample of reports is not beside the checkout")


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> Path:
    settings.GEMBA_FILES = str(tmp_path / "files")
    return tmp_path


def brought(data: bytes, who: Person, name: str = "reports.txt", progress: Any = None) -> Arrived:
    return bring_in(receive(data, name, **as_(who)), **as_(who), progress=progress)


def by_key(key: str) -> Complaint:
    found: Complaint = Complaint._base_manager.get(source_key=f"maude:{key}")
    return found


@needs_fda
def test_three_hundred_published_reports_come_in_as_they_are(quality: Person) -> None:
    """M30, FIL-15: counts by event type as published; deaths and serious injuries are put up for decision."""
    found = brought(FDA.read_bytes(), quality, FDA.name)
    assert (found.total, found.made, found.known, found.put_up) == (300, 300, 0, 188)
    harms = Counter(Complaint._base_manager.values_list("harm", flat=True))
    assert harms == {"serious": 177, "malfunction": 83, "unknown": 29, "death": 11}
    decisions = Reportability._base_manager.all()
    assert (decisions.count(), Link.objects.filter(role="concerns").count()) == (188, 188)
    assert {decision.state for decision in decisions} == {"open"}
    first = by_key("988504")
    assert (first.device_name, first.date_received) == ("AMERICAN MEDICAL SYSTEMS", dt.date(2008, 1, 21))
    assert first.details.startswith("A PT GRAVIDA 2")
    assert len({c.manufacturer for c in Complaint._base_manager.all()}) == 126


@needs_fda
def test_the_published_table_twice_gives_nothing_new(quality: Person, second: Person) -> None:
    """FIL-15: not by the same person, not by another."""
    brought(FDA.read_bytes(), quality, FDA.name)
    before = (Complaint._base_manager.count(), Reportability._base_manager.count(), BulkRun.objects.count())
    assert brought(FDA.read_bytes(), second, "another name.tsv").made == 300
    assert before == (Complaint._base_manager.count(), Reportability._base_manager.count(), BulkRun.objects.count())
    assert ComplaintImport._base_manager.count() == 1


def test_the_table_and_its_digest_are_kept_with_the_import(quality: Person) -> None:
    """FIL-15: each complaint names the import it came with, and the import holds the bytes."""
    data = table(rows(3))
    brought(data, quality, "../../etc/reports.txt")
    [record] = ComplaintImport._base_manager.all()
    [file] = attachments_of(record)
    assert (file.blob_id, "/" in record.file_name) == (record.file_digest, False)
    assert (record.state, record.total, record.made, record.put_up) == ("imported", 3, 3, 1)
    made = by_key("900000")
    assert made.imported_with_id == record.pk
    assert made.entered_at.date() == clock.now().date(), "entered now; the dates of the table are data"
    assert made.date_received == dt.date(2026, 3, 4)
    assert verify_chain(made.subject) == []


def test_reports_of_another_table_are_known_and_the_rest_come_in(quality: Person) -> None:
    """FIL-15: tables overlap; a report comes in once."""
    brought(table(rows(10)), quality)
    found = brought(table(rows(10, start=5)), quality, "later.txt")
    assert (found.total, found.made, found.known) == (10, 5, 5)
    keys = Complaint._base_manager.values_list("source_key", flat=True)
    assert sorted(keys) == sorted({f"maude:{900_000 + n}" for n in range(15)})


def test_the_clock_of_an_imported_death_starts_when_we_came_to_know(quality: Person) -> None:
    """M13: the table does not say when this company became aware; the import does, and the record says so."""
    brought(table([row(0, EVENT_TYPE="D")]), quality)
    [decision] = Reportability._base_manager.all()
    assert decision.aware_at.date() == clock.now().date()
    assert (decision.market, decision.aware_by) == ("US", "Mikael")
    assert decision.report_by is not None
    assert decision.report_by > clock.today()
    assert Link.objects.get(source=decision).target_id == by_key("900000").pk


def test_only_the_quality_unit_imports(care: Person) -> None:
    """ACL-05: refused before anything is kept."""
    with pytest.raises(NotAllowed):
        receive(table(rows(2)), "reports.txt", **as_(care))
    assert not ComplaintImport._base_manager.exists()


class Stopped(Exception):  # noqa: N818
    """Stands for whatever ends a run."""


def test_a_stopped_import_goes_on_where_it_stopped(quality: Person) -> None:
    """DUR-01: among the complaints, and among the decisions."""
    data = table(rows(450))

    def stop_at(what: str, at: int) -> Any:
        def tell(now: str, done: int, _of: int) -> None:
            if (now, done >= at) == (what, True):
                raise Stopped

        return tell

    with pytest.raises(Stopped):
        brought(data, quality, progress=stop_at("Complaints", 200))
    assert (Complaint._base_manager.count(), Reportability._base_manager.count()) == (200, 0)
    with pytest.raises(Stopped):
        brought(data, quality, progress=stop_at("Put up for decision", 50))
    assert (Complaint._base_manager.count(), Reportability._base_manager.count()) == (450, 50)
    found = brought(data, quality)
    assert (found.made, found.put_up) == (450, 180)
    assert Reportability._base_manager.count() == Link.objects.filter(role="concerns").count() == 180


def test_an_import_edited_in_the_middle_brings_in_the_rest(quality: Person, second: Person) -> None:
    """DUR-01: another owner makes other rows; what is in stays, what is missing comes, nothing comes twice."""
    record = receive(table(rows(300)), "reports.txt", **as_(quality))

    def stop(_what: str, done: int, _of: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        bring_in(record, **as_(quality), progress=stop)
    Edit(record=record, values={"owner": second}, **as_(quality)).execute()
    with pytest.raises(Conflict):
        bring_in(again(record), **as_(quality))
    with clock.shifted(clock.now() + 2 * RESTING):
        bring_in(again(record), **as_(quality))
    owners = Counter(Complaint._base_manager.values_list("owner__name", flat=True))
    assert owners == {"Mikael": 200, "Oskari": 100}


@pytest.mark.django_db(transaction=True)
def test_dur_01_a_killed_import_of_a_thousand_is_resumed_and_equal(quality: Person, files: Path) -> None:
    """DUR-01: kill -9 in the middle; another process goes on; the same complaints in the same order, none twice."""
    path = files / "thousand.txt"
    path.write_bytes(table(rows(1000)))
    program = Path(__file__).parent / "import_process.py"
    command_line = [sys.executable, str(program), str(quality.pk), str(files / "files"), str(path)]
    environment = database_environment(connection.settings_dict)
    with subprocess.Popen(command_line, env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        reached = [running.stdout.readline() for _ in range(2)]
        os.kill(running.pid, signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL
    assert reached[-1].endswith("of 1000\n")
    assert 400 <= Complaint._base_manager.count() < 1000
    done = subprocess.run(command_line, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    assert "400 of 400" in done.stdout.splitlines()[-1]
    found = list(Complaint._base_manager.order_by("pk").values_list("source_key", "number", "harm"))
    assert [key for key, _number, _harm in found] == [f"maude:{900_000 + n}" for n in range(1000)]
    assert [int(number.rpartition("-")[2]) for _key, number, _harm in found] == list(range(1, 1001))
    assert Counter(harm for _key, _number, harm in found) == {
        "malfunction": 200, "serious": 200, "unknown": 400, "death": 200,
    }  # fmt: skip
    assert Reportability._base_manager.count() == 400


def options(path: Path, person: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return parser.parse_args([str(path), "--as", person])


def test_the_command_imports_with_a_bar_and_says_what_came_of_it(
    quality: Person, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """M30: progress on the error stream, the result on the other; again, nothing changes."""
    path = files / "reports.txt"
    path.write_bytes(table(rows(10)))
    assert command.run(options(path, quality.email)) == 0
    said = capsys.readouterr()
    assert "10 reports in the table, 10 complaints raised, 0 known before, 4 put up" in said.out
    assert "Complaints: 10 of 10" in said.err
    assert command.run(options(path, quality.email)) == 0
    assert "imported before" in capsys.readouterr().out
    assert Complaint._base_manager.count() == 10


def test_the_command_tells_what_it_cannot_do(
    quality: Person, care: Person, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """M30: no such file, nobody of that name, no right, no table: a sentence each, and nothing is written."""
    path = files / "reports.txt"
    path.write_bytes(table(rows(1)))
    other = files / "letter.txt"
    other.write_text("Dear all,\nhello")
    cases = (
        (files / "none.txt", quality.email, "cannot be read"),
        (path, "x@example.com", "Nobody who may sign in"),
        (path, care.email, "roles do not let you"),
        (other, quality.email, "no table of device reports"),
    )
    for given_path, person, sentence in cases:
        assert command.run(options(given_path, person)) > 0
        assert sentence in capsys.readouterr().err
    assert not Complaint._base_manager.exists()


def one(data: bytes) -> DeviceReport:
    [found] = read_reports(data).reports
    return found


def test_a_report_of_several_lines_is_one() -> None:
    """FIL-15: one line for each device or piece of text; the texts are kept together, each once."""
    lines = [row(1, FOI_TEXT="First."), row(1, FOI_TEXT="Second."), row(1, FOI_TEXT="First.")]
    assert one(table(lines)).text == "First.\n\nSecond."


@pytest.mark.parametrize("between", ["\t", "|", ";", ","])
def test_the_character_between_columns_is_found(between: str) -> None:
    """FIL-15: as the header has it."""
    assert one(table([row(1)], between)).brand == "PISARA"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("03/04/2026", dt.date(2026, 3, 4)), ("3/4/08", dt.date(2008, 3, 4)), ("1/2/94", dt.date(1994, 1, 2)),
        ("20260304", dt.date(2026, 3, 4)), ("2026-03-04T10:00", dt.date(2026, 3, 4)), ("13/13/2026", None),
        ("02/29/2027", None), ("yesterday", None), ("", None),
    ],
)  # fmt: skip
def test_days_are_read_as_the_tables_write_them(written: str, read: dt.date | None) -> None:
    """FIL-15: what is no day is no day."""
    assert one(table([row(1, DATE_RECEIVED=written)])).received == read


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "no column MDR_REPORT_KEY"),
        (b"\xff\xfe\x00\x01", "no column"),
        (b"MDR_REPORT_KEY|EVENT_TYPE|FOI_TEXT\n", "no report"),
        (b"MDR_REPORT_KEY|EVENT_TYPE|FOI_TEXT\n|D|text", "no report number"),
        (b"MDR_REPORT_KEY|FOI_TEXT\n1|x", "no column EVENT_TYPE"),
        (b"MDR_REPORT_KEY,EVENT_TYPE,FOI_TEXT\n1,D," + b"x" * 200_000, "cannot be read"),
        (b"a" * (101 * 1024 * 1024), "Cut it into several"),
    ],
    ids=["empty", "bytes", "header", "key", "column", "cell", "size"],
)
def test_what_is_no_table_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    """FIL-15: never an exception to the person."""
    with pytest.raises(ImportRefusedError, match=sentence):
        read_reports(data)
    with pytest.raises(Invalid):
        read_table(data)


def test_hostile_cells_are_text_and_nothing_else(quality: Person) -> None:
    """FIL-09, FIL-15: formulas, markup, control characters and endless words come in as plain text."""
    evil = "=HYPERLINK(1) <script>x</script>\x1b[31m \u202e"
    brought(
        table([row(1, BRAND_NAME="=1+1", FOI_TEXT=evil), row(2, BRAND_NAME="x" * 5000, MODEL_NUMBER="m" * 900)]),
        quality,
    )
    first, second = by_key("900001"), by_key("900002")
    assert first.device_name == "=1+1"
    assert "\x1b" not in first.details
    assert "<script>" in first.details, "text, and shown as such"
    assert (len(second.device_name), len(second.title) <= 200) == (200, True)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_a_sentence(tail: bytes) -> None:
    """FIL-15: whatever follows a good header."""
    try:
        found = read_reports("|".join(HEADER).encode() + b"\n1|D|x|y|z|t\n" + tail)
    except ImportRefusedError:
        return
    assert 1 <= len(found.reports) <= MOST_REPORTS
    assert all("\0" not in report.text + report.brand for report in found.reports)


def test_a_table_that_cannot_be_stored_leaves_nothing(quality: Person) -> None:
    """FIL-15: refused as a whole, before there is a record of it; it may be mended and given again."""
    with pytest.raises(Invalid, match="cannot be stored"):
        receive(table([row(1, FOI_TEXT="a\0b")]), "reports.txt", **as_(quality))
    assert not ComplaintImport._base_manager.exists()


def test_an_import_that_lost_its_file_takes_it_again(quality: Person) -> None:
    """DUR-01: stopped between the record and its file, it is completed by the next try."""
    data = table(rows(2))
    digest = read_table(data).digest
    fixed = {"file_name": "reports.txt", "file_digest": digest, "total": 2}
    Raise(model=ComplaintImport, values={"title": "Lost"}, fixed=fixed, **as_(quality)).execute()
    assert brought(data, quality).made == 2
