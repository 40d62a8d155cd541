"""Signal 4: the steps of a procedure against what happened in each case.

Only steps that leave a record can be seen: a step is done when somebody raises such a record, or takes a step of one.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.practice.known import written
from gemba.evidence.signals.signal import Finding, Row, Signal
from gemba.evidence.signals.thresholds import limit, shown
from gemba.kernel.facts import Written
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import JobAssignment, JobRole, Person
from gemba.kernel.records.models import Record
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry

_at = partial(limit, "sequence")
MOST_CASES = 200
"""Of one procedure, the latest."""
SHOWN = 50


class Step(NamedTuple):
    """A step that can be seen: who does it, and which kind of record it leaves."""

    role: str
    kind: str


class Happened(NamedTuple):
    """Something done in a case: on a record of which kind, when, and the job roles of whoever did it."""

    kind: str
    at: dt.datetime
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Fit:
    """How one case went beside what is written."""

    missing: int
    disordered: int
    wrong: int
    due: int
    way: tuple[str, ...]
    """The kinds and roles in the order in which they came: what cases are compared by."""

    @property
    def fitness(self) -> float:
        """1 - (missing + out of order + by another role) / steps due; never below nothing."""
        return max(0.0, 1 - (self.missing + self.disordered + self.wrong) / self.due) if self.due else 1.0


def fit_of(steps: Sequence[Step], happened: Sequence[Happened], known_roles: Collection[str]) -> Fit:
    """Each step takes the first thing done on its kind that no earlier step took, by its role where there is one."""
    left = sorted(happened, key=lambda each: each.at)
    taken: list[tuple[int, Happened]] = []
    missing = wrong = 0
    for place, step in enumerate(steps):
        of_kind = [each for each in left if each.kind == step.kind]
        by_role = [each for each in of_kind if step.role in each.roles]
        checkable = step.role in known_roles
        if not of_kind:
            missing += 1
            continue
        found = by_role[0] if by_role and checkable else of_kind[0]
        wrong += checkable and not by_role
        left.remove(found)
        taken.append((place, found))
    disordered = sum(later.at < earlier.at for (_p, earlier), (_q, later) in pairwise(taken))
    in_time = sorted(taken, key=lambda pair: pair[1].at)
    way = tuple(_named(steps[place], found, known_roles) for place, found in in_time)
    return Fit(missing, disordered, wrong, len(steps), way)


def _named(step: Step, found: Happened, known_roles: Collection[str]) -> str:
    """`kind by role`: by the role that is written where it was one of theirs, else by the one they have."""
    if step.role in found.roles or step.role not in known_roles:
        return f"{step.kind} by {step.role}"
    return f"{step.kind} by {min(found.roles)}" if found.roles else f"{step.kind} by somebody without a job role"


def as_written(steps: Sequence[Step]) -> tuple[str, ...]:
    return tuple(f"{step.kind} by {step.role}" for step in steps)


def sequence(today: dt.date) -> Signal:
    """By procedure with two or more steps that can be seen. The number of statements does not grow with cases."""
    since = today - relativedelta(months=int(_at("window_months")))
    procedures = {each: seen for each in written(today) if len(seen := steps_of(each)) > 1}
    cases = _cases(procedures, since)
    threads = _threads({case.pk for some in cases.values() for case in some})
    done = _done({pk for thread in threads.values() for pk in thread})
    roles = set(JobRole.objects.values_list("name", flat=True))
    return Signal(
        name="sequence", title=gettext_lazy("Another way than written"), since=since, until=today,
        thresholds=shown("sequence"),
        says=gettext_lazy(
            "Cases do not go in the order, or by the people, that the procedure names. Where most go one other way,"
            " that way is a proposal to change the procedure."
        ),
        not_meaning=gettext_lazy(
            "It does not say that people do it wrong: the text may be. Steps that leave no record are not seen, and"
            " work may be done long before it is entered."
        ),
        findings=tuple(
            finding(each, [(case, fit_of(seen, _of_case(case, threads, done), roles)) for case in cases[each]])
            for each, seen in procedures.items()
        ),
    )  # fmt: skip


def steps_of(procedure: Written) -> tuple[Step, ...]:
    """Those that leave a kind of record there is."""
    return tuple(Step(step.role.strip(), step.kind) for step in procedure.steps if step.kind in registry)


def _cases(procedures: Mapping[Written, Sequence[Step]], since: dt.date) -> Mapping[Written, list[Record]]:
    """Finished records of the kind that a procedure begins with, entered since its text took effect. One statement."""
    kinds = {steps[0].kind for steps in procedures.values()}
    wanted = Q(pk__in=[])
    for kind in kinds:
        ended = {state.name for each in registry.named(kind).yields for state in each.states}
        wanted |= Q(kind=kind) & (Q(open=False) | Q(state__in=sorted(ended)))
    start = dt.datetime.combine(since, dt.time(), dt.UTC)
    rows = Record._base_manager.filter(wanted, exercise=False, entered_at__gte=start).exclude(state=VOID)
    found: dict[Written, list[Record]] = {each: [] for each in procedures}
    for record in rows.order_by("-entered_at") if kinds else ():
        for procedure, steps in procedures.items():
            begins = record.kind == steps[0].kind and record.entered_at.date() >= procedure.since
            if begins and record.pk != procedure.document and len(found[procedure]) < MOST_CASES:
                found[procedure].append(record)
    return found


def _threads(cases: Collection[int]) -> Mapping[int, set[int]]:
    """Each case with what is linked to it, either way."""
    found = {case: {case} for case in cases}
    links = Link.objects.standing().filter(Q(source__in=cases) | Q(target__in=cases))
    for source, target in links.values_list("source", "target") if cases else ():
        if source in found:
            found[source].add(target)
        if target in found:
            found[target].add(source)
    return found


def _done(records: Collection[int]) -> Mapping[int, list[Happened]]:
    """What people did to these records: raising them and their steps, with the jobs they had then. Two statements."""
    found: dict[int, list[Happened]] = defaultdict(list)
    if not records:
        return found
    jobs: dict[int, list[tuple[str, dt.date, dt.date | None]]] = defaultdict(list)
    assigned = JobAssignment.objects.values_list("person", "job_role__name", "valid_from", "valid_to")
    for person, name, start, end in assigned:
        jobs[person].append((name, start, end))
    events = Event.objects.filter(record__in=records).exclude(actor__kind=Person.Kind.SYSTEM)
    for record, kind, act, at, actor in events.order_by("id").values_list(
        "record", "record__kind", "act", "at", "actor"
    ):
        step = act.partition(".")[2]
        if step == "raise" or step in registry.named(kind).lifecycle.by_name:
            day = at.date()
            roles = (name for name, start, end in jobs[actor] if start <= day and (end is None or day <= end))
            found[record].append(Happened(kind, at, frozenset(roles)))
    return found


def _of_case(
    case: Record, threads: Mapping[int, Iterable[int]], done: Mapping[int, Sequence[Happened]]
) -> list[Happened]:
    return [each for record in threads[case.pk] for each in done.get(record, ())]


def finding(procedure: Written, fits: Sequence[tuple[Record, Fit]]) -> Finding:
    """The mean fitness of its cases, and the one other way that most of them go."""
    about, of = f"{procedure.number} {procedure.title}", (procedure.document, procedure.number)
    if len(fits) < _at("least"):
        return Finding(
            about=about, of=of, n=len(fits), value=None, unit="", fired=False,
            sentence=_("Too few finished cases since this text took effect; not evaluable."),
        )  # fmt: skip
    mean = fmean(fit.fitness for _case, fit in fits)
    sentence = _("Fitness %(fitness).2f over %(n)d cases; 1 is exactly as written.") % {"fitness": mean, "n": len(fits)}
    way, times = Counter(fit.way for _case, fit in fits).most_common(1)[0]
    usual = as_written(steps_of(procedure))
    fired = mean < _at("fitness")
    if fired and way != usual and 100 * times / len(fits) >= _at("variant"):
        sentence += " " + _("%(times)d of %(n)d go like this: %(way)s. Proposal: change the procedure to say so.") % {
            "times": times, "n": len(fits), "way": ", ".join(way) or _("no step seen"),
        }  # fmt: skip
    rows = [_row(case, fit, usual) for case, fit in sorted(fits, key=lambda pair: pair[1].fitness)[:SHOWN]]
    return Finding(about=about, of=of, n=len(fits), value=mean, unit="", fired=fired, sentence=sentence, rows=rows)


def _row(case: Record, fit: Fit, usual: tuple[str, ...]) -> Row:
    said = _("%(missing)d missing, %(disordered)d out of order, %(wrong)d by another role, of %(due)d") % {
        "missing": fit.missing, "disordered": fit.disordered, "wrong": fit.wrong, "due": fit.due,
    }  # fmt: skip
    return Row(str(case), said, case.pk, fires=fit.way != usual)
