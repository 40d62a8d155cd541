"""README, docs and decisions: what they promise exists, and every page can be found."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from gemba.config.main import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)>\s]+)>?\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
COMMAND_LINE = re.compile(r"^ {4,}(python3 run\.py|gemba) (\S+)", re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def targets(page: Path) -> Iterator[str]:
    """The links of a page that stay inside the project."""
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if "://" not in target and not target.startswith("mailto:"):
            yield unquote(target)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, written as the usual renderers write them."""
    text = page.read_text(encoding="utf-8")
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in HEADING.findall(text)}


def aims(page: Path, target: str) -> tuple[Path, str]:
    path, _, anchor = target.partition("#")
    return ((page.parent / path).resolve() if path else page), anchor


@pytest.mark.parametrize("source", PAGES, ids=name_of)
def test_every_internal_link_of_the_project_leads_somewhere(source: Path) -> None:
    """M47: a dead reference is a finding, in our own documents too."""
    for target in targets(source):
        path, anchor = aims(source, target)
        assert path.exists(), f"{name_of(source)} links to {target}, which is not there"
        assert not anchor or path.suffix != ".md" or anchor in anchors(path), f"{name_of(source)}: no anchor {target}"


def test_every_page_of_the_docs_can_be_reached_from_the_index() -> None:
    """M44: a document that nobody can find does not exist."""
    seen: set[Path] = set()
    to_read = [DOCS / "index.md"]
    while to_read:
        page = to_read.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        to_read += [aims(page, target)[0] for target in targets(page)]
    assert sorted(map(name_of, set(DOCS.rglob("*.md")) - seen)) == []


def test_the_readme_leads_to_the_docs_and_names_the_licence() -> None:
    linked = set(targets(ROOT / "README.md"))
    assert {"docs/index.md", "LICENSE", "CONTRIBUTING.md", "SECURITY.md", "ARCHITECTURE.md", "CHANGELOG.md"} <= linked
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def launcher_commands() -> set[str]:
    """The commands that `run.py` itself answers to, read from its source."""
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    main = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main")
    return {node.value for node in ast.walk(main) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize("source", PAGES, ids=name_of)
def test_every_command_that_a_page_shows_exists(source: Path) -> None:
    """M36: an instruction that cannot be followed is worse than none."""
    for program, command in COMMAND_LINE.findall(source.read_text(encoding="utf-8")):
        known = set(COMMANDS) | (launcher_commands() if program.startswith("python3") else set())
        assert command in known, f"{name_of(source)} shows '{program} {command}'"


def test_the_readme_shows_how_to_try_to_test_to_check_and_to_assess() -> None:
    shown = {command for _, command in COMMAND_LINE.findall((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert {"demo", "test", "check", "assess"} <= shown


def test_the_picture_in_the_readme_is_a_small_png() -> None:
    picture = (DOCS / "images" / "clause-map.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 300_000


def decisions() -> list[Path]:
    return sorted((DOCS / "decisions").glob("0*.md"))


@pytest.mark.parametrize("source", decisions(), ids=name_of)
def test_a_decision_says_why_what_follows_and_how_it_was_measured(source: Path) -> None:
    """M118: records show how decisions were made."""
    text = source.read_text(encoding="utf-8")
    sections = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert text.startswith("# ")
    assert [section for section in sections if section in TEMPLATE] == list(TEMPLATE)


TEMPLATE = ("Context", "Decision", "Consequences", "Measurement")


def test_no_two_decisions_share_a_number() -> None:
    numbers = [page.name[:4] for page in decisions()]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_pins_by_hash_and_names_no_address(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    pinned = [line for line in lock.splitlines() if "==" in line and not line.startswith((" ", "#"))]
    assert "://" not in lock
    assert pinned
    assert lock.count("--hash=sha256:") >= len(pinned)
