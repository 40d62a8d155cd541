"""The page of trust cases and the tests say the same."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/reference/trust-cases.md"
ROW = re.compile(r"^\| ((?:ACL|AUD|SIG|CON|DUR|AUT|CLK|FIL|TMP|WEB)-\d\d) \| (.*) \| (.*) \|$", re.MULTILINE)
NAMED = re.compile(r"def test_(acl|aud|sig|con|dur|aut|clk|fil|tmp|web)_(\d\d)_")


def named_in(path: Path) -> set[str]:
    return set(re.findall(r"def (test_\w+)", path.read_text("utf-8")))


def test_every_test_that_the_page_names_exists_and_every_case_has_one() -> None:
    """VAL-05: no case without a test or a reason, and no test that is named and gone."""
    rows = ROW.findall(PAGE.read_text("utf-8"))
    assert len(rows) > 40
    for case, named, state in rows:
        found = re.findall(r"`(test_\w+)` \(([\w/.]+)\)", named)
        assert found, f"{case} has no test"
        assert state.startswith(("shown", "in part")), case
        for test, file in found:
            assert test in named_in(ROOT / "tests" / file), f"{case}: {test} is not in {file}"


def test_every_case_that_has_a_test_is_on_the_page() -> None:
    """VAL-05: whoever writes the first test of a case adds the case."""
    page = PAGE.read_text("utf-8")
    cases = {
        f"{area}-{number}".upper()
        for path in (ROOT / "tests").rglob("test_*.py")
        for area, number in NAMED.findall(path.read_text("utf-8"))
    }
    assert sorted(case for case in cases if f"| {case} |" not in page) == []
