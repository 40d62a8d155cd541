"""Tags and filters of the interface. A template loads them with `{% load gemba %}`."""

import datetime as dt
import re
from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

from django import template
from django.conf import settings
from django.contrib.messages import get_messages
from django.forms import BoundField, CheckboxInput, Field
from django.http import HttpRequest
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as do_url
from django.templatetags.i18n import TranslateNode, do_translate
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from gemba.kernel.access.scope import Access
from gemba.kernel.records.models import Record
from gemba.kernel.types import RecordType
from gemba.web import display
from gemba.web.markup import crumbs_of, facts_of, panel_of, section_of, table_of, timeline_of, way_of
from gemba.web.menu import menu_of, unseen_by
from gemba.web.record_page import SectionShown
from gemba.web.steps import Station
from gemba.web.timeline import Entry

register = template.Library()
Values = dict[str, Any]
ANY_NUMBER = "N-0"
HEAD = re.compile(r"(?:(\w+)=)?(.+)", re.DOTALL)
"""A column of `table`: its kind, where it has one, and its words."""


class Remembered(Node):
    """Renders what never differs between pages once for each language and each place the site is reached at."""

    def __init__(self, inner: TranslateNode | URLNode | NodeList) -> None:
        self.inner, self.name = inner, getattr(inner, "asvar", None)
        self.known: dict[tuple[str | None, str], Any] = {}

    def render(self, context: template.Context) -> Any:
        where, name = (get_language(), get_script_prefix()), self.name
        if where not in self.known:
            made = self.inner.render(context)
            self.known[where] = context[name] if name else made
        if name is None:
            return self.known[where]
        context[name] = self.known[where]
        return ""


@register.tag
def translate(parser: Parser, token: Token) -> Node:
    """Django's own `translate`; words that stand in the template are looked up once."""
    made = do_translate(parser, token)
    expression = made.filter_expression
    same = isinstance(getattr(expression.var, "literal", None), str) and not expression.filters
    return Remembered(made) if same else made


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """Django's own `url`; addresses without arguments are made once."""
    made = do_url(parser, token)
    return made if made.args or made.kwargs or not isinstance(made.view_name.var, str) else Remembered(made)


@register.tag
def unchanging(parser: Parser, token: Token) -> Node:
    """`{% unchanging %}…{% endunchanging %}` around what depends on no reader, record or request."""
    inner = parser.parse(("endunchanging",))
    parser.delete_first_token()
    return Remembered(inner)


Heads = Sequence[tuple[str, FilterExpression]]


class Table(Node):
    def __init__(self, caption: FilterExpression, heads: Heads, rows: NodeList) -> None:
        self.caption, self.heads, self.rows = caption, heads, rows

    def render(self, context: template.Context) -> SafeString:
        heads = [(kind, words.resolve(context)) for kind, words in self.heads]
        return table_of(self.rows.render(context), self.caption.resolve(context), heads)


@register.tag
def table(parser: Parser, token: Token) -> Node:
    """`{% table _("Caption") key=_("Number") _("Duty") number=_("Days") hidden=_("Open") %}rows{% endtable %}`.

    A table that becomes cards where it is narrow. The word before a head is its column's kind (its class); `hidden`
    heads are for those who listen only. Without a caption (`""`) a heading above has to say what it shows.
    """
    _name, caption, *columns = token.split_contents()
    found = [HEAD.fullmatch(each) for each in columns]
    heads = [(each[1] or "", parser.compile_filter(each[2])) for each in found if each]
    rows = parser.parse(("endtable",))
    parser.delete_first_token()
    return Table(parser.compile_filter(caption), heads, rows)


@register.filter
def day(value: dt.date | None) -> str:
    return display.day(value)


@register.filter
def moment(value: dt.datetime | None) -> str:
    return display.moment(value)


@register.filter
def exact(value: dt.datetime | None) -> str:
    """With seconds, where the order of things counts."""
    return display.moment(value, seconds=True)


@register.filter
def due_words(value: dt.date) -> str:
    return display.relative_due(value, timezone.localdate())


@register.filter
def to_raise(declared: RecordType[Any]) -> str:
    return display.to_raise(declared)


@register.filter
def browser(agent: str) -> str:
    return display.browser(agent)


@register.filter
def capital(value: object) -> str:
    text = str(value)
    return text[:1].upper() + text[1:]


@register.filter
def digest(value: str) -> str:
    """A SHA-256 in groups, which eyes can compare."""
    groups = " ".join(value[i : i + 8] for i in range(0, len(value), 8))
    return format_html('<code class="digest">{}</code>', groups)


@register.simple_tag
def badge(label: object, tone: str = "calm") -> str:
    return display.badge(str(label), tone)


@register.simple_tag
def crumbs(record: Record) -> SafeString:
    """The way back from a page behind a record: `{% crumbs record %}`."""
    return crumbs_of([(record_url(record), f"{record.number} {record.title}")])


@register.simple_tag
def crumbs_to(*steps: object) -> SafeString:
    """The way back over pages of the house, each by its address's name: `{% crumbs_to "people" _("People") %}`."""
    return crumbs_of([(reverse(str(name)), str(label)) for name, label in zip(steps[::2], steps[1::2], strict=True)])


@register.simple_tag
def timeline(entries: Sequence[Entry]) -> SafeString:
    return timeline_of(entries)


@register.simple_tag
def facts(values: Sequence[display.Shown]) -> SafeString:
    return facts_of(values)


@register.simple_tag
def section(shown: SectionShown, address: str) -> SafeString:
    return section_of(shown, address)


@register.simple_tag
def way(stations: Sequence[Station]) -> SafeString:
    return way_of(stations)


@register.filter
def record_url(record: Record) -> str:
    return f"{_place_of(record.kind, get_script_prefix())}{quote(record.number)}"


@cache
def _place_of(kind: str, _prefix: str) -> str:
    """Where the records of a kind lie: what all their addresses begin with, looked up once."""
    return reverse("record", args=[kind, ANY_NUMBER]).removesuffix(ANY_NUMBER)


@register.simple_block_tag
def panel(
    content: str,
    *,
    title: object = "",
    id: str = "",  # noqa: A002  as HTML calls it
    lead: object = "",
    tone: str = "",
    count: object = "",
) -> str:
    """A titled part of a page: `{% panel title="Files" id="files" %}…{% endpanel %}`."""
    return panel_of(content, title=str(title), anchor=id, lead=str(lead), tone=tone, count=str(count))


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, *, needed: bool = False) -> Values:
    """One control with its label, help and mistakes, tied together for assistive technology."""
    inner: Field = bound.field
    described = []
    if bound.help_text:
        described.append(f"{bound.id_for_label}_help")
    if bound.errors:
        described.append(f"{bound.id_for_label}_error")
    attributes: dict[str, Any] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    grouped = getattr(inner.widget, "grouped", False)
    if (inner.required or needed) and not grouped:
        attributes["aria-required"] = "true"
    return {
        "bound": bound, "control": bound.as_widget(attrs=attributes), "required": inner.required or needed,
        "beside": isinstance(inner.widget, CheckboxInput), "grouped": grouped,
        "wide": getattr(inner.widget, "wide", False),
    }  # fmt: skip


@register.inclusion_tag("ui/errors.html")
def form_errors(form: Any) -> Values:
    """The summary above a form: each mistake leads to its field. Enter sends the form even where rows have buttons."""
    beside = [bound for bound in form if bound.errors and not bound.is_hidden]
    hidden = [error for bound in form.hidden_fields() for error in bound.errors]
    rows = any(getattr(each.widget, "grouped", False) for each in form.fields.values())
    return {"beside": beside, "whole": [*form.non_field_errors(), *hidden], "rows": rows}


@register.inclusion_tag("ui/pair.html")
def pair(
    paper: int, practice: int, of: int, *, paper_label: object, practice_label: object, gap_label: object
) -> Values:
    """Paper beside practice: two bars, two numbers, one gap."""
    whole = max(of, 1)
    return {
        "paper": paper, "practice": practice, "of": of, "gap": paper - practice, "paper_label": paper_label,
        "practice_label": practice_label, "gap_label": gap_label,
        "paper_width": round(100 * paper / whole, 2), "practice_width": round(100 * practice / whole, 2),
    }  # fmt: skip


@register.inclusion_tag("ui/progress.html")
def progress(done: int, of: int, label: object) -> Values:
    return {"done": done, "of": of, "label": label}


@register.inclusion_tag("ui/empty.html")
def empty(title: object, text: object = "", url: str = "", action: object = "") -> Values:
    """Nothing here yet, and the next step."""
    return {"title": title, "text": text, "url": url, "action": action}


@register.simple_tag(takes_context=True)
def unseen_notices(context: template.Context) -> int:
    access = _access(context)
    return unseen_by(access.person.pk) if access else 0


@register.simple_tag(takes_context=True)
def menu_links(context: template.Context) -> SafeString:
    """The links to everything, the one that the page belongs to marked."""
    request, access = context.get("request"), _access(context)
    if access is None or not isinstance(request, HttpRequest):
        return SafeString("")
    return menu_of(access, request.path)


@register.simple_tag(takes_context=True)
def reader_name(context: template.Context) -> str:
    access = _access(context)
    return access.person.name if access else ""


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> str:
    """`light`, `dark`, or empty for what the device prefers."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if isinstance(request, HttpRequest) else ""
    return chosen if chosen in ("light", "dark") else ""


@register.simple_tag
def mode() -> str:
    return settings.GEMBA_MODE


@register.simple_tag(takes_context=True)
def toasts(context: template.Context) -> Sequence[Any]:
    request = context.get("request")
    return list(get_messages(request)) if isinstance(request, HttpRequest) and hasattr(request, "_messages") else []


def _access(context: template.Context) -> Access | None:
    request = context.get("request")
    found = getattr(request, "access", None)
    return found if isinstance(found, Access) else None
