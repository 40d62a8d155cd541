"""Places and actions the palette and the search know besides records, matched by any word of their names."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from gemba.evidence.catalogue.clauses import resolve
from gemba.evidence.practice.snapshots import frameworks_in_force
from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.rights import grant_to_create
from gemba.kernel.roles import READERS, Role
from gemba.kernel.search.words import words
from gemba.kernel.types import registry
from gemba.web.display import to_raise
from gemba.web.parts import screens_in_menu

MOST = 8
LONGEST_CITED = 40


@dataclass(frozen=True, slots=True)
class Place:
    label: str
    url: str
    what: str
    """`page`, `list`, `action`, `duty` or `clause`, for the reader."""


def places(access: Access, typed: str) -> list[Place]:
    """Those whose name holds every word typed, each as the beginning of one; all of them when nothing was typed."""
    wanted = words(typed)
    found = [place for place in _all(access) if _fits(wanted, words(place.label))]
    return [*_cited(access, typed), *found][:MOST]


def _cited(access: Access, typed: str) -> Iterable[Place]:
    """The duty or clause that was typed as it is cited, in each framework one is under: `8.5.2-i`, `Article 10`."""
    cited = " ".join(typed.split())[:LONGEST_CITED]
    if not access.roles & set(READERS) or not any(sign.isdigit() for sign in cited):
        return
    for framework in frameworks_in_force(clock.today()):
        duty = next((each for each in framework.duties if each.id.casefold() == cited.casefold()), None)
        clause = None if duty else resolve(framework, cited)
        if duty:
            label = f"{framework.designation} {duty.id}: {duty.text}"
            yield Place(label, reverse("practice_duty", args=[framework.id, duty.id]), _("duty"))
        elif clause:
            label = f"{framework.designation} {clause} {framework.clauses[clause].title}"
            yield Place(label, reverse("practice_clause", args=[framework.id, clause]), _("clause"))


def _fits(wanted: list[str], named: list[str]) -> bool:
    return all(any(name.startswith(word) for name in named) for word in wanted)


def _all(access: Access) -> Iterable[Place]:
    yield Place(_("My work"), reverse("home"), _("page"))
    if access.roles & set(READERS):
        yield Place(_("Paper and practice"), reverse("practice"), _("page"))
    for declared in registry:
        if not access.roles & set(declared.permissions.read):
            continue
        if grant_to_create(access, declared):
            yield Place(to_raise(declared), reverse("raise", args=[declared.kind]), _("action"))
        plural = str(declared.plural)
        yield Place(plural[:1].upper() + plural[1:], reverse("register", args=[declared.kind]), _("register"))
    for screen in screens_in_menu(access.roles, everything=access.everything):
        yield Place(screen.label, screen.url, _("page"))
    yield Place(_("Registers"), reverse("registers"), _("page"))
    yield Place(_("Notices"), reverse("notices"), _("page"))
    if Role.ADMINISTRATOR in access.roles:
        yield Place(_("Health"), reverse("health"), _("page"))
