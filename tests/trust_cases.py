"""What came of the tests that the page of trust cases names, on each database: `python -m tests.trust_cases FOLDER`.

The folder holds `sqlite.xml` and, where it ran, `postgresql.xml`, as pytest writes them. The table is written beside
them as `trust-cases.md`: case, test, result on each database. It ends with 1 where a test that is named did not pass.
"""

import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs/reference/trust-cases.md"
AREAS = "ACL|AUD|SIG|CON|DUR|AUT|CLK|FIL|TMP|WEB|GXP|VAL|PRV|OPS|DOS"
ROW = re.compile(rf"^\| ((?:{AREAS})-\d\d) \| (.*) \| (.*) \|$", re.MULTILINE)
NAMED = re.compile(r"`(test_\w+)` \(([\w/.]+)\)")
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
WORST = ("failed", "error", "skipped", "passed")
OUTCOMES = {"failure": "failed", "error": "error", "skipped": "skipped"}
NOT_RUN = "not run here"


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the page: its number, its tests as (file below tests, name), and what is said of it."""

    number: str
    tests: tuple[tuple[str, str], ...]
    state: str


def cases() -> list[Case]:
    return [
        Case(number, tuple((file, name) for name, file in NAMED.findall(named)), state)
        for number, named, state in ROW.findall(PAGE.read_text("utf-8"))
    ]


Results = Mapping[tuple[str, str], str]


def results(path: Path) -> Results:
    """The worst outcome of each test over its parameters, `passed` and `skipped` together being `passed`."""
    found: dict[tuple[str, str], set[str]] = {}
    for each in ET.parse(path).getroot().iter("testcase"):  # noqa: S314  pytest wrote it
        file = "/".join(each.get("classname", "").split(".")[1:]) + ".py"
        outcome = next((OUTCOMES[child.tag] for child in each if child.tag in OUTCOMES), "passed")
        found.setdefault((file, each.get("name", "").partition("[")[0]), set()).add(outcome)
    return {test: _together(outcomes) for test, outcomes in found.items()}


def _together(outcomes: set[str]) -> str:
    worst = next(word for word in WORST if word in outcomes)
    return "passed" if worst == "skipped" and "passed" in outcomes else worst


def table(found: Sequence[Case], by_database: Mapping[str, Results]) -> Iterator[str]:
    yield f"| Case | Test | {' | '.join(DATABASES[name] for name in by_database)} |"
    yield f"|---|---|{'---|' * len(by_database)}"
    for case in found:
        for file, name in case.tests:
            outcomes = " | ".join(told.get((file, name), NOT_RUN) for told in by_database.values())
            yield f"| {case.number} | `{name}` ({file}) | {outcomes} |"


def faults(found: Sequence[Case], by_database: Mapping[str, Results]) -> Iterator[str]:
    """Named tests that did not pass, and cases of which no test passed anywhere."""
    for case in found:
        outcomes = {(name, test): told.get(test, NOT_RUN) for name, told in by_database.items() for test in case.tests}
        for (database, (file, test)), outcome in outcomes.items():
            if outcome in ("failed", "error"):
                yield f"{case.number}: {test} ({file}) {outcome} on {DATABASES[database]}."
        if "passed" not in outcomes.values():
            yield f"{case.number}: none of its tests passed."


def main(folder: Path) -> int:
    read = {name: folder / f"{name}.xml" for name in DATABASES}
    by_database = {name: results(path) for name, path in read.items() if path.exists()}
    if not by_database:
        print(f"There are no results of tests in {folder}.", file=sys.stderr)
        return 1
    found = cases()
    (folder / "trust-cases.md").write_text("\n".join(table(found, by_database)) + "\n", "utf-8")
    wrong = list(faults(found, by_database))
    for sentence in wrong:
        print(f"gemba: {sentence}")
    both = sum(
        all(any(told.get(test) == "passed" for test in case.tests) for told in by_database.values()) for case in found
    )
    where = " and ".join(DATABASES[name] for name in by_database)
    print(f"Trust cases: {both} of {len(found)} pass on {where}; table in {folder / 'trust-cases.md'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
