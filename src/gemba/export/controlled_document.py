"""What is printed of a controlled document, as a value: whoever makes the copy fills it, the copies only show it."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from django.utils.translation import gettext as _

from gemba.kernel.richtext.measures import Step


class Mark(StrEnum):
    """What must stand across every page."""

    NONE = ""
    DRAFT = "draft"
    OBSOLETE = "obsolete"
    UNCONTROLLED = "uncontrolled"
    DEMONSTRATION = "demonstration"

    @property
    def words(self) -> str:
        return {
            Mark.NONE: "",
            Mark.DRAFT: _("DRAFT"),
            Mark.OBSOLETE: _("OBSOLETE"),
            Mark.UNCONTROLLED: _("UNCONTROLLED COPY"),
            Mark.DEMONSTRATION: _("DEMONSTRATION"),
        }[self]


@dataclass(frozen=True, slots=True)
class PastRevision:
    """A row of the revision history."""

    revision: str
    date: dt.date | None
    change: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as it is shown."""

    name: str
    meaning: str
    at: dt.datetime
    method: str
    verdict: str
    """Whether what was signed is still what stands here, as a sentence."""


@dataclass(frozen=True, slots=True)
class ControlledDocument:
    """One revision of a document, with all that its copy shows. `html` is cleaned text."""

    company: str
    number: str
    title: str
    kind: str
    revision: str
    state: str
    html: str
    made_for: str
    """Who has the copy made."""
    made_at: dt.datetime
    """When; the only time a copy holds, so that the same copy can be made again."""
    mark: Mark = Mark.NONE
    owner: str = ""
    process: str = ""
    effective: dt.date | None = None
    next_review: dt.date | None = None
    supersedes: str = ""
    change: str = ""
    """Why there is this revision."""
    current: str = ""
    """Of an obsolete revision: number and revision of the one in force."""
    copy_statement: str = ""
    steps: tuple[Step, ...] = ()
    history: tuple[PastRevision, ...] = ()
    signatures: tuple[Signed, ...] = ()
    language: str = "en"
    seal: str = ""
    """How far the trail was sealed when the copy was made, see `gemba.kernel.log.standing.seal_mark`."""
    digest: str = ""
    """SHA-256 of what was signed, in hexadecimal; of the text alone where nothing is given."""

    @property
    def fingerprint(self) -> str:
        return self.digest or sha256(self.html.encode()).hexdigest()

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The table at the head of a copy; what is not known is not shown."""
        facts = [
            (_("Document"), self.number),
            (_("Revision"), self.revision),
            (_("Type"), self.kind),
            (_("State"), self.state),
            (_("Owner"), self.owner),
            (_("Process"), self.process),
            (_("Effective"), day(self.effective)),
            (_("Next review"), day(self.next_review)),
            (_("Supersedes"), self.supersedes),
            (_("Reason for change"), self.change),
        ]
        return [(name, value) for name, value in facts if value]

    @property
    def statement(self) -> str:
        """What the foot of every page says of the copy."""
        made = _("Made for %(who)s, %(when)s UTC.") % {"who": self.made_for, "when": minute(self.made_at)}
        said = {
            Mark.DRAFT: _("Draft, not in force."),
            Mark.OBSOLETE: _("Obsolete, not in force."),
            Mark.DEMONSTRATION: _("Demonstration, not for use."),
        }.get(self.mark, "")
        if self.mark is Mark.OBSOLETE and self.current:
            said = _("Obsolete. In force is %(current)s.") % {"current": self.current}
        statement = self.copy_statement or _("A printed copy is not controlled.")
        return " ".join(part for part in (said, statement, made) if part)


def day(date: dt.date | None) -> str:
    """A date as everybody reads it the same way."""
    return date.isoformat() if date else ""


def minute(at: dt.datetime) -> str:
    """A time in UTC to the minute."""
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M}"
