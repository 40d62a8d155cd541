"""What the pages of complaints, decisions, field actions, trends and imports draw beside their fields."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock as server_clock
from gemba.kernel.access.scope import Access
from gemba.kernel.bulk.models import BulkRun
from gemba.kernel.lifecycle.machine import State
from gemba.kernel.records.models import Record
from gemba.kernel.rows import load
from gemba.kernel.types import Panel
from gemba.modules.complaint.arrivals import RESTING, run_name
from gemba.modules.complaint.choices import Verdict
from gemba.modules.complaint.guards import decisions_on
from gemba.modules.complaint.models import Complaint, ComplaintImport, ComplaintTrend, FieldAction, Reportability
from gemba.modules.complaint.rules import Market, Rule, markets, rules
from gemba.modules.complaint.trend import FEWEST, LIMIT
from gemba.modules.complaint.workflow import reportability_lifecycle

TONES = {Verdict.SIGNAL: "bad", Verdict.QUIET: "good", Verdict.NOT_EVALUABLE: "calm"}
PERCENT = 100
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClockShown:
    """One decision as a line: what runs, until when, how sure we are of the rule."""

    decision: Reportability
    market: Market
    rule: Rule
    state: State
    left: str
    tone: str


def shown_clock(decision: Reportability) -> ClockShown:
    left, tone = time_left(decision)
    state = reportability_lifecycle.state(decision.state)
    return ClockShown(decision, markets()[decision.market], rules()[decision.criterion], state, left, tone)


def time_left(decision: Reportability) -> tuple[str, str]:
    """How far away the legal deadline is, in words, and the tone of it; nothing once it no longer matters."""
    if not decision.open or decision.deadline is None:
        return "", "calm"
    left = decision.deadline - server_clock.now()
    if left <= dt.timedelta():
        return _now("passed"), "bad"
    if left < 2 * DAY:
        hours = max(int(left.total_seconds() // 3600), 1)
        return _now("%d hours left") % hours, "bad"
    return _now("%d days left") % left.days, "busy"


def _clocks(record: Complaint | FieldAction, access: Access) -> Mapping[str, Any] | None:
    decisions = [decision for decision in decisions_on(record) if access.sees(decision)]
    if not decisions and not record.open:
        return None
    return {"clocks": [shown_clock(decision) for decision in decisions]}


def _clock(record: Reportability, _access: Access) -> Mapping[str, Any] | None:
    if record.criterion not in rules() or record.deadline is None:
        return None
    return {"clock": shown_clock(record), "aware_on": record.aware_at}


def _origin(record: Complaint, access: Access) -> Mapping[str, Any] | None:
    if record.imported_with_id is None:
        return None
    source = load(Record, record.imported_with_id)
    return {"source": source if access.sees(source) else None, "key": record.source_key}


def _reach(record: FieldAction, _access: Access) -> Mapping[str, Any] | None:
    lines = record.recipients
    if not lines:
        return None
    answered = sum(bool(line.get("answered")) for line in lines)
    units = sum(line.get("units") or 0 for line in lines)
    reached = sum(line.get("units") or 0 for line in lines if line.get("answered"))
    return {"answered": answered, "of": len(lines), "units": units, "reached": reached, "waiting": record.unanswered}


def _figures(record: ComplaintTrend, _access: Access) -> Mapping[str, Any]:
    return {
        "tone": TONES[Verdict(record.verdict)], "limit": f"{LIMIT:.0%}", "fewest": FEWEST,
        "n": record.recent + record.before,
        "bars": bars((_now("expected"), float(record.expected)), (_now("counted"), float(record.recent))),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: float
    width: float
    """Of 100."""

    @property
    def text(self) -> str:
        return f"{self.value:.1f}".removesuffix(".0")

    @property
    def drawn(self) -> str:
        """The width as SVG takes it, in any language."""
        return f"{self.width:.2f}"


def bars(*given: tuple[str, float]) -> Sequence[Bar]:
    longest = max((value for _label, value in given), default=0) or 1
    return [Bar(label, value, PERCENT * value / longest) for label, value in given]


def progress_of(record: ComplaintImport, _access: Access | None = None) -> Mapping[str, Any]:
    """How far the import is. One that has not moved for two minutes rests, and may be started again."""
    run = BulkRun.objects.filter(name=run_name(record)).first()
    still = server_clock.now() - RESTING
    return {
        "record": record, "run": run, "done": run.done if run else 0, "of": run.total if run else record.total,
        "resting": record.open and (run.moved_at if run else record.state_since) < still,
    }  # fmt: skip


clocks_of_case: Panel[Any] = Panel(
    name="clocks", title=_("Reporting clocks"), template="complaint/clocks.html", context=_clocks, place="top",
)  # fmt: skip
clock: Panel[Reportability] = Panel(
    name="clock", title=_("The clock"), template="complaint/clock.html", context=_clock, place="top", statements=0
)
origin: Panel[Complaint] = Panel(
    name="origin", title=_("Where it came from"), template="complaint/origin.html", context=_origin, place="beside"
)
reach: Panel[FieldAction] = Panel(
    name="reach", title=_("Who was reached"), template="complaint/reach.html", context=_reach, place="top", statements=0
)
figures: Panel[ComplaintTrend] = Panel(
    name="figures", title=_("What was counted"), template="complaint/figures.html", context=_figures, place="top",
    statements=0,
)  # fmt: skip
progress: Panel[ComplaintImport] = Panel(
    name="progress", title=_("Progress"), template="complaint/progress.html", context=progress_of, place="top"
)
