"""One record by its number, through the eyes of whoever is looking."""

from functools import cache
from typing import TypeVar

from gemba.kernel.access.viewer import current_access
from gemba.kernel.prepared import Prepared
from gemba.kernel.records.models import Record

R = TypeVar("R", bound=Record)
NAMED = ("owner", "raised_by", "site", "product")
"""What every page of a record says of it by name."""


@cache
def _by_number(model: type[R]) -> Prepared[R]:
    return Prepared(lambda number: model._base_manager.filter(number=number).select_related(*NAMED), str)


def find_by_number(model: type[R], number: str) -> R | None:
    """The whole record with its people and places, if the viewer may see it; None alike for hidden and missing.

    Raises `UnscopedAccessError` when nobody is looking.
    """
    access = current_access()
    found = _by_number(model)(number)
    return found[0] if found and access.sees(found[0]) else None
