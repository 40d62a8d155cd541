"""The figures behind each input: counted from rows, for everybody alike, each with the rows that it counts."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.claims.catalogued import known_catalogue
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.people.models import RoleGrant
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.kernel.tasks.models import Task
from gemba.kernel.types import RecordType, registry
from gemba.modules.managementreview.inputs import INPUTS, Input
from gemba.modules.managementreview.models import ManagementReview
from gemba.modules.managementreview.states import CLOSED

FEWEST = 5
"""Fewer ended records than this make no share."""


@dataclass(frozen=True, slots=True)
class Period:
    """After `since`, up to and with `until`."""

    since: dt.date
    until: dt.date


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `name` finds its rows again: a kind or `evidence`, and what is counted of it."""

    name: str
    label: str
    value: str
    amiss: bool = False


Of = Callable[[Period], Q]


def ended(period: Period) -> Q:
    return Q(open=False, state_since__date__gt=period.since, state_since__date__lte=period.until)


COUNTS: Mapping[str, tuple[str | Promise, Of, bool]] = {
    "new": (gettext_lazy("new"), lambda p: Q(event_date__gt=p.since, event_date__lte=p.until), False),
    "ended": (gettext_lazy("ended"), ended, False),
    "in-time": (gettext_lazy("ended by their first due date"),
                lambda p: ended(p) & (Q(first_due=None) | Q(state_since__date__lte=F("first_due"))), False),
    "open": (gettext_lazy("open"), lambda _p: Q(open=True), False),
    "overdue": (gettext_lazy("past their due date"), lambda p: Q(open=True, due__lt=p.until), True),
}  # fmt: skip
ALWAYS = frozenset({"new", "open"})
"""Said also where there are none; the others only where there are some."""


def period_of(review: ManagementReview, today: dt.date) -> Period:
    """Since the review before it, else as far back as reviews lie apart; until it is held, or today."""
    until = review.held_on or today
    since = review.since or held_before(review, until) or until - relativedelta(months=review.months)
    return Period(min(since, until), until)


def held_before(review: ManagementReview, day: dt.date) -> dt.date | None:
    rows = ManagementReview._base_manager.filter(state=CLOSED.name, exercise=False, held_on__lt=day)
    return rows.exclude(pk=review.pk).order_by("-held_on").values_list("held_on", flat=True).first()


def gather(period: Period) -> dict[str, list[Figure]]:
    """Every input's figures. One statement for all kinds, one for each that has rows and flags, one for each type of
    evidence.
    """
    counted = _counted(period)
    return {each.name: list(_figures(each, counted, period)) for each in INPUTS}


def _kinds(wanted: Iterable[str]) -> list[RecordType[Any]]:
    return [registry.named(kind) for kind in wanted if kind in registry]


def _counted(period: Period) -> Mapping[str, Mapping[str, int]]:
    kinds = [declared.kind for each in INPUTS for declared in _kinds(each.kinds)]
    rows = Record._base_manager.filter(kind__in=kinds, exercise=False).exclude(state=VOID).order_by().values("kind")
    counts = {_counted_as(name): Count("pk", filter=of(period)) for name, (_label, of, _amiss) in COUNTS.items()}
    found: Any = rows.annotate(**counts)
    return {row["kind"]: row for row in found}


def _counted_as(name: str) -> str:
    return f"n_{name.replace('-', '_')}"


def _figures(each: Input, counted: Mapping[str, Mapping[str, int]], period: Period) -> Iterable[Figure]:
    kinds = _kinds(each.kinds)
    for declared in kinds:
        found = counted.get(declared.kind, {})
        for name, (label, _of, amiss) in COUNTS.items():
            value = found.get(_counted_as(name), 0)
            if value or name in ALWAYS:
                said = _("%(kind)s: %(what)s") % {"kind": declared.plural, "what": label}
                yield Figure(f"{declared.kind}:{name}", said, _share(name, value, found), amiss and value > 0)
        if found:
            yield from _flagged(declared, period.until)
        yield from _told(declared, period)
    for kind in each.evidence:
        label = _("evidence in this period: %s") % _evidence_label(kind)
        yield Figure(f"evidence:{kind}", label, str(evidence_rows(kind, period).count()))
    if each.leaders:
        yield from _leaders(period)


def _share(name: str, value: int, found: Mapping[str, int]) -> str:
    whole = found.get(_counted_as("ended"), 0)
    if name == "in-time" and whole >= FEWEST:
        return _("%(n)d (%(share)d %%)") % {"n": value, "share": 100 * value // whole}
    return str(value)


def _flagged(declared: RecordType[Any], today: dt.date) -> Iterable[Figure]:
    """What is amiss with them: the flags that some have. One statement."""
    if not declared.flags:
        return
    names = {f"flag{n}": flag for n, flag in enumerate(declared.flags)}
    rows = _real(declared)
    found = rows.aggregate(**{name: Count("pk", filter=flag.rows(today)) for name, flag in names.items()})
    for name, flag in names.items():
        if found[name]:
            label = _("%(kind)s: %(what)s") % {"kind": declared.plural, "what": flag.label}
            yield Figure(f"{declared.kind}:flag.{flag.name}", label, str(found[name]), amiss=True)


def _real(declared: RecordType[Any]) -> Any:
    return declared.model._base_manager.filter(exercise=False).exclude(state=VOID).order_by()


def _told(declared: RecordType[Any], period: Period) -> Iterable[Figure]:
    """What only the type's own columns know, such as the last value of an objective beside its target."""
    if declared.facts.figures is not None:
        for told in declared.facts.figures(period.since, period.until):
            yield Figure(f"record:{told.record}", told.label, told.value, told.good is False)


def _evidence_label(kind: str) -> str:
    found = known_catalogue().evidence_types.get(kind)
    return found.label if found else kind


def evidence_rows(kind: str, period: Period) -> Any:
    """Spine rows that yield this type on a day of the period."""
    found = Q(pk__in=[])
    for declared in registry:
        for each in (each for each in declared.yields if each.evidence == kind):
            rows = declared.model._base_manager.filter(
                each.condition, state__in=[state.name for state in each.states],
                **{f"{each.on}__gt": period.since, f"{each.on}__lte": period.until},
            )  # fmt: skip
            found |= Q(pk__in=rows.order_by().values("pk"))
    return Record._base_manager.filter(found, exercise=False).order_by()


def leaders_on(day: dt.date) -> list[int]:
    return list(RoleGrant.objects.in_force(day).filter(role=Role.MANAGEMENT).values_list("person_id", flat=True))


def _leaders(period: Period) -> Iterable[Figure]:
    """If leadership ignores the processes, everybody else will: what waits for it, as counts by role alone."""
    people = leaders_on(period.until)
    tasks = Task.objects.filter(person__in=people, done_at=None, withdrawn=False, due__lt=period.until).count()
    late = Record._base_manager.filter(owner__in=people, open=True, due__lt=period.until, exercise=False).count()
    yield Figure("", _("tasks of top management past their due date"), str(tasks), tasks > 0)
    yield Figure("", _("records of top management past their due date"), str(late), late > 0)


def rows_of(name: str, period: Period) -> Any:
    """The rows behind a figure, as this reader may see them; None for a name that no figure has."""
    subject, _colon, what = name.partition(":")
    if subject == "evidence" and what in known_catalogue().evidence_types:
        return Record.objects.filter(pk__in=evidence_rows(what, period).values("pk"))
    if subject == "record" and what.isdigit():
        return Record.objects.filter(pk=int(what[:18]))
    if subject not in {kind for each in INPUTS for kind in each.kinds} or subject not in registry:
        return None
    declared = registry.named(subject)
    if what in COUNTS:
        return Record.objects.filter(COUNTS[what][1](period), kind=subject, exercise=False).exclude(state=VOID)
    flag = next((flag for flag in declared.flags if f"flag.{flag.name}" == what), None)
    if flag is None:
        return None
    return Record.objects.filter(pk__in=_real(declared).filter(flag.rows(period.until)).values("pk"))


def said_of(name: str) -> str:
    """What a figure counts, in words; empty for one that a record tells itself."""
    subject, _colon, what = name.partition(":")
    if subject == "evidence":
        return _("evidence in this period: %s") % _evidence_label(what)
    if subject not in registry:
        return ""
    declared = registry.named(subject)
    flag = next((flag for flag in declared.flags if f"flag.{flag.name}" == what), None)
    label = flag.label if flag else COUNTS[what][0]
    return _("%(kind)s: %(what)s") % {"kind": declared.plural, "what": label}


def as_lines(found: Mapping[str, Sequence[Figure]]) -> list[dict[str, str]]:
    """As they are kept with the review."""
    return [
        {"input": name, "name": each.name or "-", "figure": each.label, "value": each.value}
        for name, figures in found.items() for each in figures
    ]  # fmt: skip
