"""What is said about a framework file that is wrong: a sentence with file and row, and all of them at once."""

from pathlib import Path

import pytest
import yaml

from gemba.evidence.catalogue import rows
from gemba.evidence.catalogue.errors import MOST_SHOWN, CatalogueError
from gemba.evidence.catalogue.load import catalogue, framework, load_framework, shipped_frameworks
from gemba.evidence.catalogue.model import Applicability, Counterpart, Strength
from tests.evidence.frameworks import OWN, line_of, loaded, problems, written

DOCS = Path(__file__).resolve().parents[2] / "docs"
TOP_LEVEL = "schema: gemba-framework/1\n"
DUTY_LEVEL = "        text: Swab each bench every week.\n"
CLAUSE_LEVEL = "    title: Benches\n"
KEYS = [
    *((key, TOP_LEVEL, "") for key in ("builds_on", "complete", "outside", "former", "caution", "provenance", "notes")),
    *((key, TOP_LEVEL, "") for key in ("safety_classes", "signed_off_by", "on_by_default")),
    *((key, CLAUSE_LEVEL, "    ") for key in ("applicability", "impact", "note", "counterparts", "duties")),
    *((key, CLAUSE_LEVEL, "    ") for key in ("parent", "practice_checks")),
    *((key, DUTY_LEVEL, "        ") for key in ("needs_practice", "classes", "force", "owner", "confidence", "fields")),
    *((key, DUTY_LEVEL, "        ") for key in ("see", "control", "tests", "notes", "proven_by")),
]
AGAIN = "      - id: house-1\n        text: Again.\n        kind: record\n        cadence: once\n"
WRONG = [
    (
        "evidence: [swab_log, env_monitoring]",
        "evidence: [swab_log, env_monitorng]",
        "type 'env_monitorng', which no framework defines. Did you mean 'env_monitoring'?",
    ),
    (
        "condition: wet_lab",
        "condition: wet_labs",
        "duty 'house-1' depends on the condition 'wet_labs', which no framework defines. Did you mean 'wet_lab'?",
    ),
    ("        condition: wet_lab\n", "", "duty 'house-1' is conditional but names no 'condition'."),
    (
        "cadence: planned_interval",
        "cadence: weekly",
        "'cadence' of duty 'house-1' is 'weekly'; it must be one of: once,",
    ),
    ("        cadence: planned_interval\n", "", "duty 'house-1' has no 'cadence'."),
    ("        text: Swab each bench every week.\n", "", "duty 'house-1' has no 'text'."),
    ("kind: record", "kind: recrod", "'kind' of duty 'house-1' is 'recrod'; it must be one of: documented_procedure,"),
    ("kind: record", "knid: record", "duty 'house-1' has the unknown key 'knid'. Did you mean 'kind'?"),
    ("kind: record", "kind: [record]", "'kind' of duty 'house-1' must be a text."),
    (
        "interval_months: 1",
        "interval_months: soon",
        "'interval_months' of duty 'house-1' must be a whole number from 1",
    ),
    ("evidence: [swab_log, env_monitoring]", "evidence: swab_log", "'evidence' of duty 'house-1' must be a list."),
    (
        "evidence: [swab_log, env_monitoring]",
        "evidence: [swab_log, swab_log]",
        "'evidence' of duty 'house-1' names 'swab_log' twice.",
    ),
    (
        "iso13485: [6.4.1]",
        "iso13485: [6.4.9]",
        "duty 'house-1' names clause '6.4.9' of ISO 13485, which that framework does not have.",
    ),
    ("iso13485: [6.4.1]", "iso9001: [6.4.1]", "duty 'house-1' names the framework 'iso9001', which is not loaded."),
    ("parent: '1'", "parent: '2'", "clause '1.1' is placed under '2', which is no clause."),
    ("title: Benches", "title: Benches\n    parent: '1.1'", "clause '1' is placed under itself."),
    ("number: '8.10'", "number: '1.1'", "clause '1.1' is already in line"),
    ("    practice_checks:", AGAIN + "    practice_checks:", "duty 'house-1' is already in line"),
    ("title: Clean benches\n", "title: Clean benches\n    title: Benches\n", "the key 'title' is given twice."),
    (
        "schema: gemba-framework/1",
        "schema: gemba-framework/9",
        "the schema is 'gemba-framework/9'; this version of Gemba reads 'gemba-framework/1'.",
    ),
    ("schema: gemba-framework/1\n", "", "the file has no 'schema'."),
    (
        "id: house\n",
        "id: iso13485\n",
        "the id 'iso13485' is already that of ISO 13485 (iso13485.yaml); choose another.",
    ),
    ("id: house\n", "id: House rules\n", "'id' of the file is 'House rules'; use small letters, digits, '-' and '_'."),
    ("clauses:", "former: [{number: '1'}]\nclauses:", "'1' is given twice."),
    ("clauses:", "former: [{now: '1'}]\nclauses:", "a former clause has no 'number'."),
    ("  swab_log:\n", "  Swab Log:\n", "the name 'Swab Log' may hold only small letters, digits, '-' and '_'."),
    (
        "title: Benches",
        "title: Benches\n    impact: high",
        "'impact' of clause '1' is 'high'; it must be one of: direct,",
    ),
    ("kind: record", "classes: [D]\n        kind: record", "names the safety class 'D', which no framework defines."),
    ("  - number: '8.10'\n", "  - text\n  - number: '8.10'\n", "a clause must be a group of 'key: value' lines."),
    ("      - id: house-check\n", "      - id: house-check\n        colour: red\n", "has the unknown key 'colour'."),
    ("  swab_log:\n", "  capa:\n", "the evidence type 'capa' is already defined by another framework; use that one."),
    (
        "    strength: practice\n",
        "    strength: strong\n",
        "'strength' of evidence type 'swab_log' is 'strong'; it must be one of: paper, practice.",
    ),
    ("  wet_lab:\n", "  sterile:\n", "the condition 'sterile' is already defined by another framework; use that one."),
    (
        "'2021': superseded",
        "'2021': old",
        "'editions' of the file holds '2021: old'; it must be a year with 'current' or 'superseded'.",
    ),
    ("    question: Is there a wet laboratory?\n", "", "condition 'wet_lab' has no 'question'."),
    (
        "basis: Written by the company for itself.",
        "basis: " + "long " * 200,
        "'basis' of the file is longer than 600 characters.",
    ),
    (
        "basis: Written by the company for itself.",
        'basis: "a\\e[2Jb"',
        "'basis' of the file holds a character that cannot be printed.",
    ),
    (
        "basis: Written by the company for itself.",
        "basis: !!python/object/apply:os.system [ls]",
        "tags (!) are not read here; write a plain value.",
    ),
    (
        "basis: Written by the company for itself.",
        "basis: &a word",
        "anchors and aliases (& and *) are not read here; write the value out.",
    ),
    (
        "basis: Written by the company for itself.",
        "basis: *a",
        "anchors and aliases (& and *) are not read here; write the value out.",
    ),
    ("basis: Written by the company for itself.", "basis: [1", "this is not readable YAML ("),
    (
        "basis: Written by the company for itself.",
        "builds_on: [iso9001]",
        "the file names the framework 'iso9001', which is not loaded.",
    ),
    (
        "basis: Written by the company for itself.",
        "on_by_default: perhaps",
        "'on_by_default' of the file must be true or false.",
    ),
    (
        "basis: Written by the company for itself.",
        "provenance: [{basis: rumour, what: x}]",
        "'basis' of a provenance entry is 'rumour'; it must be one of: checked,",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "sentence"), WRONG)
def test_each_mistake_is_a_sentence_with_file_and_row(right: str, wrong: str, sentence: str, tmp_path: Path) -> None:
    """M11: a company that writes its own framework is told what to mend and where."""
    assert OWN.count(right) >= 1
    found = problems(tmp_path, OWN.replace(right, wrong, 1))
    assert [each for each in found if sentence in each], found
    assert all(each.startswith("own.yaml") for each in found)


def test_the_row_named_is_the_row_of_the_mistake(tmp_path: Path) -> None:
    """M11: file, line, duty, and what is missing."""
    text = OWN.replace("env_monitoring", "foo")
    line = line_of(text, "evidence: [swab_log, foo]")
    assert problems(tmp_path, text) == (
        f"own.yaml, line {line}: duty 'house-1' names the evidence type 'foo', which no framework defines.",
    )


def test_all_mistakes_are_said_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    """M11: one run shows everything there is to mend."""
    text = OWN.replace("env_monitoring", "foo").replace("6.4.1", "6.4.77").replace("kind: record", "kind: paper")
    found = problems(tmp_path, text.replace("[8.2.4]", "[8.2.44]"))
    assert len(found) == 4
    assert found == tuple(sorted(found, key=lambda each: int(each.split("line ")[1].split(":")[0])))


def test_a_long_list_of_mistakes_is_cut_with_a_count() -> None:
    """M11: a wrong file does not fill the screen."""
    error = CatalogueError([f"own.yaml, line {n}: wrong." for n in range(200)])
    lines = str(error).splitlines()
    assert (len(lines), lines[-1]) == (MOST_SHOWN + 1, "... and 150 more.")
    assert len(error.problems) == 200


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "own.yaml: the file is empty."),
        (b"# only a remark\n", "own.yaml: the file is empty."),
        (b"null\n", "own.yaml, line 1: a file must start with 'schema:'."),
        (b"- a\n- b\n", "own.yaml, line 1: a file must start with 'schema:'."),
        (b"schema: \xff\xfe\n", "own.yaml, line 1: the text is not UTF-8."),
        ("schema: x\n".encode("utf-16"), "own.yaml, line 1: the text is not UTF-8."),
        (b"schema: a\x00b\n", "own.yaml: this is not readable YAML ("),
        (b"schema: gemba-framework/1\n---\nid: b\n", "own.yaml, line 2: a second document starts here;"),
        (b"[" * 200_000, "own.yaml, line 1: values are nested more than 12 deep."),
        (b"- " * 200_000, "own.yaml, line 1: values are nested more than 12 deep."),
        (b"? [a]\n: b\n", "own.yaml, line 1: a key is a word, not a list or a group of values."),
        (b"a" * 4_000_001, "own.yaml: the file is larger than 4 MB and was not read."),
    ],
)
def test_a_file_that_is_no_framework_at_all_is_a_sentence(content: bytes, sentence: str, tmp_path: Path) -> None:
    """M11: hostile or broken files never end in a stack trace."""
    found = problems(tmp_path, content)
    assert len(found) == 1
    assert found[0].startswith(sentence)


def test_an_alias_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    """M11: nine levels of nine would be 387 million values."""
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert problems(tmp_path, bomb) == (
        "own.yaml, line 1: anchors and aliases (& and *) are not read here; write the value out.",
    )


def test_a_missing_file_and_a_folder_are_sentences(tmp_path: Path) -> None:
    """M11: a wrong path is said plainly."""
    for path in (tmp_path / "not-there.yaml", tmp_path):
        with pytest.raises(CatalogueError, match="there is no such file"):
            load_framework(path, base=())


def test_a_name_with_a_line_break_cannot_forge_a_message(tmp_path: Path) -> None:
    """M11: the file name is shown, but only what can be printed of it."""
    path = written(tmp_path, b"", "a\nb\x1b[2J.yaml")
    with pytest.raises(CatalogueError) as caught:
        load_framework(path, base=())
    assert caught.value.problems == ("a b?[2J.yaml: the file is empty.",)


def test_clause_numbers_stay_as_they_were_written(tmp_path: Path) -> None:
    """M32: 8.10 is not 8.1, with or without quotes."""
    framework = loaded(tmp_path, OWN.replace("'8.10'", "8.10"))
    assert list(framework.clauses) == ["1", "1.1", "8.10"]


def test_a_framework_of_ones_own_comes_out_whole(tmp_path: Path) -> None:
    """M11: frameworks are data: own clauses, duties, evidence types, conditions and checks."""
    house = loaded(tmp_path)
    (duty,) = house.duties
    assert (house.id, house.designation, house.edition, house.cited_as) == (
        "house",
        "House rules",
        "2",
        ("House rules", "HR"),
    )
    assert house.on_by_default
    assert house.signed_off_by is None
    assert duty.evidence == ("swab_log", "env_monitoring")
    assert (duty.applicability, duty.condition, duty.interval_months) == (Applicability.CONDITIONAL, "wet_lab", 1)
    assert duty.counterparts == (Counterpart("iso13485", "6.4.1"),)
    assert duty.line == line_of(OWN, "- id: house-1")
    assert house.evidence_types["swab_log"].strength is Strength.PRACTICE
    assert house.conditions["wet_lab"].question == "Is there a wet laboratory?"
    assert house.practice_checks[0].clause == "1.1"
    assert house.clauses["1.1"].parent == "1"


def test_the_example_of_the_manual_works(tmp_path: Path) -> None:
    """M11: what the how-to shows can be loaded as it stands."""
    manual = (DOCS / "how-to" / "add-your-own-framework.md").read_text(encoding="utf-8")
    example = manual.split("```yaml\n")[1].split("```")[0]
    house = loaded(tmp_path, example)
    assert house.duties[0].counterparts == (Counterpart("iso13485", "6.4.1"),)
    wrong = example.replace("env_monitoring", "env_monitorng")
    (sentence,) = problems(tmp_path, wrong)
    assert sentence.replace("own.yaml", "house.yaml") in manual


def test_the_reference_names_every_key_that_a_file_may_have(tmp_path: Path) -> None:
    """M11: nothing is accepted that is not documented, and the counts shown are the real ones."""
    reference = (DOCS / "reference" / "frameworks.md").read_text(encoding="utf-8")
    everything = {
        word: problems(tmp_path, OWN.replace(before, f"{before}{indent}{word}: [[x]]\n", 1))
        for word, before, indent in KEYS
    }
    for word, found in everything.items():
        assert f"`{word}`" in reference
        assert not any("unknown key" in each for each in found), word
    for shipped in shipped_frameworks():
        (row,) = [line for line in reference.splitlines() if line.startswith(f"| `{shipped.id}`")]
        cells = [cell.strip() for cell in row.split("|")]
        assert cells[3:6] == [
            str(len(shipped.clauses)),
            str(len(shipped.duties)),
            "on" if shipped.on_by_default else "off",
        ]
    assert f"{len(framework('iso13485').conditions)} conditions" in reference


def test_a_parser_without_the_c_library_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M11: where libyaml is missing, nothing changes but the speed."""
    expected = loaded(tmp_path)
    monkeypatch.setattr(rows, "PARSER", yaml.SafeLoader)
    assert loaded(tmp_path) == expected
    assert "anchors and aliases" in problems(tmp_path, "a: &b c\n")[0]


def test_a_second_file_may_build_on_the_first(tmp_path: Path) -> None:
    """M11: several files, in the order given."""
    second = OWN.replace("id: house\n", "id: annex\n").replace("  swab_log:\n", "  plate_log:\n")
    second = second.replace("  wet_lab:\n", "  dry_lab:\n").replace("iso13485: [8.2.4]", "house: ['8.10']")
    known = catalogue([written(tmp_path), written(tmp_path, second, "annex.yaml")])
    assert list(known.frameworks)[-2:] == ["house", "annex"]
    assert {"swab_log", "plate_log", "capa"} <= set(known.evidence_types)
    assert {"wet_lab", "dry_lab", "sterile"} <= set(known.conditions)
    assert Counterpart("annex", "8.10") in known.crosswalk.counterparts("house", "8.10")


def test_the_smallest_framework_is_one_clause(tmp_path: Path) -> None:
    """M11: a tiny custom framework file is enough."""
    tiny = "schema: gemba-framework/1\nid: tiny\ntitle: T\ndesignation: T\nclauses: [{number: 1, title: One}]\n"
    assert list(loaded(tmp_path, tiny).clauses) == ["1"]
    assert problems(tmp_path, tiny.replace("[{number: 1, title: One}]", "[]")) == (
        "own.yaml, line 1: the file defines no clause.",
    )


def test_loading_does_not_change_what_was_shipped(tmp_path: Path) -> None:
    """M11: an own vocabulary stays with the own framework."""
    before = [(f.id, len(f.evidence_types), len(f.conditions)) for f in shipped_frameworks()]
    loaded(tmp_path)
    assert before == [(f.id, len(f.evidence_types), len(f.conditions)) for f in shipped_frameworks()]
