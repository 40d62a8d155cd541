"""What the processes ask of one person: as owner, accountable or responsible, and what that person is only told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gemba.kernel.access.scope import Access
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.types import registry
from gemba.modules.process import parts
from gemba.modules.process.conditions import DESCRIBES
from gemba.modules.process.four_tests import kinds_of
from gemba.modules.process.models import PARTS, Acknowledgement, Process
from gemba.modules.process.offered import people_by_name
from gemba.modules.process.states import ACCEPTED, ASKED, IN_FORCE

WORDS = dict(PARTS)
RECENT = 60
"""The latest records of one's own that are looked through for examples."""
EXAMPLES = 3
Lines = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Mine:
    """One process and one's part in it. `given` is None where nobody has asked yet."""

    process: Process
    lines: Lines
    told: Lines
    given: Acknowledgement | None
    seen: bool
    procedures: Sequence[Record]
    examples: Sequence[Record]

    @property
    def accepted(self) -> bool:
        return self.given is not None and self.given.state == ACCEPTED.name

    @property
    def said(self) -> list[dict[str, str]]:
        return [{**line, "word": str(WORDS[line["part"]])} for line in self.lines]


@dataclass(frozen=True, slots=True)
class AllMine:
    waiting: Sequence[Mine]
    """Asked, and not answered."""
    new: Sequence[Mine]
    """Nobody has asked yet."""
    accepted: Sequence[Mine]
    told: Sequence[Mine]
    """Only consulted or informed; nothing to accept."""

    @property
    def empty(self) -> bool:
        return not (self.waiting or self.new or self.accepted or self.told)


def mine(access: Access) -> AllMine:
    """Everything the processes in force ask of the reader, in a fixed number of statements."""
    me = access.person
    given = _given(me)
    carried, told = _named(me)
    processes = {p.pk: p for p in (*carried, *told)} | {each.of_process_id: each.of_process for each in given.values()}
    around = _around(list(processes.values()), access)
    found = [_one(process, given, carried, told, around) for process in processes.values()]
    found.sort(key=lambda each: each.process.number)
    with_lines = [each for each in found if each.lines]
    return AllMine(
        [each for each in with_lines if each.given and not each.accepted],
        [each for each in with_lines if each.given is None],
        [each for each in with_lines if each.accepted],
        [each for each in found if not each.lines and each.told],
    )


def not_asked(access: Access) -> list[Process]:
    """Processes in force that ask something of the reader of which nobody has told the reader yet."""
    given = _given(access.person)
    carried, _told = _named(access.person)
    return [p for p, lines in carried.items() if p.pk not in given or not parts.same(given[p.pk].lines, lines)]


def _given(me: Person) -> dict[int, Acknowledgement]:
    rows = Acknowledgement.objects.filter(person=me, state__in=(ASKED.name, ACCEPTED.name))
    return {
        each.of_process_id: each for each in rows.select_related("of_process", "of_process__accountable").order_by("pk")
    }


def _named(me: Person) -> tuple[dict[Process, Lines], dict[Process, Lines]]:
    """In processes in force that the reader may see: what the reader carries, and what the reader is told."""
    named = people_by_name()
    rows = list(Process.objects.filter(state=IN_FORCE.name).select_related("accountable").order_by("number"))
    carried: dict[Process, Lines] = {p: lines for p in rows if (lines := parts.carried_by(p, named).get(me))}
    told: dict[Process, Lines] = {p: lines for p in rows if (lines := parts.told(p, me, named))}
    return carried, told


@dataclass(frozen=True, slots=True)
class _Beside:
    procedures: Mapping[int, Sequence[Record]]
    own: Sequence[Record]
    access: Access


def _around(processes: Sequence[Process], access: Access) -> _Beside:
    """Procedures in force of these processes, and the latest records of the reader's own."""
    ids = [process.pk for process in processes]
    procedures: dict[int, list[Record]] = {}
    links = Link.objects.standing().filter(target__in=ids, role=DESCRIBES).select_related("source")
    for link in links.order_by("pk"):
        if _stands(link.source) and access.sees(link.source):
            procedures.setdefault(link.target_id, []).append(link.source)
    kinds = {kind for process in processes for kind in kinds_of(process)}
    own = Record.objects.filter(kind__in=kinds, owner=access.person).exclude(state=VOID).order_by("-id")[:RECENT]
    return _Beside(procedures, list(own), access)


def _stands(document: Record) -> bool:
    return registry.of(document).lifecycle.state(document.state).tone == "good"


def _one(
    process: Process, given: Mapping[int, Acknowledgement], carried: Mapping[Process, Lines],
    told: Mapping[Process, Lines], around: _Beside,
) -> Mine:  # fmt: skip
    """What is carried as it stands now; while the process is being changed, as it was accepted."""
    asked = given.get(process.pk)
    lines = carried.get(process)
    if lines is None:
        lines = asked.lines if asked is not None and process.state != IN_FORCE.name else ()
    if asked is not None and lines and not parts.same(asked.lines, lines):
        asked = None
    kinds = kinds_of(process)
    return Mine(
        process, lines, told.get(process, ()), asked, around.access.sees(process),
        around.procedures.get(process.pk, ()), [r for r in around.own if r.kind in kinds][:EXAMPLES],
    )  # fmt: skip
