"""What a verification found: one sentence for people, and its parts for programs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as the trail says it must be.

    `subject` is the chain it concerns (`capa/01K…`), or `log`, `keys`, `files` where it is no single record.
    """

    code: str
    """A short stable name such as `event-altered` or `row-altered`, for filters and for other programs."""
    subject: str
    sentence: str
    seq: int | None = None
    """Number of the event within its chain."""
    field: str = ""
    was: str = ""
    """The last good value, where it can be told."""
    now: str = ""
    since: str = ""
    """Moment of the last event that is known to be good (UTC, ISO 8601)."""
