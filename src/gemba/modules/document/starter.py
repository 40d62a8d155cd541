"""The starter set taken into a company: each document as a draft with its steps, terms, gaps, template and claims.

Loading again changes nothing: a document whose number is taken is left alone, whoever wrote it (M54, M56).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gemba.evidence.catalogue.load import Catalogue
from gemba.evidence.claims.actions import ClaimDuties
from gemba.evidence.claims.catalogued import duties_of_clause, known_catalogue
from gemba.evidence.claims.models import Claim
from gemba.evidence.starter.copy import own_text, questions_of
from gemba.evidence.starter.load import starter_set
from gemba.evidence.starter.model import Area, CountedFrom, DocumentType, StarterDocument, StarterSet, Step
from gemba.evidence.starter.text import visible
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.talk import Say
from gemba.kernel.actions.write import Raise
from gemba.kernel.actor import Actor
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Refused
from gemba.kernel.richtext.cleaning import clean
from gemba.kernel.richtext.reading import placeholders, plain
from gemba.kernel.roles import Role
from gemba.kernel.types import registry
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.lines import APPROVE, EVERYBODY, REVIEW

TYPES: Mapping[DocumentType, str] = {
    DocumentType.MANUAL: Document.Type.MANUAL,
    DocumentType.POLICY: Document.Type.POLICY,
    DocumentType.PROCEDURE: Document.Type.PROCEDURE,
    DocumentType.WORK_INSTRUCTION: Document.Type.INSTRUCTION,
    DocumentType.FORM: Document.Type.FORM,
    DocumentType.PLAN: Document.Type.PLAN,
    DocumentType.COURSE: Document.Type.INSTRUCTION,
}
AREAS: Mapping[Area, str] = {
    Area.MANAGEMENT: Document.Area.QUALITY,
    Area.DESIGN: Document.Area.DESIGN,
    Area.PURCHASING: Document.Area.PURCHASING,
    Area.PRODUCTION: Document.Area.PRODUCTION,
    Area.VALIDATION: Document.Area.VALIDATION,
    Area.MAINTENANCE: Document.Area.MAINTENANCE,
    Area.MARKET: Document.Area.MARKET,
    Area.IMPROVEMENT: Document.Area.QUALITY,
}
COUNTED: Mapping[CountedFrom, str] = {
    CountedFrom.RECORD: Document.Retention.RECORD,
    CountedFrom.LAST_DEVICE: Document.Retention.DEVICE,
    CountedFrom.SUPERSEDED: Document.Retention.OBSOLETE,
    CountedFrom.LEFT: Document.Retention.OBSOLETE,
    CountedFrom.WITHDRAWN: Document.Retention.OBSOLETE,
}
FOR_ALL = (DocumentType.MANUAL, DocumentType.POLICY)
"""What everybody must read. Who reads a procedure is the company's own question."""


class Outcome(Enum):
    LOADED = auto()
    THERE = auto()
    """The number is taken: nothing was changed."""
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one document of the set."""

    starter: StarterDocument
    outcome: Outcome
    document: Document | None = None
    revision: Revision | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """One document of the set as the company sees it before it decides."""

    starter: StarterDocument
    gaps: int
    there: bool
    """Its number is already used here."""


def offers() -> list[Offer]:
    """Every document of the set in the order of numbers, in one statement."""
    known = starter_set()
    numbers = [each.number for each in known.documents.values()]
    taken = set(Record._base_manager.filter(number__in=numbers).values_list("number", flat=True))
    return [Offer(each, _gaps(each), each.number in taken) for each in known.documents.values()]


def _gaps(starter: StarterDocument) -> int:
    return len(placeholders(starter.body)) + sum(bool(step.tool) for step in starter.steps)


def title_of_set(known: StarterSet) -> str:
    return f"{known.title} {known.edition}"


def chosen(numbers: Iterable[str], known: StarterSet | None = None) -> list[StarterDocument]:
    """The documents of these numbers. Raises `Refused` where the set has none of that number."""
    whole = known or starter_set()
    wanted = list(dict.fromkeys(number.strip().upper() for number in numbers))
    if unknown := [number[:40] for number in wanted if number not in whole.by_number]:
        raise Refused(_("The starter set has no document %s.") % ", ".join(unknown[:5]))
    return [whole.by_number[number] for number in wanted]


@dataclass(frozen=True, slots=True)
class Loading:
    """Loads documents for one person. `owner` will keep them; by default who loads them."""

    actor: Actor
    access: Access
    owner: Person | None = None

    def every(self, documents: Sequence[StarterDocument]) -> Iterator[Taken]:
        """One document after the other, each whole or not at all, so that an interruption can be taken up again."""
        for starter in documents:
            yield self.one(starter)

    def one(self, starter: StarterDocument) -> Taken:
        if Record._base_manager.filter(number=starter.number).exists():
            return Taken(starter, Outcome.THERE)
        try:
            with transaction.atomic():
                document = self._document(starter)
                revision = self._revision(starter, document)
                self._claim(starter, document)
                self._say_what_to_adapt(starter, revision)
        except Refused as refusal:
            return Taken(starter, Outcome.REFUSED, why=str(refusal))
        return Taken(starter, Outcome.LOADED, document, revision)

    def _document(self, starter: StarterDocument) -> Document:
        made: Document = Raise(
            model=Document, values=document_values(starter, self.owner or self.actor.person),
            fixed={"own_number": starter.number}, actor=self.actor, access=self.access,
        ).execute()  # fmt: skip
        return made

    def _revision(self, starter: StarterDocument, document: Document) -> Revision:
        values = {**revision_values(starter), "document": document, "owner": document.owner}
        made: Revision = Raise(
            model=Revision, values=values, fixed=template_of(starter), actor=self.actor, access=self.access
        ).execute()  # fmt: skip
        return made

    def _claim(self, starter: StarterDocument, document: Document) -> None:
        duties = duties_claimed(starter, known_catalogue())
        if duties:
            note = _("From the starter set. Check it against your own text.")
            ClaimDuties(
                record=document, duties=duties, source=Claim.Source.STARTER, note=note,
                actor=self.actor, access=self.access,
            ).execute()  # fmt: skip

    def _say_what_to_adapt(self, starter: StarterDocument, revision: Revision) -> None:
        """As a comment, which has to be settled before anybody can approve the text."""
        Say(record=revision, text=what_to_adapt(starter), actor=self.actor, access=self.access).execute()


def what_to_adapt(starter: StarterDocument) -> str:
    """The note on what to look at, and the questions behind the gaps and roles."""
    asked = "\n".join(f"- {question}" for question in questions_of(starter, starter_set()).values())
    return _("What to adapt: %(note)s\n\nAnswer these:\n%(questions)s") % {"note": starter.adapt, "questions": asked}


def document_values(starter: StarterDocument, owner: Person) -> dict[str, Any]:
    """The columns of the family: rules that a small company can begin with and change."""
    readers = [{"group": EVERYBODY, "person": ""}] if starter.type in FOR_ALL else []
    retention = starter.retention
    basis = " ".join(part for part in (retention.note, _kept_from(retention.counted_from)) if part)
    return {
        "title": starter.title, "type": TYPES[starter.type], "area": AREAS[starter.area], "owner": owner,
        "review_months": starter.review_months, "retention": COUNTED[retention.counted_from],
        "retention_years": retention.years, "retention_basis": basis[:300], "readers": readers,
        "signers": [_signer(REVIEW, Role.QUALITY), _signer(APPROVE, Role.MANAGEMENT)],
    }  # fmt: skip


def _kept_from(event: CountedFrom) -> str:
    """Said where our rules know no such event of their own."""
    if event in (CountedFrom.LEFT, CountedFrom.WITHDRAWN):
        return _("Counted from the day on which this was true: %s.") % event
    return ""


def _signer(task: str, role: Role) -> dict[str, Any]:
    return {"task": task, "role": str(role), "person": "", "order": None}


def revision_values(starter: StarterDocument) -> dict[str, Any]:
    """The columns of its first revision."""
    known = starter_set()
    return {
        "title": starter.title, "body": text_of(starter),
        "steps": [_step(each, starter, known) for each in starter.steps],
        "terms": [{"term": term, "meaning": meaning} for term, meaning in starter.terms.items()],
        "provenance": Revision.Provenance.TEMPLATE,
    }  # fmt: skip


def template_of(starter: StarterDocument) -> dict[str, str]:
    """What the text was made from, kept beside it for the measure and for comparing."""
    known = starter_set()
    name = f"{title_of_set(known)}: {starter.number} {starter.title}"
    return {"template_name": name[:300], "template_text": text_of(starter)}


def text_of(starter: StarterDocument) -> str:
    """The text without what has columns of its own: number, owner, steps, terms, claims, retention."""
    return clean(own_text(starter, starter_set()))


def _step(step: Step, starter: StarterDocument, known: StarterSet) -> dict[str, Any]:
    tools = {gap.id: visible(gap) for gap in starter.gaps}
    form = f" ({known.documents[step.form].number})" if step.form else ""
    return {
        "role": known.roles[step.role].label,
        "action": f"{plain(clean(f'<p>{step.action}</p>'))}{form} {_('By when')}: {step.within}.",
        "kind": kind_for(step.produces),
        "tool": tools[step.tool] if step.tool else "",
        "minutes": step.minutes,
    }


def kind_for(evidence: Sequence[str]) -> str:
    """The first kind of record that yields one of these types of evidence; empty where none does yet."""
    yielding = {each.evidence: declared.kind for declared in reversed(list(registry)) for each in declared.yields}
    return next((yielding[name] for name in evidence if name in yielding), "")


def duties_claimed(starter: StarterDocument, known: Catalogue) -> list[tuple[str, str]]:
    """Each duty by framework and id; a clause claimed as a whole is all duties below it."""
    found: dict[tuple[str, str], None] = {}
    for claim in starter.claims:
        if claim.duty:
            found[claim.framework, claim.duty] = None
            continue
        for duty in duties_of_clause(known, claim.framework, claim.clause):
            found[claim.framework, duty.id] = None
    return list(found)
