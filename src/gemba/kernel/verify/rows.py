"""Whether every business row equals the state its last event committed to; and if not, what, from what, since when."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from gemba.kernel.actions.rows import CHAINS, row_snapshot, subject_of
from gemba.kernel.commitments.held import commitment_in, held_by, personal_columns, values_behind
from gemba.kernel.people.models import Organisation, Person
from gemba.kernel.records.models import Record
from gemba.kernel.trail.canonical import Canonical, NotCanonicalError, digest_of_plain
from gemba.kernel.trail.finding import Finding
from gemba.kernel.trail.history import BESIDE
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry
from gemba.kernel.verify.earlier import earlier_forms
from gemba.kernel.verify.scan import Tail
from gemba.kernel.verify.snapshots import Row

BEGINNINGS = ("raise", "add")
SHOWN = 300
"""Characters of a value that a finding repeats."""


class Past:
    """What the events of one subject say its columns are, and since when each has been so."""

    def __init__(self, subject: str) -> None:
        kind = subject.partition("/")[0] + "."
        self.columns: dict[str, Canonical] = {}
        self.since: dict[str, str] = {}
        self.state = self.at = ""
        self.complete = False
        """Whether the first event tells of the row's beginning, and so of every column that was not empty."""
        self.record: int | None = None
        for body, record in Event.objects.filter(subject=subject).order_by("seq").values_list("body", "record_id"):
            self.record = record
            self._read(body, kind)

    def _read(self, body: str, kind: str) -> None:
        try:
            told = json.loads(body)
            act, changes, self.at = told["act"], told["chg"], told["at"]
        except (ValueError, KeyError, TypeError):
            return
        if not act.startswith(kind):
            return
        self.complete = self.complete or act[len(kind) :] in BEGINNINGS
        self.state = told["state"]
        if act[len(kind) :] in BESIDE:
            return
        for name, _old, new in changes:
            self.columns[name], self.since[name] = new, self.at


def differing(rows: Iterable[Row], tails: Mapping[str, Tail], seen: set[str]) -> Iterator[Row]:
    """Rows that are not what their last event committed to. The subjects of all rows go into `seen`."""
    for row in rows:
        seen.add(row.subject)
        tail = tails.get(row.subject)
        if tail is None or (tail.state != row.digest and tail.state not in row.earlier):
            yield row


def unlike(row: Row) -> Iterator[Finding]:
    """What is wrong with a row that looked different, as the database has it now."""
    found = row.model._base_manager.filter(pk=row.pk)
    now, readable = _now(found)
    if now is None and readable:
        return  # gone meanwhile; its events will say so
    past = Past(row.subject)
    if not past.state:
        if not _made_without_event(found):
            yield _without_events(row.subject, found)
        return
    if now is None:
        yield _unreadable(row.subject, found, past)
    elif past.state not in map(digest_of_plain, (now, *earlier_forms(row.model, now))):
        yield from _altered(row.subject, now, past, _number(found))


def _now(found: "models.QuerySet[Any]") -> tuple[dict[str, Canonical] | None, bool]:
    """The columns of the row, and whether there was anything to read; None for what is not there or no value."""
    try:
        row = found.first()
        if row is None:
            return None, True
        now = row.snapshot() if isinstance(row, Record) else row_snapshot(row)
        return _as_it_is(row, now), True
    except (NotCanonicalError, ValueError, ArithmeticError, TypeError):
        return None, False


def _as_it_is(row: models.Model, now: dict[str, Canonical]) -> dict[str, Canonical]:
    """With the values of personal columns that no commitment fits."""
    kept = {made.commitment for made in held_by(row, "").newest.values()} if personal_columns(type(row)) else set()
    return {
        name: getattr(row, name, None) if (digest := commitment_in(value)) and digest not in kept else value
        for name, value in now.items()
    }


def _number(found: "models.QuerySet[Any]") -> str:
    if issubclass(found.model, Record):
        return str(found.values_list("number", flat=True).first() or "")
    return ""


def _named(subject: str, number: str) -> str:
    return f"{number} ({subject})" if number else subject


def _made_without_event(found: "models.QuerySet[Any]") -> bool:
    """The company's row and Gemba's own person are made with the tables, before there is anybody to have done it."""
    row = found.first()
    if isinstance(row, Organisation):
        return row.name == ""
    return isinstance(row, Person) and row.kind == Person.Kind.SYSTEM


def _without_events(subject: str, found: "models.QuerySet[Any]") -> Finding:
    sentence = _("%s is in the database and no event tells of it.") % _named(subject, _number(found))
    return Finding(code="row-without-events", subject=subject, sentence=sentence)


def _unreadable(subject: str, found: "models.QuerySet[Any]", past: Past) -> Finding:
    sentence = _("%s holds a value that its column cannot hold; it was not written by Gemba.")
    named = _named(subject, _number(found.values("pk")) if not issubclass(found.model, Record) else _number(found))
    return Finding(code="row-altered", subject=subject, sentence=sentence % named, since=past.at)


def _altered(subject: str, now: Mapping[str, Canonical], past: Past, number: str) -> Iterator[Finding]:
    named = _named(subject, number)
    differences = [
        name
        for name, value in now.items()
        if (past.complete or name in past.columns) and value != past.columns.get(name, _unset(value))
    ]
    for name in differences:
        was, is_ = _told(past.columns.get(name)), _told(now[name])
        words = {"row": named, "field": name, "was": was, "now": is_, "since": past.since.get(name, past.at)}
        sentence = _("%(row)s: %(field)s is “%(now)s”; the last event (%(since)s) says “%(was)s”.") % words
        yield Finding(
            code="row-altered", subject=subject, sentence=sentence, field=name, was=was, now=is_,
            since=past.since.get(name, past.at),
        )  # fmt: skip
    if not differences:
        sentence = _("%s is not what its last event committed to.") % named
        yield Finding(code="row-altered", subject=subject, sentence=sentence, since=past.at)


def _unset(value: Canonical) -> Canonical:
    """What a column that no event mentions may hold: of people's rows empty text is not told."""
    return "" if value == "" else None


def _told(value: Canonical) -> str:
    if digest := commitment_in(value):
        value = values_behind([digest]).get(digest, digest)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def missing_rows(tails: Mapping[str, Tail], seen: set[str]) -> Iterator[Finding]:
    """Events of things that are no longer there."""
    kinds = {declared.kind for declared in registry} | set(CHAINS.values())
    gone = [subject for subject in tails.keys() - seen if subject.partition("/")[0] in kinds]
    for subject in sorted(gone):
        if not _is_there(subject):
            past = Past(subject)
            named = str(past.columns.get("number") or past.columns.get("name") or "")
            words = {"row": _named(subject, named), "at": past.at}
            sentence = _("%(row)s is missing from the database; its events are there, the last of %(at)s.") % words
            yield Finding(code="row-missing", subject=subject, sentence=sentence, was=named, since=past.at)


def _is_there(subject: str) -> bool:
    kind, _slash, uid = subject.partition("/")
    if kind in registry:
        return bool(registry.named(kind).model._base_manager.filter(uid=uid, kind=kind).exists())
    model = next(model for model, chain in CHAINS.items() if chain == kind)
    try:
        return any(subject_of(row) == subject for row in model._base_manager.filter(uid=uid))
    except (ValueError, TypeError):
        return False
