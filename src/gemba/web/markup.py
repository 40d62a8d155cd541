"""Parts that a page has many of as ready markup: made here, not by a template each."""

from collections.abc import Iterable, Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gemba.web.display import moment
from gemba.web.timeline import Change, Entry

CURRENT = ' aria-current="page"'


def escaped(text: object) -> str:
    """As it stands in a page; what is markup of our own already stays."""
    return text if isinstance(text, SafeString) else escape(str(text))


def links_of(links: Iterable[tuple[str, str, bool]]) -> SafeString:
    """Links to parts of the site: address, name, and whether the page belongs there."""
    made = (
        f'<a href="{escape(address)}"{CURRENT if here else ""}>{escape(name[:1].upper() + name[1:])}</a>'
        for address, name, here in links
    )
    return mark_safe("\n".join(made))  # noqa: S308  escaped one by one


def panel_of(content: str, *, title: str, anchor: str, lead: str, tone: str, count: str) -> SafeString:
    """A titled part of a page around content that is markup already."""
    place = f' id="{escape(anchor)}"' if anchor else ""
    colour = f' data-tone="{escape(tone)}"' if tone else ""
    head = ""
    if title:
        number = f'<span class="number">{escape(count)}</span>' if count else ""
        below = f"<p>{escaped(lead)}</p>" if lead else ""
        head = f"<header><h2>{escaped(title)}{number}</h2>{below}</header>"
    return mark_safe(f'<section class="panel"{place}{colour}>{head}{content}</section>')  # noqa: S308


def timeline_of(entries: Iterable[Entry]) -> SafeString:
    """Who did what when, and each old value beside the new one."""
    words = {
        "by": _("by"), "for": _("for"), "signed": _("signed:"), "became": _("became"), "nothing": _("nothing"),
    }  # fmt: skip
    words = {name: escape(word) for name, word in words.items()}
    return mark_safe("\n".join(_entry(entry, words) for entry in entries))  # noqa: S308  escaped part by part


def _entry(entry: Entry, words: dict[str, str]) -> str:
    kind = ""
    if entry.signature:
        kind = ' class="rejected"' if entry.rejection else ' class="signed"'
    behalf = f" {words['for']} {escaped(entry.on_behalf_of)}" if entry.on_behalf_of else ""
    signed = f" · {words['signed']} {escaped(entry.signature)}" if entry.signature else ""
    via = f" · {escaped(entry.via)}" if entry.via != "ui" else ""
    reason = f'<p class="reason">{escaped(entry.reason)}</p>' if entry.reason else ""
    return (
        f"<li{kind}><div><p><strong>{escaped(entry.title)}</strong> {words['by']} {escaped(entry.who)}{behalf}{signed}"
        f'</p><p class="when">{moment(entry.at, seconds=True)}{via} · #{entry.seq}</p>{reason}'
        f"{_changes(entry.changes, words)}</div></li>"
    )


def _changes(changes: Sequence[Change], words: dict[str, str]) -> str:
    if not changes:
        return ""
    rows = "".join(f"<div><dt>{escaped(c.label)}</dt><dd>{_values(c, words)}</dd></div>" for c in changes)
    return f'<dl class="diff">{rows}</dl>'


def _values(change: Change, words: dict[str, str]) -> str:
    if change.inside:
        return escaped(change.inside)
    old = ""
    if change.old:
        old = (
            f'<del>{escaped(change.old)}</del> <span class="to" aria-hidden="true">→</span>'
            f'<span class="visually-hidden"> {words["became"]} </span>'
        )
    if not change.new:
        return f'{old}<span class="muted">{words["nothing"]}</span>'
    return f"{old}<ins>{escaped(change.new)}</ins>"
