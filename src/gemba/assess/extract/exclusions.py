"""Clauses a manual says do not apply, with the reason it gives."""

import re
from collections.abc import Iterator

from gemba.assess.extract.citations import Citations
from gemba.assess.extract.numbers import Cite, clauses_in
from gemba.assess.extract.outline import Located
from gemba.assess.extract.sentences import sentences
from gemba.assess.extract.signs import has_digit
from gemba.assess.extract.tables import Columns, cell_at
from gemba.assess.model import Exclusion
from gemba.assess.readers.blocks import BlockKind, Place

_EXCLUDES = re.compile(
    r"\b(?:(?:is|are|was|were|been|be|will\s+be|considered|deemed"
    r"|as)\s+(?:\w+\s+){0,2}?(?:not\s+(?:applicable|applied|relevant)|excluded|non[- ]?applicable)"
    r"|do(?:es)?\s+not\s+apply|excludes?|not\s+applicable|n/a\b|exclusions?\b[^.]{0,40}:|non[- ]?applicable"
    r"|nicht\s+anwendbar|ausgeschlossen|entf(?:ällt|allen)|ne\s+s['\u2019]applique(?:nt)?\s+pas)",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"\b(?:no\s+(?:exclusions?|clauses?\s+(?:is|are|has|have)|requirements?\s+(?:is|are))"
    r"|without\s+exclusions?|(?:is|are)\s+not\s+excluded|not\s+excluded"
    r"|cannot\s+be\s+excluded|may\s+not\s+be\s+excluded|only\s+be\s+excluded|keine\s+ausschlüsse"
    r"|aucune\s+exclusion|if\b|whether\b|unless\b)",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"(?:\bbecause(?:\s+of)?|\bsince|\bdue\s+to|\bas\s+(?=(?:the|our|we|no|it|there|products?|devices?"
    r"|all)\b)|\bgiven\s+that|\bfor\s+the\s+reason\s+that|\breason\s*:|\bjustification\s*:"
    r"|\brationale\s*:|\bweil|\bda\b|\baufgrund|\bcar\b|\bpuisque)\s*(.+)",
    re.IGNORECASE | re.DOTALL,
)
_AFTER_DASH = re.compile(r"\s[\u2013\u2014-]\s+(.+)|:\s+(.+)", re.DOTALL)
_APPLIES = re.compile(r"\b(?:applies|applied|applicable|in\s+scope|yes)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|non|no|n/a|exclud\w*|without)\b", re.IGNORECASE)
_YES = re.compile(r"\W*(?:yes|y|applicable|applies|ja|oui|included|in\s+scope|✓|x)\W*", re.IGNORECASE)
_HEADING = re.compile(
    r"\b(?:exclusions?|excluded|non[- ]?applicab\w+|not\s+applicable|non[- ]?application|not\s+applied"
    r"|do(?:es)?\s+not\s+apply|ausschl[uü]ss\w*|nicht\s+anwendbar\w*)\b",
    re.IGNORECASE,
)
_SENTENCE_WORDS = 4


def exclusions_in(
    located: Located, citations: Citations, *, columns: Columns | None, is_manual: bool
) -> Iterator[Exclusion]:
    """Under a heading or lead-in about exclusions, and in a manual's own sentences about a clause."""
    if columns is not None:
        yield from _rows(located, columns, citations)
        return
    block = located.block
    if block.kind not in {BlockKind.PARAGRAPH, BlockKind.ITEM} or not has_digit(block.text):
        return
    under = bool(_HEADING.search(located.heading))
    if not (under or is_manual or _leads(located)):
        return
    if block.kind is BlockKind.ITEM and _is_listed(located, under):
        yield from _item(located, citations)
    else:
        yield from _from_sentences(located, citations)


def _leads(located: Located) -> bool:
    return located.lead.endswith(":") and bool(_EXCLUDES.search(located.lead)) and not _NONE.search(located.lead)


def _is_listed(located: Located, under: bool) -> bool:
    if _NONE.search(located.lead):
        return False
    return _leads(located) or (under and not located.lead.endswith("?"))


def _item(located: Located, citations: Citations) -> Iterator[Exclusion]:
    """The clause an item starts with; the reason stands in the item or, for all of them, in the sentence above."""
    text = located.block.text
    if _APPLIES.search(text) and not _NOT.search(text):
        return
    found = clauses_in(text, citations, inherited=_standard(located, citations), column=True)
    own = _own_reason(text, found)
    shared = _given_reason(located.lead)
    yield from _made(_leading(found, text), own or shared, located.block.place)


def _leading(found: tuple[Cite, ...], text: str) -> list[Cite]:
    """The clauses before the item's explanation begins: later ones are only referred to."""
    match = _REASON.search(text)
    end = match.start() if match else len(text)
    return [c for c in found if c.start < end]


def _own_reason(text: str, found: tuple[Cite, ...]) -> str:
    if match := _REASON.search(text):
        return _tidy(match[1])
    after = text[found[0].end :] if found else ""
    dash = _AFTER_DASH.search(after)
    reason = _tidy(dash[1] or dash[2]) if dash else ""
    return reason if len(reason.split()) >= _SENTENCE_WORDS else ""


def _given_reason(lead: str) -> str:
    match = _REASON.search(lead)
    return _tidy(match[1]) if match else ""


def _from_sentences(located: Located, citations: Citations) -> Iterator[Exclusion]:
    parts = list(sentences(located.block.text))
    for position, sentence in enumerate(parts):
        verb = _EXCLUDES.search(sentence)
        if verb is None or _NONE.search(sentence) or sentence.endswith("?"):
            continue
        reason = _given_reason(sentence)
        if not reason and position + 1 < len(parts) and not clauses_in(parts[position + 1], citations):
            reason = _following_reason(parts[position + 1])
        found = clauses_in(sentence, citations, inherited=_standard(located, citations))
        named = [c for c in _leading(found, sentence) if c.tied or c.labelled or c.known]
        yield from _made(named, reason, located.block.place)


def _following_reason(sentence: str) -> str:
    """The sentence after an exclusion that says why, in so many words."""
    match = re.match(
        r"(?:This\s+is\s+because|The\s+(?:reason|justification|rationale)\b|Justification|Rationale"
        r"|Reason)\W*(?:is\s+(?:that\s+)?)?(.+)",
        sentence,
        re.DOTALL,
    )
    return _tidy(match[1]) if match else ""


def _rows(located: Located, columns: Columns, citations: Citations) -> Iterator[Exclusion]:
    inherited = columns.standard or _standard(located, citations)
    for row in columns.body:
        answer = cell_at(row, columns.applicable)
        if columns.applicable >= 0 and _YES.fullmatch(answer):
            continue
        cell = cell_at(row, columns.clause)
        reason = _tidy(cell_at(row, columns.reason)) or _longest(row.cells, columns)
        yield from _made(clauses_in(cell, citations, inherited=inherited, column=True), reason, row.place)


def _longest(cells: tuple[str, ...], columns: Columns) -> str:
    others = [c for i, c in enumerate(cells) if i not in (columns.clause, columns.title, columns.applicable)]
    text = _tidy(max(others, key=len, default=""))
    return text if len(text.split()) >= _SENTENCE_WORDS else ""


def _standard(located: Located, citations: Citations) -> str | None:
    for text in (located.lead, located.heading):
        found = citations.standards(text)
        if found:
            return found[-1].framework
    return citations.default


def _made(cites: tuple[Cite, ...] | list[Cite], reason: str, place: Place) -> Iterator[Exclusion]:
    for c in cites:
        yield Exclusion(c.framework, c.clause, reason, place, c.known)


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" -\u2013\u2014:;,*.")
