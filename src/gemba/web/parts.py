"""What only one module has, on a record's page: its verbs, panels and screens, and what may be raised from there."""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import Context
from django.urls import get_script_prefix, reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gemba.kernel.access.scope import Access
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actor import Actor
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import NotAllowed
from gemba.kernel.rights import grant_to_create
from gemba.kernel.roles import Role
from gemba.kernel.types import Panel, RecordType, Screen, Verb, offers_for, panels_of, registry

log = logging.getLogger("gemba.web")
GIVEN_LATER = "-"
"""Stands for the reason that is asked for on the verb's own page."""


@dataclass(frozen=True, slots=True)
class VerbShown:
    """A verb as it stands for the reader; `objections` are the sentences why it is not possible now."""

    name: str
    label: str
    help: str
    primary: bool
    asks: bool
    """It has a page of its own: something is to be filled in."""
    url: str
    objections: Sequence[str] = ()

    @property
    def possible(self) -> bool:
        return not self.objections


@dataclass(frozen=True, slots=True)
class VerbsShown:
    """The verbs of a record, the primary ones first."""

    all: Sequence[VerbShown]

    @property
    def open(self) -> bool:
        return any(verb.possible for verb in self.all)

    @property
    def closed(self) -> bool:
        return not all(verb.possible for verb in self.all)


@dataclass(frozen=True, slots=True)
class Leading:
    """A link somewhere else: to a screen, or to what can be raised from here."""

    label: str
    url: str
    near: bool = False
    """Made for records of just this kind; what can be raised from anything is not."""
    first: bool = False
    """Wanted so often that it stands before everything else."""


def verbs_of(record: Any, declared: RecordType[Any], actor: Actor, access: Access) -> VerbsShown:
    """The verbs of its state, the primary ones first. Others than primary are not shown to those without the role."""
    found = [
        _verb(record, declared, verb, actor, access)
        for verb in declared.verbs
        if not verb.states or record.state in {state.name for state in verb.states}
    ]
    return VerbsShown(sorted((verb for verb in found if verb is not None), key=lambda verb: not verb.primary))


def _verb(
    record: Any, declared: RecordType[Any], verb: Verb[Any], actor: Actor, access: Access
) -> VerbShown | None:  # fmt: skip
    trial: Do[Any] = Do(record=record, name=verb.name, actor=actor, access=access, reason=GIVEN_LATER)
    refusal = trial.objection()
    if isinstance(refusal, NotAllowed) and not verb.primary:
        return None
    return VerbShown(
        verb.name, str(verb.label), str(verb.help), verb.primary, bool(verb.form or verb.reason),
        reverse("verb", args=[declared.kind, record.number, verb.name]), tuple(refusal.sentences) if refusal else (),
    )  # fmt: skip


def offers_of(record: Record, access: Access) -> list[Leading]:
    """What this person may raise from here, already linked. Nothing is raised from what is void."""
    if record.state == VOID:
        return []
    origin = urlencode({"from": record.number})
    offered = _offered(record.kind, get_language(), get_script_prefix())
    may = {
        declared.kind
        for declared in {id(each.declared): each.declared for each in offered}.values()
        if grant_to_create(access, declared, site_id=record.site_id, product_id=record.product_id)
    }
    return [Leading(each.label, f"{each.url}&{origin}", each.near) for each in offered if each.declared.kind in may]


@dataclass(frozen=True, slots=True)
class _Offered:
    declared: RecordType[Any]
    label: str
    url: str
    near: bool


@lru_cache(maxsize=256)
def _offered(kind: str, _language: str | None, _prefix: str) -> tuple[_Offered, ...]:
    """What any record of a kind offers, before it is asked who is looking and at which record."""
    return tuple(
        _Offered(declared, str(role.offer), f"{reverse('raise', args=[declared.kind])}?role={role.name}", bool(role.to))
        for declared, role in offers_for(kind)
    )


def open_to(screen: Screen, roles: Collection[Role], *, everything: bool = False) -> bool:
    return everything or not set(roles).isdisjoint(screen.roles)


def screen_name(declared: RecordType[Any], screen: Screen) -> str:
    """What `reverse` finds the screen by: `objective.board`."""
    return f"{declared.kind}.{screen.name}"


def screens_in_menu(roles: Collection[Role], *, everything: bool = False) -> list[Leading]:
    """The screens of all modules that stand in the list of everything, for somebody with these roles."""
    return [
        Leading(str(screen.menu), reverse(screen_name(declared, screen)), first=screen.first)
        for declared in registry
        for screen in declared.screens
        if screen.menu and not screen.on_record and open_to(screen, roles, everything=everything)
    ]


def screens_on(record: Record, declared: RecordType[Any], access: Access) -> list[Leading]:
    """The screens behind this record."""
    return [
        Leading(str(screen.menu), reverse(screen_name(declared, screen), args=[record.number]))
        for screen in declared.screens
        if screen.menu and screen.on_record and open_to(screen, access.roles, everything=access.everything)
    ]


@dataclass(frozen=True, slots=True)
class PanelShown:
    name: str
    title: str
    body: SafeString

    @property
    def anchor(self) -> str:
        return f"panel-{self.name}"


def panels_at(place: str, context: Context, record: Record, declared: RecordType[Any], access: Access) -> Iterator[
    PanelShown
]:  # fmt: skip
    """The panels of one place that have something to show."""
    for panel in panels_of(declared):
        if panel.place == place and (body := _drawn(panel, context, record, access)) is not None:
            yield PanelShown(panel.name, str(panel.title), body)


def _drawn(panel: Panel[Any], context: Context, record: Record, access: Access) -> SafeString | None:
    """One that fails takes nothing else with it; it says so, and the log says why. Tests fail with it."""
    try:
        given = panel.context(record, access)
        if given is None:
            return None
        page: Any = context.template
        template: Any = page.engine.get_template(panel.template)
        with context.push(**given):
            drawn: SafeString = template.render(context)
            return drawn
    except Exception:
        if settings.GEMBA_MODE == "test":
            raise
        log.exception("panel %s of %s failed", panel.name, record.number)
        sentence = _("This part could not be shown. The person who runs Gemba finds the reason in the log.")
        return mark_safe(f'<p class="muted">{sentence}</p>')  # noqa: S308  our own words
