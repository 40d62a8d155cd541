"""Filled records: telling them from blank forms, and what they are evidence of.

A form, template or procedure never yields evidence. A list yields it with one filled row. Rows with placeholders are
examples; a document with guidance to its author, or lying in a folder of templates, is a template.
"""

from collections.abc import Sequence, Set

from gemba.assess.extract.evidence_titles import COMMON_FIELDS, FIELDS, MORE_SPECIFIC, by_title
from gemba.assess.extract.filling import Filling
from gemba.assess.extract.kinds import in_template_folder
from gemba.assess.extract.outline import Located
from gemba.assess.model import Kind
from gemba.assess.readers.blocks import BlockKind

_FEW_FILLED = 2
_MAX_LABEL = 60
FILLABLE = frozenset({Kind.FORM, Kind.RECORD, Kind.LIST})
_PROSE_WORDS = 60


def settled_kind(kind: Kind, relative: str, filling: Filling, *, placeholders: int, guidance: int, words: int) -> Kind:
    """A form that is filled is a record; a record that is not is a form."""
    if kind not in {Kind.FORM, Kind.RECORD}:
        return kind
    if in_template_folder(relative) or guidance:
        return Kind.FORM
    given = filling.filled + filling.entries
    dated = filling.newest is not None
    if given >= _FEW_FILLED and given > placeholders + filling.open // 2 and (dated or given > filling.open):
        return Kind.RECORD
    prose = kind is Kind.RECORD and dated and words >= _PROSE_WORDS and not placeholders and not filling.open
    return Kind.RECORD if prose else Kind.FORM


def is_blank(kind: Kind, filling: Filling) -> bool:
    return kind in FILLABLE and filling.blank


def evidence_of(
    kind: Kind, relative: str, blocks: Sequence[Located], filling: Filling, *, title: str, name: str, guidance: int
) -> tuple[str, ...]:
    """The evidence types a filled record or list yields: by its title, else its file name, else its fields."""
    if kind is Kind.LIST:
        yields = filling.entries > 0 and not guidance and not in_template_folder(relative)
    else:
        yields = kind is Kind.RECORD
    if not yields:
        return ()
    found = by_title(title) or by_title(name) or _by_fields(_labels(blocks))
    general = {g for f in found for g in MORE_SPECIFIC.get(f, ())}
    return tuple(f for f in found if f not in general)


def _by_fields(labels: Set[str]) -> tuple[str, ...]:
    return tuple(evidence for evidence, fields in FIELDS if len(fields & labels) >= COMMON_FIELDS)


def _labels(blocks: Sequence[Located]) -> set[str]:
    labels: set[str] = set()
    for located in blocks:
        if located.block.kind is BlockKind.TABLE and located.block.rows:
            labels |= {c.strip(" :").lower() for c in located.block.rows[0].cells if len(c) <= _MAX_LABEL}
            labels |= {
                r.cells[0].strip(" :").lower() for r in located.block.rows if r.cells and len(r.cells[0]) <= _MAX_LABEL
            }
        elif ":" in located.block.text[:_MAX_LABEL]:
            labels.add(located.block.text.partition(":")[0].strip().lower())
    return labels
