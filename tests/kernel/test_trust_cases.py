"""The page of trust cases and the tests say the same, and the table of their results is made of what ran."""

import re
from pathlib import Path

import pytest

from tests.trust_cases import AREAS, PAGE, Case, cases, faults, main, results, table

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT.parent / "shared" / "trust-cases.csv"
TEST = re.compile(rf"def test_({AREAS.lower()})_(\d\d)_")
ALSO = re.compile(rf"(?<=\d\d_)({AREAS.lower()})_(\d\d)_")
RAN = """<testsuites><testsuite>
<testcase classname="tests.kernel.test_x" name="test_one[a]"/>
<testcase classname="tests.kernel.test_x" name="test_one[b]"><skipped message="not here"/></testcase>
<testcase classname="tests.kernel.test_x" name="test_two[a]"/>
<testcase classname="tests.kernel.test_x" name="test_two[b]"><failure message="no">trace</failure></testcase>
<testcase classname="tests.kernel.test_x" name="test_three"><error message="no"/></testcase>
<testcase classname="tests.kernel.test_x" name="test_four"><skipped message="not here"/></testcase>
</testsuite></testsuites>"""


def named_in(path: Path) -> set[str]:
    return set(re.findall(r"def (test_\w+)", path.read_text("utf-8")))


def test_every_test_that_the_page_names_exists_and_every_case_has_one() -> None:
    """VAL-05: no case without a test or a reason, and no test that is named and gone."""
    found = cases()
    assert len(found) > 40
    for case in found:
        assert case.tests, f"{case.number} has no test"
        assert case.state.startswith(("shown", "in part")), case.number
        for file, test in case.tests:
            assert test in named_in(ROOT / "tests" / file), f"{case.number}: {test} is not in {file}"
    assert len({case.number for case in found}) == len(found), "each case stands once"


def test_every_case_that_has_a_test_is_on_the_page() -> None:
    """VAL-05: whoever writes the first test of a case adds the case."""
    page = PAGE.read_text("utf-8")
    texts = (path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    numbers = {
        f"{area}-{number}".upper()
        for text in texts
        for line in text.splitlines()
        if line.startswith("def test_")
        for area, number in (*TEST.findall(line), *ALSO.findall(line))
    }
    assert len(numbers) > 90
    assert sorted(number for number in numbers if f"| {number} |" not in page) == []


@pytest.mark.skipif(not LIST.exists(), reason="the list of cases lies beside this checkout only where it is worked on")
def test_every_case_of_the_first_two_priorities_has_a_test_or_a_reason() -> None:
    """VAL-05: P0 a test each that no part is missing of; P1 a test or a written reason."""
    text = LIST.read_text("utf-8")
    wanted = {number: priority for priority, number in re.findall(r"^(P[01]),\w+,([A-Z]+-\d\d),", text, re.MULTILINE)}
    assert len(wanted) > 130
    shown = {case.number: case.state for case in cases()}
    reasons = PAGE.read_text("utf-8").partition("## Not tested")[2]
    assert [n for n in wanted if n not in shown and not re.search(rf"^\|[^|]*\b{n}\b", reasons, re.MULTILINE)] == []
    first = [number for number, priority in wanted.items() if priority == "P0"]
    assert [n for n in first if not shown.get(n, "").startswith("shown")] == []


def test_results_are_the_worst_of_each_test_and_faults_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """VAL-05: one parameter that failed is a failure; one that does not concern this database is none."""
    (tmp_path / "sqlite.xml").write_text(RAN)
    file = "kernel/test_x.py"
    told = results(tmp_path / "sqlite.xml")
    assert told == {
        (file, "test_one"): "passed", (file, "test_two"): "failed", (file, "test_three"): "error",
        (file, "test_four"): "skipped",
    }  # fmt: skip
    found = [
        Case("SIG-01", ((file, "test_one"), (file, "test_five")), "shown."), Case("SIG-02", ((file, "test_two"),), ""),
        Case("SIG-03", ((file, "test_four"),), ""),
    ]  # fmt: skip
    by_database = {"sqlite": told, "postgresql": {}}
    lines = list(table(found, by_database))
    assert lines[0] == "| Case | Test | SQLite | PostgreSQL |"
    assert lines[2] == f"| SIG-01 | `test_one` ({file}) | passed | not run here |"
    assert list(faults(found, by_database)) == [
        f"SIG-02: test_two ({file}) failed on SQLite.", "SIG-02: none of its tests passed.",
        "SIG-03: none of its tests passed.",
    ]  # fmt: skip
    assert main(tmp_path / "nowhere") == 1
    assert main(tmp_path) == 1, "the tests of the page did not run there"
    assert "0 of" in capsys.readouterr().out
    assert (tmp_path / "trust-cases.md").read_text().startswith("| Case | Test | SQLite |\n")
