"""What the pages of other records say about the scope, and what the scope's own page says first."""

from collections.abc import Mapping
from typing import Any

from gemba.kernel.access.scope import Access
from gemba.kernel.records.models import Record
from gemba.modules.scope.models import Scope
from gemba.modules.scope.reading import frameworks_of, waiting

WARNED = frozenset({"document", "revision"})
"""Writing procedures before anybody knows what they are for is the mistake that shows only years later (M15)."""


def follows(scope: Scope, access: Access) -> Mapping[str, Any]:
    """The frameworks it switches on, and how much is still open."""
    return {"frameworks": frameworks_of(scope), "waiting": waiting(scope)}


def missing(record: Record, access: Access) -> Mapping[str, Any] | None:
    """A loud word on documents while no scope is in force."""
    if record.kind not in WARNED or not record.open or Scope._base_manager.filter(in_force=True).exists():
        return None
    return {}
