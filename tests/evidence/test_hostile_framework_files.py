"""Whatever a framework file holds, it loads or it is refused with sentences."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gemba.evidence.catalogue.build import build_framework
from gemba.evidence.catalogue.errors import CatalogueError
from gemba.evidence.catalogue.load import DATA, framework, load_framework, shipped_frameworks
from gemba.evidence.catalogue.model import Framework
from gemba.evidence.catalogue.rows import rows_of
from tests.evidence.frameworks import OWN, written

RISK = (DATA / "iso14971.yaml").read_text(encoding="utf-8")
SCRAPS = st.sampled_from(
    [
        "",
        ":",
        "\u202e",
        "- ",
        "&a ",
        "*a",
        "!!python/name:os.system ",
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        "\t",
        "\x00",
        "\u2028",
        "---",
        "null",
        "~",
        "yes",
        "1e9",
        "<<: ",
        "? ",
        "| ",
        "> ",
        "%YAML 9.9",
        "\ud7ff",
        "id: ",
        "clauses: ",
        "number: ",
    ]
)


def outcome(text: str, base: tuple[Framework, ...]) -> Framework | None:
    """The framework, or None where it was refused as it should be: with sentences that name the file."""
    try:
        return build_framework(rows_of(text, "own.yaml"), "own.yaml", base)
    except CatalogueError as error:
        refused = error.problems
    assert refused
    assert all(each.startswith("own.yaml") and each.isprintable() for each in refused), refused
    return None


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_a_framework_file_with_scraps_thrown_in_never_crashes(data: st.DataObject) -> None:
    """M11: mutated files end in a framework or in sentences."""
    text = OWN
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 40)))
        text = text[:start] + data.draw(SCRAPS | st.text(max_size=8)) + text[end:]
    outcome(text, shipped_frameworks())


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_shipped_file_with_lines_moved_about_never_crashes(data: st.DataObject) -> None:
    """M11: rows lost, doubled or moved."""
    lines = RISK.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 5))):
        here, there = data.draw(st.integers(0, len(lines) - 1)), data.draw(st.integers(0, len(lines) - 1))
        lines.insert(there, lines.pop(here) if data.draw(st.booleans()) else lines[here])
    outcome("".join(lines), (framework("iso13485"), framework("mdr")))


@settings(deadline=None, max_examples=100)
@given(text=st.text(max_size=300))
def test_any_text_is_refused_with_a_sentence(text: str) -> None:
    """M11: random text is no framework."""
    assert outcome(text, ()) is None


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_any_bytes_are_refused_with_a_sentence(content: bytes, tmp_path: Path) -> None:
    """M11: random bytes are no framework."""
    with pytest.raises(CatalogueError):
        load_framework(written(tmp_path, content), base=())


values = st.recursive(
    st.text(max_size=12).map(repr) | st.sampled_from(["null", "true", "3", "iso13485", "'7.5'"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]")
        | st.dictionaries(st.sampled_from(["id", "of", "number", "text"]), inner, max_size=3).map(
            lambda each: "{" + ", ".join(f"{k}: {v}" for k, v in each.items()) + "}"
        )
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=150)
@given(key=st.sampled_from([line.split(":")[0] for line in OWN.splitlines() if ":" in line]), value=values)
def test_a_value_of_the_wrong_kind_never_crashes(key: str, value: str) -> None:
    """M11: lists for texts, groups for lists, nothing for something."""
    lines = OWN.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f"{key}:"))
    outcome("\n".join([*lines[:at], f"{key}: {value}", *lines[at + 1 :]]), shipped_frameworks())
