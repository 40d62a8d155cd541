"""The file format of the starter set: what is read from it, and what is said when it cannot be used."""

from pathlib import Path

import pytest

from gemba.evidence.catalogue.errors import CatalogueError
from gemba.evidence.catalogue.load import catalogue
from gemba.evidence.starter.load import load_starter_set
from gemba.evidence.starter.model import Area, Claim, CountedFrom, DocumentType, FieldType
from tests.evidence.starter_files import DOCUMENTS, SET, changed, line_of, loaded, problems, written


def test_a_document_is_read_with_typed_values(tmp_path: Path) -> None:
    """M54: a set is data; type, area, claims, retention and steps come as checked values, not as text."""
    document = loaded(tmp_path).documents["sop-bread"]
    assert (document.type, document.area) == (DocumentType.PROCEDURE, Area.PRODUCTION)
    assert document.claims == (Claim("iso13485", "7.5.1"), Claim("iso13485", "8.2.6", "8.2.6-c"))
    assert (document.retention.years, document.retention.counted_from) == (10, CountedFrom.RECORD)
    assert document.terms == {"crust": "The outside."}


def test_a_step_names_role_action_record_tool_and_time(tmp_path: Path) -> None:
    """M36: a step says who does what by when, which record it leaves, with which tool, in which time."""
    (step,) = loaded(tmp_path).documents["sop-bread"].steps
    assert (step.role, step.action, step.within) == ("baker", "Bake it on FRM-01.", "the same day")
    assert (step.produces, step.form, step.tool, step.minutes) == (("batch_record",), "frm-bread", "oven", 60)


def test_forms_and_courses_are_read(tmp_path: Path) -> None:
    """M54, M97: forms have fields with types and states, courses have slides and questions with right answers."""
    starter = loaded(tmp_path)
    form, course = starter.documents["frm-bread"].form, starter.documents["trn-bread"].course
    assert form is not None
    assert [(each.id, each.type, each.states) for each in form.fields] == [
        ("weight", FieldType.NUMBER, ("open",)),
        ("taste", FieldType.CHOICE, ("eaten",)),
    ]
    assert course is not None
    assert course.slides[0].text == "<p>It is <strong>white</strong>.</p>"
    assert (course.questions[0].right, course.pass_percent) == (frozenset({0}), 80)


def test_text_becomes_restricted_html_with_marked_gaps(tmp_path: Path) -> None:
    """M54: light Markdown becomes clean HTML; a gap is a mark that can be found; live data stay named, not drawn."""
    document = loaded(tmp_path).documents["sop-bread"]
    assert document.purpose == 'Bread is good on <mark data-gap="day of baking">[enter: day of baking]</mark>.'
    assert document.body.splitlines() == [
        "<h2>Baking</h2>",
        "<p>Bread is baked <strong>slowly</strong>. See FRM-01.</p>",
        "<p>{{live:objectives}}</p>",
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "<!-- ]]> --><svg/onload=alert(1)>",
        "{% load x %} { settings.SECRET }",
        "`code` &lt;b&gt; \\<i>",
        '#read("/etc/passwd") $x$',
    ],
)
def test_markup_in_a_text_is_only_text(tmp_path: Path, hostile: str) -> None:
    """M54: HTML, template and typesetting syntax in a starter text is shown, never run."""
    text = changed("Bread is baked **slowly**.", hostile)
    body = loaded(tmp_path, text).documents["sop-bread"].body
    outside = body.replace("<h2>", "").replace("</h2>", "").replace("<p>", "").replace("</p>", "")
    assert "<" not in outside
    assert outside.count("\n") == 2


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("number: SOP-01", "number: SOP-1", "a procedure is numbered SOP-01, -02..."),
        ("number: SOP-01", "number: FRM-02", "a procedure is numbered SOP-01, -02..."),
        ("type: procedure", "type: novel", "it must be one of: manual, policy, procedure"),
        ("area: production", "area: garden", "it must be one of: management, design"),
        ("process: baking", "process: brewing", "names the process 'brewing', which does not exist."),
        ("owner: baker", "owner: bakr", "names the role 'bakr', which does not exist. Did you mean 'baker'?"),
        ("[7.5.1, 8.2.6-c]", "[7.5.99]", "claims '7.5.99', which is neither a clause nor a duty of iso13485."),
        ("{iso13485: [7.5.1", "{iso1348: [7.5.1", "is no framework. Did you mean 'iso13485'?"),
        ("produces: [batch_record]", "produces: [batch_recrd]", "Did you mean 'batch_record'?"),
        ("role: baker", "role: eater", "names the role 'eater', which does not exist."),
        ("[[day]]", "[[night]]", "the text names the gap 'night', which the document does not define."),
        ("tool: oven", "minutes: 60", "the key 'minutes' is given twice."),
        ("        tool: oven\n", "", "defines the gap 'oven', which its text does not use."),
        ("tool: oven", "tool: pan", "names the tool 'pan', which is none of its gaps."),
        ("label: the oven", "label: day of baking", "has two gaps called 'day of baking'."),
        ("label: the oven", "label: 'the [oven]'", "may hold no square brackets."),
        ("{{live:objectives}}", "{{live:secrets}}", "names no live data; there are: live:applicability"),
        ("{{live:objectives}}", "{{ objectives }}", "names no live data"),
        ("## Baking", "# Baking", "a heading of a starter text has 2 to 4 '#' signs."),
        ("**slowly**", "[slowly](https://example.org)", "a starter text holds no links"),
        ("review_months: 24", "review_months: 600", "must be a whole number from 1 to 60."),
        ("    review_months: 24\n", "", "has no 'review_months'."),
        ("years: 10, ", "", "has no 'years'."),
        ("counted_from: the date of the record", "counted_from: easter", "it must be one of: the date of the record"),
        ("adapt: Say which bread.", "adopt: Say which bread.", "has the unknown key 'adopt'. Did you mean 'adapt'?"),
        ("type: number", "type: colour", "it must be one of: text, long text, number"),
        ("states: [open], help", "states: [raw], help", "names the state 'raw', which does not exist."),
        ("id: taste", "id: weight", "has the field 'weight' twice."),
        ("choices: [good, bad], ", "", "must have 'choices' if it is a choice, and only then."),
        ("help: In grams.", "help: In grams., columns: [a]", "must have 'columns' if it is a table, and only then."),
        ("right: [White]", "right: [Red]", "names the answer 'Red', which does not exist."),
        ("right: [White]", "right: [White, Blue]", "a question needs at least one wrong answer."),
        ("minutes: 30", "minutes: 0", "must be a whole number from 1 to 2400."),
        ("type: form", "type: procedure", "a procedure is numbered SOP-01"),
        ("schema: gemba-starter/1", "schema: gemba-starter/9", "this version of Gemba reads 'gemba-starter/1'."),
    ],
)
def test_a_mistake_is_a_sentence_with_its_file(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """M54: whoever writes a set of their own is told what is wrong and where, and nothing is loaded."""
    found = problems(tmp_path, changed(old, new))
    assert any(sentence in problem for problem in found), found
    assert all(problem.startswith("bread.yaml, line ") for problem in found)


def test_a_mistake_in_a_text_names_its_own_line(tmp_path: Path) -> None:
    """M54: in a long text the line of the word counts, not the line where the document begins."""
    text = changed("{{live:objectives}}", "A.\n      Then [[nothing]].")
    line = line_of("[[nothing]]", text)
    (problem,) = problems(tmp_path, text)
    assert problem.startswith(f"bread.yaml, line {line}: the text names the gap 'nothing'")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("See FRM-01.", "See FRM-77.", "there is no document FRM-77."),
        ("uses: [frm-bread]", "uses: [frm-bread, frm-cake]", "'sop-bread' uses 'frm-cake', which does not exist."),
        ("uses: [frm-bread]", "uses: []", "fills 'frm-bread' and does not list it under 'uses'."),
        ("form: frm-bread", "form: trn-bread", "fills 'trn-bread', which is no form."),
        ("id: trn-bread", "id: frm-bread", "the id 'frm-bread' is already used in bread.yaml, line "),
    ],
)
def test_documents_of_a_set_fit_together(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """M54: a number nobody has, a form nobody knows, an id used twice: said before anything is loaded."""
    assert any(sentence in problem for problem in problems(tmp_path, changed(old, new)))


def test_a_number_is_used_once(tmp_path: Path) -> None:
    """M54: two documents with one number are a mistake, also in two files."""
    folder = written(tmp_path)
    (folder / "more.yaml").write_text(changed("id: sop-bread", "id: sop-cake").split("  - id: frm-bread")[0])
    with pytest.raises(CatalogueError, match=r"the number 'SOP-01' is already used in bread\.yaml, line 3"):
        load_starter_set(folder, catalogue())


def test_a_procedure_holds_neither_form_nor_course(tmp_path: Path) -> None:
    """M33: fields belong to forms and slides to courses; a procedure with either is refused."""
    form = DOCUMENTS[DOCUMENTS.index("    form:\n      states") : DOCUMENTS.index("  - id: trn-bread")]
    course = DOCUMENTS[DOCUMENTS.index("    course:") :]
    text = changed("    steps:\n", f"{form}{course}    steps:\n")
    found = problems(tmp_path, text)
    assert any("is a procedure and cannot hold a form." in problem for problem in found)
    assert any("is a procedure and cannot hold a course." in problem for problem in found)


def test_the_head_of_a_set_is_checked_too(tmp_path: Path) -> None:
    """M54: a process that feeds nothing known, an unknown key, or no head at all is a sentence."""
    assert problems(tmp_path, head=changed("feeds: [baking]", "feeds: [eating]", SET)) == (
        "set.yaml, line 1: process 'baking' feeds 'eating', which does not exist.",
    )
    assert problems(tmp_path, head=SET + "price: 5\n") == (
        f"set.yaml, line {line_of('price', SET + 'price')}: the file has the unknown key 'price'.",
    )
    (tmp_path / "set.yaml").unlink()
    with pytest.raises(CatalogueError, match=r"set\.yaml: there is no such file\."):
        load_starter_set(tmp_path, catalogue())


def test_a_folder_without_documents_says_so(tmp_path: Path) -> None:
    """M54: an empty set is a mistake and not a set of nothing."""
    (tmp_path / "set.yaml").write_text(SET)
    with pytest.raises(CatalogueError, match=r"there is no file of documents beside set\.yaml\."):
        load_starter_set(tmp_path, catalogue())


@pytest.mark.parametrize(
    "hostile",
    [
        b"\xff\xfe\x00",
        b"",
        b"- 1\n- 2\n",
        b"schema: !!python/object/apply:os.system ['true']\n",
        b"a: &a [*a]\n",
        b"schema: gemba-starter/1\ndocuments: 7\n",
        b"schema: gemba-starter/1\ndocuments:\n  - 7\n  - [a]\n",
        b"[" * 5_000,
        b"schema: gemba-starter/1\ndocuments:\n  - body: {a: b}\n    form: 3\n    steps: x\n    gaps: [y]\n",
    ],
)
def test_a_hostile_file_is_a_sentence(tmp_path: Path, hostile: bytes) -> None:
    """M54: whatever lies in a file of a set, nothing is run and the answer is a sentence with the file's name."""
    found = problems(tmp_path, hostile)
    assert found
    assert all(problem.startswith("bread.yaml") for problem in found)


def test_a_text_that_is_too_long_or_cannot_be_printed_is_refused(tmp_path: Path) -> None:
    """M54: texts have bounds, and hold nothing that could steer a terminal."""
    long = changed("Bread is baked **slowly**.", "bread " * 3_000)
    assert any(
        "'body' of document 'sop-bread' is longer than 12000 characters." in each for each in problems(tmp_path, long)
    )
    body = changed("Say which bread.", '"red \\u001b[31m"')
    loud = changed("Bread is baked **slowly**.", "Bread\u202e is baked.")
    assert any("'body' of document 'sop-bread' holds a character" in each for each in problems(tmp_path, loud))
    assert any("holds a character that cannot be printed." in each for each in problems(tmp_path, body))
