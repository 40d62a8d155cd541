"""The document control matrix: every document with process, owner, revision, history, retention and next review (M51).

A cell that ought to say something and is empty reads as a gap and is counted. Numbers that are void or were never given
to anything stand beside it, so that nothing vanishes from the series (M48).
"""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.kernel import clock
from gemba.kernel.access.viewer import current_access
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.pages import page_of

BELONGS_TO = "belongs_to"
CHUNK = 500
MOST_MISSING = 200
"""Missing numbers named one by one for each series; a leap in the numbering is told in one line."""
_NUMBER = re.compile(r"(?P<series>(?:EX-)?[A-Z]+(?:-[A-Z]+)*)-(?P<place>\d{1,6})")


@dataclass(frozen=True, slots=True)
class Past:
    """One revision in a document's history."""

    sequence: int
    state: str
    since: dt.date | None
    until: dt.date | None
    why: str
    in_force: bool

    def __str__(self) -> str:
        if self.since is None:
            return f"R{self.sequence} {self.state}"
        since = clock.in_words(self.since)
        if self.until is None:
            return _("R%(n)d since %(day)s") % {"n": self.sequence, "day": since}
        return f"R{self.sequence} {since} \N{EN DASH} {clock.in_words(self.until)}"


@dataclass(frozen=True, slots=True)
class Line:
    """One document. Empty texts are gaps where `gaps` names their column."""

    document: Document
    process: str
    current: str
    history: tuple[Past, ...]
    retention: str
    gaps: tuple[str, ...]

    @property
    def number(self) -> str:
        return self.document.number

    @property
    def title(self) -> str:
        return self.document.title

    @property
    def told(self) -> str:
        """The history in one text."""
        return "; ".join(str(past) for past in self.history)

    def cells(self) -> list[str | dt.date]:
        """The seven columns that the matrix is asked for, gaps said as such."""
        missing = _("missing")
        basis = self.document.retention_basis
        review = self.document.next_review
        return [
            f"{self.number} {self.title}",
            self.process or missing,
            self.document.owner.name,
            self.current or (missing if "current" in self.gaps else ""),
            self.told or ("" if self.document.outside else missing),
            (f"{self.retention} ({basis})" if basis else self.retention) if self.retention else missing,
            review or ("" if "next_review" not in self.gaps else missing),
        ]


def headings() -> list[str]:
    return [
        _("Document"), _("Process"), _("Owner"), _("Current revision"), _("History"), _("Retention"), _("Next review"),
    ]  # fmt: skip


def documents() -> "QuerySet[Document]":
    """Every document that the reader may see, void ones apart, in the order of their numbers."""
    found: QuerySet[Document] = Document.objects.exclude(state=VOID).select_related("owner", "custodian")
    return found.order_by("number")


def lines(of: Sequence[Document]) -> list[Line]:
    """The matrix of these documents: three statements, however many they are."""
    keys = [document.pk for document in of]
    past = _histories(keys)
    processes = _processes(keys)
    return [_line(document, processes.get(document.pk, ""), past.get(document.pk, ())) for document in of]


def every_line() -> Iterator[Line]:
    """The whole matrix, in portions."""
    last = ""
    while portion := page_of(CHUNK, after=last).rows:
        yield from lines(portion)
        last = portion[-1].number


def _line(document: Document, process: str, history: Sequence[Past]) -> Line:
    current = next((past for past in history if past.in_force), None)
    shown = f"R{current.sequence}" if current else document.edition if document.outside else ""
    retention = retention_of(document)
    gaps = [
        name
        for name, value in (("process", process), ("current", shown), ("retention", retention))
        if not value and name not in _needless(document)
    ]
    if current and document.next_review is None:
        gaps.append("next_review")
    return Line(document, process, shown, tuple(history), retention, tuple(gaps))


def _needless(document: Document) -> Collection[str]:
    """What a document made elsewhere need not have: a process, and if it is a paper record, a revision."""
    if document.type == Document.Type.PAPER:
        return ("process", "current")
    return ("process",) if document.outside else ()


COUNTED: Mapping[str, str | Promise] = {
    Document.Retention.DEVICE: gettext_lazy("%d years after the last device"),
    Document.Retention.OBSOLETE: gettext_lazy("%d years after it was replaced"),
    Document.Retention.RECORD: gettext_lazy("%d years from the date of the record"),
    Document.Retention.LAW: gettext_lazy("%d years by law after it was replaced"),
}
"""The rules as short as a table needs them."""


def retention_of(document: Document) -> str:
    """The rule in words, empty where there is none."""
    if document.retention not in COUNTED or not document.retention_years:
        return ""
    return str(COUNTED[document.retention]) % document.retention_years


def _histories(keys: Sequence[int]) -> Mapping[int, tuple[Past, ...]]:
    rows = (
        Revision.objects.filter(document_id__in=keys)
        .order_by("document_id", "sequence")
        .values_list("document_id", "sequence", "state", "valid_from", "valid_to", "change_reason", "in_force")
    )
    return {key: tuple(Past(*row[1:]) for row in group) for key, group in groupby(rows, key=lambda row: int(row[0]))}


def _processes(keys: Sequence[int]) -> Mapping[int, str]:
    """What the reader may see is asked of the rows found: a query for all that may be seen would look at every row."""
    links = Link.objects.standing().filter(role=BELONGS_TO, source_id__in=keys).select_related("target")
    access = current_access()
    found: dict[int, list[str]] = {}
    for link in sorted(links, key=lambda each: each.target.number):
        if access.sees(link.target):
            found.setdefault(link.source_id, []).append(f"{link.target.number} {link.target.title}")
    return {key: "; ".join(names) for key, names in found.items()}


@dataclass(frozen=True, slots=True)
class Series:
    """One series of numbers: how far it has come, which were voided, and which no document has."""

    name: str
    last: str
    count: int
    void: tuple[tuple[str, str], ...]
    """Number and title of each."""
    missing: tuple[str, ...]


def series() -> list[Series]:
    """Every series of document numbers, in one statement. Hidden documents hold their number without being named."""
    rows = Document._base_manager.order_by("number").values_list("number", "title", "state", "confidential")
    placed: dict[str, list[tuple[int, str, str, str]]] = {}
    for number, title, state, hidden in rows:
        match = _NUMBER.fullmatch(number)
        if match:
            shown = "" if hidden else title
            placed.setdefault(match["series"], []).append((int(match["place"]), number, shown, state))
    return [_series(name, sorted(found)) for name, found in sorted(placed.items())]


def _series(name: str, found: Sequence[tuple[int, str, str, str]]) -> Series:
    void = tuple((number, title) for _place, number, title, state in found if state == VOID)
    width = max(len(number.rpartition("-")[2]) for _place, number, *_rest in found)
    missing = tuple(_missing(name, [place for place, *_rest in found], width))
    return Series(name, found[-1][1], len(found), void, missing)


def _missing(name: str, places: Iterable[int], width: int) -> Iterator[str]:
    """Numbers between 1 and the last that nothing has; a long run of them as one."""
    told = 0
    before = 0
    for place in places:
        run = place - before - 1
        if run > 0 and told < MOST_MISSING:
            first, last = f"{name}-{before + 1:0{width}d}", f"{name}-{place - 1:0{width}d}"
            yield first if run == 1 else _("%(first)s to %(last)s") % {"first": first, "last": last}
            told += 1
        before = place
