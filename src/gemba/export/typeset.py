"""A PDF/A by typst from fixed templates; what people wrote travels as data, never as a template's source."""

import datetime as dt
import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from gemba.assess.report.glyphs import latin, showable

Fitted = Callable[[str], str]
"""Makes a line of text of characters that can be set."""


@cache
def _template(name: str) -> bytes:
    """With what all of them share before it."""
    return b"".join(files("gemba.export").joinpath(each).read_bytes() for each in ("body.typ", name))


def typeset(name: str, data: Callable[[Fitted], dict[str, Any]], *, at: dt.datetime) -> bytes:
    """The template `name` with its data. The same data and moment give the same bytes.

    A character that the fonts lack becomes a square; where even that cannot be set, all but plain letters do.
    """
    try:
        return _made(name, data(showable), at)
    except typst.TypstError:
        return _made(name, data(latin), at)


def _made(name: str, data: dict[str, Any], at: dt.datetime) -> bytes:
    made: bytes = typst.compile(
        _template(name), format="pdf", pdf_standards=["a-3b"], sys_inputs={"data": json.dumps(data)},
        ignore_system_fonts=True, timestamp=at.replace(microsecond=0),
    )  # fmt: skip
    return made
