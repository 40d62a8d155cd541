"""Clause claims, the clause map and exclusions of one document, each where it stands."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from gemba.assess.extract import vocabulary as words
from gemba.assess.extract.citations import Citations
from gemba.assess.extract.exclusions import exclusions_in
from gemba.assess.extract.fields import heads_columns
from gemba.assess.extract.listed_map import listed_maps
from gemba.assess.extract.maprows import map_rows_of, own_rows_of, row_standard
from gemba.assess.extract.numbers import Cite, clauses_in, default_cites, may_hold_clauses, may_name_clauses
from gemba.assess.extract.outline import Located
from gemba.assess.extract.sentences import Speaker, sentences, speaks_of_itself, stated_in
from gemba.assess.extract.signs import has_digit
from gemba.assess.extract.tables import Columns, TableKind, cell_at, read_table
from gemba.assess.model import Claim, ClaimSource, Exclusion, MapRow
from gemba.assess.readers.blocks import BlockKind, Place

_LABELLED_LINE = re.compile(r"(?:^|\n)\s*([^\n:|]{3,60}?(?:\d\s?:\s?(?:19|20)\d\d[^\n:|]{0,30})?)\s*:[ \t]+(\S[^\n]*)")
_MAX_LIST_ITEM = 200
_NOTHING_BUT_CLAUSES = re.compile(
    r"(?:[\s\d.,;:()/&\u2013\u2014-]|\b(?:sections?|sec|clauses?|chapters?|paragraphs?|paras?|parts?|articles?|art|annex|and"
    r"|to|or|no|kapitel|abschnitte?|ziffern?|kap|und|bis|et|articles?|chapitres?|[ivx]+|[a-z])\b|§)*",
    re.IGNORECASE,
)
_QUOTED_KINDS = (BlockKind.QUOTE, BlockKind.HEADING)
_READ_AS_TEXT = (BlockKind.PARAGRAPH, BlockKind.ITEM)
_MENTION = ClaimSource.MENTION
_STATED = ClaimSource.STATED


class Found(NamedTuple):
    claims: tuple[Claim, ...]
    map_rows: tuple[MapRow, ...]
    exclusions: tuple[Exclusion, ...]


class _Context(NamedTuple):
    citations: Citations
    number: str
    title_standard: str | None
    for_audit: bool
    is_manual: bool


_Sourced = tuple[Cite, ClaimSource, Place]


def claims_of(
    blocks: Sequence[Located], citations: Citations, *, title: str, name: str, number: str, is_manual: bool
) -> Found:
    """`name` is the file name in words. Of a number named twice in the same way only the first place is kept."""
    named = citations.standards(title) or citations.standards(name)
    context = _Context(
        citations=citations,
        number=number,
        title_standard=named[0].framework if named else None,
        for_audit=bool(words.AUDIT_TITLE.search(title) or words.AUDIT_TITLE.search(name)),
        is_manual=is_manual,
    )
    sourced: list[_Sourced] = []
    excluded: list[Exclusion] = []
    section = _SectionStandard(citations)
    rows, mapped_places = ([], frozenset()) if context.for_audit else listed_maps(blocks, citations)
    for located in blocks:
        section.enter(located)
        if located.block.place in mapped_places and located.block.kind is BlockKind.ITEM:
            continue
        if located.block.kind is BlockKind.TABLE:
            if not may_hold_clauses(located.text):
                continue
            columns = read_table(located, citations, title_standard=context.title_standard, for_audit=context.for_audit)
            if columns.kind is TableKind.MAP:
                mapped = map_rows_of(columns, citations)
                rows += mapped
                own = own_rows_of(columns, mapped)
                sourced += [(Cite(r.framework, r.clause, r.known, 0, 0, True, False), _STATED, r.place) for r in own]
                continue
            sourced += _table_claims(located, columns, context)
            if columns.kind is TableKind.EXCLUSIONS:
                excluded += exclusions_in(located, citations, columns=columns, is_manual=is_manual)
        else:
            excluded += exclusions_in(located, citations, columns=None, is_manual=is_manual)
            sourced += _text_claims(located, context, section.standard)
    excluded += [Exclusion(r.framework, r.clause, r.reason, r.place, r.known) for r in rows if r.excluded]
    return Found(_unique_claims(sourced, excluded), tuple(rows), _unique_exclusions(excluded))


class _SectionStandard:
    """The standard last named under the present heading: what a bare clause number there belongs to."""

    def __init__(self, citations: Citations) -> None:
        self._citations = citations
        self._path = ""
        self.standard: str | None = None

    def enter(self, located: Located) -> None:
        if located.path != self._path:
            self._path, self.standard = located.path, None
        if located.block.kind is BlockKind.QUOTE:
            return
        found = self._citations.standards(located.block.text) or self._citations.standards(located.heading)
        if found:
            self.standard = found[-1].framework


def _text_claims(located: Located, context: _Context, section_standard: str | None) -> list[_Sourced]:
    block = located.block
    if block.kind is BlockKind.FIELD:
        return [
            c for row in block.rows for c in _pair_claims(cell_at(row, 0), cell_at(row, 1), row.place, context, located)
        ]
    if block.kind is BlockKind.CODE or not has_digit(block.text):
        return []
    if block.kind in _QUOTED_KINDS:
        return _mentions(block.text, block.place, context)
    if listed := _listed_claims(located, context, section_standard):
        return listed
    return [
        *_line_claims(located, context),
        *_sentence_claims(block.text, block.place, located, context, section_standard),
    ]


def _listed_claims(located: Located, context: _Context, section_standard: str | None) -> list[_Sourced]:
    """Lines under "Clauses covered" or "This procedure implements:"; never under "References"."""
    lead = _without_standards(located.lead, context.citations) if located.lead.endswith(":") else ""
    heading = _without_standards(located.heading, context.citations)
    led = bool(lead and words.CLAIM_LEAD.match(lead)) or (not lead and bool(words.CLAIM_LEAD.match(heading)))
    led = led or (not lead and _names_clauses_only(located, context))
    if not led or context.for_audit or len(located.block.text) > _MAX_LIST_ITEM:
        return []
    over = context.citations.standards(located.lead) or context.citations.standards(located.heading)
    inherited = over[-1].framework if over else section_standard or context.citations.default
    found = clauses_in(located.block.text, context.citations, inherited=inherited, column=True)
    return [(c, _STATED, located.block.place) for c in found]


def _names_clauses_only(located: Located, context: _Context) -> bool:
    """An item under "Regulatory references" that is a standard with its clauses and nothing else."""
    if located.block.kind is not BlockKind.ITEM or not words.REGULATORY_HEADING.fullmatch(located.heading):
        return False
    rest = _without_standards(located.block.text, context.citations)
    return context.citations.may_name(located.text) and _NOTHING_BUT_CLAUSES.fullmatch(rest) is not None


def _line_claims(located: Located, context: _Context) -> list[_Sourced]:
    """`Clauses covered: 8.5.2` anywhere; `Regulatory references: ISO 13485, 8.5.2` only in the document's header."""
    found: list[_Sourced] = []
    if ":" not in located.block.text:
        return found
    for match in _LABELLED_LINE.finditer(located.block.text):
        label = words.claim_label_words(_without_standards(match[1], context.citations))
        if label is not None and (located.in_header or label & words.CLAUSE_WORDS):
            found += _pair_claims(match[1], match[2], located.block.place, context, located)
    return found


def _pair_claims(label: str, value: str, place: Place, context: _Context, located: Located) -> list[_Sourced]:
    """A label such as `Regulatory references`, `Clauses covered` or the standard itself, and its clauses."""
    citations = context.citations
    named = re.sub(r"[_\-./]+", " ", label)
    bare = _without_standards(label, citations) if citations.standards(label) else _without_standards(named, citations)
    label_words = words.claim_label_words(bare)
    over = citations.standards(label) or citations.standards(named)
    key = re.sub(r"[_-]", "", re.split(r"[.\s]", label.strip().lower())[-1])
    by_id = key if key in citations.views else None
    if (label_words is None and by_id is None) or context.for_audit or not has_digit(value):
        return []
    words_given = label_words or frozenset()
    if not words_given and not over and by_id is None:
        return []
    if not words_given and by_id is None and not _may_list_standards(located):
        return []
    inherited = by_id or (over[-1].framework if over else None)
    if inherited is None and words_given & words.CLAUSE_WORDS:
        inherited = citations.default
        found = clauses_in(value, citations, inherited=inherited, column=True)
        return [(c, _STATED, place) for c in found if "." in c.clause or c.tied or c.labelled]
    return [(c, _STATED, place) for c in clauses_in(value, citations, inherited=inherited, column=True)]


def _may_list_standards(located: Located) -> bool:
    return located.in_header or bool(
        words.REFERENCE_CONTEXT.search(f"{located.heading} {located.lead} {_first_cell(located)}")
    )


def _first_cell(located: Located) -> str:
    rows = located.block.rows
    return rows[0].cells[0] if rows and rows[0].cells and not any(rows[0].cells[1:]) else ""


def _sentence_claims(
    text: str, place: Place, located: Located, context: _Context, section_standard: str | None
) -> list[_Sourced]:
    found: list[_Sourced] = []
    said = list(sentences(text))
    for position, sentence in enumerate(said):
        if not (has_digit(sentence) and may_name_clauses(sentence)):
            continue
        if not context.for_audit:
            speaker = Speaker(context.number, located.heading, _after_itself(said, position))
            found += [(c, _STATED, place) for c in stated_in(sentence, context.citations, speaker, section_standard)]
        found += _mentions(sentence, place, context)
    return found


def _after_itself(said: Sequence[str], position: int) -> bool:
    """Whether the sentence before, or the one its "It" goes back to, was about the document itself."""
    for before in reversed(said[:position]):
        if speaks_of_itself(before):
            return True
        if not before.startswith("It "):
            return False
    return False


def _mentions(text: str, place: Place, context: _Context) -> list[_Sourced]:
    cites = [c for c in clauses_in(text, context.citations) if c.tied or c.labelled]
    if "clause" in text.lower():
        cites += [c for c in default_cites(text, context.citations) if c.known and c.labelled and "." in c.clause]
    return [(c, _MENTION, place) for c in cites]


def _table_claims(located: Located, columns: Columns, context: _Context) -> list[_Sourced]:
    if columns.kind is TableKind.OWN:
        return list(_own_rows(columns, context.citations))
    found: list[_Sourced] = []
    paired = columns.kind is TableKind.PAIRS or (located.in_header and not heads_columns(located.block.rows))
    for row in located.block.rows:
        in_row: list[_Sourced] = []
        if paired:
            for left, right in _adjacent(row.cells):
                in_row += _pair_claims(left, right, row.place, context, located)
        if not in_row and columns.kind is not TableKind.EXCLUSIONS:
            in_row = _cell_claims(row.cells, row.place, located, context)
        found += in_row
    return found


def _cell_claims(cells: Iterable[str], place: Place, located: Located, context: _Context) -> list[_Sourced]:
    found: list[_Sourced] = []
    for cell in cells:
        if has_digit(cell):
            found += _sentence_claims(cell, place, located, context, None)
    return found


def _adjacent(cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    filled = [c for c in cells if c.strip()]
    yield from pairwise(filled)
    for cell in filled:
        if ":" not in cell:
            continue
        for match in _LABELLED_LINE.finditer(cell):
            yield match[1], match[2]


def _own_rows(columns: Columns, citations: Citations) -> Iterator[_Sourced]:
    for row in columns.body:
        for index, other in columns.others:
            found = clauses_in(cell_at(row, index), citations, inherited=other, column=True)
            yield from ((c, _STATED, row.place) for c in found)
    standard = columns.standard
    for row in columns.body:
        standard = row_standard(row, columns, citations, standard)
        cell = cell_at(row, columns.clause)
        not_applied = words.NOT_APPLICABLE.match(cell) or any(
            words.NOT_APPLICABLE.fullmatch(c)
            for i, c in enumerate(row.cells)
            if i != columns.clause and len(c) < len("not applicable...")
        )
        if standard is None or not_applied:
            if citations.standards(cell) and not not_applied:
                yield from ((c, _STATED, row.place) for c in clauses_in(cell, citations, column=True))
            continue
        yield from ((c, _STATED, row.place) for c in clauses_in(cell, citations, inherited=standard, column=True))


def _without_standards(text: str, citations: Citations) -> str:
    for cited in reversed(citations.standards(text)):
        text = f"{text[: cited.start]} {text[cited.end :]}"
    return text.strip()


def _unique_claims(sourced: Iterable[_Sourced], excluded: Iterable[Exclusion]) -> tuple[Claim, ...]:
    """A clause stated needs no mention beside it, and an excluded one is not claimed."""
    left_out = {(e.framework, e.clause) for e in excluded}
    claims: dict[tuple[str, str, ClaimSource], Claim] = {}
    for cite, source, place in sourced:
        if source is _STATED and (cite.framework, cite.clause) in left_out:
            continue
        key = (cite.framework, cite.clause, source)
        claims.setdefault(key, Claim(cite.framework, cite.clause, source, place, cite.known))
    stated = {(f, c) for f, c, source in claims if source is _STATED}
    return tuple(claim for (f, c, source), claim in claims.items() if source is not _MENTION or (f, c) not in stated)


def _unique_exclusions(excluded: Iterable[Exclusion]) -> tuple[Exclusion, ...]:
    kept: dict[tuple[str, str], Exclusion] = {}
    for e in excluded:
        key = (e.framework, e.clause)
        if key not in kept or (e.reason and not kept[key].reason):
            kept[key] = e
    return tuple(kept.values())
