"""Documents of a folder taken over: planned against what is here already, then written, all of them or none."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gemba.assess.model import Kind
from gemba.evidence.claims.actions import MOST, ClaimDuties
from gemba.evidence.claims.models import Claim
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.talk import AskFor, Say
from gemba.kernel.actions.write import Raise
from gemba.kernel.actor import Actor
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import EXERCISE_PREFIX, Record
from gemba.kernel.refusals import Conflict, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.types import registry
from gemba.modules.document.bringing import LONGEST_REMARKS, Brought, Gathered, is_record
from gemba.modules.document.bringing_claims import Claimed
from gemba.modules.document.choices import evidence_choices
from gemba.modules.document.family import Document, Revision

TYPES: Mapping[Kind, str] = {
    Kind.MANUAL: Document.Type.MANUAL,
    Kind.POLICY: Document.Type.POLICY,
    Kind.PROCEDURE: Document.Type.PROCEDURE,
    Kind.WORK_INSTRUCTION: Document.Type.INSTRUCTION,
    Kind.FORM: Document.Type.FORM,
    Kind.RECORD: Document.Type.FORM,
    Kind.LIST: Document.Type.FORM,
    Kind.PLAN: Document.Type.PLAN,
    Kind.TECHNICAL: Document.Type.PLAN,
}
NUMBER = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+")
LONGEST_NUMBER = 35
"""Leaves room for that of a revision."""
_OF_A_REVISION = re.compile(r"-R\d+$")
_COUNTED = re.compile(r"([A-Z]+)-\d{4}-\d+")
_BETWEEN = re.compile(r"[\s._/]+")
CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Intended:
    """What one file becomes. `number` is empty where Gemba gives the next one of the type."""

    brought: Brought
    type: str
    number: str
    owner: Person | None
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class There:
    """A file that was taken over before; `changed` says that it says something else by now."""

    path: str
    number: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do now."""

    intended: tuple[Intended, ...]
    there: tuple[There, ...]


def plan(gathered: Gathered) -> Plan:
    """Hold what was read against the records. A file taken over before is known by its path, or by its bytes."""
    rows = Document._base_manager.exclude(imported_from="")
    before = list(rows.order_by("pk").values_list("imported_from", "imported_sha256", "number"))
    by_path = {source: (sha256, number) for source, sha256, number in before}
    by_bytes = {sha256: number for _source, sha256, number in before}
    numbers = _Numbers(gathered.brought)
    people = _people()
    intended: list[Intended] = []
    there: list[There] = []
    for each in gathered.brought:
        if known := by_path.get(each.source):
            there.append(There(each.read.path, known[1], changed=known[0] != each.sha256))
        elif number := by_bytes.get(each.sha256):
            there.append(There(each.read.path, number, changed=False))
        else:
            intended.append(_intended(each, numbers, people))
    # Those with a number of their own first: none that is counted may take it.
    return Plan(tuple(sorted(intended, key=lambda each: not each.number)), tuple(there))


def _intended(brought: Brought, numbers: "_Numbers", people: Mapping[str, Person]) -> Intended:
    number, remark = numbers.of(brought)
    owner = people.get(brought.read.owner.value.strip().casefold()) if brought.read.owner else None
    kind = Document.Type.PAPER if is_record(brought.read) else TYPES[brought.read.kind]
    return Intended(brought, kind, number, owner, (*((remark,) if remark else ()), *brought.remarks))


def _people() -> Mapping[str, Person]:
    """Those who work here by name, where one alone has it."""
    found: dict[str, list[Person]] = {}
    for person in Person.objects.filter(kind=Person.Kind.EMPLOYEE):
        if person.active:
            found.setdefault(person.name.casefold(), []).append(person)
    return {name: people[0] for name, people in found.items() if len(people) == 1}


class _Numbers:
    """The numbers that files came with, as far as they can be kept."""

    def __init__(self, brought: Sequence[Brought]) -> None:
        wanted = {number_as_kept(each.read.number.value) for each in brought if each.read.number}
        of_revisions = {f"{number}-R1" for number in wanted}
        rows = Record._base_manager.filter(number__in=wanted | of_revisions)
        self._taken = set(rows.values_list("number", flat=True))
        self._counted = {declared.prefix for declared in registry if declared.number is None}

    def of(self, brought: Brought) -> tuple[str, str]:
        """The number to keep, or nothing and the sentence that says why it is not kept."""
        stated = brought.read.number
        if stated is None:
            return "", ""
        number = number_as_kept(stated.value)
        if not self._fits(number):
            return "", _("Its number %s cannot be used here as it is; it was given another.") % stated.value[:60]
        if {number, f"{number}-R1"} & self._taken:
            return "", _("Its number %s is taken by another record; it was given another.") % stated.value[:60]
        self._taken.add(number)
        return number, ""

    def _fits(self, number: str) -> bool:
        if len(number) > LONGEST_NUMBER or not NUMBER.fullmatch(number) or number.startswith(EXERCISE_PREFIX):
            return False
        counted = _COUNTED.fullmatch(number)
        return not _OF_A_REVISION.search(number) and not (counted and counted[1] in self._counted)


def number_as_kept(stated: str) -> str:
    """`SOP 12`, `sop_12` and `SOP-12` are the same number here; as it was written stays with the facts."""
    return _BETWEEN.sub("-", stated.strip().upper())


@dataclass(frozen=True, slots=True)
class Import:
    """Writes a plan in somebody's name. The moment of each event is that of the import; history stays data."""

    actor: Actor
    access: Access
    tell: Callable[[int, int], None] = lambda _done, _of: None

    def execute(self, gathered: Gathered) -> Plan:
        """All or nothing; the plan with the numbers given. Raises `Refused` with a sentence: nothing was written."""
        if not self.access.holds(Role.QUALITY):
            raise NotAllowed(_("Documents are imported in the name of somebody of quality."))
        try:
            with transaction.atomic():
                decided = plan(gathered)
                written: list[Intended] = []
                for each in decided.intended:
                    written.append(replace(each, number=self._one(each).number))
                    self.tell(len(written), len(decided.intended))
        except IntegrityError:
            raise Conflict(_("Somebody else wrote the same documents at this moment. Run the import again.")) from None
        return replace(decided, intended=tuple(written))

    def _one(self, intended: Intended) -> Document:
        try:
            document = self._document(intended)
            told: Record = document
            if intended.type != Document.Type.PAPER:
                told = self._revision(intended, document)
            self._keep_file(intended, told)
            self._claim(intended, document)
            self._say(intended, told)
        except Refused as refusal:
            sentence = _("%(path)s: %(why)s Nothing was imported.")
            raise Refused(sentence % {"path": intended.brought.read.path, "why": refusal}) from None
        return document

    def _document(self, intended: Intended) -> Document:
        brought = intended.brought
        owner = intended.owner or self.actor.person
        values = {"title": brought.title, "type": intended.type, "area": Document.Area.QUALITY, "owner": owner}
        fixed = {
            "own_number": intended.number, "imported_from": brought.source, "imported_sha256": brought.sha256,
            "imported_facts": brought.facts(), "stated_effective": brought.effective,
        }  # fmt: skip
        if intended.type == Document.Type.PAPER:
            values.update(_as_record(brought, owner))
        made: Document = Raise(
            model=Document, values=values, fixed=fixed, reason=_("Imported from %s") % brought.source, **self._own
        ).execute()
        return made

    def _revision(self, intended: Intended, document: Document) -> Revision:
        values = {
            "title": document.title, "document": document, "body": intended.brought.html, "owner": document.owner,
            "provenance": Revision.Provenance.IMPORTED,
        }  # fmt: skip
        made: Revision = Raise(
            model=Revision, values=values, reason=_("Imported from %s") % intended.brought.source, **self._own
        ).execute()
        return made

    def _keep_file(self, intended: Intended, record: Record) -> None:
        brought = intended.brought
        kept = Attach(
            record=record, name=brought.read.path.rpartition("/")[2], chunks=_chunks(brought.file),
            reason=_("The file it was imported from"), **self._own,
        ).execute()  # fmt: skip
        if kept.blob_id != brought.sha256:
            raise Conflict(_("The file was changed while it was being imported."))

    def _claim(self, intended: Intended, document: Document) -> None:
        brought = intended.brought
        self._claims(document, brought.stated, Claim.Source.DOCUMENT, _("Imported: the document says so itself."))
        self._claims(document, brought.mapped, Claim.Source.MAP, _("Imported: a clause map says so."))

    def _claims(self, document: Document, claims: Collection[Claimed], source: Claim.Source, note: str) -> None:
        named = list(dict.fromkeys((each.framework, duty) for each in claims for duty in each.duties))
        for start in range(0, len(named), MOST):
            some = named[start : start + MOST]
            ClaimDuties(record=document, duties=some, source=source, note=note, **self._own).execute()

    def _say(self, intended: Intended, record: Record) -> None:
        """The remarks as a comment, to be settled before anybody approves the text, and a task to do so."""
        remarks = intended.remarks
        if not remarks:
            return
        Say(record=record, text=comment_of(remarks), **self._own).execute()
        what = ngettext("Settle one remark of the import", "Settle %(n)d remarks of the import", len(remarks))
        keeper = intended.owner or self.actor.person
        AskFor(record=record, what=what % {"n": len(remarks)}, person=keeper, **self._own).execute()

    @property
    def _own(self) -> dict[str, Any]:
        return {"actor": self.actor, "access": self.access}


def _as_record(brought: Brought, owner: Person) -> dict[str, Any]:
    """A filled record is registered, not approved: what it seems to prove is offered, and a person signs for it."""
    date, types = brought.read.record_date, brought.read.evidence_types
    known = {name for name, _label in evidence_choices()}
    values: dict[str, Any] = {"place": _("the attached file"), "custodian": owner}
    if date and date.value:
        values["event_date"] = date.value
    if len(types) == 1 and types[0] in known:
        values["proves"] = types[0]
    return values


def comment_of(remarks: Sequence[str]) -> str:
    """All that fit into one comment; how many more there are is said."""
    lines, length = [_("What the import found:")], 0
    for place, remark in enumerate(remarks):
        length += len(remark) + 3
        if length > LONGEST_REMARKS:
            lines.append(_("… and %d more. An assessment of the folder lists all.") % (len(remarks) - place))
            break
        lines.append(f"- {remark}")
    return "\n".join(lines)


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except OSError as error:
        raise Conflict(_("The file could not be opened: %s.") % (error.strerror or error)) from None
