"""Redline: what changed between two revisions, and that nothing else is said to have."""

import random
import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemba.kernel.richtext.alignment import common, longest
from gemba.kernel.richtext.cleaning import clean
from gemba.kernel.richtext.reading import plain, words
from gemba.kernel.richtext.redline import HIDDEN, Change, Kind, Words, changed, html_of, redline
from tests.richtext.hostile import PAYLOADS
from tests.richtext.inspection import faults
from tests.richtext.making import BLOCKS

OLD = (
    "<h2>1 Scope</h2><p>All product is inspected by QA within 5 days.</p>"
    "<ul><li>label the part</li><li>segregate the part</li></ul>"
    "<table><tr><td>Step 1<td>QA<tr><td>Step 2<td>Production</table>"
)


def kept(changes: list[Change], *, drop: str, keep: str) -> list[str]:
    """The words of one side: one mark's content taken away, the other's accepted."""
    html = re.sub(rf'<span class="{HIDDEN}">.*?</span>', "", html_of(changes))
    html = re.sub(rf"<{drop}>.*?</{drop}>", "", html, flags=re.DOTALL)
    return plain(html.replace(f"<{keep}>", "").replace(f"</{keep}>", "").replace("\u2014", "")).split()


def kinds(old: str, new: str) -> list[Kind]:
    return [change.kind for change in redline(old, new)]


@given(BLOCKS, BLOCKS, st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_accepting_gives_the_new_text_and_rejecting_the_old(
    blocks: list[str], others: list[str], chance: random.Random
) -> None:
    """M43: for any two texts, revised, mixed or unrelated."""
    revised = [chance.choice([block, block, *others[:1], ""]) for block in blocks] + others[1:2]
    if len(revised) > 5:
        chance.shuffle(revised)
    old, new = "".join(blocks), "".join(revised)
    changes = redline(old, new)
    assert kept(changes, drop="del", keep="ins") == plain(new).split()
    assert kept(changes, drop="ins", keep="del") == plain(old).split()


@given(BLOCKS)
@settings(max_examples=100, deadline=None)
def test_a_text_has_no_changes_against_itself(blocks: list[str]) -> None:
    """M43: and its redline is the text."""
    html = "".join(blocks)
    changes = redline(html, html)
    assert changed(changes) == []
    assert re.sub(r' id="[^"]*"', "", clean(html)) == re.sub(r' id="[^"]*"', "", clean(html_of(changes)))


def test_words_are_marked_within_the_paragraph_that_holds_them() -> None:
    """M43: not the whole paragraph as gone and come."""
    new = OLD.replace("All product", "All nonconforming product").replace("5 days", "3 working days")
    change = changed(redline(OLD, new))[0]
    assert change.kind is Kind.CHANGED
    assert change.section == "1 Scope"
    assert re.sub(r"<span.*?</span>", "", change.html) == (
        '<p class="redline-changed">All <ins>nonconforming </ins>product is inspected by QA within '
        "<del>5</del><ins>3 working</ins> days.</p>"
    )


def test_lists_are_compared_item_by_item_and_tables_cell_by_cell() -> None:
    """M43: one new item and one new word in a cell mark neither list nor table."""
    new = OLD.replace("</ul>", "<li>write it down</li></ul>").replace("<td>Production", "<td>Production lead")
    html = re.sub(r"<span.*?</span>", "", html_of(redline(OLD, new)))
    assert re.findall("<ins>(.*?)</ins>", html) == ["write it down", " lead"]
    assert "<del>" not in html
    assert html.count("<table") == html.count("<ul") == 1


def test_a_new_row_and_a_new_column_leave_the_other_cells_alone() -> None:
    """M43: as a table grows."""
    old = "<table><tr><th>No<th>Who<tr><td>1<td>quality manager<tr><td>2<td>production lead</table>"
    row = old.replace("<tr><td>2", "<tr><td>1b<td>regulatory affairs<tr><td>2")
    html = re.sub(r"<span.*?</span>", "", html_of(redline(old, row)))
    assert re.findall("<ins>(.*?)</ins>", html) == ["1b", "regulatory affairs"]
    assert "<del>" not in html


def test_a_moved_block_is_said_to_have_moved() -> None:
    """M43: a reader need not compare it word by word."""
    parts = [f"<p>Paragraph {word} says something of its own about {word}.</p>" for word in "abcdefg"]
    changes = redline("".join(parts), "".join([*parts[1:5], parts[0], *parts[5:]]))
    assert sorted(change.kind for change in changed(changes)) == [Kind.MOVED_AWAY, Kind.MOVED_HERE]


def test_a_change_of_emphasis_alone_is_a_change() -> None:
    """M43: bold in an instruction says something."""
    assert kinds("<p>Stop the line now.</p>", "<p>Stop the line <strong>now</strong>.</p>") == [Kind.CHANGED]


def test_changes_are_told_to_people_who_do_not_see_colour() -> None:
    """M43: in the words of their language, within ins and del."""
    said = Words(added="lis\u00e4tty: ", added_end=" loppu")
    html = html_of(redline("<p>a b c d</p>", "<p>a b x c d</p>", said))
    assert f'<ins><span class="{HIDDEN}">lis\u00e4tty: </span>x <span class="{HIDDEN}"> loppu</span></ins>' in html


@pytest.mark.parametrize("payload", PAYLOADS)
def test_web_02_a_redline_of_hostile_text_is_inert(payload: str) -> None:
    """WEB-02: on either side."""
    for old, new in ((payload, "<p>text</p>"), ("<p>text</p>", payload)):
        assert faults(html_of(redline(old, new)), redline=True) == []


@given(st.lists(st.integers(0, 6), max_size=40), st.lists(st.integers(0, 6), max_size=40))
def test_alignment_pairs_equal_things_in_rising_order(old: list[int], new: list[int]) -> None:
    """M43: whatever repeats."""
    pairs = common(old, new)
    assert all(old[i] == new[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))


def test_alignment_without_anchors_is_a_longest_common_subsequence() -> None:
    """M43: checked against the textbook table."""
    chance = random.Random(4)  # noqa: S311
    for _ in range(200):
        old, new = ([chance.choice("aabb") for _ in range(chance.randint(2, 9))] for _ in range(2))
        table = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
        for i, one in enumerate(old):
            for j, other in enumerate(new):
                table[i + 1][j + 1] = table[i][j] + 1 if one == other else max(table[i][j + 1], table[i + 1][j])
        pairs = longest(old, new, (0, len(old), 0, len(new)))
        assert len(pairs) == table[-1][-1]
        assert all(old[i] == new[j] for i, j in pairs)


@pytest.mark.parametrize("size", [400])
def test_two_revisions_of_a_long_document_are_compared_quickly(size: int) -> None:
    """M43: 25,000 words; the bound is loose for a busy machine, the benchmark prints the exact figures."""
    chance = random.Random(1)  # noqa: S311
    known = ["".join(chance.choices("abcdefghijklmnop", k=chance.randint(2, 9))) for _ in range(2_000)]
    paragraphs = [f"<p>{' '.join(chance.choices(known, k=62))}.</p>" for _ in range(size)]
    revised = [p.replace(" a", " b", 2) if chance.random() < 0.3 else p for p in paragraphs]
    old, new = "".join(paragraphs), "".join(revised)
    assert len(words(old)) > 24_000
    started = time.process_time()
    assert len(redline(old, new)) >= size
    assert time.process_time() - started < 5
