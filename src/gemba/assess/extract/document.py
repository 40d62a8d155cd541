"""From blocks to a document with its facts: the one entry point of extraction."""

import re
from datetime import date
from pathlib import PurePosixPath

from gemba.assess.anchors import anchors_of
from gemba.assess.extract.citations import Citations
from gemba.assess.extract.claims import Found, claims_of
from gemba.assess.extract.dates import may_hold_dates, writes_day_first
from gemba.assess.extract.fields import fields_of, history_of
from gemba.assess.extract.filling import NOTHING_FILLED, filling_of
from gemba.assess.extract.identity import Identity, file_number, identity_of
from gemba.assess.extract.kinds import kind_of
from gemba.assess.extract.outline import outline
from gemba.assess.extract.placeholders import guidance_in, placeholders_in
from gemba.assess.extract.records import FILLABLE, evidence_of, is_blank, settled_kind
from gemba.assess.extract.references import document_references, standard_references
from gemba.assess.model import ClaimSource, DateFact, Document, Kind
from gemba.assess.readers.blocks import BlockKind, Place, Reading
from gemba.assess.readers.lazy import attribute

_RECORD_KINDS = frozenset({Kind.RECORD, Kind.LIST})
_WORD = re.compile(r"\w")
WITH_ANCHORS = frozenset({"markdown", "html"})
"""Formats in which links lead to headings."""


def extract(
    relative: str,
    format: str,  # noqa: A002
    reading: Reading,
    citations: Citations,
    *,
    with_shingles: bool = True,
) -> Document:
    """What the document at `relative` says of itself. Pure; any reading yields a document.

    `format` is kept as the reader names it. Without templates to compare with, nobody needs the shingles.
    A reading with a problem yields what could be read, and the problem.
    """
    blocks = outline(reading.blocks)
    texts = [located.text for located in blocks if located.block.kind is not BlockKind.FIELD]
    whole = "\n".join(texts)
    everything = "\n".join((relative, *(b.text for b in blocks if b.block.kind is BlockKind.FIELD), whole))
    lower = everything.lower()
    citations = citations.within(lower)
    day_first = writes_day_first(texts) if may_hold_dates(whole) else None
    fields = fields_of(blocks)
    identity = identity_of(relative, blocks, fields, history_of(blocks), day_first)
    number = identity.number.value if identity.number else ""
    name = re.sub(r"[-_]+", " ", PurePosixPath(relative).stem)
    kind = kind_of(relative, identity.title, number or file_number(relative) or "", identity.type_label, blocks)
    found = claims_of(
        blocks, citations, title=identity.title, name=name, number=number, is_manual=_holds_exclusions(kind)
    )
    words = _count_of_words(whole)
    placeholders = tuple(placeholders_in(blocks, everything))
    guidance = tuple(guidance_in(blocks, lower))
    filling = filling_of(blocks, _claim_places(found), day_first) if kind in FILLABLE else NOTHING_FILLED
    settled = settled_kind(kind, relative, filling, placeholders=len(placeholders), guidance=len(guidance), words=words)
    evidence = evidence_of(settled, relative, blocks, filling, title=identity.title, name=name, guidance=len(guidance))
    return Document(
        path=relative,
        format=format,
        title=identity.title,
        kind=settled,
        number=identity.number,
        heading_number=identity.heading_number,
        revision=identity.revision,
        owner=identity.owner,
        approver=identity.approver,
        dates=identity.dates,
        claims=found.claims,
        map_rows=found.map_rows,
        exclusions=found.exclusions,
        standards=standard_references(blocks, citations),
        references=document_references(
            blocks, reading.links, citations, number=number, title=identity.title, whole=whole
        ),
        placeholders=placeholders,
        guidance=guidance,
        owner_unfilled=identity.owner_unfilled,
        blank=is_blank(settled, filling),
        words=words,
        shingles=_shingles(whole) if with_shingles else frozenset(),
        evidence_types=evidence,
        anchors=anchors_of(reading.blocks, reading.anchors) if format in WITH_ANCHORS else (),
        record_date=_record_date(settled, filling.newest, identity),
        problem=reading.problem,
    )


def _shingles(text: str) -> frozenset[int]:
    similarity = "gemba.kernel.richtext.similarity"
    found: frozenset[int] = attribute(similarity, "shingles")(attribute(similarity, "words_of")([text]))
    return found


def _count_of_words(text: str) -> int:
    """Words as they stand between spaces; none where there is nothing but punctuation."""
    return len(text.split()) if _WORD.search(text) else 0


def _holds_exclusions(kind: Kind) -> bool:
    return kind in {Kind.MANUAL, Kind.POLICY}


def _claim_places(found: Found) -> frozenset[Place]:
    stated = {c.place for c in found.claims if c.source is ClaimSource.STATED}
    return frozenset(stated | {r.place for r in found.map_rows})


def _record_date(kind: Kind, newest: DateFact | None, identity: Identity) -> DateFact | None:
    """The latest date filled in; where none is, the date in the record's own header."""
    if kind not in _RECORD_KINDS:
        return None
    given = [d for d in identity.dates if d.label in {"other", "approved", "issued"}]
    filled = [d for d in (newest, *given) if d is not None]
    return max(filled, key=lambda d: (d.value is not None, d.value or date.min), default=None)
