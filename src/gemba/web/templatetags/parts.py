"""Tags for what only one module has. They read `request`, `record` and `declared` of the page they stand on."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from gemba.kernel.access.scope import Access
from gemba.web import parts
from gemba.web.markup import offers_row

register = template.Library()


@register.simple_tag(takes_context=True)
def own_panels(context: template.Context, place: str) -> Sequence[parts.PanelShown]:
    """The panels of one place, drawn."""
    found = parts.panels_at(place, context, context["record"], context["declared"], context["request"].access)
    return list(found)


@register.simple_tag(takes_context=True)
def own_verbs(context: template.Context) -> parts.VerbsShown:
    request = context["request"]
    return parts.verbs_of(context["record"], context["declared"], request.actor, request.access)


@register.simple_tag(takes_context=True)
def from_here(context: template.Context) -> SafeString:
    """What may be raised from here, already linked, and the screens behind the record."""
    record, access = context["record"], context["request"].access
    return offers_row(parts.offers_of(record, access), parts.screens_on(record, context["declared"], access))


@register.simple_tag
def leading(raisable: Sequence[parts.Leading], screens: Sequence[parts.Leading] = ()) -> SafeString:
    """The same for given links: `{% leading raisable screens %}`."""
    return offers_row(raisable, screens)


@register.simple_tag(takes_context=True)
def menu_screens(context: template.Context) -> Sequence[parts.Leading]:
    """The screens of all modules for the list of everything."""
    access: Any = getattr(context.get("request"), "access", None)
    return parts.screens_in_menu(access.roles, everything=access.everything) if isinstance(access, Access) else []
