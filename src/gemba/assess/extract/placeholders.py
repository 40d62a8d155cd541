"""Places where a template still waits for its author, and guidance to the author left in the text."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from gemba.assess.extract.outline import Located
from gemba.assess.extract.signs import holds, present
from gemba.assess.model import Fact
from gemba.assess.readers.blocks import BlockKind, Place

_ASKS = (
    r"(?:enter|insert|your|company|product|device|name|date|title|role|number|describe|description"
    r"|specify|add|fill|e\.g\.|example|reference|version|class|department|address"
    r"|responsible|person|text|content|placeholder|list|choose|select|manufacturer|document|process"
    r"|supplier|signature|project|customer|organi[sz]ation|who|what|when|where|how|if\s"
    r"|tbd|to\s+be|xx|software|released|author|owner|eingeben|einfügen|firma|datum|id\b|legal|state"
    r"|provide|indicate|explain|define|link|year|month|day|dd|mm|yyyy|email|phone)"
)
# Every branch of these patterns starts with a letter or sign of its own, with what must not stand before it behind
# that: such a pattern is searched ten times faster than one whose beginning must be tried at every place.
_PLACEHOLDER = re.compile(
    "|".join(
        (
            (
                rf"<(?!/?(?:br|p|b|i|a|td|tr|th|ul|ol|li|div|span|img|table|sub|sup|em|strong|code|pre"
                rf"|h\d)\b)(?!https?:|mailto:|/|!)(?=[^<>\n]*\b(?i:{_ASKS}))[^<>\n=@]{{2,200}}>"
            ),
            rf"\[(?=\s?[^\]\n]*\b(?i:{_ASKS}))(?![xX✓ ]\])[A-Za-z][^\]\[\n]{{2,120}}\](?!\()",
            r"\{\{[^{}\n]{1,80}\}\}|\$\{[A-Za-z][^{}\n]{0,60}\}|<<[^<>\n]{1,80}>>|\{%[^%\n]{1,80}%\}|«[^»\n]{1,60}»",
            r"\((?:enter|insert|your|add|fill\s+in|describe|specify)\b[^()\n]{1,100}\)",
            r"\((?<![\w.…]\()(?:\.{3}|…)\)(?!\w)|\[(?<!\w\[)(?:\.{3}|…)\](?!\w)",
            r"_(?<!\w_)_{2,}(?!\w)|\.\.{7,}",
            r"T(?<![\w-]T)(?:B[DC]|\.B\.D\.|O[D]O)(?![\w-])|F(?<![\w-]F)IX[M]E(?![\w-])",
            r"t(?<!\wt)o\s+be\s+(?:defined|determined|completed|added|confirmed|filled\s+in)\b",
            r"l(?<!\wl)orem\s+ipsum\b|L(?<!\wL)orem\s+ipsum\b",
            r"X(?<![\w.]X)(?:X\.X{2}\.X{2,4}|X{3,})(?![\w.])|D(?<![\w.]D)D[./-]MM[./-]YYYY(?![\w.])",
            r"Y(?<![\w.]Y)YYY-MM-DD(?![\w.])|M(?<![\w.]M)M/DD/YYYY(?![\w.])|d(?<![\w.]d)d\.mm\.yyyy(?![\w.])",
        )
    )
)
_OTHER_PLACEHOLDERS = (
    ("-XX", re.compile(r"(?<![\w.])[A-Z]{1,5}-X{2,5}(?![\w.])")),
    ("here", re.compile(r"\b(?i:insert|enter|add|put)\s+(?:[\w-]+\s+){1,5}here\b")),
    ("HERE", re.compile(r"\b(?i:insert|enter|add|put)\s+(?:[\w-]+\s+){1,5}HERE\b")),
    (
        "ompany",
        re.compile(
            r"\b(?i:your\s+company(?:\s+name)?|company\s+name\s+here|sample\s+company)\b(?!\w)"
            r"(?!['\u2019]s\s+(?:own|policy))"
        ),
    ),
)
"""Those that begin with any letter, each with a sign it cannot do without."""
_SIGNED = re.compile(
    r"<[^\s=/!]|\[[\sA-Za-z.…]|\{\{|\{%|«|\$\{"
    r"|\((?:\.|…|[eE]nter|[iI]nsert|[yY]our|[aA]dd|[fF]ill|[dD]escr|[sS]pecif)"
    r"|___|TB[DC]|TO[D]O|FIX[M]E|T\.B|XX|YYY|HERE|Your\s|YOUR|\.\.{7}"
)
_WORDED = re.compile(
    r"orem\s|yyy|here\b(?<![a-z]here)|your\s|ompany\s"
    r"|be\s+(?:defined|determined|completed|added|confirmed|filled)"
)
_EMPTYISH = re.compile(
    r"[\W_]*|(?:tbd|tbc|n\.?n\.?|xyz|x{3,}|none\s+yet|\?+|name|role|enter|insert|please\s+(?:enter|fill).*)[\W_]*",
    re.IGNORECASE,
)
_SPEAKS_TO_AUTHOR = re.compile(
    r"\b(?:you(?:['\u2019](?:re|ll|ve|d))?|your|yours|template|delete\s+this|remove\s+this"
    r"|note\s*(?:#?\d+)?\s*:|disclaimer|keep\s+in\s+mind|for\s+(?:example|context)|feel\s+free"
    r"|fill\s+(?:out|in)"
    r"|here,?\s+(?:describe|enter|list)|describe|list\s+(?:all|your)|enter|add|copy-?\s?paste"
    r"|customi[sz]e|should\s+(?:be|include|describe)|define|check\s+out|in\s+this\s+section|e\.g"
    r"|sie\s+sollten|bitte"
    r"|example|state|specify|include|provide|explain|insert|replace|assess)\b",
    re.IGNORECASE,
)
_DELETE_THIS = re.compile(
    r"(?<!don['\u2019]t )(?<!not )\b(?:(?:delete|remove)\s+(?:this|these|the\s+following|all\s+(?:guidance"
    r"|instruction)\w*|before)\b[^.\n]{0,80}"
    r"|(?:guidance|instruction)s?\s+(?:text|notes?)?\s*(?:to\s+be|must\s+be|should\s+be)\s+(?:deleted|removed)"
    r"|this\s+template\s+(?:is|can|should|was|will)\b[^.\n]{0,80}|how\s+to\s+use\s+this\s+template"
    r"|\[?guidance\s*:|note\s+to\s+(?:the\s+)?author"
    r"|text\s+in\s+(?:italics|blue|red|grey|gray|brackets)\b[^.\n]{0,60}(?:delete|remove|replace)[^.\n]{0,20})",
    re.IGNORECASE,
)
_DELETE_SIGNS = ("delete", "remove", "guidance", "template", "note to", "text in")
_OWN_TEXT = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM})
_SHOWN = 120


@lru_cache(maxsize=4_096)
def is_unfilled(value: str) -> bool:
    """Empty, only punctuation, or nothing but a placeholder."""
    text = value.strip()
    if _EMPTYISH.fullmatch(text):
        return True
    if not may_hold(text):
        return False
    rest = text
    for start, end in reversed(_spans(text)):
        rest = rest[:start] + rest[end:]
    return rest != text and _EMPTYISH.fullmatch(rest.strip()) is not None


@lru_cache(maxsize=4_096)
def has_placeholder(text: str) -> bool:
    return may_hold(text) and bool(_spans(text))


def _spans(text: str) -> list[tuple[int, int]]:
    """Where placeholders stand, in order; of two that overlap the first."""
    found = [match.span() for match in _PLACEHOLDER.finditer(text)]
    more = [m.span() for sign, pattern in _OTHER_PLACEHOLDERS if sign in text for m in pattern.finditer(text)]
    if not more:
        return found
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found + more):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart


def may_hold(text: str) -> bool:
    """A cheap look: most texts hold none of the signs and words a placeholder needs."""
    return _SIGNED.search(text) is not None or _WORDED.search(text) is not None


def _signs_in(whole: str) -> tuple[str, ...]:
    """The signs and words by which the placeholders of a whole document are known."""
    signed = {match[0] if match[0][0].isalpha() else match[0][0] for match in _SIGNED.finditer(whole)}
    return tuple(sorted(signed.union(_WORDED.findall(whole))))


def placeholders_in(blocks: Sequence[Located], whole: str) -> Iterator[Fact]:
    """Every unresolved placeholder outside code and quotations, with its place. `whole` is all text of the blocks."""
    signs = _signs_in(whole)
    if not signs:
        return
    for located in blocks:
        if located.block.kind in {BlockKind.CODE, BlockKind.QUOTE} or not holds(located.text, signs):
            continue
        for text, place in texts_of(located):
            if holds(text, signs) and may_hold(text):
                yield from (Fact(_shown(text[start:end]), place) for start, end in _spans(text))


def guidance_in(blocks: Sequence[Located], lower: str) -> Iterator[Fact]:
    """Quotations that address the author, one fact for each run of them, and text that says it is to be deleted.

    `lower` is all text of the blocks in lower case.
    """
    signs = present(_DELETE_SIGNS, lower)
    previous_quote = False
    run_speaks = False
    for located in blocks:
        block = located.block
        if block.kind is BlockKind.QUOTE:
            if not previous_quote:
                run_speaks = False
            if not run_speaks and _SPEAKS_TO_AUTHOR.search(block.text):
                run_speaks = True
                yield Fact(_shown(block.text), block.place)
            previous_quote = True
            continue
        previous_quote = False
        if not signs or block.kind not in _OWN_TEXT or not holds(block.text.lower(), signs):
            continue
        if match := _DELETE_THIS.search(block.text):
            yield Fact(_shown(match.group()), block.place)


def texts_of(located: Located) -> Iterator[tuple[str, Place]]:
    """The texts of a block with their places: its own, or those of its cells."""
    block = located.block
    if block.text:
        yield block.text, block.place
    for row in block.rows:
        for cell in row.cells:
            if cell:
                yield cell, row.place


def _shown(text: str) -> str:
    return " ".join(text.split())[:_SHOWN]
