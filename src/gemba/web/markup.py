"""Parts that a page has many of as ready markup: made here, not by a template each."""

from collections.abc import Iterable, Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gemba.web.display import Shown, badge, moment
from gemba.web.parts import Leading
from gemba.web.record_page import SectionShown
from gemba.web.steps import Station
from gemba.web.timeline import Change, Entry

CURRENT = ' aria-current="page"'
LONG = 4000
"""Characters of markup from which a change within a text or table is opened by who wants to read it."""


def escaped(text: object) -> str:
    """As it stands in a page; what is markup of our own already stays."""
    return text if isinstance(text, SafeString) else escape(str(text))


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


def crumbs_of(steps: Iterable[tuple[str, str]]) -> SafeString:
    """The way back: addresses with their words, outermost first."""
    links = "".join(f'<a href="{escape(address)}">{escape(label)}</a>' for address, label in steps)
    where = escape(_("Where you are"))
    return mark_safe(f'<nav class="crumbs" aria-label="{where}">{links}</nav>')  # noqa: S308  escaped one by one


def table_of(rows: str, caption: object, heads: Iterable[tuple[str, object]]) -> SafeString:
    """Rows that are markup already as a table that becomes cards where it is narrow."""
    above = f'<caption class="visually-hidden">{escaped(caption)}</caption>' if caption else ""
    return mark_safe(  # noqa: S308  rows are markup, the rest is escaped
        f'<div class="table"><table class="stacks" role="table">{above}<thead role="rowgroup"><tr role="row">'
        f'{"".join(_head(*each) for each in heads)}</tr></thead><tbody role="rowgroup">{rows}</tbody></table></div>'
    )


def _head(kind: str, words: object) -> str:
    if kind == "hidden":
        return f'<th role="columnheader" scope="col"><span class="visually-hidden">{escaped(words)}</span></th>'
    own = f' class="{kind}"' if kind else ""
    return f'<th role="columnheader" scope="col"{own}>{escaped(words)}</th>'


def facts_of(values: Iterable[Shown]) -> SafeString:
    """Labels with their values; running text and tables take the whole width."""
    return mark_safe(f'<dl class="facts">{"".join(map(_fact, values))}</dl>')  # noqa: S308  escaped one by one


def _fact(shown: Shown) -> str:
    width = ' class="wide"' if shown.wide else ' class="long"' if shown.long else ""
    return f"<div{width}><dt>{escape(shown.label)}</dt><dd>{escaped(shown.value)}</dd></div>"


def offers_row(offers: Sequence[Leading], screens: Sequence[Leading]) -> SafeString:
    """What can be raised from here, what is made for this kind of record before the rest, and the screens behind it."""
    if not offers and not screens:
        return SafeString("")
    near = "".join(_offer(each, ' class="button small"') for each in offers if each.near)
    far = "\n".join(_offer(each, "") for each in offers if not each.near)
    if far:
        far = f'<span class="raise"><span>{escape(_("Raise from here:"))}</span> {far}</span>'
    behind = "".join(_offer(each, "") for each in screens)
    return mark_safe(f'<div class="from-here noprint">{near}{behind}{far}</div>')  # noqa: S308  escaped one by one


def _offer(leading: Leading, shape: str) -> str:
    return f'<a{shape} href="{escape(leading.url)}">{escape(leading.label)}</a>'


def section_of(section: SectionShown, address: str) -> SafeString:
    """A section of the record at `address`, with the way to edit it, or in which states that is possible."""
    title, place = escape(section.title), f"section-{section.index}"
    beside = ""
    if section.editable:
        form = f"{escape(address)}/edit/{section.index}"
        beside = (
            f'<a class="button small" href="{form}" hx-get="{form}" hx-target="#{place}" hx-swap="outerHTML">'
            f'{escape(_("Edit"))}<span class="visually-hidden"> {title}</span></a>'
        )
    elif section.closed:
        sentence = _("Can be edited while: %s") % section.closed
        beside = f'<small class="muted noprint">{escape(sentence)}</small>'
    below = f"<p>{escape(section.help)}</p>" if section.help else ""
    facts: str = facts_of(section.values)
    if section.folded:
        facts = _folded(_("Show"), facts)
    return mark_safe(  # noqa: S308  escaped part by part
        f'<section class="panel" id="{place}"><header><h2>{title}</h2>{beside}{below}</header>{facts}</section>'
    )


def _folded(label: str, markup: str) -> str:
    return f"<details><summary>{escape(label)}</summary>{markup}</details>"


def way_of(stations: Iterable[Station]) -> SafeString:
    """The states of a record in their order, the one it is in marked."""
    return mark_safe(f'<ol class="way">{"".join(map(_station, stations))}</ol>')  # noqa: S308  escaped one by one


def _station(station: Station) -> str:
    label = str(station.state.label)
    if station.place != "here":
        return f'<li data-place="{station.place}">{escape(label)}</li>'
    now = f'<span class="visually-hidden"> ({escape(_("now"))})</span>'
    return f'<li data-place="here" aria-current="step">{badge(label, station.state.tone)}{now}</li>'


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
        inside = escaped(change.inside)
        return _folded(_("What changed"), inside) if len(inside) > LONG else inside
    old = ""
    if change.old:
        old = (
            f'<del>{escaped(change.old)}</del> <span class="to" aria-hidden="true">→</span>'
            f'<span class="visually-hidden"> {words["became"]} </span>'
        )
    if not change.new:
        return f'{old}<span class="muted">{words["nothing"]}</span>'
    return f"{old}<ins>{escaped(change.new)}</ins>"
