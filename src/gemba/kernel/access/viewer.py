"""Whose eyes a query looks through. Reading records with nobody looking raises, so no screen can forget its scope."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from gemba.kernel.access.scope import Access
from gemba.kernel.people.models import system_person


class UnscopedAccessError(RuntimeError):
    """Records were read with nobody answerable for what may be seen."""


_current: ContextVar[Access | None] = ContextVar("viewer", default=None)


@contextmanager
def seeing(access: Access) -> Iterator[Access]:
    """Within the block, `Record.objects` and every record type's `objects` hold only what this person may see."""
    token = _current.set(access)
    try:
        yield access
    finally:
        _current.reset(token)


@contextmanager
def seeing_everything() -> Iterator[Access]:
    """For scheduled work, migrations, verification and tests. Never behind a request."""
    with seeing(Access(system_person(), everything=True)) as access:
        yield access


def current_access() -> Access:
    access = _current.get()
    if access is None:
        raise UnscopedAccessError("Records are read inside `with seeing(access)` only.")
    return access
