"""Pages: questions and scores, action plan, comparison, what has no evidence, processes by clause."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from gemba.evidence.catalogue.model import Framework
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.practice.assessment import DutyState
from gemba.evidence.practice.snapshots import frameworks_in_force
from gemba.export.tables import write_csv
from gemba.export.views import CSV, download
from gemba.kernel import clock
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.roles import STAFF
from gemba.kernel.types import Screen
from gemba.modules.gapassessment.answering import my_questions
from gemba.modules.gapassessment.choices import GapType
from gemba.modules.gapassessment.comparing import BETTER, CLOSED, NEW, SAME, STAYED, WORSE, Comparison, compare
from gemba.modules.gapassessment.computed import Computed, by_duty
from gemba.modules.gapassessment.holes import Completeness, completeness
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment
from gemba.modules.gapassessment.panels import contradicts
from gemba.modules.gapassessment.plan import Step, plan
from gemba.modules.gapassessment.processes import process_matrix
from gemba.modules.gapassessment.progress import by_clause, mean
from gemba.modules.gapassessment.states import ASKED
from gemba.web.middleware import SignedInRequest

CONFLICT = 409
NOTHING = "\N{EN DASH}"
CHANGES = {
    NEW: (gettext_lazy("new gap"), "bad"), STAYED: (gettext_lazy("gap has stayed"), "bad"),
    WORSE: (gettext_lazy("lower score"), "warn"), CLOSED: (gettext_lazy("gap closed"), "good"),
    BETTER: (gettext_lazy("higher score"), "good"), SAME: (gettext_lazy("as before"), "calm"),
}  # fmt: skip


def visible(campaign: GapAssessment) -> list[GapAnswer]:
    """The answers that the reader may see: a respondent's own, everybody's for those who lead."""
    rows = GapAnswer.objects.filter(campaign=campaign).exclude(state=VOID).select_related("owner")
    return list(rows.order_by("pk"))


@dataclass(frozen=True, slots=True)
class Row:
    """One question in the table: what people say, beside what records show."""

    answer: GapAnswer
    word: str
    computed: Computed | None
    contradicts: bool

    @property
    def waits(self) -> bool:
        return self.answer.state == ASKED.name


@dataclass(frozen=True, slots=True)
class Filter:
    """A narrowing of the table that is a link with its count."""

    name: str
    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class ClauseScore:
    """A clause with the mean of what people say and the sums of what records show."""

    clause: str
    title: str
    score: str
    points: int
    of: int
    gaps: int


KEPT: dict[str, Callable[[GapAnswer, str], bool]] = {
    "type": lambda answer, value: bool(answer.discrepancy) and answer.gap_type == value,
    "state": lambda answer, value: (answer.state == ASKED.name) == (value == "open"),
    "clause": lambda answer, value: answer.clause == value,
    "gap": lambda answer, _value: bool(answer.discrepancy),
    "severity": lambda answer, value: bool(answer.discrepancy) and answer.severity == value,
}


@require_GET
def questions(request: SignedInRequest, record: GapAssessment) -> HttpResponseBase:
    """Every question that the reader may see, with filters and their counts; scores by clause above them."""
    answers, shown = visible(record), by_duty(record)
    wanted = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    kept = [answer for answer in answers if all(KEPT[name](answer, value) for name, value in wanted.items())]
    words = dict(record.scores)
    rows = [_row(answer, record, words, shown) for answer in kept]
    if request.GET.get("form") == "csv":
        return _rows_csv(record, rows)
    context = {
        "record": record, "rows": rows, "filters": _filters(answers), "wanted": wanted, "all": len(answers),
        "clauses": _clause_scores(record, answers, shown),
    }  # fmt: skip
    return render(request, "gapassessment/questions.html", context)


def _row(answer: GapAnswer, record: GapAssessment, words: dict[int, str], shown: dict[str, Computed]) -> Row:
    word = words.get(answer.score, "") if answer.score is not None else ""
    found = shown.get(answer.duty)
    return Row(answer, word, found, contradicts(answer, record, found))


def _filters(answers: Sequence[GapAnswer]) -> list[Filter]:
    def count(name: str, value: str) -> int:
        return sum(KEPT[name](answer, value) for answer in answers)

    return [
        Filter("state", "open", _("Not answered"), count("state", "open")),
        Filter("state", "answered", _("Answered"), count("state", "answered")),
        Filter("gap", "1", _("Falls short"), count("gap", "1")),
        *(Filter("type", value, str(label), count("type", value)) for value, label in GapType.choices),
    ]


def _clause_scores(
    record: GapAssessment, answers: Sequence[GapAnswer], shown: dict[str, Computed]
) -> list[ClauseScore]:  # fmt: skip
    framework = record.catalogued
    found = []
    for clause, asked in by_clause(answers).items():
        known = [shown[each.duty] for each in asked if each.duty in shown]
        title = framework.clauses[clause].title if framework and clause in framework.clauses else ""
        score = mean([each.score for each in asked if each.score is not None])
        found.append(ClauseScore(
            clause, title, NOTHING if score is None else str(score), sum(c.points for c in known),
            sum(c.of for c in known), sum(bool(each.discrepancy) for each in asked),
        ))  # fmt: skip
    return found


def _rows_csv(record: GapAssessment, rows: Iterable[Row]) -> HttpResponseBase:
    headings = [
        _("Question"), _("Clause"), _("Duty"), _("What is asked"), _("Owner"), _("State"), _("Practice"), _("Score"),
        _("Score in words"), _("Records show"), _("Points"), _("Discrepancy"), _("Seen in"), _("Severity"),
        _("Kind of gap"),
    ]  # fmt: skip
    lines = [_csv_row(row) for row in rows]
    return download(write_csv(headings, lines), f"{record.number} {clock.today()}.csv", CSV)


def _csv_row(row: Row) -> list[Any]:
    answer = row.answer
    points = f"{row.computed.points} / {row.computed.of}" if row.computed else ""
    return [
        answer.number, answer.clause, answer.duty, answer.asks, answer.owner.name,
        _("open") if row.waits else _("answered"), answer.practice, answer.score, row.word,
        row.computed.row.word if row.computed else "", points, answer.discrepancy, answer.evidence,
        str(answer.get_severity_display()), str(answer.get_gap_type_display()),
    ]  # fmt: skip


@require_GET
def action_plan(request: SignedInRequest, record: GapAssessment) -> HttpResponseBase:
    """The gaps in the order in which they are best closed before the audit."""
    today = clock.today()
    steps = plan(visible(record), record.audit_on, today)
    if request.GET.get("form") == "csv":
        return _plan_csv(record, steps)
    days = (record.audit_on - today).days if record.audit_on else None
    context = {
        "record": record, "steps": steps, "days": days, "late": sum(each.too_late for each in steps),
        "unestimated": sum(each.answer.effort is None for each in steps),
    }  # fmt: skip
    return render(request, "gapassessment/plan.html", context)


def _plan_csv(record: GapAssessment, steps: Sequence[Step]) -> HttpResponseBase:
    headings = [
        _("Place"), _("Priority"), _("Question"), _("Duty"), _("Discrepancy"), _("Action"), _("Owner"), _("Severity"),
        _("Risk"), _("Relevance"), _("Effort in working days"), _("Effort class"), _("Urgency"), _("Days of slack"),
        _("Next audit"),
    ]  # fmt: skip
    lines = [
        [
            place, each.shown, each.answer.number, each.answer.duty, each.answer.discrepancy, each.answer.action,
            each.answer.owner.name, str(each.answer.get_severity_display()), each.risk, each.relevance,
            each.answer.effort, each.effort, each.urgency, each.slack, record.audit_on,
        ]
        for place, each in enumerate(steps, 1)
    ]  # fmt: skip
    return download(write_csv(headings, lines), f"{record.number} plan {clock.today()}.csv", CSV)


@require_GET
def comparison(request: SignedInRequest, record: GapAssessment) -> HttpResponse:
    """This campaign beside its baseline, or beside another one of the same framework that the reader may see."""
    others = GapAssessment.objects.filter(framework=record.framework).exclude(pk=record.pk).exclude(state=VOID)
    choice = list(others.order_by("-pk"))
    number = request.GET.get("with", "")
    before = next((each for each in choice if each.number == number), None)
    before = before or next((each for each in choice if each.pk == record.baseline_id), None)
    found = _compared(compare(before, record)) if before else None
    seen = {answer.pk for answer in visible(record)}
    context = {"record": record, "choice": choice, "before": before, "found": found, "seen": seen}
    return render(request, "gapassessment/compare.html", context)


def _compared(found: Comparison) -> dict[str, Any]:
    """Rows that say something; those that stayed as they were are counted alone."""
    rows = [
        {"row": row, "word": CHANGES[row.change][0], "tone": CHANGES[row.change][1]}
        for row in found.rows
        if row.change != SAME
    ]
    counts = [(str(word), tone, found.count(name)) for name, (word, tone) in CHANGES.items()]
    return {"rows": rows, "counts": counts, "comparison": found, "same_scale": found.same_scale}


def _framework(request: SignedInRequest) -> Framework:
    """The one asked for, or the first in force."""
    name = request.GET.get("framework", "")
    if not name:
        return frameworks_in_force(clock.today())[0]
    found = known_catalogue().frameworks.get(name)
    if found is None:
        raise Http404
    return found


@require_GET
def without_evidence(request: SignedInRequest) -> HttpResponseBase:
    """No evidence, stale evidence, undecided (M81). An export says so; asked to be complete, it refuses."""
    found = completeness(_framework(request))
    if request.GET.get("form") == "csv":
        if request.GET.get("complete") and not found.complete:
            return render(request, "gapassessment/refused.html", {"found": found}, status=CONFLICT)
        return _completeness_csv(found)
    context = {"found": found, "frameworks": frameworks_in_force(found.day)}
    return render(request, "gapassessment/evidence.html", context)


def _completeness_csv(found: Completeness) -> HttpResponseBase:
    """The file says in its name and in its first row whether it is complete."""
    counts = {"none": len(found.none), "stale": len(found.stale), "undecided": len(found.undecided)}
    if found.complete:
        said = _("COMPLETE: each of %d duties has valid evidence within its window.") % found.asked
    else:
        said = (
            _("NOT COMPLETE: %(none)d duties without, %(stale)d with stale evidence, %(undecided)d undecided.") % counts
        )
    name = "complete" if found.complete else "NOT-COMPLETE"
    groups = ((_("no evidence"), found.none), (_("stale evidence"), found.stale), (_("undecided"), found.undecided))
    lines = [[said, "", "", "", ""], *(_hole(label, hole) for label, holes in groups for hole in holes)]
    headings = [_("What is missing"), _("Duty"), _("What is asked"), _("State"), _("Newest evidence")]
    return download(write_csv(headings, lines), f"{found.framework.id}-{name}-{found.day}.csv", CSV)


def _hole(label: str, hole: DutyState) -> list[Any]:
    return [label, hole.duty.id, hole.duty.text, hole.word, hole.ground.newest_valid]


@require_GET
def processes_by_clause(request: SignedInRequest) -> HttpResponseBase:
    """Process by clause, with what stands alone on either side (M76)."""
    framework = _framework(request)
    found = process_matrix(framework)
    if request.GET.get("form") == "csv":
        headings = [_("Clause"), _("Title"), *(f"{each.number} {each.title}" for each in found.processes)]
        cells = [
            [line.clause.number, line.clause.title,
             *(", ".join(d.number for d in line.by_process.get(each.pk, ())) for each in found.processes)]
            for line in found.lines
        ]  # fmt: skip
        return download(write_csv(headings, cells), f"{framework.id}-processes-{clock.today()}.csv", CSV)
    lines = [(line, [(p, line.by_process[p.pk]) for p in found.processes if p.pk in line.by_process])
             for line in found.lines]  # fmt: skip
    context = {"found": found, "lines": lines, "frameworks": frameworks_in_force(clock.today())}
    return render(request, "gapassessment/processes.html", context)


SCREENS = (
    Screen(name="mine", path="gap/mine", view=my_questions, menu=gettext_lazy("My gap questions"), roles=STAFF),
    Screen(name="evidence", path="gap/evidence", view=without_evidence, menu=gettext_lazy("Without evidence")),
    Screen(name="processes", path="gap/processes", view=processes_by_clause, menu=gettext_lazy("Processes by clause")),
    Screen(name="questions", path="questions", view=questions, on_record=True,
           menu=gettext_lazy("Questions and scores")),
    Screen(name="plan", path="plan", view=action_plan, on_record=True, menu=gettext_lazy("Action plan")),
    Screen(name="compare", path="compare", view=comparison, on_record=True, menu=gettext_lazy("Compare")),
)  # fmt: skip
