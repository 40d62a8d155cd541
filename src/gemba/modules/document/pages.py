"""Documents page by page in the order of their numbers: the last page costs what the first one does."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.records.models import Record
from gemba.modules.document.family import Document

LONGEST = 40
"""Characters of a number."""


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """`before` and `after` are the numbers to go on with, empty where there is nothing more."""

    rows: Sequence[Document]
    before: str
    after: str


def page_of(size: int, *, after: str = "", before: str = "") -> DocumentPage:
    """The documents the reader may see behind (or before) a number, void ones apart. Two statements.

    The keys come from the spine, whose index is in this order; then the full rows of these keys. Any text is a place
    in the order, so a number that nothing has is one too.
    """
    after, before = _place(after), _place(before)
    backwards = bool(before) and not after
    rows: QuerySet[Record] = Record.objects.filter(kind="document").exclude(state=VOID)
    if backwards:
        rows = rows.filter(number__lt=before).order_by("-number")
    else:
        rows = rows.filter(number__gt=after).order_by("number")
    found = list(rows.values_list("pk", flat=True)[: size + 1])
    more, keys = len(found) > size, found[:size]
    if backwards:
        keys.reverse()
    full = Document._base_manager.select_related("owner", "custodian").in_bulk(keys)
    shown = [full[key] for key in keys]
    has_before, has_after = (more, True) if backwards else (bool(after), more)
    return DocumentPage(
        shown, shown[0].number if shown and has_before else "", shown[-1].number if shown and has_after else ""
    )


def _place(typed: str) -> str:
    return typed if len(typed) <= LONGEST and typed.isprintable() else ""
