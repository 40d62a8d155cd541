"""A record as a page that any browser shows without a network: what it says, its signatures, and its whole history."""

import json
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from gemba.export.document import FACTS
from gemba.export.values import as_text, cell, heading
from gemba.kernel.commitments.held import readable, values_of
from gemba.kernel.records.models import Record
from gemba.kernel.signing.models import Signature, verdict
from gemba.kernel.types import registry

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{text-align:left;vertical-align:top;"
    "padding:.3rem .5rem;border-bottom:1px solid #8886;overflow-wrap:anywhere}code{font-size:.8em}"
)
NO_SCRIPT = "default-src 'none'; style-src 'unsafe-inline'"


def page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{NO_SCRIPT}"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style><h1>{escape(title)}</h1>{body}</html>"
    )


def record_page(record: Record, bodies: Sequence[str], signatures: Sequence[Signature]) -> str:
    """`record` with its own columns; `bodies` are the texts of its events, oldest first; `signatures` as they tell."""
    declared = registry.of(record)
    state = str(declared.lifecycle.state(record.state).label)
    parts = [f"<p>{escape(str(declared.label))}, {escape(state)}</p>"]
    parts.append(_pairs([(heading(declared, name), as_text(cell(declared, record, name))) for name in FACTS]))
    for section in declared.sections:
        rows = [(heading(declared, name), as_text(cell(declared, record, name))) for name in section.fields]
        parts += [f"<h2>{escape(str(section.title))}</h2>", _pairs(rows)]
    parts += [f"<h2>{escape(_('Signatures'))}</h2>", _signatures(signatures)]
    parts += [f"<h2>{escape(_('History'))}</h2>", _history(bodies, record)]
    return page(f"{record.number} {record.title}", "".join(parts))


def _signatures(found: Sequence[Signature]) -> str:
    rows = [(_signer(s), f"{s.meaning}. {s.statement}", f"{s.at:%Y-%m-%d %H:%M:%S} UTC", verdict(s)) for s in found]
    if not rows:
        return f"<p>{escape(_('Nobody has signed this record.'))}</p>"
    return table((_("Name"), _("Meaning"), _("When"), _("Still what was signed?")), rows)


def _signer(signature: Signature) -> str:
    if signature.on_behalf_of is None:
        return signature.name
    return _("%(who)s for %(absent)s") % {"who": signature.name, "absent": signature.on_behalf_of.name}


def _history(bodies: Sequence[str], record: Record) -> str:
    rows, values = [], values_of(record.subject) if record.PERSONAL else {}
    for body in bodies:
        event: dict[str, Any] = json.loads(body)
        told = readable(event["chg"], values)
        changes = "; ".join(f"{name}: {_shown(old)} → {_shown(new)}" for name, old, new in told)
        rows.append(
            (str(event["seq"]), event["at"], event["actor"]["name"], event["act"], changes, event["reason"] or "")
        )
    return table((_("No."), _("Time (UTC)"), _("Who"), _("Act"), _("Changes"), _("Reason")), rows)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _pairs(rows: Iterable[tuple[str, str]]) -> str:
    shown = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(text)}</td></tr>' for name, text in rows if text
    )
    return f"<table>{shown}</table>" if shown else "<p>-</p>"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in headings)
    body = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
