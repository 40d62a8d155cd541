"""Bytes to text. Files of a quality system come from thirty years of editors: the encoding is found, never assumed."""

import codecs
import re

_BOMS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096
_MOSTLY = 0.6
_BINARY_SHARE = 0.05
_STRAY = 8
"""Control characters that a text may hold by accident, however short it is."""
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_HARD_SPACES = ("\u00a0", "\u2007", "\u202f")
_INVISIBLE = ("\u00ad", "\u200b", "\u2060", "\ufeff")

NOT_TEXT = "The file is not text: it holds binary data under the name of a text format."
LOSSY = "Some characters could not be decoded; the rest was read."


def clean(text: str) -> str:
    """Text without control characters, lone surrogates and invisible marks; hard spaces become plain ones."""
    # Character by character looked for, not translated: few texts hold any, and looking is a hundred times faster.
    if not text.isascii():
        for space in _HARD_SPACES:
            if space in text:
                text = text.replace(space, " ")
        for mark in _INVISIBLE:
            if mark in text:
                text = text.replace(mark, "")
    if "\f" in text:
        text = text.replace("\f", "\n")
    return _UNREADABLE.sub("", text)


def _without_mark(data: bytes) -> str | None:
    """The UTF-16 or UTF-32 form that data without a byte order mark is in, judged by where its NUL bytes stand."""
    sample = data[:_SAMPLE]
    if b"\x00" not in sample:
        return None
    columns = [sample[offset::4] for offset in range(4)]
    nul = [column.count(0) > _MOSTLY * max(len(column), 1) for column in columns]
    forms = {
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
    }
    return forms.get((nul[0], nul[1], nul[2], nul[3]))


def _eight_bit(data: bytes) -> tuple[str, str | None]:
    """UTF-8 with a few broken bytes, or one of the western eight-bit sets, whichever explains the bytes better."""
    lossy = data.decode("utf-8", "replace")
    broken = lossy.count("\ufffd")
    sound = sum(len(run) for run in re.findall(r"[^\x00-\x7f\ufffd]+", lossy))
    if sound > broken:
        return lossy, LOSSY
    try:
        return data.decode("cp1252"), None
    except UnicodeDecodeError:
        return data.decode("latin-1"), None


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def decode(data: bytes) -> tuple[str, str | None]:
    """The text with line ends as newlines, and a sentence when some or all of it could not be decoded."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded_as(data[len(mark) :], encoding)
    wide = _without_mark(data)
    if wide:
        return _decoded_as(data, wide)
    try:
        text, problem = data.decode("utf-8"), None
    except UnicodeDecodeError:
        text, problem = _eight_bit(data)
    return _finished(text, problem)


def _decoded_as(data: bytes, encoding: str) -> tuple[str, str | None]:
    try:
        return _finished(data.decode(encoding), None)
    except UnicodeDecodeError:
        return _finished(data.decode(encoding, "replace"), LOSSY)


def _finished(text: str, problem: str | None) -> tuple[str, str | None]:
    controls = len(_CONTROLS.findall(text[: _SAMPLE * 4]))
    if controls > _STRAY and controls > _BINARY_SHARE * min(len(text), _SAMPLE * 4):
        return "", NOT_TEXT
    return clean(_newlines(text)), problem
