"""Paper and practice over REST, to be read alone: scope, claims, states, figures, ledger and signals."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from dateutil.relativedelta import relativedelta
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from gemba.api.lookup import only_known
from gemba.api.practice_shapes import (
    AllFiguresOut,
    ClaimOut,
    DayFiguresOut,
    DutyStateOut,
    LedgerIn,
    LedgerOut,
    ScopeOut,
    SignalOut,
    StatesIn,
    WhenIn,
    WhereIn,
    WholeSignalOut,
)
from gemba.api.shapes import REFUSALS
from gemba.evidence.catalogue.model import Framework
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.claims.reading import claims_on
from gemba.evidence.expectations import ledger as ledger_of
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.practice.assessment import Assessment, DutyState, assess
from gemba.evidence.practice.figures import Figures
from gemba.evidence.practice.place import Place
from gemba.evidence.practice.snapshots import frameworks_in_force, trend
from gemba.evidence.practice.states import State, explained
from gemba.evidence.practice.windows import FIRST_YEAR, months_of, window_start
from gemba.evidence.scope.standing import decisions_on, frameworks_on, left_out_on
from gemba.evidence.signals.all import SIGNALS
from gemba.evidence.signals.all import signals as all_signals
from gemba.evidence.signals.signal import Finding, Signal
from gemba.kernel import clock
from gemba.kernel.access.viewer import current_access
from gemba.kernel.people.models import Product, Site
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid
from gemba.kernel.roles import READERS

practice = Router(tags=["Paper and practice"])
MONTHS = 24
AHEAD = dt.timedelta(days=366)


def get(path: str, answer: Any, operation: str, summary: str) -> Callable[..., Any]:
    made: Callable[..., Any] = practice.get(
        path, response={200: answer, **REFUSALS}, operation_id=operation, summary=summary
    )
    return made


def _readers_only() -> None:
    """Whoever reads no records at all does not read what they add up to."""
    access = current_access()
    if not access.everything and not access.roles & set(READERS):
        raise Http404


def _framework(name: str) -> Framework:
    _readers_only()
    found = known_catalogue().frameworks.get(name)
    if found is None:
        raise Http404
    return found


def _day(asked: dt.date | None) -> dt.date:
    today = clock.today()
    if asked is not None and asked.year < FIRST_YEAR:
        raise Invalid({"on": [_("There is no day so early here.")]})
    if asked is not None and asked > today:
        raise Invalid({"on": [_("This day is not over yet: nothing is known of it.")]})
    return asked or today


def _place(given: WhereIn) -> Place:
    found: dict[str, int] = {}
    for name, model in (("site", Site), ("product", Product)):
        if asked := getattr(given, name):
            row = next((each for each in model.objects.all() if each.uid == asked), None)
            if row is None:
                raise Invalid({name: [_("There is nothing with this identifier.")]})
            found[name] = row.pk
    return Place(**found)


def _assessed(framework: Framework, given: WhereIn) -> Assessment:
    day = _day(given.on)
    return assess(framework, decisions_on(day, framework.id), on=day, place=_place(given), drafts=given.drafts)


def _visible(keys: set[int]) -> dict[int, str]:
    """Numbers of the records among these that the caller may see."""
    rows = Record.objects.filter(pk__in=keys).order_by()
    return dict(rows.values_list("pk", "number")) if keys else {}


@get("/scope", ScopeOut, "practice_scope", "Frameworks one is under, and duties that do not apply")
def scope(request: HttpRequest, given: Query[WhenIn]) -> Any:
    only_known(request, WhenIn)
    _readers_only()
    day = _day(given.on)
    out = left_out_on(day)
    numbers = _visible({each.scope_id for each in out})
    return {
        "day": day, "approved": bool(frameworks_on(day)),
        "frameworks": [
            {"id": f.id, "designation": f.designation, "title": f.title, "edition": f.edition, "duties": len(f.duties)}
            for f in frameworks_in_force(day)
        ],
        "left_out": [
            {"framework": each.framework, "duty": each.duty, "reason": each.reason, "valid_from": each.valid_from,
             "scope": numbers.get(each.scope_id)} for each in out
        ],
    }  # fmt: skip


@get("/signals", list[SignalOut], "practice_signals", "Every signal, those that fired first")
def signals(request: HttpRequest) -> Any:
    _readers_only()
    return [_signal(each) for each in all_signals(clock.today())]


@get("/signals/{name}", WholeSignalOut, "practice_signal", "One signal with its figures and their rows")
def signal(request: HttpRequest, name: str) -> Any:
    _readers_only()
    if name not in SIGNALS:
        raise Http404
    found = SIGNALS[name](clock.today())
    numbers = _visible({pk for finding in found.findings for pk in finding.names})
    return _signal(found) | {"findings": [_finding(each, numbers) for each in found.findings]}


def _signal(found: Signal) -> dict[str, Any]:
    return {
        "name": found.name, "title": str(found.title), "fired": found.fired, "evaluable": found.evaluable,
        "says": str(found.says), "not_meaning": str(found.not_meaning), "since": found.since, "until": found.until,
        "thresholds": [{"says": t.name, "value": t.value, "unit": str(t.unit)} for t in found.thresholds],
    }  # fmt: skip


def _finding(found: Finding, numbers: dict[int, str]) -> dict[str, Any]:
    shown = [row for row in found.rows if numbers.keys() >= set(row.names)]
    return {
        "about": found.about_for(numbers), "n": found.n, "value": found.value, "unit": str(found.unit),
        "fired": found.fired, "sentence": found.sentence, "hidden": len(found.rows) - len(shown),
        "rows": [
            {"label": row.label, "detail": row.detail, "record": numbers.get(row.record or 0), "fires": row.fires}
            for row in shown
        ],
    }  # fmt: skip


@get("/{framework}/figures", AllFiguresOut, "practice_figures", "Paper, practice and gap, overall and by clause")
def figures(request: HttpRequest, framework: str, given: Query[WhereIn]) -> Any:
    only_known(request, WhereIn)
    found = _assessed(_framework(framework), given)
    return {
        "framework": framework, "day": found.day, "overall": _figures(found.overall),
        "clauses": [
            {"clause": number, "title": found.framework.clauses[number].title, **_figures(found.under(number))}
            for number in found.by_clause
        ],
    }  # fmt: skip


def _figures(found: Figures) -> dict[str, Any]:
    return {
        "applicable": found.applicable, "claimed": found.claimed, "working": found.working, "paper": found.paper,
        "practice": found.practice, "gap": found.gap, "undecided": found.undecided,
        "not_applicable": found.not_applicable, "states": {str(s): count for s, count in found.states.items()},
    }  # fmt: skip


@get("/{framework}/states", list[DutyStateOut], "practice_states", "Every duty with its state, and why")
def states(request: HttpRequest, framework: str, given: Query[StatesIn]) -> Any:
    only_known(request, StatesIn)
    known = _framework(framework)
    if given.state and given.state not in set(State):
        raise Invalid({"state": [_("There is no such state. There are: %s.") % ", ".join(State)]})
    if given.clause and given.clause not in known.clauses:
        raise Invalid({"clause": [_("The framework has no such clause.")]})
    found = _assessed(known, given)
    rows = found.rows_under(given.clause) if given.clause else found.rows
    return [_state(row, found.day) for row in rows if given.state in ("", row.state)]


def _state(row: DutyState, day: dt.date) -> dict[str, Any]:
    duty, ground = row.duty, row.ground
    return {
        "duty": duty.id, "clause": duty.clause, "text": duty.text, "state": str(row.state),
        "why": explained(ground, row.state, day), "evidence": list(duty.evidence), "cadence": duty.cadence,
        "needs_practice": duty.needs_practice, "claimed_since": ground.claimed_since,
        "newest_valid": ground.newest_valid, "newest_exercise": ground.newest_exercise,
        "not_counted": ground.ever_invalid, "window_months": months_of(duty), "window_from": window_start(duty, day),
    }  # fmt: skip


@get("/{framework}/claims", list[ClaimOut], "practice_claims", "Standing claims by documents one may see")
def claims(request: HttpRequest, framework: str) -> Any:
    known = _framework(framework)
    return [
        {"duty": each.duty, "document": each.record.number, "title": each.record.title, "source": each.source,
         "note": each.note, "made_at": each.made_at} for each in claims_on(known.id, [duty.id for duty in known.duties])
    ]  # fmt: skip


@get("/{framework}/trend", list[DayFiguresOut], "practice_trend", "The figures that were kept, day by day")
def days(request: HttpRequest, framework: str) -> Any:
    known = _framework(framework)
    return [
        {"day": each.day, "applicable": each.applicable, "claimed": each.claimed, "working": each.working,
         "states": each.states} for each in trend(known.id, clock.today() - relativedelta(months=MONTHS))
    ]  # fmt: skip


@get("/{framework}/ledger", LedgerOut, "practice_ledger", "What was expected by when, and how it ended")
def ledger(request: HttpRequest, framework: str, given: Query[LedgerIn]) -> Any:
    only_known(request, LedgerIn)
    known, today = _framework(framework), clock.today()
    if given.end and given.end not in Expectation.End.values:
        raise Invalid({"end": [_("There is no such end. There are: %s.") % ", ".join(Expectation.End.values)]})
    since, until = given.since or today - relativedelta(months=MONTHS), given.until or today + AHEAD
    rows = ledger_of.rows(known.id, since=since, until=until, end=given.end)
    page = list(rows[given.offset : given.offset + given.limit + 1])
    shown, ratio = page[: given.limit], ledger_of.ratio(known.id, since=since, until=until)
    numbers = _visible({pk for each in shown for pk in (each.record_id, each.because_id) if pk is not None})
    return {
        "counts": dict(ratio.counts), "ended": ratio.ended, "on_time": ratio.on_time,
        "next": given.offset + given.limit if len(page) > given.limit else None,
        "items": [
            {"duty": each.duty, "since": each.since, "due": each.due, "end": each.end, "ended_on": each.ended_on,
             "record": numbers.get(each.record_id or 0), "because": numbers.get(each.because_id or 0),
             "reason": each.reason} for each in shown
        ],
    }  # fmt: skip
