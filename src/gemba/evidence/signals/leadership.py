"""Signal 6, second half: what waits for top management beside what waits for others. By function, never by name.

Who is present at reviews is told by the reviews themselves.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

from dateutil.relativedelta import relativedelta
from django.db.models import Count
from django.utils.translation import gettext as _

from gemba.evidence.signals.signal import Finding, Row
from gemba.evidence.signals.thresholds import limit
from gemba.kernel.people.models import RoleGrant
from gemba.kernel.records.models import Record
from gemba.kernel.roles import STAFF, Role
from gemba.kernel.tasks.models import Task

_at = partial(limit, "ownership")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Of some people: overdue work of each, and how many days each decision took that was asked of one of them."""

    overdue: Sequence[int]
    days: Sequence[int]

    @property
    def usual(self) -> float:
        return median(self.overdue) if self.overdue else 0.0

    @property
    def latency(self) -> float | None:
        return median(self.days) if self.days else None


def leadership(today: dt.date) -> Finding:
    """Four statements."""
    roles: dict[int, set[str]] = {}
    grants = RoleGrant.objects.in_force(today).filter(role__in=STAFF, person__ended=None)
    for person, role in grants.values_list("person", "role"):
        roles.setdefault(person, set()).add(role)
    leaders = {person for person, held in roles.items() if Role.MANAGEMENT in held}
    overdue, days = _overdue(today), _decided(today)
    return finding(_of(leaders, overdue, days), _of(roles.keys() - leaders, overdue, days))


def _of(people: Collection[int], overdue: Mapping[int, int], days: Mapping[int, Sequence[int]]) -> Waiting:
    return Waiting([overdue.get(each, 0) for each in people], [n for each in people for n in days.get(each, ())])


def _overdue(today: dt.date) -> Counter[int]:
    """What each person was asked to do, or owns, and has not done by its day."""
    tasks = Task.objects.filter(done_at=None, withdrawn=False, due__lt=today, person__isnull=False)
    records = Record._base_manager.filter(open=True, exercise=False, due__lt=today)
    found: Counter[int] = Counter()
    for rows, whose in ((tasks, "person"), (records, "owner")):
        for person, number in rows.order_by().values_list(whose).annotate(n=Count("pk")):
            found[person] += number
    return found


def _decided(today: dt.date) -> Mapping[int, list[int]]:
    """Days from being asked for a step to taking it, of those taken in the window."""
    since = dt.datetime.combine(today - relativedelta(months=int(_at("window_months"))), dt.time(), dt.UTC)
    rows = Task.objects.filter(done_at__gte=since, done_by__isnull=False, withdrawn=False).exclude(transition="")
    found: dict[int, list[int]] = {}
    for person, asked, done in rows.order_by().values_list("done_by", "asked_at", "done_at"):
        if done is not None:
            found.setdefault(person, []).append((done - asked).days)
    return found


def finding(leaders: Waiting, staff: Waiting) -> Finding:
    """How much more is overdue at each of top management than is usual among the others."""
    about, n = _("Top management"), len(leaders.overdue)
    if n < _at("leaders") or len(staff.overdue) < _at("people"):
        return Finding(
            about=about, n=n, value=None, unit="", fired=False,
            sentence=_("Too few people for a figure that is not about somebody; not evaluable."),
        )  # fmt: skip
    more = sum(leaders.overdue) / n - staff.usual
    sentence = _("%(each).1f things overdue at each of them, %(usual).1f at most people: %(more)+.1f.") % {
        "each": sum(leaders.overdue) / n, "usual": staff.usual, "more": more,
    }  # fmt: skip
    rows = [Row(_("Days until top management decides, median"), _days(leaders.latency)),
            Row(_("Days until others take a step, median"), _days(staff.latency))]  # fmt: skip
    return Finding(
        about=about, n=n, value=more, unit="", fired=more > _at("leaders_late"), sentence=sentence, rows=rows
    )


def _days(latency: float | None) -> str:
    return _("not evaluable") if latency is None else f"{latency:.0f}"
