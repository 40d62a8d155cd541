"""What a review shows of itself: each input with its figures, what is open, and what became of the decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gemba.kernel import clock
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.types import registry
from gemba.modules.managementreview.gathering import COUNTS, Figure, Period, gather, period_of
from gemba.modules.managementreview.inputs import INPUTS, Input
from gemba.modules.managementreview.models import ManagementAction, ManagementReview


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one kind of record: its counts in a row, then what is amiss; or what belongs to no kind."""

    title: str
    counts: Sequence[tuple[Figure, str]]
    others: Sequence[tuple[Figure, str]]


@dataclass(frozen=True, slots=True)
class Looked:
    """One input of one review."""

    input: Input
    figures: Sequence[Figure]
    says: str
    left_out: str

    @property
    def open(self) -> bool:
        """Neither filled nor reasoned away."""
        return not (self.says.strip() or self.left_out.strip())

    @property
    def groups(self) -> list[Group]:
        """In the order of the figures, each with what it says beside the name of its kind."""
        found: dict[str, list[Figure]] = {}
        for figure in self.figures:
            kind = figure.name.partition(":")[0]
            found.setdefault(kind if kind in self.input.kinds else "", []).append(figure)
        return [_group(kind, figures) for kind, figures in found.items()]


def _group(kind: str, figures: Sequence[Figure]) -> Group:
    title = str(registry.named(kind).plural) if kind in registry else ""
    short = [(each, each.label.removeprefix(f"{title}: ")) for each in figures]
    counts = [pair for pair in short if pair[0].name.partition(":")[2] in COUNTS]
    return Group(title, counts, [pair for pair in short if pair not in counts])


@dataclass(frozen=True)
class Pack:
    """The review's inputs with live figures, or with those kept when it was held."""

    period: Period
    kept: bool
    looked: Sequence[Looked] = field(default_factory=tuple)

    @property
    def open(self) -> list[Looked]:
        return [each for each in self.looked if each.open]


def pack(review: ManagementReview) -> Pack:
    period = period_of(review, clock.today())
    kept = review.figures_on is not None
    found = kept_figures(review) if kept else gather(period)
    lines = {line["input"]: line for line in review.inputs}
    blank = {"says": "", "left_out": ""}
    looked = [
        Looked(each, found.get(each.name, ()), line["says"], line["left_out"])
        for each in INPUTS for line in (lines.get(each.name, blank),)
    ]  # fmt: skip
    return Pack(period, kept, looked)


def kept_figures(review: ManagementReview) -> Mapping[str, Sequence[Figure]]:
    """As they were on that day; the rows behind them are found as they stand now."""
    found: dict[str, list[Figure]] = {}
    for line in review.figures:
        name = "" if line["name"] == "-" else line["name"]
        found.setdefault(line["input"], []).append(Figure(name, line["figure"], line["value"]))
    return found


def actions_of(review: ManagementReview) -> list[ManagementAction]:
    """The decisions that this reader may see, one statement."""
    rows = ManagementAction.objects.filter(review=review).exclude(state=VOID).select_related("owner")
    return list(rows.order_by("pk"))


def still_open(review: ManagementReview) -> list[ManagementAction]:
    """Decisions of earlier reviews that are not done, as this reader may see them, the oldest first."""
    rows = ManagementAction.objects.filter(open=True, exercise=False, review__pk__lt=review.pk)
    return list(rows.select_related("owner").order_by("due", "pk"))
