"""What the pages of processes, risks and acceptances show beside their fields."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.links.models import Link
from gemba.kernel.types import Panel
from gemba.modules.process import parts
from gemba.modules.process.conditions import FIGURE_OF
from gemba.modules.process.four_tests import cards, kinds_of
from gemba.modules.process.models import Acknowledgement, Process, ProcessMeasurement, ProcessRisk
from gemba.modules.process.rating import BANDS, STEPS, band_of
from gemba.modules.process.runs import FEWEST, Runs, finished, runs_of, time_in_words
from gemba.modules.process.states import ACCEPTED, ASKED

MOST_KINDS = 6
"""Kinds of record a process leaves; each costs one statement."""
FIGURES = 8
Context = Mapping[str, Any]


def _card(process: Process, access: Access) -> Context:
    return {"card": cards([process], access)[0]}


def _runs(process: Process, access: Access) -> Context | None:
    kinds = kinds_of(process)
    if not kinds:
        return None
    found = runs_of(finished(kinds, access))
    return {"runs": [(runs, _dots(runs), _spread(runs)) for runs in found], "fewest": FEWEST}


def _spread(runs: Runs) -> dict[str, str]:
    """The times of a spread in words; empty where it is not evaluable."""
    if runs.spread is None:
        return {}
    names = ("median", "low", "high", "shortest", "longest")
    return {name: time_in_words(getattr(runs.spread, name)) for name in names}


def _dots(runs: Runs) -> list[float]:
    """Where each run stands on a line of 100: 0 days at the left, the longest at the right."""
    longest = max((run.days for run in runs.found), default=0.0)
    return [round(100 * run.days / longest, 2) if longest else 0.0 for run in runs.found]


def _figures(process: Process, access: Access) -> Context | None:
    """The latest figures that this person may see, newest first."""
    linked = Link.objects.standing().filter(target=process, role=FIGURE_OF).values("source_id")
    rows = ProcessMeasurement._base_manager.filter(access.visible(), pk__in=linked).exclude(state="void")
    found = list(rows.order_by("-event_date", "-pk")[:FIGURES])
    return {"figures": [(figure, process.reached(figure.value)) for figure in found], "process": process}


def _people(process: Process, access: Access) -> Context | None:
    rows = Acknowledgement._base_manager.filter(
        access.visible(), of_process=process, state__in=(ASKED.name, ACCEPTED.name)
    )
    given = list(rows.select_related("person").order_by("person__name", "pk"))
    today = clock.today()
    return {"given": [(each, each.state == ACCEPTED.name, _late(each, today)) for each in given]} if given else None


def _late(given: Acknowledgement, today: Any) -> bool:
    return given.state == ASKED.name and given.due is not None and given.due < today


def _rating(risk: ProcessRisk, _access: Access) -> Context:
    """The grid of severity and likelihood with the risk in it, before and after."""
    rows = [
        (severity, [_cell(risk, severity, likelihood) for likelihood in STEPS]) for severity in reversed(STEPS)
    ]  # fmt: skip
    return {"risk": risk, "rows": rows, "steps": STEPS, "bands": reversed(BANDS)}


def _cell(risk: ProcessRisk, severity: int, likelihood: int) -> dict[str, Any]:
    after = (risk.severity_after or risk.severity, risk.likelihood_after or risk.likelihood)
    here = (severity, likelihood)
    return {
        "band": band_of(*here), "before": here == (risk.severity, risk.likelihood) and here != after,
        "after": here == after,
    }  # fmt: skip


def _lines(given: Acknowledgement, _access: Access) -> Context | None:
    words = {parts.OWNER: _("owner"), parts.ACCOUNTABLE: _("accountable"), parts.RESPONSIBLE: _("responsible")}
    lines = [{**line, "word": words[line["part"]]} for line in given.lines]
    return {"given": given, "lines": lines}


PROCESS: tuple[Panel[Process], ...] = (
    Panel(name="tests", title=_("The four tests"), template="process/card.html", context=_card, place="top",
                   statements=9 + MOST_KINDS),
    Panel(name="people", title=_("Who accepted it"), template="process/people.html", context=_people),
    Panel(name="runs", title=_("Does it run alike each time?"), template="process/runs.html", context=_runs,
                   statements=1 + MOST_KINDS),
    Panel(name="figures", title=_("Figures"), template="process/figures.html", context=_figures),
)  # fmt: skip
RISK: tuple[Panel[ProcessRisk], ...] = (
    Panel(name="rating", title=_("Rating"), template="process/rating.html", context=_rating),
)  # fmt: skip
ACKNOWLEDGEMENT: tuple[Panel[Acknowledgement], ...] = (
    Panel(name="lines", title=_("What is asked"), template="process/lines.html", context=_lines),
)  # fmt: skip
