"""Queries through somebody's eyes, made into SQL once for all people who hold the same rights."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.db import models

from gemba.kernel.access.scope import Access
from gemba.kernel.access.viewer import current_access, seeing
from gemba.kernel.people.models import Person
from gemba.kernel.prepared import Prepared

M = TypeVar("M", bound=models.Model)
KEPT = 200
"""Different sets of rights whose statements are remembered."""


@dataclass(frozen=True, slots=True)
class _Eyes:
    shape: Hashable
    access: Access = field(compare=False)


class ThroughEyes(Generic[M]):
    """`build` makes the query for whoever is looking, and may use the scoped managers.

    It must depend on nothing but the rights and the person, who is handed over as a key each time.
    """

    def __init__(self, build: "Callable[[Access], models.QuerySet[M, Any]]") -> None:
        self._build = build
        self._prepared = lru_cache(maxsize=KEPT)(self._prepare)

    def __call__(self) -> list[M]:
        """The rows for the current viewer. Raises `UnscopedAccessError` when nobody is looking."""
        access = current_access()
        return self._prepared(_Eyes(access.shape, access))(access.person.pk)

    def statement(self) -> tuple[str, list[Any]] | None:
        """The SQL for the current viewer, to stand inside another statement; None where nothing can be seen."""
        access = current_access()
        return self._prepared(_Eyes(access.shape, access)).statement(access.person.pk)

    def _prepare(self, eyes: _Eyes) -> Prepared[M]:
        def query(person: int) -> "models.QuerySet[M, Any]":
            with seeing(replace(eyes.access, person=Person(pk=person))) as access:
                return self._build(access)

        return Prepared(query, int)
