"""What a reader asks of paper and practice: a day, a site, a product, with drafts or without.

Kept in every address from page to page.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar
from urllib.parse import urlencode

from django.utils.dateparse import parse_date

from gemba.evidence.practice.place import Place
from gemba.evidence.practice.windows import FIRST_YEAR
from gemba.kernel import clock
from gemba.kernel.people.models import Product, Site
from gemba.web.middleware import SignedInRequest

T = TypeVar("T", Site, Product)


@dataclass(frozen=True)
class Asked:
    """Nonsense in an address asks for nothing; a later day than today is today."""

    day: dt.date
    sites: tuple[Site, ...] = ()
    products: tuple[Product, ...] = ()
    site: Site | None = None
    product: Product | None = None
    drafts: bool = False
    """As if every draft that claims something were in force."""

    @property
    def place(self) -> Place:
        return Place(self.site.pk if self.site else None, self.product.pk if self.product else None)

    @property
    def narrowed(self) -> bool:
        return self.site is not None or self.product is not None

    @property
    def where(self) -> str:
        """The site and the product asked about, by name."""
        return ", ".join(each.name for each in (self.site, self.product) if each is not None)

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        found = {"on": self.day.isoformat()} if self.day < clock.today() else {}
        found |= {"site": self.site.uid} if self.site else {}
        found |= {"drafts": "1"} if self.drafts else {}
        return found | ({"product": self.product.uid} if self.product else {})

    @cached_property
    def query(self) -> str:
        """What addresses of other pages go on with, question mark included; empty where nothing was asked."""
        return f"?{urlencode(self.parameters)}" if self.parameters else ""


def asked_of(request: SignedInRequest) -> Asked:
    """Four words of the address, whatever stands in them."""
    sites, products = tuple(Site.objects.order_by("name")), tuple(Product.objects.order_by("name"))
    return Asked(
        _day(request.GET.get("on", "")), sites, products, _named(sites, request.GET.get("site", "")),
        _named(products, request.GET.get("product", "")),
        request.GET.get("drafts") == "1",
    )  # fmt: skip


def _named(offered: Iterable[T], uid: str) -> T | None:
    return next((each for each in offered if each.uid == uid), None)


def _day(typed: str) -> dt.date:
    try:
        found = parse_date(typed)
    except ValueError:
        found = None
    if found is None or found.year < FIRST_YEAR:
        return clock.today()
    return min(found, clock.today())
