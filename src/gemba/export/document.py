"""A record as PDF/A: made by typst from a fixed template; what people wrote travels as data, never as its source."""

import datetime as dt
import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

import typst
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from gemba.export.values import as_text, cell, heading
from gemba.kernel.attachments.models import files_of
from gemba.kernel.links.models import Link
from gemba.kernel.records.models import Record
from gemba.kernel.signing.models import Signature, verdict
from gemba.kernel.types import RecordType, registry, specific


@lru_cache(maxsize=1)
def template() -> bytes:
    return files("gemba.export").joinpath("record.typ").read_bytes()


def record_pdf(record: Record, *, by: str, at: dt.datetime) -> bytes:
    """The record as it stands: sections, links, files and signatures, marked where it is void, open or exercise."""
    data = record_data(specific(record), by=by, at=at)
    return typst.compile(
        template(), format="pdf", pdf_standards=["a-3b"], sys_inputs={"record": json.dumps(data)},
        ignore_system_fonts=True, timestamp=at.replace(microsecond=0),
    )  # fmt: skip


def record_data(record: Record, *, by: str, at: dt.datetime) -> dict[str, Any]:
    """What the template needs, as plain text throughout."""
    declared = registry.of(record)
    return {
        "number": record.number,
        "title": record.title,
        "kind": str(declared.label),
        "state": str(declared.lifecycle.state(record.state).label),
        "mark": mark(record),
        "facts": [[heading(declared, name), as_text(cell(declared, record, name))] for name in FACTS],
        "sections": [_section(declared, record, section.title, section.fields) for section in declared.sections],
        "links": _links(record),
        "files": [[name, sha, f"{size:,}"] for name, sha, size in files_of(record)],
        "signatures": [_signature(s) for s in Signature.objects.filter(record_id=record.pk)],
        "digest": record.digest,
        "footer": _("%(who)s, %(when)s UTC. A printed copy is not controlled.")
        % {"who": by, "when": f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M}"},
        "words": {
            "links": _("Links"), "files": _("Files"), "signatures": _("Signatures"), "name": _("Name"),
            "meaning": _("Meaning"), "when": _("When"), "verdict": _("Still what was signed?"), "page": _("Page"),
            "of": _("of"), "none": _("Nobody has signed this record."), "digest": _("SHA-256 of the content"),
        },
        "year": at.year, "month": at.month, "day": at.day,
    }  # fmt: skip


FACTS = ("owner", "site", "product", "event_date", "due", "entered_at")


def mark(record: Record) -> str:
    """What must stand across every page."""
    if settings.GEMBA_MODE == "demo":
        return _("DEMONSTRATION")
    if record.exercise:
        return _("EXERCISE")
    return _("VOID") if record.state == "void" else ""


def _section(declared: RecordType[Any], record: Record, title: Any, names: tuple[str, ...]) -> dict[str, Any]:
    shown = [name for name in names if name not in {"title", *FACTS}]
    rows = [[heading(declared, name), as_text(cell(declared, record, name))] for name in shown]
    return {"title": str(title), "rows": rows}


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
