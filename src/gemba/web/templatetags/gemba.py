"""Tags and filters of the interface. A template loads them with `{% load gemba %}`."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import template
from django.conf import settings
from django.contrib.messages import get_messages
from django.forms import BoundField, CheckboxInput, Field
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from gemba.kernel.access.scope import Access
from gemba.kernel.notices.models import Notice
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.kernel.types import RecordType, registry
from gemba.web import display

register = template.Library()
MOST_NOTICES = 99
Values = dict[str, Any]


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


@register.filter
def record_url(record: Record) -> str:
    return reverse("record", args=[record.kind, record.number])


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
    context = {"title": title, "id": id, "lead": lead, "tone": tone, "count": count, "body": content}
    return render_to_string("ui/panel.html", context)


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
    if inner.required or needed:
        attributes["aria-required"] = "true"
    return {
        "bound": bound, "control": bound.as_widget(attrs=attributes), "required": inner.required or needed,
        "beside": isinstance(inner.widget, CheckboxInput),
    }  # fmt: skip


@register.inclusion_tag("ui/errors.html")
def form_errors(form: Any) -> Values:
    """The summary above a form: each mistake leads to its field."""
    beside = [bound for bound in form if bound.errors and not bound.is_hidden]
    hidden = [error for bound in form.hidden_fields() for error in bound.errors]
    return {"beside": beside, "whole": [*form.non_field_errors(), *hidden]}


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
def navigation(context: template.Context) -> list[RecordType[Any]]:
    """The registers this person may read."""
    access = _access(context)
    return [d for d in registry if access.roles & set(d.permissions.read)] if access else []


@register.simple_tag(takes_context=True)
def unseen_notices(context: template.Context) -> int:
    access = _access(context)
    if access is None:
        return 0
    return Notice.objects.filter(person=access.person, seen_at=None)[: MOST_NOTICES + 1].count()


@register.simple_tag(takes_context=True)
def is_administrator(context: template.Context) -> bool:
    access = _access(context)
    return access is not None and Role.ADMINISTRATOR in access.roles


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


@register.simple_tag(takes_context=True)
def here(context: template.Context, start: str) -> SafeString:
    """Marks the entry of the navigation that the page belongs to."""
    request = context.get("request")
    path = request.path if isinstance(request, HttpRequest) else ""
    current = path == start if start == "/" else path.startswith(start)
    return mark_safe(' aria-current="page"') if current else SafeString("")


def _access(context: template.Context) -> Access | None:
    request = context.get("request")
    found = getattr(request, "access", None)
    return found if isinstance(found, Access) else None
