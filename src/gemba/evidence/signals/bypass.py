"""Signal 5: how often people go around a procedure, beside how heavy it is. Both together: simplify it first."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from statistics import fmean, median

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.practice.known import bypasses, written
from gemba.evidence.signals.signal import Finding, Row, Signal
from gemba.evidence.signals.thresholds import limit, shown
from gemba.kernel.facts import Written
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.records.models import Record

_at = partial(limit, "bypass")
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Use:
    """A record made by a procedure: how long it took, and how often something went around the rules for it."""

    record: int
    number: str
    days: float | None
    """From entry to its end; None while it is open."""
    extensions: int = 0
    around: tuple[str, ...] = ()

    @property
    def times(self) -> int:
        return self.extensions + len(self.around)


@dataclass(frozen=True, slots=True)
class Weight:
    """What a procedure costs those who work by it."""

    words: int
    steps: int
    hand_offs: int
    days: float

    def beside(self, usual: "Weight") -> float:
        """The mean of its measures against what is usual here; 1 is usual. What is usually nothing is left out."""
        pairs = (
            (self.words, usual.words), (self.steps, usual.steps), (self.hand_offs, usual.hand_offs),
            (self.days, usual.days),
        )  # fmt: skip
        ratios = [own / other for own, other in pairs if other]
        return fmean(ratios) if ratios else 1.0


def weight_of(procedure: Written, uses: Sequence[Use]) -> Weight:
    roles = [step.role for step in procedure.steps]
    hand_offs = sum(one != other for one, other in pairwise(roles))
    days = [use.days for use in uses if use.days is not None]
    return Weight(procedure.words, len(roles), hand_offs, median(days) if days else 0.0)


def usual_of(weights: Sequence[Weight]) -> Weight:
    return Weight(
        round(median(each.words for each in weights)), round(median(each.steps for each in weights)),
        round(median(each.hand_offs for each in weights)), median(each.days for each in weights),
    )  # fmt: skip


def bypass(today: dt.date) -> Signal:
    """By procedure that records are made by."""
    since = today - relativedelta(months=int(_at("window_months")))
    procedures = [each for each in written(today) if each.kinds]
    uses = _uses(procedures, since, today)
    weights = {each: weight_of(each, uses[each]) for each in procedures}
    usual = usual_of(list(weights.values())) if len(weights) >= _at("procedures") else None
    return Signal(
        name="bypass", title=gettext_lazy("Gone around, and heavy"), since=since, until=today,
        thresholds=shown("bypass"),
        says=gettext_lazy("People go around this procedure often, and it is heavier than others: simplify it first."),
        not_meaning=gettext_lazy(
            "It does not blame those who asked for more time or for leave: they did so in the open. Weight is length,"
            " steps, hand-offs and days, against the usual here; it is no judgement of the text."
        ),
        findings=tuple(
            sorted((finding(each, uses[each], weights[each], usual) for each in procedures), key=_most_often)
        ),
    )  # fmt: skip


def _most_often(found: Finding) -> float:
    """What is gone around most often comes first; what cannot be evaluated comes last."""
    return 1.0 if found.value is None else -found.value


def _uses(procedures: Iterable[Written], since: dt.date, today: dt.date) -> Mapping[Written, list[Use]]:
    """Records of the kinds that each procedure governs, with what went around the rules for them."""
    by_kind: dict[str, list[Written]] = defaultdict(list)
    for each in procedures:
        for kind in each.kinds:
            by_kind[kind].append(each)
    around: dict[int, list[str]] = defaultdict(list)
    for gone in bypasses(since, today):
        around[gone.record].append(gone.what)
    records = Record._base_manager.filter(kind__in=list(by_kind), exercise=False, event_date__gte=since)
    columns = ("pk", "number", "kind", "open", "entered_at", "state_since", "extensions")
    found: dict[Written, list[Use]] = {each: [] for some in by_kind.values() for each in some}
    rows = records.filter(event_date__lte=today).exclude(state=VOID).order_by("pk").values_list(*columns)
    for pk, number, kind, is_open, entered, ended, extensions in rows:
        days = None if is_open else max((ended - entered).total_seconds() / 86_400, 0.0)
        for procedure in by_kind[kind]:
            found[procedure].append(Use(pk, number, days, extensions, tuple(around.get(pk, ()))))
    return found


def finding(procedure: Written, uses: Sequence[Use], weight: Weight, usual: Weight | None) -> Finding:
    about, of = f"{procedure.number} {procedure.title}", (procedure.document, procedure.number)
    if usual is None or len(uses) < _at("least"):
        return Finding(
            about=about, of=of, n=len(uses), value=None, unit="", fired=False,
            sentence=_("Too few uses, or too few procedures to say what is usual; not evaluable."),
        )  # fmt: skip
    times = sum(use.times for use in uses)
    rate, burden = 100 * times / len(uses), weight.beside(usual)
    sentence = _(
        "%(times)d times around it in %(n)d uses (%(rate).0f per 100); %(burden).1f times as heavy as usual:"
        " %(words)d words, %(steps)d steps, %(hands)d hand-offs, %(days).0f days."
    ) % {
        "times": times, "n": len(uses), "rate": rate, "burden": burden, "words": weight.words, "steps": weight.steps,
        "hands": weight.hand_offs, "days": weight.days,
    }  # fmt: skip
    fired = rate > _at("rate") and burden > _at("burden")
    rows = [Row(use.number, _what(use), use.record, fires=True) for use in uses if use.times][:SHOWN]
    return Finding(
        about=about, of=of, n=len(uses), value=rate, unit=_("per 100 uses"), fired=fired, sentence=sentence, rows=rows
    )


def _what(use: Use) -> str:
    said = [_("more time, %d times") % use.extensions] if use.extensions else []
    return ", ".join([*said, *(f"{what} ({n})" if n > 1 else what for what, n in Counter(use.around).items())])
