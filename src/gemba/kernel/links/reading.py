"""Read links: both ways around one record, and those that went suspect. A far end shows to those who may see it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from gemba.kernel.access.scope import Access
from gemba.kernel.links.models import Link, LinkQuerySet
from gemba.kernel.records.models import Record


@dataclass(frozen=True, slots=True)
class Around:
    """The standing links of one record. `hidden` counts those whose far end this person may not see."""

    out: tuple[Link, ...]
    back: tuple[Link, ...]
    hidden: int

    @property
    def suspect(self) -> tuple[Link, ...]:
        """Links of this record whose far end changed since somebody looked."""
        return tuple(link for link in self.out if link.suspect)


def links_of(record: Record, access: Access) -> Around:
    """Both ways, in one statement each, with the spine row of each far end (`link.target`, `link.source`)."""
    out = _marked(Link.objects.standing().filter(source=record), access, "target")
    back = _marked(Link.objects.standing().filter(target=record), access, "source")
    found_out = list(out.select_related("target").order_by("role", "id"))
    found_back = list(back.select_related("source", "target").order_by("role", "id"))
    return Around(
        tuple(link for link in found_out if _may_see(link)),
        tuple(link for link in found_back if _may_see(link)),
        sum(not _may_see(link) for link in (*found_out, *found_back)),
    )


def suspect_links(access: Access, *, kinds: Collection[str] = (), after: int = 0, size: int = 50) -> list[Link]:
    """Links to be looked at again, oldest first, whose both ends this person may see; `after` is the last id shown."""
    found = Link.objects.suspect().filter(_seen(access, "source"), _seen(access, "target"), pk__gt=after)
    if kinds:
        found = found.filter(source__kind__in=kinds)
    return list(found.select_related("source", "target").order_by("id")[:size])


def find_far_end(access: Access, reference: str) -> Record | None:
    """The record named by number or public identity, if this person may see it."""
    wanted = reference.strip()
    rows = Record._base_manager.filter(access.visible())
    return rows.filter(number__iexact=wanted).first() or rows.filter(uid=wanted.upper()).first()


def _seen(access: Access, end: str) -> Exists:
    """One look at the primary key per link; a list of visible ids would grow with the company."""
    return Exists(Record._base_manager.filter(access.visible(), pk=OuterRef(end)))


def _marked(links: LinkQuerySet, access: Access, end: str) -> LinkQuerySet:
    return links.annotate(may_see=_seen(access, end))


def _may_see(link: Link) -> bool:
    return bool(getattr(link, "may_see", False))
