"""The list of everything beside each page. Put together once for each set of roles and language, then only marked."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gemba.kernel.access.scope import Access
from gemba.kernel.notices.models import Notice
from gemba.kernel.prepared import Prepared
from gemba.kernel.roles import Role
from gemba.kernel.types import Area, RecordType, registry
from gemba.web.markup import CURRENT
from gemba.web.parts import Leading, screens_in_menu


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the menu in two halves: the mark of the page one is on goes between them, a count to the end."""

    address: str
    begins: str
    ends: str
    counts: bool = False
    alone: bool = False
    """Its address begins every other one, so that only the page itself is marked."""

    def here(self, path: str) -> bool:
        return path == self.address if self.alone else path.startswith(self.address)


Part = str | Entry
"""Markup that is the same on every page, or a link."""
MOST_NOTICES = 99
UNSEEN = Prepared(
    lambda person: Notice.objects.filter(person=person, seen_at=None).values_list("pk")[: MOST_NOTICES + 1], int
)


def unseen_by(person: int) -> int:
    """Notices that a person has not seen, counted to one more than are shown."""
    return len(UNSEEN.rows(person))


def menu_of(access: Access, path: str) -> SafeString:
    """The menu's links for a reader on the page at `path`."""
    parts = _parts(get_language(), get_script_prefix(), access.roles, access.everything)
    unseen = _count(unseen_by(access.person.pk))
    return mark_safe("".join(_written(part, path, unseen) for part in parts))  # noqa: S308  escaped part by part


def _count(unseen: int) -> str:
    if not unseen:
        return ""
    shown = f"{MOST_NOTICES}+" if unseen > MOST_NOTICES else str(unseen)
    return f'<span class="count">{shown}<span class="visually-hidden"> {escape(_("unseen"))}</span></span>'


def _written(part: Part, path: str, unseen: str) -> str:
    if isinstance(part, str):
        return part
    mark = CURRENT if part.here(path) else ""
    return f"{part.begins}{mark}>{part.ends}{unseen if part.counts else ''}</a>\n"


@lru_cache(maxsize=256)
def _parts(_language: str | None, _prefix: str, roles: frozenset[Role], everything: bool) -> tuple[Part, ...]:
    """Declarations do not change while the program runs; what is drawn depends on these alone."""
    screens = screens_in_menu(roles, everything=everything)
    firsts, others = [each for each in screens if each.first], [each for each in screens if not each.first]
    return (*_own(roles, firsts), *_registers(roles), *_overviews(others), *_organisation(roles))


def _own(roles: frozenset[Role], firsts: Iterable[Leading]) -> Iterator[Part]:
    yield "<div>"
    yield _entry(reverse("home"), _("My work"), alone=True)
    yield from (_entry(screen.url, screen.label) for screen in firsts)
    if Role.ADMINISTRATOR not in roles:
        yield _entry(reverse("practice"), _("Paper and practice"))
    yield _entry(reverse("notices"), _("Notices"), counts=True)
    yield "</div>"


def _registers(roles: frozenset[Role]) -> Iterator[Part]:
    """The registers that may be read, by area. Kinds that are part of another stand in none."""
    readable = [each for each in registry if not each.part_of and not roles.isdisjoint(each.permissions.read)]
    for area in Area:
        kinds = [each for each in readable if each.area is area]
        if kinds:
            yield from _titled(str(area.label), (_register(each) for each in kinds))
    yield f'<div><a href="{reverse("registers")}">{escape(_("All registers"))}</a></div>'


def _register(declared: RecordType[Any]) -> Entry:
    name = str(declared.plural)
    return _entry(reverse("register", args=[declared.kind]), name[:1].upper() + name[1:])


def _overviews(screens: Collection[Leading]) -> Iterator[Part]:
    if screens:
        yield from _titled(_("Overviews"), (_entry(screen.url, screen.label) for screen in screens))


def _organisation(roles: frozenset[Role]) -> Iterator[Part]:
    yield "<div>"
    yield _entry(reverse("people"), _("People"))
    if Role.ADMINISTRATOR in roles:
        yield _entry(reverse("health"), _("Health"))
    yield "</div>"


def _titled(title: str, entries: Iterable[Entry]) -> Iterator[Part]:
    yield f"<div><h2>{escape(title)}</h2>"
    yield from entries
    yield "</div>"


def _entry(address: str, label: str, *, counts: bool = False, alone: bool = False) -> Entry:
    return Entry(address, f'<a href="{escape(address)}"', escape(label), counts, alone)
