"""Live data in a text: `{{live:name}}` is drawn from registers when it is read, and frozen when sent to be signed.

A mark is data and stays data: only the names below are drawn, every other mark is shown as it was typed (M35).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.claims.catalogued import known_catalogue, known_duty
from gemba.evidence.scope.standing import frameworks_on, left_out_on
from gemba.evidence.starter.text import LIVE
from gemba.export.values import as_text, cell, heading
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.people.models import Product, RoleGrant, Site
from gemba.kernel.records.models import Record
from gemba.kernel.richtext.cleaning import clean
from gemba.kernel.roles import Role
from gemba.kernel.types import RecordType, registry
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.states import DRAFT

MARK = re.compile(r"(?:<p>\s*)?\{\{\s*live:(?P<name>[a-z_]{1,40})\s*\}\}(?:\s*</p>)?")
MOST = 500
"""Rows of one table."""
PROCESS = "process"
IN_CHARGE = (Role.MANAGEMENT, Role.QUALITY)
Cells = Iterable[str]


def holds_live(html: str) -> bool:
    """Whether there is anything to draw."""
    return any(match["name"] in SOURCES for match in MARK.finditer(html))


def drawn(html: str) -> str:
    """The text with its live data as they stand now, for whoever is looking. Text without marks comes back as it is."""
    made: dict[str, str] = {}

    def draw(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in SOURCES:
            return match[0]
        if name not in made:
            made[name] = SOURCES[name]()
        return made[name]

    return clean(MARK.sub(draw, html)) if holds_live(html) else html


def frozen(html: str) -> str:
    """What is stored beside a text that is sent to be signed: the same for every reader, nothing confidential in it."""
    if not holds_live(html):
        return ""
    with seeing_everything():
        return drawn(html)


def text_of(revision: Revision) -> str:
    """What a reader of this revision sees: frozen once it was sent to be signed, live while it is a draft."""
    sent = bool(revision.drawn) and revision.state != DRAFT.name
    return revision.drawn if sent else drawn(revision.body)


def _document_list() -> str:
    """Documents in force with their revision, date and owner: one statement."""
    rows = (
        Revision.objects.filter(in_force=True, document__confidential=False)
        .exclude(document__state=VOID)
        .select_related("document", "document__owner")
        .order_by("document__number")[:MOST]
    )
    made = [
        (family.number, family.title, str(each.sequence), as_text(each.valid_from), family.owner.name)
        for each in rows
        for family in (each.document,)
    ]
    return _table((_("Number"), _("Title"), _("Revision"), _("In force since"), _("Owner")), made) or _nothing(
        _("documents in force")
    )


def _process_map() -> str:
    """Processes with their owners and what each passes on."""
    if PROCESS not in registry:
        return _nothing(_("processes"))
    declared = registry.named(PROCESS)
    rows = [
        (record.number, record.title, record.owner.name, ", ".join(_given(record, "inputs")),
         ", ".join(_given(record, "outputs")))
        for record in _records(declared, [state.name for state in declared.lifecycle.states if not state.final])
    ]  # fmt: skip
    heads = (_("Number"), _("Process"), _("Owner"), _("Takes up"), _("Passes on"))
    return _table(heads, rows) or _nothing(_("processes"))


def _given(record: Record, column: str) -> Iterator[str]:
    """The first words of each line of a small table, such as what a process takes up."""
    lines = getattr(record, column, ())
    for line in lines if isinstance(lines, list) else ():
        first = next((str(value) for value in line.values() if value), "")
        if first:
            yield first


def _organisation() -> str:
    """Who holds which role today."""
    grants = RoleGrant.objects.in_force(clock.today()).filter(site=None, product=None, role__in=IN_CHARGE)
    held = sorted({(Role(grant.role), grant.person.name) for grant in grants.select_related("person")})
    rows = [
        (str(role.label), ", ".join(name for _role, name in names))
        for role, names in groupby(held, key=lambda pair: pair[0])
    ]
    return _table((_("Role"), _("People")), rows) or _nothing(_("people in charge"))


def _products() -> str:
    names = list(Product.objects.filter(ended=None).order_by("name").values_list("name", flat=True)[:MOST])
    return _list(names) or _nothing(_("device types and families"))


def _scope() -> str:
    """Where the quality system holds."""
    names = list(Site.objects.filter(ended=None).order_by("name").values_list("name", flat=True)[:MOST])
    said = f"<p>{escape(_('The quality system holds at these sites:'))}</p>{_list(names)}"
    return said if names else _nothing(_("sites and activities in the scope"))


def _applicability() -> str:
    """What is excluded or does not apply by the scope in force, one row for each clause and reason (M18, M35)."""
    left_out = left_out_on(clock.today())
    rows: dict[tuple[str, str, str, str], None] = {}
    for each in left_out:
        framework = known_catalogue().frameworks.get(each.framework)
        duty = known_duty(known_catalogue(), each.framework, each.duty)
        clause = framework.clauses[duty.clause] if framework and duty else None
        named = f"{framework.designation} {clause.number}" if framework and clause else f"{each.framework} {each.duty}"
        rows[named, clause.title if clause else "", each.reason, each.scope.number] = None
    heads = (_("Clause"), _("Subject"), _("Reason"), _("Decided in"))
    if rows:
        return _table(heads, list(rows))
    if frameworks_on(clock.today()):
        return f"<p>{escape(_('By the scope in force nothing is left out: every clause applies.'))}</p>"
    return _nothing(_("clauses that are excluded or do not apply, with reasons"))


def _from_records(evidence: str, what: str | Promise) -> Callable[[], str]:
    return lambda: _evidence(evidence) or _nothing(what)


def _evidence(evidence: str) -> str:
    """The records that are this evidence now, one table for each type of record."""
    found = []
    for declared in registry:
        states = [state.name for each in declared.yields if each.evidence == evidence for state in each.states]
        if states and declared.model is not Document:
            found.append(_record_table(declared, _records(declared, states)))
    return "".join(found)


def _records(declared: RecordType[Record], states: Sequence[str]) -> list[Record]:
    rows = declared.model.objects.filter(state__in=states, confidential=False, exercise=False)
    return list(rows.select_related("owner", "site", "product").order_by("number")[:MOST])


def _record_table(declared: RecordType[Record], records: Sequence[Record]) -> str:
    names = list(dict.fromkeys(["number", "title", *declared.columns]))
    rows = [[as_text(cell(declared, record, name)) for name in names] for record in records]
    return _table([heading(declared, name) for name in names], rows)


def _table(heads: Sequence[str], rows: Sequence[Cells]) -> str:
    """Empty where there are no rows."""
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _list(names: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(name)}</li>' for name in names)}</ul>" if names else ""


def _nothing(what: str | Promise) -> str:
    """A gap, so that it is counted and nobody takes an empty register for an answer."""
    wanted = escape(str(what))
    return f'<p><mark data-gap="{wanted}">[{escape(_("enter"))}: {wanted}]</mark></p>'


SOURCES: Mapping[str, Callable[[], str]] = {
    "applicability": _applicability,
    "document_list": _document_list,
    "objectives": _from_records("quality_objectives", gettext_lazy("quality objectives")),
    "organisation": _organisation,
    "process_map": _process_map,
    "products": _products,
    "regulatory_roles": _from_records("role_statement", gettext_lazy("regulatory role in each market")),
    "scope": _scope,
}
"""What can be drawn, by the name in the mark: every name that a starter text may use."""
if set(SOURCES) != set(LIVE):
    raise ValueError("The live data that starter texts name and those that can be drawn differ.")
