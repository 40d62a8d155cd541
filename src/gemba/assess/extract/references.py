"""The other documents a document names: by link, by number, by title, in a list of related documents."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from gemba.assess.extract.citations import Citations
from gemba.assess.extract.identity import leading_number
from gemba.assess.extract.outline import Located
from gemba.assess.extract.placeholders import has_placeholder, texts_of
from gemba.assess.extract.signs import has_digit, holds, present
from gemba.assess.model import DocumentReference, StandardReference
from gemba.assess.readers.blocks import BlockKind, Link, Place

_PREFIXES = (
    "SOP|WI|QP|QSP|QMP|QOP|FRM|FORM|FM|FB|VA|AA|POL|TMP|TPL|TMPL|QF|QWI|LST|PRO|PRC|QMM|QM|MAN|DOC|F|PLN|PL|QR|OP|GP"
)
_FOLLOWING = r"(?:[-_][A-Z]{1,5}){0,2}[-_ ]?\d{1,6}(?:[-._]\d{1,4}){0,3}(?![A-Za-z0-9])"
_WORD = (
    r"(?!(?:SOP|WI|Template|Form|List|Checklist|If|The|This|These|In|On|For|All|It)\b)(?:[A-Z][\w/&\u2019'-]*"
    r"|\(?[A-Z]{2,8}\)?)"
)
_TITLED = re.compile(
    rf"(?<![\w-])(?:SOP|WI|Work[ ]Instruction|Template|Checklist:|List[ ]of)[ ]{_WORD}(?:[ ](?:(?:and"
    rf"|of|for|the|to|on|in|&)[ ])*{_WORD}){{0,7}}"
)
_RELATED = re.compile(
    r"\b(?:(?:related|associated|referenced?|relevant|other|supporting|applicable|linked"
    r"|accompanying)\s+(?:\w+\s+)?(?:documents?|documentation|procedures?|forms?|records?|sops?)"
    r"|relevant\s+processes|mitgeltende\s+(?:unterlagen|dokumente)|documents?\s+associés|attachments?)\b",
    re.IGNORECASE,
)
_TITLE_SIGNS = ("SOP", "WI ", "Work Instr", "Template", "Checklist:", "List of")
_LABEL_END = re.compile(r"(?:\s*\([^()]{0,40}\))?\s*:")
"""Behind a name: then it is the label of a field, or of a list that follows."""
_LOWER_REST = re.compile(r"(?: [a-z][\w-]*){1,3}\s*(?:\([^()]*\)\s*)?$")
"""The rest of a title in lower case, where nothing else stands in its line: `SOP Risk management`."""
_MAX_NAME = 90
_MOST = 400
_YEAR = re.compile(r"(?:19|20)\d\d")
_EDITION_COLUMN = re.compile(r"\b(?:edition|year|version|date|ausgabe)\b", re.IGNORECASE)


def document_references(
    blocks: Sequence[Located], links: Sequence[Link], citations: Citations, *, number: str, title: str, whole: str
) -> tuple[DocumentReference, ...]:
    """Each name once, at its first place; not the document itself. `whole` is all text of the blocks."""
    found: dict[tuple[str, str | None], DocumentReference] = {}
    own = {_plain(number), _plain(title)} - {""}
    prefixes = _with_own(number)
    for link in links:
        name = " ".join(link.text.split())[:_MAX_NAME]
        found.setdefault((_plain(name), link.target), DocumentReference(name, link.target, link.place))
    for name, place in _named(blocks, citations, prefixes, whole):
        key = _plain(name)
        if key and key not in own and len(found) < _MOST:
            found.setdefault((key, None), DocumentReference(name, None, place))
    return tuple(found.values())


def standard_references(blocks: Sequence[Located], citations: Citations) -> tuple[StandardReference, ...]:
    """Each standard with each edition once, at its first place. An edition may stand in the column beside."""
    found: dict[tuple[str, str | None], StandardReference] = {}
    for located in blocks:
        block = located.block
        if not block.rows:
            _add(found, block.text, block.place, citations, "")
            continue
        if not citations.may_name(located.text):
            continue
        header = block.rows[0].cells if block.rows else ()
        named = header and _EDITION_COLUMN.search(" ".join(header))
        column = next(i for i, c in enumerate(header) if _EDITION_COLUMN.search(c)) if named else -1
        for row in block.rows:
            beside = row.cells[column].strip() if 0 <= column < len(row.cells) else ""
            edition = beside[:4] if _YEAR.fullmatch(beside[:4]) else ""
            for cell in row.cells:
                _add(found, cell, row.place, citations, edition)
    return tuple(found.values())


def _add(
    found: dict[tuple[str, str | None], StandardReference], text: str, place: Place, citations: Citations, beside: str
) -> None:
    if not text:
        return
    for cited in citations.standards(text):
        edition = cited.edition or beside or None
        found.setdefault((cited.standard, edition), StandardReference(cited.standard, edition, place))


def _with_own(number: str) -> re.Pattern[str]:
    """Numbers like those of common document types, or built like the document's own."""
    match = re.match(r"[A-Z]{1,8}", number)
    extra = f"|{match.group()}" if match and match.group() not in _PREFIXES.split("|") else ""
    return _numbers_with(extra)


@lru_cache(maxsize=64)
def _numbers_with(extra: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/.-])(?:{_PREFIXES}{extra}){_FOLLOWING}")


def _named(
    blocks: Sequence[Located], citations: Citations, numbers: re.Pattern[str], whole: str
) -> Iterator[tuple[str, Place]]:
    titles = present(_TITLE_SIGNS, whole)
    for located in blocks:
        kind = located.block.kind
        if kind in {BlockKind.CODE, BlockKind.QUOTE, BlockKind.FIELD}:
            continue
        if kind is BlockKind.ITEM and _is_related(located) and (name := _listed(located, citations)):
            yield name, located.block.place
            continue
        digits = has_digit(located.text)
        titled = kind is not BlockKind.HEADING and holds(located.text, titles)
        for text, place in texts_of(located) if digits or titled else ():
            if digits and has_digit(text):
                yield from ((m.group(), place) for m in numbers.finditer(text))
            if titled and holds(text, titles):
                yield from ((name, place) for name in _titles_in(text, apart=kind is BlockKind.TABLE))


def _titles_in(text: str, *, apart: bool) -> Iterator[str]:
    """Titles in the text; `apart`: each of its lines stands for itself."""
    lines = text.split("\n")
    whole = [bool(_TITLED.fullmatch(line.strip())) for line in lines]
    if not apart and not any(whole):
        lines = [" ".join(text.split())]
    for line in lines:
        for match in _TITLED.finditer(line):
            if not _LABEL_END.match(line, match.end()):
                rest = _LOWER_REST.match(line, match.end())
                yield _one_line(match[0] + rest[0] if rest and not line[: match.start()].strip() else match[0])


def _is_related(located: Located) -> bool:
    lead = located.lead if located.lead.endswith(":") else ""
    return bool(_RELATED.search(lead) or (not lead and _RELATED.search(located.heading)))


def _listed(located: Located, citations: Citations) -> str:
    """An item of a list of related documents names one: the part before a dash or a bracket."""
    text = _one_line(located.block.text)
    if len(text) > _MAX_NAME or citations.standards(text) or has_placeholder(text) or "http" in text:
        return ""
    number = leading_number(text)
    name = number or re.split(r"\s+[\u2013\u2014-]\s+|\s*[(:;]", text)[0]
    return name.strip(" .,")


def _one_line(text: str) -> str:
    return " ".join(text.split()).strip(" .,;:")


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name).strip().lower()
