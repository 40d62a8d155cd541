"""Reading formatted text: words, headings, gaps, trees, measures."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemba.kernel.richtext.cleaning import clean, parsed
from gemba.kernel.richtext.element import written
from gemba.kernel.richtext.measures import Burden, Step, burden, ease
from gemba.kernel.richtext.reading import Heading, Placeholder, headings, placeholders, plain, tree, words
from gemba.kernel.richtext.similarity import adaptation
from gemba.kernel.richtext.stored import stored
from tests.richtext.hostile import PAYLOADS
from tests.richtext.inspection import faults
from tests.richtext.making import HTML

TEXT = (
    '<h2>1 Scope</h2><p>The <mark data-gap="role of the owner">role</mark> keeps it.</p>'
    "<table><tr><th>Step<th>Who<tr><td>1<td>QA</table><ul><li>x<ul><li>y</ul></ul><pre>a\n b</pre>"
)


def test_plain_text_has_a_line_for_every_block_and_row() -> None:
    """M44: what search and similarity read."""
    assert plain(TEXT) == "1 Scope\nThe role keeps it.\nStep\tWho\n1\tQA\nx\ny\na\n b"
    assert words("<p>It's SOP-012, rev. 2.1</p>") == ["It's", "SOP-012", "rev", "2.1"]


def test_headings_and_gaps_say_where_they_stand() -> None:
    """M47, M54: an unfinished document lists what is missing, by section."""
    assert headings(TEXT) == [Heading(2, "1 Scope", "s-1-scope")]
    assert placeholders(TEXT) == [Placeholder("role of the owner", "role", "1 Scope")]


def test_a_tree_holds_plain_values_and_places_every_cell() -> None:
    """M36: a typesetter needs no HTML."""
    table = tree("<table><tr><th colspan=2>a<th>b<tr><td rowspan=2>1<td>2<td>3<tr><td>4<td>5</table>")[0]
    placed = [(cell["x"], cell["y"], cell["w"], cell["h"], cell["heading"]) for row in table["rows"] for cell in row]
    assert (table["columns"], table["head"]) == (3, 1)
    assert placed == [
        (0, 0, 2, 1, True), (2, 0, 1, 1, True), (0, 1, 1, 2, False), (1, 1, 1, 1, False), (2, 1, 1, 1, False),
        (1, 2, 1, 1, False), (2, 2, 1, 1, False),
    ]  # fmt: skip


@given(HTML)
@settings(max_examples=150, deadline=None)
def test_cells_of_any_table_lie_within_it_and_never_on_one_another(html: str) -> None:
    """M47: or a printed copy would lose a cell."""

    def check(nodes: list[object]) -> None:
        for node in nodes:
            if isinstance(node, dict) and node.get("t") == "table":
                cells = [cell for row in node["rows"] for cell in row]
                covered = [
                    (x, y)
                    for c in cells
                    for x in range(c["x"], c["x"] + c["w"])
                    for y in range(c["y"], c["y"] + c["h"])
                ]
                assert len(covered) == len(set(covered))
                assert all(x < node["columns"] and y < len(node["rows"]) for x, y in covered)
            elif isinstance(node, dict):
                check(node["c"])

    check(list(tree(html)))


@given(HTML)
@settings(max_examples=300, deadline=None)
def test_stored_text_is_read_as_cleaning_would_read_it(html: str) -> None:
    """M43: the short way gives the same blocks for clean text, and takes the long way for all other."""
    once = clean(html)
    assert stored(once) == parsed(once)
    assert faults("".join(map(written, stored(html)))) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_web_03_text_stored_without_cleaning_is_cleaned_when_read(payload: str) -> None:
    """WEB-03: the short way is only for what is of the closed form."""
    assert faults("".join(map(written, stored(payload)))) == []
    assert faults("".join(map(written, stored(f"<p>a</p>{payload}<p>b</p>")))) == []


@pytest.mark.parametrize(("text", "least", "most"), [("same", 0.0, 0.0), ("half", 0.3, 0.6), ("other", 1.0, 1.0)])
def test_adaptation_measures_what_is_not_the_templates(text: str, least: float, most: float) -> None:
    """M55, M57: a copy shows as a copy on the review page."""
    template = "the quality manager opens an action and contains what is already out with customers at once"
    texts = {
        "same": template.title(),
        "half": f"{template} and then tells production by telephone which lots are blocked until further notice",
        "other": "we weigh each batch twice and write both figures into the batch record before it leaves the room",
    }
    assert least <= adaptation(texts[text], template) <= most


@given(st.text(max_size=80), st.text(max_size=80))
def test_adaptation_is_a_share_and_nothing_is_adapted_in_a_copy(text: str, template: str) -> None:
    """M55: for any two texts."""
    assert 0.0 <= adaptation(text, template) <= 1.0
    assert adaptation(text, text) == 0.0


def test_a_text_for_scholars_is_harder_to_read_than_a_plain_one() -> None:
    """M57: a procedure its readers cannot follow is not followed."""
    plain_text = "Stop the line. Tell the lead. Put the part in the red box. Write its number down."
    hard = (
        "Notwithstanding contradictory organisational determinations, nonconforming intermediate configurations "
        "necessitate multidisciplinary dispositioning deliberations preceding reintroduction."
    )
    easy, difficult = ease(plain_text), ease(hard)
    assert easy.flesch > 80
    assert difficult.flesch < 20
    assert (easy.level, difficult.level) == ("very easy", "very hard")
    assert (ease("").flesch, ease("").lix) == (0.0, 0.0)


def test_hand_offs_are_counted_from_the_steps() -> None:
    """M36: who gives the work to whom is where it waits."""
    steps = (
        Step("QA", "open", "CAPA", "Gemba", 10),
        Step("qa ", "contain", "", "Gemba", 20),
        Step("Production", "find the cause", "CAPA"),
        Step("QA", "check", "Effectiveness check", "", 5),
    )
    assert burden(steps) == Burden(steps=4, roles=2, hand_offs=2, records=3, tools=1, minutes=35, untimed=1)
    assert burden(()) == Burden(0, 0, 0, 0, 0, 0, 0)
