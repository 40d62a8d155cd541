"""Whatever bytes a file holds, reading it ends in a `Reading`: properties over generated input."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemba.assess.readers.blocks import Block, Reading
from gemba.assess.readers.decoding import decode
from gemba.assess.readers.dispatch import FORMATS, read_bytes
from tests.assess.readers.samples import all_text, pdf_bytes, simple_docx, xlsx_bytes

TEXT_FORMATS = ("markdown", "html", "csv", "text")
MARKUP = st.text(alphabet="ab1 \n\t|-#>*_`<>/!&;:'\"[]()=\\~{}.,\u00e4\u0000\ud800\u202e", max_size=300)


@cache
def sound(kind: str) -> bytes:
    if kind == "docx":
        return simple_docx("Purpose", "This procedure implements 4.2.4.")
    if kind == "xlsx":
        return xlsx_bytes({"A": [["No", "Title"], [1, "x"]]})
    return pdf_bytes("= Purpose\nText.")


def assert_well_formed(reading: Reading) -> None:
    for block in reading.blocks:
        assert isinstance(block, Block)
        assert not block.rows or not block.text
        assert str(block.place)
    all_text(reading.blocks).encode()
    assert reading.problem is None or reading.problem.endswith(".")
    assert reading.problem is None or "\n" not in reading.problem


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(TEXT_FORMATS), text=MARKUP | st.text(max_size=200))
def test_any_text_is_read(kind: str, text: str) -> None:
    """M47: no text crashes a reader."""
    assert_well_formed(read_bytes(text.encode("utf-8", "surrogatepass"), kind))


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(sorted(set(FORMATS.values()))), data=st.binary(max_size=300))
def test_any_bytes_are_read(kind: str, data: bytes) -> None:
    """M47: no file crashes a reader, whatever its name says."""
    assert_well_formed(read_bytes(data, kind))


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_decode_to_text_that_can_be_stored(data: bytes) -> None:
    """M47: no control character, no lone surrogate and no carriage return gets through."""
    text, problem = decode(data)
    text.encode()
    assert not any(ord(character) < 32 and character not in "\n\t" for character in text)
    assert problem is None or problem.endswith(".")


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf"])
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=6), st.floats(0.05, 1))
def test_a_damaged_file_is_read_or_refused(kind: str, changes: list[tuple[float, int]], kept: float) -> None:
    """M47: flipped bytes and cut ends are the commonest damage."""
    data = bytearray(sound(kind))
    for position, value in changes:
        data[int(position * len(data))] = value
    assert_well_formed(read_bytes(bytes(data[: int(len(data) * kept)]), kind))


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="abc XYZ.,\u00e4\u00f6\u03b1\u4e2d\n", min_size=20, max_size=200))
def test_the_encoding_does_not_change_what_is_read(text: str) -> None:
    """M47: the same document saved otherwise is the same document."""
    plain = read_bytes(text.encode(), "text")
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert read_bytes(text.encode(encoding), "text") == plain
