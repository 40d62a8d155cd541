"""Narrows what is looked at to one site or one product."""

from dataclasses import dataclass

from django.db.models import Q

from gemba.evidence.practice.models import Holding


@dataclass(frozen=True, slots=True)
class Place:
    """Narrows an assessment to one site or one product; evidence that names none counts everywhere."""

    site: int | None = None
    product: int | None = None

    def holds(self, held: Holding) -> bool:
        here = self.site is None or held.site in (None, self.site)
        return here and (self.product is None or held.product in (None, self.product))

    def rows(self) -> Q:
        """The same as a condition."""
        found = Q()
        if self.site is not None:
            found &= Q(site=None) | Q(site=self.site)
        if self.product is not None:
            found &= Q(product=None) | Q(product=self.product)
        return found
