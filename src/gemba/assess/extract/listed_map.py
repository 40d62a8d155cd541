"""A clause map written as a list: `4.2.4 Control of documents: SOP-004 Documents`, item after item."""

import re
from collections.abc import Iterator, Sequence

from gemba.assess.extract import vocabulary as words
from gemba.assess.extract.citations import Citations
from gemba.assess.extract.maprows import names_documents, names_in
from gemba.assess.extract.numbers import clauses_in
from gemba.assess.extract.outline import Located
from gemba.assess.extract.signs import has_digit
from gemba.assess.model import MapRow
from gemba.assess.readers.blocks import BlockKind, Place

_ENTRY = re.compile(
    r"\W*(?:(?:clauses?|sections?|kapitel|abschnitt|§)\s*)?(?P<clause>\d{1,2}(?:\.\d{1,2}){0,4})\b"
    r"(?P<title>[^:\u2013\u2014\u2192>=\n]{0,120}?)\s*(?::|\s[\u2013\u2014-]\s|\u2192|=>|->)\s*(?P<names>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_FEWEST = 3
_MOST = 0.6


def listed_maps(blocks: Sequence[Located], citations: Citations) -> tuple[list[MapRow], frozenset[Place]]:
    """The rows of all such lists, and the places of their items: what they name is mapped, not merely mentioned."""
    rows: list[MapRow] = []
    for run in _runs(blocks):
        standard = _standard(run[0], citations)
        if standard is not None and not words.EXCLUSION_CONTEXT.search(f"{run[0].heading} {run[0].lead}"):
            rows += _rows(run, standard, citations)
    return rows, frozenset(row.place for row in rows)


def _runs(blocks: Sequence[Located]) -> Iterator[list[Located]]:
    """Items that follow each other under one heading, long enough to be a map."""
    run: list[Located] = []
    for located in blocks:
        if run and (located.block.kind is not BlockKind.ITEM or located.path != run[0].path):
            if len(run) >= _FEWEST:
                yield run
            run = []
        if located.block.kind is BlockKind.ITEM and has_digit(located.text):
            run.append(located)
    if len(run) >= _FEWEST:
        yield run


def _standard(first: Located, citations: Citations) -> str | None:
    """The standard the lead-in or the heading names; the default one where they speak of clauses or requirements."""
    for text in (first.lead, first.heading, first.path):
        if found := citations.standards(text):
            return found[-1].framework
    about = words.CLAUSE_HEADER.search(f"{first.lead} {first.heading}")
    return citations.default if about else None


def _rows(run: Sequence[Located], standard: str, citations: Citations) -> list[MapRow]:
    entries = [(located, match) for located in run if (match := _ENTRY.fullmatch(located.text.strip()))]
    telling = [pair for pair in entries if names_documents(pair[1]["names"])]
    if len(telling) < _FEWEST or len(telling) < _MOST * len(run):
        return []
    rows: list[MapRow] = []
    for located, match in telling:
        names = tuple(dict.fromkeys(names_in(match["names"])))
        cites = clauses_in(match["clause"], citations, inherited=standard, column=True)
        rows += [MapRow(c.framework, c.clause, names, False, "", located.block.place, c.known) for c in cites]
    return rows if sum(row.known for row in rows) >= _MOST * len(rows) else []
