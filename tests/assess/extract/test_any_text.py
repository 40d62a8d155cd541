"""Whatever a folder holds: no exception, no invented clause, the same result twice."""

import pickle
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from gemba.assess.extract.document import extract
from gemba.assess.readers.blocks import Block, BlockKind, Place, Reading, Row
from tests.assess.extract.support import citations, of_blocks, paragraph, stated

_WORDS = (
    "ISO 13485:2016|ISO 14971|MDR|Art. 10(9)|21 CFR 820.35|clause|clauses|Section|§|8.2.1|7.3.4|4.21"
    "|9|to|and|, |; |this procedure|implements"
    "|fulfils|not|see|Document Section|Document|Clause|N/A|not applicable|<enter role>|(...)|Owner"
    "|Approved by|Revision|2024-03-01|03/04/2024|:|\n|.|?|SOP-012|Annex IX|"
    "exclusions|because|[ ]|[x]|___|References|Regulatory references|| "
)
_PIECES = st.sampled_from(_WORDS.split("|"))
_TEXT = st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=14).map(" ".join))
_PLACE = st.builds(Place, line=st.integers(1, 999))
_ROW = st.builds(Row, st.lists(_TEXT, max_size=6).map(tuple), _PLACE)
_TABLE = st.builds(
    Block, st.just(BlockKind.TABLE), st.just(""), _PLACE, st.just(0), st.lists(_ROW, max_size=6).map(tuple)
)
_FIELD = st.builds(
    Block,
    st.just(BlockKind.FIELD),
    st.just(""),
    _PLACE,
    st.just(0),
    st.lists(st.builds(Row, st.tuples(_TEXT, _TEXT), _PLACE), min_size=1, max_size=1).map(tuple),
)
_OTHER = st.builds(
    Block,
    st.sampled_from([k for k in BlockKind if k not in {BlockKind.TABLE, BlockKind.FIELD}]),
    _TEXT,
    _PLACE,
    st.integers(0, 6),
)
_BLOCKS = st.lists(st.one_of(_TABLE, _FIELD, _OTHER), max_size=10)


@settings(max_examples=150, deadline=None)
@given(_BLOCKS, st.text(max_size=30))
def test_any_blocks_yield_a_document_and_the_same_one_twice(blocks: list[Block], name: str) -> None:
    """M47: extraction never fails and has no memory."""
    reading = Reading(tuple(blocks))
    assert extract(name, "docx", reading, citations()) == extract(name, "docx", reading, citations())


@settings(max_examples=150, deadline=None)
@given(_BLOCKS)
def test_claims_name_only_numbers_that_stand_in_the_text(blocks: list[Block]) -> None:
    """M47: a range may fill in what lies between its ends, nothing else may appear."""
    texts = [b.text for b in blocks] + [c for b in blocks for r in b.rows for c in r.cells]
    written = set(re.findall(r"\d+", " ".join(texts)))
    whole = " ".join(texts)
    for claim in of_blocks(*blocks).claims:
        ends = re.findall(r"\d+", claim.clause)
        assert set(ends) <= written or re.search(r"\b(?:to|through|bis)\b|[-\u2013]", whole)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789.-/: ,;()", max_size=200))
def test_numbers_alone_are_no_claims(text: str) -> None:
    """M47: without a standard and a statement there is nothing to claim."""
    assert stated(of_blocks(paragraph(text))) == []


def test_a_very_long_line_takes_no_time_to_speak_of() -> None:
    """M47: the patterns do not run wild on hostile text; the test's time limit would show it."""
    for hostile in (
        "this procedure " * 4_000,
        "8.2.1, " * 6_000,
        "[" * 20_000,
        "<" * 20_000,
        "ISO " * 8_000,
        "a: " * 9_000,
        "_ " * 9_000,
        "(" * 9_000 + "1.1",
    ):
        assert of_blocks(paragraph(hostile)).path == "example.docx"


def test_the_compiled_frameworks_travel_to_worker_processes() -> None:
    """M47: what is built once per process can also be sent to one."""
    copy = pickle.loads(pickle.dumps(citations()))  # noqa: S301 - our own bytes
    reading = Reading((paragraph("This procedure implements clause 8.2.1 of ISO 13485."),))
    assert extract("a.md", "markdown", reading, copy) == extract("a.md", "markdown", reading, citations())


def test_a_problem_of_the_reader_is_passed_on() -> None:
    """M47: an unreadable file is a document with a problem."""
    made = extract("x.pdf", "pdf", Reading(problem="The file is encrypted."), citations())
    assert (made.problem, made.title, made.claims) == ("The file is encrypted.", "X", ())
