"""A record as PDF/A: made by typst from a fixed template; what people wrote travels as data, never as its source."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from gemba.assess.report.glyphs import showable
from gemba.export.inside import blocks_of
from gemba.export.typeset import Fitted, typeset
from gemba.export.values import as_text, cell, heading
from gemba.kernel.attachments.models import files_of
from gemba.kernel.links.models import Link
from gemba.kernel.log.standing import seal_mark
from gemba.kernel.records.fields import LinesField, RichTextField
from gemba.kernel.records.models import Record
from gemba.kernel.signing.models import Signature, judged, verdict
from gemba.kernel.types import RecordType, Section, registry, specific


def record_pdf(
    record: Record, *, by: str, at: dt.datetime, signatures: Sequence[Signature] | None = None
) -> bytes:  # fmt: skip
    """The record as it stands: sections, links, files and signatures, marked where it is void, open or exercise.

    `signatures` are those to show, judged already; without them, those of the database, judged by what stands here.
    """
    found = specific(record)
    return typeset(
        "record.typ", lambda fitted: record_data(found, by=by, at=at, fitted=fitted, signatures=signatures), at=at
    )  # fmt: skip


def record_data(
    record: Record, *, by: str, at: dt.datetime, fitted: Fitted = showable,
    signatures: Sequence[Signature] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What the template needs: plain text, and trees of blocks where a column has more inside."""
    declared = registry.of(record)
    if signatures is None:
        signatures = judged(record, Signature.objects.filter(record_id=record.pk))
    data = {
        "number": record.number,
        "title": record.title,
        "kind": str(declared.label),
        "state": str(declared.lifecycle.state(record.state).label),
        "mark": mark(record),
        "facts": [[heading(declared, name), as_text(cell(declared, record, name))] for name in FACTS],
        "links": _links(record),
        "files": [[name, sha, f"{size:,}"] for name, sha, size in files_of(record)],
        "signatures": [_signature(s) for s in signatures],
        "digest": record.digest,
        "seal": seal_mark(),
        "footer": _("%(who)s, %(when)s UTC. A printed copy is not controlled.")
        % {"who": by, "when": f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M}"},
        "words": {
            "links": _("Links"), "files": _("Files"), "signatures": _("Signatures"), "name": _("Name"),
            "meaning": _("Meaning"), "when": _("When"), "verdict": _("Still what was signed?"), "page": _("Page"),
            "of": _("of"), "none": _("Nobody has signed this record."), "digest": _("SHA-256 of the content"),
        },
        "year": at.year, "month": at.month, "day": at.day,
    }  # fmt: skip
    sections = [_section(declared, record, section, fitted) for section in declared.sections]
    return {**_fitted(data, fitted), "sections": sections}


FACTS = ("owner", "site", "product", "event_date", "due", "entered_at")


def mark(record: Record) -> str:
    """What must stand across every page."""
    if settings.GEMBA_MODE == "demo":
        return _("DEMONSTRATION")
    if record.exercise:
        return _("EXERCISE")
    return _("VOID") if record.state == "void" else ""


def _fitted(value: Any, fitted: Fitted) -> Any:
    """The same with every line of every text in characters that can be set."""
    if isinstance(value, str):
        return "\n".join(map(fitted, value.split("\n")))
    if isinstance(value, list):
        return [_fitted(each, fitted) for each in value]
    if isinstance(value, dict):
        return {key: _fitted(each, fitted) for key, each in value.items()}
    return value


def _section(declared: RecordType[Any], record: Record, section: Section, fitted: Fitted) -> dict[str, Any]:
    """Labels and words first, then what takes the whole width."""
    shown = [name for name in section.fields if name not in {"title", *FACTS}]
    wide = [name for name in shown if isinstance(declared.field(name), LinesField | RichTextField)]
    rows = [[heading(declared, name), as_text(cell(declared, record, name))] for name in shown if name not in wide]
    return {
        "title": fitted(str(section.title)), "rows": _fitted(rows, fitted),
        "wide": [
            {"label": fitted(heading(declared, name)), "body": blocks_of(declared.field(name), record, fitted)}
            for name in wide
        ],
    }  # fmt: skip


def _links(record: Record) -> list[list[str]]:
    """Links to records the reader may see; of others only that there are some is nobody's business."""
    visible = Record.objects.all().order_by()
    out = Link.objects.standing().filter(source_id=record.pk, target__in=visible).select_related("target")
    back = Link.objects.standing().filter(target_id=record.pk, source__in=visible).select_related("source")
    return [
        *([link.role, f"{link.target.number} {link.target.title}"] for link in out),
        *([_("named by"), f"{link.source.number} {link.source.title}"] for link in back),
    ]


def _signature(signature: Signature) -> dict[str, str]:
    local = timezone.localtime(signature.at)
    who = signature.name
    if signature.on_behalf_of:
        who = _("%(who)s for %(absent)s") % {"who": who, "absent": signature.on_behalf_of.name}
    return {
        "name": who, "meaning": signature.meaning, "statement": signature.statement,
        "when": f"{signature.at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC ({local:%H:%M %Z})",
        "verdict": verdict(signature),
    }  # fmt: skip
