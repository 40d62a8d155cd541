"""Whether what stands beside records (links, comments, tasks, files) is what their events say, no less and no more."""

import json
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

from django.db.models import F, Max, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from gemba.kernel.attachments.models import Attachment
from gemba.kernel.links.models import Link
from gemba.kernel.notices.models import Comment, Resolution
from gemba.kernel.records.models import Record
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.finding import Finding
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry

SPAN = 2000
"""Records looked at together."""


class Told(NamedTuple):
    """An event about something beside a record."""

    verb: str
    who: str
    changes: Sequence[Sequence[Any]]
    links: Sequence[Sequence[Any]]


Row = tuple[Any, ...]
"""What one row says, in the form that both the events and the table can give."""


class Beside(ABC):
    """One table. `fold` is what the events say must be in it, `rows` what is there; both per record, as tuples."""

    name: ClassVar[str]
    """What one row is called in findings."""
    verbs: ClassVar[frozenset[str]]

    @abstractmethod
    def rows(self, low: int, high: int) -> Iterable[tuple[int, Row]]:
        """Record and row, of the records with `low` < id <= `high`."""

    @abstractmethod
    def fold(self, told: Iterable[Told]) -> list[Row]:
        """The rows that these events, oldest first, leave."""

    def explained(self, record: int, row: Row) -> bool:
        """Whether a row may be that no event of its own tells of, because it follows from a step of the record."""
        return False


KNOWN: list[Beside] = []
"""Every table beside records. Other packages add theirs when the programs start."""


def of_record(path: str = "record__") -> Any:
    return Concat(F(f"{path}kind"), Value("/"), F(f"{path}uid"))


class Links(Beside):
    name, verbs = "link", frozenset({"link", "unlink", "look"})

    def rows(self, low: int, high: int) -> Iterable[tuple[int, Row]]:
        found = Link.objects.filter(source_id__gt=low, source_id__lte=high).values_list(
            "source_id", "role", of_record("target__"), "seen", "made_by__uid", "ended"
        )
        return ((record, (role, to, seen, who, ended is None)) for record, role, to, seen, who, ended in found)

    def fold(self, told: Iterable[Told]) -> list[Row]:
        rows: list[list[Any]] = []
        for each in told:
            for role, subject, digest in each.links:
                if each.verb == "link":
                    rows.append([role, subject, digest, each.who, True])
                    continue
                standing = [row for row in rows if row[:2] == [role, subject] and row[4]]
                for row in standing[:1]:
                    row[2:] = [digest, row[3], True] if each.verb == "look" else [row[2], row[3], False]
        return [tuple(row) for row in rows]


class Comments(Beside):
    name, verbs = "comment", frozenset({"comment"})

    def rows(self, low: int, high: int) -> Iterable[tuple[int, Row]]:
        found = Comment.objects.filter(record_id__gt=low, record_id__lte=high)
        return ((record, (who, text)) for record, who, text in found.values_list("record_id", "person__uid", "text"))

    def fold(self, told: Iterable[Told]) -> list[Row]:
        return [(each.who, new) for each in told for _name, _old, new in each.changes]


class Resolutions(Beside):
    name, verbs = "resolution", frozenset({"resolve"})

    def rows(self, low: int, high: int) -> Iterable[tuple[int, Row]]:
        found = Resolution.objects.filter(comment__record_id__gt=low, comment__record_id__lte=high)
        wanted = found.values_list("comment__record_id", "person__uid", "comment__text", "answer")
        return ((record, (who, text, answer)) for record, who, text, answer in wanted)

    def fold(self, told: Iterable[Told]) -> list[Row]:
        return [(each.who, old, new) for each in told for _name, old, new in each.changes]


class Files(Beside):
    name, verbs = "file", frozenset({"attach", "detach"})

    def rows(self, low: int, high: int) -> Iterable[tuple[int, Row]]:
        found = Attachment.objects.filter(record_id__gt=low, record_id__lte=high).values_list(
            "record_id", "name", "version", "blob_id", "added_by__uid", "removed"
        )
        return ((record, (name, no, blob, who, gone is None)) for record, name, no, blob, who, gone in found)

    def fold(self, told: Iterable[Told]) -> list[Row]:
        rows: dict[tuple[Any, ...], Row] = {}
        for each in told:
            for name, old, new in each.changes:
                if name != "file":
                    continue
                if old is not None and tuple(old) in rows:
                    rows[tuple(old)] = (*rows[tuple(old)][:4], False)
                if new is not None:
                    rows[tuple(new)] = (*new, each.who, True)
        return list(rows.values())


class Tasks(Beside):
    name, verbs = "task", frozenset({"task"})

    def rows(self, low: int, high: int) -> Iterable[tuple[int, Row]]:
        for task in _tasks(low, high):
            whom = task.person.uid if task.person else task.role
            yield task.record_id, (task.what, whom, task.due.isoformat() if task.due else None, task.asked_by.uid)

    def fold(self, told: Iterable[Told]) -> list[Row]:
        return [(*new, each.who) for each in told for _name, old, new in each.changes if old is None]


class TaskEnds(Beside):
    """Apart from the tasks themselves: an event says what was done, not which of several tasks with the same words."""

    name, verbs = "task-end", frozenset({"task"})

    def rows(self, low: int, high: int) -> Iterable[tuple[int, Row]]:
        for task in _tasks(low, high):
            if not task.is_open:
                yield task.record_id, (task.what, DONE if task.done_at else WITHDRAWN)

    def fold(self, told: Iterable[Told]) -> list[Row]:
        return [(old, new) for each in told for _name, old, new in each.changes if old is not None]

    def explained(self, record: int, row: Row) -> bool:
        """A step of the record ends the tasks that name it, and voiding it withdraws all; that is told by the step."""
        what, end = row
        tasks = Task.objects.filter(record_id=record, what=what)
        if end == WITHDRAWN:
            return Event.objects.filter(record_id=record, act__endswith=".void").exists()
        steps = tasks.exclude(transition="").exclude(done_at=None).values_list("record__kind", "transition")
        acts = [f"{kind}.{step}" for kind, step in steps]
        return Event.objects.filter(record_id=record, act__in=acts).exists()


DONE, WITHDRAWN = "done", "withdrawn"


def _tasks(low: int, high: int) -> Iterable[Task]:
    found = Task.objects.filter(record_id__gt=low, record_id__lte=high)
    return found.select_related("person", "asked_by").order_by("pk")


KNOWN += [Links(), Comments(), Resolutions(), Files(), Tasks(), TaskEnds()]


def beside_problems() -> Iterator[Finding]:
    """Rows that no event tells of, and events whose row is gone or says something else."""
    last: int = Record._base_manager.aggregate(last=Max("id"))["last"] or 0
    verbs = frozenset(verb for each in KNOWN for verb in each.verbs)
    acts = [f"{declared.kind}.{verb}" for declared in registry for verb in verbs]
    for low in range(0, last, SPAN):
        told = _told(low, low + SPAN, acts)
        for each in KNOWN:
            yield from _compared(each, told, low, low + SPAN)


def _told(low: int, high: int, acts: Sequence[str]) -> dict[int, list[Told]]:
    events = Event.objects.filter(record_id__gt=low, record_id__lte=high, act__in=acts).order_by("id")
    found: dict[int, list[Told]] = defaultdict(list)
    for record, body in events.values_list("record_id", "body").iterator(chunk_size=2000):
        try:
            told = json.loads(body)
            verb = told["act"].rpartition(".")[2]
            found[record].append(Told(verb, told["actor"]["id"], told["chg"], told["links"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # that its text is no event is said where chains are checked
    return found


def _compared(each: Beside, told: dict[int, list[Told]], low: int, high: int) -> Iterator[Finding]:
    there: dict[int, list[Row]] = defaultdict(list)
    for record, row in each.rows(low, high):
        there[record].append(row)
    for record in sorted(there.keys() | told.keys()):
        mine = [one for one in told.get(record, []) if one.verb in each.verbs]
        expected, found = Counter(each.fold(mine)), Counter(there.get(record, []))
        if expected != found:
            yield from _differences(each, record, expected - found, found - expected)


def _differences(each: Beside, record: int, gone: "Counter[Row]", extra: "Counter[Row]") -> Iterator[Finding]:
    spine = Record._base_manager.filter(pk=record).only("kind", "uid", "number", "title").first()
    if spine is None:
        return
    unexplained = [row for row in extra.elements() if not each.explained(record, row)]
    left = list(gone.elements())
    for row in unexplained:
        near = min(left, key=lambda other: _distance(row, other), default=None)
        if near is not None and _distance(row, near) <= max(len(row) // 2, 1):
            left.remove(near)
            yield _finding(spine, each.name, "altered", near, row)
        else:
            yield _finding(spine, each.name, "without-event", None, row)
    for row in left:
        yield _finding(spine, each.name, "missing", row, None)


def _distance(one: Row, other: Row) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _finding(record: Record, name: str, end: str, was: Row | None, now: Row | None) -> Finding:
    what = {
        "altered": _("a %s was changed"), "without-event": _("no event tells of a %s"), "missing": _("a %s is missing"),
    }[end]  # fmt: skip
    told, found = _text(was), _text(now)
    words = {"number": record.number, "subject": record.subject, "what": what % name, "row": found or told}
    sentence = _("%(number)s (%(subject)s): %(what)s: %(row)s") % words
    return Finding(code=f"{name}-{end}", subject=record.subject, sentence=sentence, field=name, was=told, now=found)


def _text(row: Row | None) -> str:
    return "" if row is None else ", ".join(str(value)[:80] for value in row if value not in (None, ""))
