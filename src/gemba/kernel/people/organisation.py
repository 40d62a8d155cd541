"""Which company this installation belongs to. Read often, changed hardly ever, so each process remembers it a while."""

import threading
import time
import uuid
from dataclasses import dataclass

from gemba.kernel.people.models import Organisation

REMEMBERED = 30.0
"""Seconds after which a process looks again, so that a new name reaches every worker."""


@dataclass(frozen=True, slots=True)
class Company:
    uid: str
    name: str
    use: str


class _Memory(threading.local):
    company: Company | None = None
    until: float = 0.0


_memory = _Memory()


def organisation() -> Company:
    """The company. Its row is made together with the tables, see `ensure`."""
    now = time.monotonic()
    if _memory.company is None or now >= _memory.until:
        row = Organisation.objects.order_by("pk").first() or Organisation(uid=uuid.UUID(int=0))
        _memory.company, _memory.until = Company(str(row.uid), row.name, row.use), now + REMEMBERED
    return _memory.company


def forget() -> None:
    """Look again at the next question: after the row was changed in this process."""
    _memory.company = None


def ensure(use: str) -> None:
    """Make the row where there is none. Its identity is random and stands in every event from then on."""
    if not Organisation.objects.exists():
        Organisation.objects.create(use=use)
    forget()
