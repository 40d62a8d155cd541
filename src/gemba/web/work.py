"""What is mine to do, first: tasks, signatures that wait for me (or for somebody I stand in for), what I own."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.kernel.access.eyes import ThroughEyes
from gemba.kernel.access.scope import Access, Grant
from gemba.kernel.lifecycle.machine import Text, Transition
from gemba.kernel.notices.models import Watch
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.tasks.mine import my_open_records, my_tasks
from gemba.kernel.types import RecordType, registry

MOST = 40
"""Things shown; the registers show the rest."""
SHARE = 12
"""So many of each source are shown in any case: tasks, signatures, what one owns."""
MOST_WATCHED = 8
SOON = dt.timedelta(days=7)
WAITS = "busy"
"""In a state of this tone a record waits for somebody; a signed step out of it is an approval to be given."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: the sentence, the record it is about, by when, and for whom if not for oneself."""

    what: str
    record: Record
    due: dt.date | None
    source: str
    """`task`, `date` (another due date is asked for: decided on the page, not in a list), `approval` or `own`."""
    behalf: Person | None = None
    task: int | None = None
    state: str = ""
    tone: str = "busy"
    kind: str = ""

    @property
    def late(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()

    @property
    def order(self) -> tuple[dt.date, int, int]:
        return (self.due or dt.date.max, SOURCES.index(self.source), self.record.pk)


SOURCES = ("task", "date", "approval", "own")
PRESSING = ("late", "soon")
BEGINNING = 8


ALIKE = 3
"""More than so many records of one kind that wait for the same are shown as one, the others folded below it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do, with those of its kind that wait for the same."""

    item: Item
    alike: Sequence["Row"] = ()


@dataclass(frozen=True)
class Group:
    name: str
    title: Text
    items: Sequence[Item]

    @cached_property
    def rows(self) -> Sequence[Row]:
        """The items in their order, twenty of a kind folded into one."""
        kinds: dict[tuple[str, str, str], list[Item]] = {}
        for item in self.items:
            kinds.setdefault((item.record.kind, item.record.state, item.source), []).append(item)
        rows: list[Row] = []
        for same in kinds.values():
            if len(same) > ALIKE:
                rows.append(Row(same[0], [Row(item) for item in same[1:]]))
            else:
                rows += map(Row, same)
        return sorted(rows, key=lambda row: row.item.order)

    @property
    def first(self) -> Sequence[Row]:
        """What presses is shown whole; of the rest a beginning."""
        return self.rows if self.name in PRESSING else self.rows[:BEGINNING]

    @property
    def rest(self) -> Sequence[Row]:
        return self.rows[len(self.first) :]


@dataclass(frozen=True, slots=True)
class Work:
    groups: Sequence[Group]
    watched: Sequence[Item]
    full: bool
    """More waits than is shown."""

    def count(self, name: str) -> int:
        return sum(len(group.items) for group in self.groups if group.name == name)

    @property
    def late(self) -> int:
        return self.count("late")

    @property
    def soon(self) -> int:
        return self.count("soon")


def my_work(access: Access, today: dt.date) -> Work:
    """Four statements, however much there is."""
    found = sorted(_once([*_tasks(access), *_approvals(access), *_owned(access)]), key=lambda item: item.order)
    shown = sorted(_fairly(found), key=lambda item: item.order)
    return Work(_grouped(shown, today), _watched(), len(shown) < len(found))


def _fairly(found: Sequence[Item]) -> list[Item]:
    """The most urgent of each source before the rest: forty old tasks do not hide a signature that waits."""
    beginnings = [item for source in SOURCES for item in [i for i in found if i.source == source][:SHARE]]
    taken = {id(item) for item in beginnings}
    return [*beginnings, *(item for item in found if id(item) not in taken)][:MOST]


def _once(items: Iterable[Item]) -> Iterable[Item]:
    """A record that already asks for something is not shown again as merely owned."""
    asked: set[int] = set()
    for item in items:
        if item.source == "own" and item.record.pk in asked:
            continue
        asked.add(item.record.pk)
        yield item


def _grouped(items: Sequence[Item], today: dt.date) -> list[Group]:
    titles = (
        ("late", gettext_lazy("Late")), ("soon", gettext_lazy("Within a week")),
        ("later", gettext_lazy("Later")), ("open", gettext_lazy("Without a date")),
    )  # fmt: skip
    sorted_in: dict[str, list[Item]] = {name: [] for name, _title in titles}
    for item in items:
        sorted_in[_when(item.due, today)].append(item)
    return [Group(name, title, sorted_in[name]) for name, title in titles if sorted_in[name]]


def _when(due: dt.date | None, today: dt.date) -> str:
    if due is None:
        return "open"
    if due < today:
        return "late"
    return "soon" if due <= today + SOON else "later"


def _item(record: Record, what: str, source: str, **more: Any) -> Item:
    declared = registry.of(record)
    state = declared.lifecycle.state(record.state)
    due = more.pop("due", record.due)
    return Item(
        what, record, due, source, state=str(state.label), tone=state.tone, kind=str(declared.label), **more
    )  # fmt: skip


def _principals(access: Access) -> dict[int, Person]:
    return {grant.principal.pk: grant.principal for grant in access.grants if grant.principal}


def _tasks(access: Access) -> list[Item]:
    principals = _principals(access)
    return [
        _item(
            task.record, task.what, "date" if task.wanted else "task", task=None if task.wanted else task.pk,
            due=task.due or task.record.due, behalf=principals.get(task.person_id or 0),
        )
        for task in TASKS()
    ]  # fmt: skip


Signing = tuple[Grant, RecordType[Any], Transition[Any]]


def _signing(access: Access) -> list[Signing]:
    """The signed steps out of a waiting state that some grant lets this person take."""
    return [
        (grant, declared, step)
        for declared in registry
        for step in _signed(declared.kind)
        for grant in access.grants
        if grant.role in step.by
    ]


def _approvals(access: Access) -> list[Item]:
    """Open records in a waiting state whose signed step one of my grants covers, as far as a query can tell."""
    steps: dict[str, list[Signing]] = {}
    for signing in _signing(access):
        steps.setdefault(signing[1].kind, []).append(signing)
    return [_approval(record, steps[record.kind]) for record in APPROVALS()] if steps else []


def _to_approve(access: Access) -> "QuerySet[Record]":
    condition, kinds, states = Q(pk__in=[]), set(), set()
    for grant, declared, step in _signing(access):
        condition |= _covered(grant, declared, step, access.person)
        kinds.add(declared.kind)
        states |= set(waiting_in(declared, step))
    rows: QuerySet[Record] = Record.objects.filter(_findable(kinds, states), condition, open=True)
    return rows.order_by(F("due").asc(nulls_last=True), "id")


def _findable(kinds: Collection[str], states: Collection[str]) -> Q:
    """What leads to the rows. Of all records few wait, of most kinds none, but SQLite reckons with averages and would
    read every record: it is told which index to take.
    """
    if connection.vendor != "sqlite":
        return Q(kind__in=sorted(kinds), state__in=sorted(states))
    marks = [", ".join(["%s"] * len(each)) for each in (kinds, states)]
    found = "SELECT id FROM kernel_record INDEXED BY record_open WHERE open AND kind IN ({}) AND state IN ({})"
    return Q(pk__in=RawSQL(found.format(*marks), [*sorted(kinds), *sorted(states)]))  # noqa: S611  marks of our own


@cache
def _signed(kind: str) -> Sequence[Transition[Any]]:
    """A step that depends on who takes it is found by its task or its owner, not by everybody with the role."""
    declared = registry.named(kind)
    return [
        step
        for step in declared.lifecycle.transitions
        if step.signature and not step.personal and waiting_in(declared, step)
    ]


def waiting_in(declared: RecordType[Any], step: Transition[Any]) -> list[str]:
    """The states in which a record waits for this signature. Where the way on needs none, it waits for work."""
    return [s.name for s in step.sources if s.tone == WAITS and not _goes_on(declared, s.name)]


def _goes_on(declared: RecordType[Any], state: str) -> bool:
    steps = declared.lifecycle.offered(state)
    return any(not (step.signature or step.rejects or step.stays) for step in steps)


def _covered(grant: Grant, declared: RecordType[Any], step: Transition[Any], me: Person) -> Q:
    found = Q(kind=declared.kind, state__in=waiting_in(declared, step))
    if grant.site_id is not None:
        found &= Q(site=grant.site_id)
    if grant.product_id is not None:
        found &= Q(product=grant.product_id)
    people = [me.pk, *([grant.principal.pk] if grant.principal else [])]
    if "owner" in step.independent_of:
        found &= ~Q(owner__in=people)
    if "raiser" in step.independent_of or "editor" in step.independent_of:
        found &= ~Q(raised_by__in=people)
    return found


def _approval(record: Record, steps: Sequence[Signing]) -> Item:
    fitting = [
        (grant, step)
        for grant, _declared, step in steps
        if step.leaves(record.state) and grant.covers(record.site_id, record.product_id)
    ]
    grant, step = min(fitting, key=lambda pair: (pair[1].rejects, pair[0].principal is not None))
    onward = {step.name for _grant, step in fitting if not step.rejects}
    what = _("Decide, and sign") if len(onward) > 1 else _("%s: your signature") % step.label
    return _item(record, what, "approval", behalf=grant.principal)


def _owned(access: Access) -> list[Item]:
    principals = _principals(access)
    return [_item(record, str(record.title), "own", behalf=principals.get(record.owner_id)) for record in OWNED()]


def _watched() -> list[Item]:
    return [_item(record, str(record.title), "own") for record in WATCHED()]


def _followed(access: Access) -> "QuerySet[Record]":
    watched = Watch.objects.filter(person=access.person).values("record_id")
    rows: QuerySet[Record] = Record.objects.filter(pk__in=watched)
    return rows.order_by("-state_since")[:MOST_WATCHED]


TASKS = ThroughEyes(lambda _access: my_tasks()[: MOST + 1])
APPROVALS = ThroughEyes(lambda access: _to_approve(access)[: MOST + 1])
OWNED = ThroughEyes(lambda _access: my_open_records()[: MOST + 1])
WATCHED = ThroughEyes(_followed)
