"""The four tests of a process (M21), computed: documented? responsible? risk considered? decisions traceable?

Nobody types an answer. Each carries the rows behind it and the sentences that say what is missing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.records.models import Record
from gemba.kernel.signing.models import Signature
from gemba.kernel.types import registry
from gemba.modules.process import parts
from gemba.modules.process.conditions import DESCRIBES, RISK_OF
from gemba.modules.process.models import Acknowledgement, Process, ProcessRisk
from gemba.modules.process.offered import Named, people_by_name
from gemba.modules.process.runs import finished
from gemba.modules.process.states import ACCEPTED, ASKED, RATED

YES, PARTLY, NO = "yes", "partly", "no"
TONES = {YES: "good", PARTLY: "warn", NO: "bad"}
WORDS = {YES: gettext_lazy("yes"), PARTLY: gettext_lazy("partly"), NO: gettext_lazy("no")}
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Fact:
    """One row behind an answer. `record` leads to it, where it is a record this person may see."""

    text: str
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one test: yes where nothing is missing, no where the essential is."""

    name: str
    question: str
    facts: Sequence[Fact]
    missing: Sequence[str]
    essential: bool

    @property
    def value(self) -> str:
        if not self.missing:
            return YES
        return PARTLY if self.essential else NO

    @property
    def tone(self) -> str:
        return TONES[self.value]

    @property
    def word(self) -> str:
        return str(WORDS[self.value])


@dataclass(frozen=True, slots=True)
class Card:
    process: Process
    answers: Sequence[Answer]

    @property
    def passed(self) -> int:
        return sum(answer.value == YES for answer in self.answers)

    def answer(self, name: str) -> Answer:
        return next(answer for answer in self.answers if answer.name == name)


QUESTIONS = {
    "documented": gettext_lazy("Documented?"), "responsible": gettext_lazy("Responsible?"),
    "risk": gettext_lazy("Risk considered?"), "traceable": gettext_lazy("Decisions traceable?"),
}  # fmt: skip


@dataclass(frozen=True)
class Around:
    """What stands around some processes, read in a number of statements that does not grow with them."""

    named: Named
    documents: Mapping[int, Sequence[Record]]
    risks: Mapping[int, Sequence[ProcessRisk]]
    given: Mapping[int, Sequence[Acknowledgement]]
    finished: Mapping[str, Sequence[Record]]
    signed: Mapping[int, Signature]
    access: Access
    kinds: Mapping[int, Sequence[str]] = field(default_factory=dict)


def cards(processes: Sequence[Process], access: Access) -> list[Card]:
    """One card for each process, in their order."""
    around = _around(processes, access)
    tests = (_documented, _responsible, _risk, _traceable)
    return [Card(process, [test(process, around) for test in tests]) for process in processes]


def kinds_of(process: Process) -> list[str]:
    """The kinds of record that the process leaves, as far as they are installed."""
    return [kind for line in process.governs if (kind := line["kind"]) in registry]


def _around(processes: Sequence[Process], access: Access) -> Around:
    ids = [process.pk for process in processes]
    documents, risks = _linked(ids)
    given: dict[int, list[Acknowledgement]] = {}
    rows = Acknowledgement._base_manager.filter(of_process__in=ids, state__in=(ASKED.name, ACCEPTED.name))
    for each in rows.select_related("person").order_by("person__name", "pk"):
        given.setdefault(each.of_process_id, []).append(each)
    kinds = {process.pk: kinds_of(process) for process in processes}
    done = finished(sorted({kind for names in kinds.values() for kind in names}), access)
    return Around(people_by_name(), documents, risks, given, done, _signed(done.values()), access, kinds)


def _linked(ids: Sequence[int]) -> tuple[dict[int, list[Record]], dict[int, list[ProcessRisk]]]:
    """Documents and risks, by process."""
    documents: dict[int, list[Record]] = {}
    risk_ids: dict[int, int] = {}
    links = Link.objects.standing().filter(target__in=ids, role__in=(DESCRIBES, RISK_OF))
    for link in links.select_related("source").order_by("pk"):
        if link.role == RISK_OF:
            risk_ids[link.source_id] = link.target_id
        elif link.source.state != VOID:
            documents.setdefault(link.target_id, []).append(link.source)
    risks: dict[int, list[ProcessRisk]] = {}
    for risk in ProcessRisk._base_manager.filter(pk__in=risk_ids).exclude(state=VOID).order_by("pk"):
        risks.setdefault(risk_ids[risk.pk], []).append(risk)
    return documents, risks


def _signed(rows: Iterable[Sequence[Record]]) -> dict[int, Signature]:
    """The last signature that stands on each finished record."""
    ids = [record.pk for records in rows for record in records]
    found = Signature.objects.filter(record_id__in=ids, rejection=False).select_related("person").order_by("pk")
    return {signature.record_id: signature for signature in found} if ids else {}


def _fact(text: str, record: Record, access: Access) -> Fact:
    """A row that this person may not see is counted, and not told of."""
    return Fact(text, record) if access.sees(record) else Fact(_("a record you may not see"))


def _documented(process: Process, around: Around) -> Answer:
    facts, standing = [], False
    for far in around.documents.get(process.pk, ()):
        state = registry.named(far.kind).lifecycle.state(far.state)
        standing = standing or state.tone == "good"
        facts.append(_fact(f"{far.number} {far.title}: {state.label}", far, around.access))
    missing = []
    if not facts:
        missing.append(_("No document is linked that describes it."))
    elif not standing:
        missing.append(_("None of its documents is in force."))
    return _answer("documented", facts, missing, essential=bool(facts))


def _responsible(process: Process, around: Around) -> Answer:
    owner = process.accountable
    facts, missing = [], []
    if owner is not None:
        facts.append(Fact(_("Process owner: %s") % owner))
    if owner is None:
        missing.append(_("Nobody answers for it: name one process owner."))
    elif not owner.active:
        missing.append(_("Its process owner, %s, has left the company.") % owner)
    elif owner.pk != process.owner_id:
        missing.append(_("Two people are named: %(one)s as process owner, %(other)s as owner of the record.") % {
            "one": owner, "other": process.owner,
        })  # fmt: skip
    essential = not missing and bool(process.raci)
    if process.raci:
        n = len(process.raci)
        facts.append(Fact(ngettext("%d activity with its responsibilities", "%d activities with their responsibilities",
                                   n) % n))  # fmt: skip
    else:
        missing.append(_("No responsibilities are described."))
    missing += [_("“%s” means nobody here today.") % name for name in parts.nobody(process, around.named)]
    _acceptances(process, around, facts, missing)
    return _answer("responsible", facts, missing, essential=essential)


def _acceptances(process: Process, around: Around, facts: list[Fact], missing: list[str]) -> None:
    wanted = parts.carried_by(process, around.named)
    given = {each.person: each for each in around.given.get(process.pk, ())}
    accepted = [
        person for person, lines in wanted.items()
        if person in given and given[person].state == ACCEPTED.name and parts.same(given[person].lines, lines)
    ]  # fmt: skip
    if accepted:
        facts.append(Fact(_("Accepted by %(n)d of %(of)d") % {"n": len(accepted), "of": len(wanted)}))
    waiting = [person.name for person in wanted if person not in accepted]
    if waiting:
        missing.append(_("Not accepted by: %s.") % _some(waiting))


def _some(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    shown = ", ".join(names[:SHOWN])
    return _("%(names)s and %(n)d more") % {"names": shown, "n": more} if more > 0 else shown


def _risk(process: Process, around: Around) -> Answer:
    today = clock.today()
    risks = [risk for risk in around.risks.get(process.pk, ()) if risk.open]
    rated = [risk for risk in risks if risk.state == RATED.name]
    current = [risk for risk in rated if risk.due is not None and risk.due >= today]
    facts = [_fact(f"{risk.number} {risk.title}: {risk.after.label}", risk, around.access) for risk in rated]
    missing = []
    if not rated:
        missing.append(_("No risk of this process has been rated."))
    late = _numbers((risk for risk in rated if risk not in current), around.access)
    if late:
        missing.append(_("Past the day of review: %s.") % _some(late))
    waiting = _numbers((risk for risk in risks if risk not in rated), around.access)
    if waiting:
        missing.append(_("Being assessed: %s.") % _some(waiting))
    high = _numbers((risk for risk in current if risk.after.name == "high"), around.access)
    if high:
        missing.append(_("Still high after what is done about it: %s.") % _some(high))
    return _answer("risk", facts, missing, essential=bool(rated))


def _numbers(records: Iterable[Record], access: Access) -> list[str]:
    return [record.number if access.sees(record) else _("one you may not see") for record in records]


def _traceable(process: Process, around: Around) -> Answer:
    kinds = around.kinds[process.pk]
    done = [record for kind in kinds for record in around.finished.get(kind, ())]
    unsigned = [r.number for r in done if r.pk not in around.signed and r.state in _signed_ends(r.kind)]
    missing = []
    if process.valid_from is None:
        missing.append(_("The description itself has never been approved."))
    if not kinds:
        missing.append(_("It names no kind of record, so nobody can follow a decision."))
    elif not done:
        missing.append(_("None of its records is finished yet; there is no decision to follow."))
    if unsigned:
        missing.append(_("Finished without a signature: %s.") % _some(unsigned))
    facts = [_decision(record, around) for record in _newest(done) if record.pk in around.signed]
    return _answer("traceable", facts, missing, essential=bool(kinds) and process.valid_from is not None)


def _signed_ends(kind: str) -> set[str]:
    """The final states that people reach by signing; what ends by itself needs no hand."""
    return {step.target.name for step in registry.named(kind).lifecycle.transitions if step.signature}


def _newest(records: Sequence[Record]) -> list[Record]:
    return sorted(records, key=lambda record: record.state_since, reverse=True)[:SHOWN]


def _decision(record: Record, around: Around) -> Fact:
    signature = around.signed[record.pk]
    text = _("%(number)s %(title)s: %(meaning)s by %(name)s on %(day)s") % {
        "number": record.number, "title": record.title, "meaning": signature.meaning, "name": signature.name,
        "day": clock.in_words(signature.at),
    }  # fmt: skip
    return Fact(text, record)


def _answer(name: str, facts: Sequence[Fact], missing: Sequence[str], *, essential: bool) -> Answer:
    return Answer(name, str(QUESTIONS[name]), facts, missing, essential)
