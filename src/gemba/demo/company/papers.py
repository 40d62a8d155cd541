"""What a controlled document of Kuvitelma is in the story, and how its text is found."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from gemba.importers.docx import read_docx
from gemba.importers.markdown import read_markdown
from gemba.kernel.richtext.cleaning import clean

MIKAEL, OSKARI, AINO = "Mikael", "Oskari", "Aino"
MANUAL, POLICY, PROCEDURE, INSTRUCTION = "manual", "policy", "procedure", "instruction"
FORM, TEMPLATE, PLAN, EXTERNAL, PAPER = "form", "template", "plan", "external", "paper"
QUALITY_SYSTEM, DESIGN, PURCHASING, PRODUCTION = "quality", "design", "purchasing", "production"
MAINTENANCE, VALIDATION, MARKET = "maintenance", "validation", "market"
WHO_WORKS = ("role:employee", "role:operations", "role:engineer", "role:quality", "role:management")
"""Everybody but those who only run the system or only read."""

FOLDER = "Kuvitelma Medical Oy"
_TITLE = re.compile(r"^\s*<h1[^>]*>.*?</h1>\s*", re.DOTALL)
_HEAD = re.compile(r"^\s*(?:<table>.*?</table>|<p>.*?</p>)\s*", re.DOTALL)
_OLD_NUMBER = re.compile(r"\b(QM|POL|SOP|WI|FRM|PLN)-(\d\d)\b")
_NEW_NAME = {"QM": "MAN"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a procedure: the job that does it, what it does, the kind of record it leaves, the tool, minutes."""

    role: str
    action: str
    kind: str = ""
    tool: str = ""
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """What somebody who does the work says of the text."""

    who: str
    how_often: str
    tool: str
    differs: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A later revision, so many days ago. `adds` is Markdown that the text gains; `steps` replaces the steps."""

    ago: int
    why: str
    adds: str
    author: str = ""
    rejected: str = ""
    """Why the reviewer sent it back once, before it went through."""
    remark: str = ""
    """A comment of the reviewer; it is answered before the approval, unless the revision stops there."""
    stops: str = ""
    """Where it still is today: `draft`, `review` or `approval`."""
    fit: Fit | None = None
    steps: tuple[Step, ...] | None = None
    effective_in: int | None = None
    """Days from today on which it takes effect."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A periodic review, so many days ago."""

    ago: int
    what: str
    outcome: str = "confirmed"
    newer: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document and its life. People are given names; days count back from today."""

    number: str
    title: str
    type: str
    area: str
    owner: str
    file: str = ""
    author: str = MIKAEL
    reviewer: str = ""
    approver: str = ""
    raised: int | None = None
    """Days ago; None in the first weeks of the story."""
    readers: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    """Who has been asked and has not read the latest revision."""
    steps: tuple[Step, ...] = ()
    fit: Fit | None = None
    bypass: str = ""
    """Why it was approved although nobody who does the work had looked at it."""
    process: str = ""
    governs: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    reviews: tuple[Reviewed, ...] = ()
    review_months: int = 36
    years: int = 10
    retention: str = "obsolete"
    template: str = ""
    on_a_day: bool = False
    issuer: str = ""
    edition: str = ""
    source: str = ""
    place: str = ""
    proves: str = ""
    void: str = ""
    """Why it should not have been raised."""
    retired: tuple[int, str] | None = None
    stops: str = ""
    product: str = ""

    @property
    def outside(self) -> bool:
        return self.type in (EXTERNAL, PAPER)

    @property
    def signed_by(self) -> str:
        """Nobody approves what that person wrote."""
        return self.approver or (OSKARI if self.author == MIKAEL else MIKAEL)


@cache
def text_of(file: str) -> str:
    """The text without the title and what stands under it: number, owner and dates have columns of their own here."""
    found = _TITLE.sub("", _html(_named(file)), count=1)
    head = _HEAD.match(found)
    if head and "document n" in head[0].casefold():
        found = found[head.end() :]
    return clean(_OLD_NUMBER.sub(_renumbered, found))


def template_of(file: str) -> str:
    """A template as it was bought, with everything in it."""
    return clean(_html(files("gemba.demo") / "documents" / "templates" / file))


def bytes_of(file: str) -> bytes:
    return _named(file).read_bytes()


def added(markdown: str) -> str:
    """What a change adds to a text."""
    return read_markdown(markdown.encode()).html


def _named(file: str) -> Traversable:
    """In the folder that is assessed, or among the texts that only the story has."""
    place = files("gemba.demo") / "documents" / FOLDER if "/" in file else files("gemba.demo") / "company" / "texts"
    for part in file.split("/"):
        place = place / part
    return place


def _html(place: Traversable) -> str:
    data = place.read_bytes()
    return (read_docx(data, risky=False) if place.name.endswith(".docx") else read_markdown(data)).html


def _renumbered(match: "re.Match[str]") -> str:
    """The folder counts with two digits, Gemba with three."""
    return f"{_NEW_NAME.get(match[1], match[1])}-0{match[2]}"
