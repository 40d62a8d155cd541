"""What is inconsistent or incomplete in a document: the rules of `gemba assess`, and those on its columns (M47, M50).

Read only. A remark is for a person to judge; it stops nobody.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from html import escape

from django.utils.translation import gettext as _

from gemba.assess.findings.registry import CODES
from gemba.assess.matching import NameIndex
from gemba.assess.model import Document as Extracted
from gemba.assess.model import TemplateMatch
from gemba.assess.single import Named, Text, extracted, judged, names_of
from gemba.evidence.claims.models import Claim
from gemba.kernel import clock
from gemba.kernel.links.models import Link
from gemba.kernel.records.models import Record
from gemba.kernel.richtext.reading import words_in
from gemba.kernel.signing.models import Signature
from gemba.kernel.types import registry
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.provenance import Template, measured, templates_of

READ_TEXTS = 400
"""Texts whose extract a process keeps: eight pages of the overview, some ten megabytes."""
MOST_NAMES = 2_000
"""Documents whose titles are known to the search for dead references; of more, only numbers are."""
LIVE = re.compile(r"\{\{\s*live:[a-z_]{1,40}\s*\}\}")
"""Places where the manual draws from registers: no placeholders."""
BELONGS_TO = "belongs_to"
GRAVE, MIDDLE, LIGHT = "high", "medium", "low"
_ORDER = (GRAVE, MIDDLE, LIGHT)
_TONES = {GRAVE: "bad", MIDDLE: "warn", LIGHT: "calm"}
_ELSEWHERE = "is not in the folder"
BLANK_BY_NATURE = ("form", "template")
"""Types whose places to fill in are what they are for."""
_OF_FILES = frozenset({"blank-record", "unreadable"})
"""Rules about files that may be records; here a record is a record."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at. `title` names the rule, `sentence` says what and where."""

    code: str
    severity: str
    title: str
    sentence: str

    @property
    def tone(self) -> str:
        return _TONES[self.severity]


@dataclass(frozen=True)
class Around:
    """What the rules need to know besides a revision and its document."""

    today: dt.date
    names: Sequence[Named] = ()
    numbers: frozenset[str] = frozenset()
    """Numbers of records that are no documents and may be cited, in capitals."""
    approved: Mapping[int, dt.date] = field(default_factory=dict)
    """Day of the last approval, by revision."""
    placed: frozenset[int] = frozenset()
    """Documents that belong to a process."""
    claiming: frozenset[int] = frozenset()
    templates: Mapping[int, Template] = field(default_factory=dict)

    @cached_property
    def index(self) -> NameIndex:
        """The names, ready to be asked: made once for all texts, and kept for whoever looks at the same page next."""
        return _index_of(tuple(self.names))


@lru_cache(maxsize=4)
def _index_of(names: tuple[Named, ...]) -> NameIndex:
    return names_of(names)


def remarks_on(revision: Revision, around: Around) -> list[Remark]:
    """Everything the rules say of a revision and its document, the gravest first."""
    document = revision.document
    facts = tuple(_facts(document, revision, around).items())
    read = _extracted(document.number, document.title, readable(revision), facts)
    found = read._replace(template=_match(revision, around.templates.get(revision.pk)))
    blank = document.type in BLANK_BY_NATURE
    remarks = [*_shared(found, around, blank=blank), *_columns(document, revision, around), *_steps(revision)]
    return sorted(remarks, key=lambda remark: _ORDER.index(remark.severity))


@lru_cache(maxsize=READ_TEXTS)
def _extracted(number: str, title: str, html: str, facts: tuple[tuple[str, str], ...]) -> Extracted:
    """What a text says of itself depends on nothing else; reading it is most of the work."""
    return extracted(Text(number, title, html, dict(facts)))


def readable(revision: Revision) -> str:
    """The text with its steps, as the rules read it; marks for live data are left out."""
    steps = "".join(f"<p>{escape(line['role'])}: {escape(line['action'])}</p>" for line in revision.steps)
    return LIVE.sub("", revision.body) + steps


def _facts(document: Document, revision: Revision, around: Around) -> dict[str, str]:
    given = {
        "Approved on": around.approved.get(revision.pk),
        "Effective date": revision.valid_from,
        "Next review": document.next_review if revision.in_force else None,
    }
    dates = {label: value.isoformat() for label, value in given.items() if value}
    return {"Document type": document.get_type_display(), "Owner": document.owner.name, **dates}


def _match(revision: Revision, template: Template | None) -> TemplateMatch | None:
    found = measured(revision, template)
    return TemplateMatch(found.template.name, 1.0 - found.own) if found else None


def _shared(found: Extracted, around: Around, *, blank: bool) -> Iterator[Remark]:
    """The rules that a folder of files is held against too."""
    passed_over = _OF_FILES | ({"placeholder"} if blank else set())
    for finding in judged(found, around.index, around.today):
        if finding.code in passed_over:
            continue
        if finding.code == "missing-document" and any(number in finding.message for number in around.numbers):
            continue
        sentence = finding.message.replace(_ELSEWHERE, _("is none of the company's documents or records"))
        place = str(finding.place)
        where = f" ({place})" if place and place not in sentence and not place.startswith("the document") else ""
        yield Remark(finding.code, str(finding.severity), CODES[finding.code].title, f"{sentence}{where}")


def _columns(document: Document, revision: Revision, around: Around) -> Iterator[Remark]:
    empty = _("Empty field")
    if not document.retention:
        yield Remark("no-retention", MIDDLE, empty, _("No retention rule: nobody knows how long it must be kept."))
    if document.pk not in around.placed and not document.outside:
        yield Remark("no-process", LIGHT, empty, _("It belongs to no process. Link it to the one it describes."))
    if not document.signers and not document.outside:
        yield Remark("no-signers", MIDDLE, empty, _("Nobody is named to review and approve it."))
    if document.pk not in around.claiming and document.type in ("manual", "policy", "procedure"):
        yield Remark("no-claims", LIGHT, empty, _("It covers no duty yet. Say which ones, or why it is needed."))
    if document.outside:
        yield from _outside(document)
    elif not words_in(LIVE.sub("", revision.body)) and not revision.steps:
        yield Remark("no-text", GRAVE, empty, _("The revision has neither text nor steps."))


def _outside(document: Document) -> Iterator[Remark]:
    empty = _("Empty field")
    if document.type == Document.Type.PAPER and not (document.place and document.custodian_id):
        yield Remark("no-place", MIDDLE, empty, _("Say where the paper is and who keeps it."))
    if document.type == Document.Type.EXTERNAL and not (document.issuer and document.edition):
        yield Remark("no-edition", MIDDLE, empty, _("Name the issuer and the edition, or nobody sees a newer one."))


def _steps(revision: Revision) -> Iterator[Remark]:
    """Steps that name a kind of record there is none of, here or in this version of Gemba."""
    for number, line in enumerate(revision.steps, 1):
        kind = line.get("kind") or ""
        if kind and kind not in registry:
            said = _("Step %(n)d is to make a record of the kind “%(kind)s”, which does not exist.")
            yield Remark("unknown-kind", MIDDLE, _("Step without a record"), said % {"n": number, "kind": kind[:60]})


def around_of(revisions: Sequence[Revision]) -> Around:
    """What the rules need about these revisions: a fixed number of statements, however many they are."""
    documents = {revision.document_id for revision in revisions}
    keys = [revision.pk for revision in revisions]
    signed = Signature.objects.filter(record_id__in=keys, transition="approve", rejection=False).order_by("at")
    placed = Link.objects.standing().filter(role=BELONGS_TO, source_id__in=documents)
    claiming = Claim.objects.standing().filter(record_id__in=documents)
    return Around(
        today=clock.today(),
        names=_names(revisions),
        numbers=_cited_records(revisions),
        approved={key: at.date() for key, at in signed.values_list("record_id", "at")},
        placed=frozenset(placed.values_list("source_id", flat=True)),
        claiming=frozenset(claiming.values_list("record_id", flat=True)),
        templates=templates_of(revisions),
    )


def _names(revisions: Iterable[Revision]) -> list[Named]:
    """Those judged first, so that each knows itself; then others that the viewer may see."""
    own = {revision.document_id: Named(revision.document.number, revision.document.title) for revision in revisions}
    rows = Record.objects.filter(kind="document").order_by("number").values_list("pk", "number", "title")[:MOST_NAMES]
    return [*own.values(), *(Named(number, title) for key, number, title in rows if key not in own)]


def _cited_records(revisions: Iterable[Revision]) -> frozenset[str]:
    """Those of the numbers in the texts that are numbers of records, revisions and further documents among them."""
    written: set[str] = set().union(*(_numbers_in(revision.body) for revision in revisions))
    if not written:
        return frozenset()
    wanted = sorted(written)[:MOST_NAMES]
    return frozenset(Record.objects.filter(number__in=wanted).values_list("number", flat=True))


_NUMBERED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,3}-\d{1,6}(?![A-Za-z0-9])")


@lru_cache(maxsize=READ_TEXTS)
def _numbers_in(html: str) -> frozenset[str]:
    return frozenset(number.upper() for number in _NUMBERED.findall(html))
