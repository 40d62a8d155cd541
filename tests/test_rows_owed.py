"""Every row that is owed has a test that names it, or stands with its reason in the list of what is not shown yet."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OWED = ROOT.parent / "shared" / "product.md"
LIST = ROOT / "docs" / "reference" / "what-is-owed.md"


def named_in_tests() -> set[str]:
    """The rows that tests name, in whatever they say."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("*.py"):
        found.update(re.findall(r"\bM\d{1,3}\b", path.read_text("utf-8")))
    return found


def not_shown() -> Iterator[str]:
    """The rows of the list's first columns; `M1 to M3` is three of them."""
    for line in LIST.read_text("utf-8").splitlines():
        first = line.removeprefix("|").partition("|")[0] if line.startswith("| M") else ""
        for start, end in re.findall(r"M(\d+)(?: to M(\d+))?", first):
            yield from (f"M{number}" for number in range(int(start), int(end or start) + 1))


def test_what_is_listed_as_not_shown_has_no_test_that_says_otherwise() -> None:
    """M113: the list is taken off as soon as a test names the row."""
    assert sorted(set(not_shown()) & named_in_tests()) == []


@pytest.mark.skipif(not OWED.exists(), reason="the list of rows lies beside the checkout and is not there")
def test_every_row_has_a_test_or_a_reason() -> None:
    """M113: nothing that is owed is forgotten."""
    rows = set(re.findall(r"^\| (M\d+) \|", OWED.read_text("utf-8"), flags=re.MULTILINE))
    assert len(rows) > 150
    assert sorted(rows - named_in_tests() - set(not_shown())) == []
