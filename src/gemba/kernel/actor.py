"""Who acts, through which door, and how they proved who they are. Nothing is written without one."""

from dataclasses import dataclass, field
from enum import StrEnum

from gemba.kernel.people.models import Person, system_person
from gemba.kernel.ulid import ulid


class Via(StrEnum):
    UI = "ui"
    API = "api"
    IMPORT = "import"
    JOB = "job"
    CLI = "cli"


@dataclass(frozen=True, slots=True)
class Actor:
    """`auth` names the factors of the sign-in (`pwd+totp`, `passkey`, `none` for jobs). `request` groups events."""

    person: Person
    via: Via
    auth: str = "none"
    request: str = field(default_factory=ulid)
    on_behalf_of: Person | None = None
    """Set while a deputy acts for somebody absent; the deputy stays the actor."""
    address: str | None = None
    """Where a request came from. It stands in security events only, not in the trail."""

    @classmethod
    def system(cls, via: Via = Via.JOB) -> "Actor":
        return cls(system_person(), via)
