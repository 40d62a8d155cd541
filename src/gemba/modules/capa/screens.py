"""Pages of CAPA alone: the investigation that is drawn as one types, the log, and age and closure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from gemba.kernel import clock
from gemba.kernel.rights import may_change
from gemba.kernel.types import RecordType, Section, registry
from gemba.modules.capa.doubt import advice, doubt_about
from gemba.modules.capa.drawing import drawings_of, drawn
from gemba.modules.capa.figures import BANDS, age_and_closure, register
from gemba.modules.capa.models import Capa
from gemba.web.forms import RecordForm, record_form
from gemba.web.middleware import SignedInRequest
from gemba.web.record_page import SectionShown, sections_of

INVESTIGATED = (
    "method", "examined", "whys", "fishbone", "is_is_not", "timeline", "root_cause", "cause", "cause_known",
    "elsewhere",
)  # fmt: skip
"""The columns of the section that the investigation page edits."""
TABLES = {"whys": "why", "fishbone": "cause", "is_is_not": "is", "timeline": "what"}
"""Each with the cell without which there is nothing to draw yet."""
MOST_LINES, LONGEST = 200, 400
YEAR = re.compile(r"[0-9]{4}")


@require_GET
def investigate(request: SignedInRequest, record: Capa) -> HttpResponse:
    """Tables to fill in, the drawing beside them; saved through the same door as any edit of the section."""
    declared = registry.named(record.kind)
    section, shown = _section(record, declared, may_change(request.access, record))
    context = {
        "record": record, "declared": declared, "drawings": drawings_of(record), "advice": advice(record.doubt),
        "version": record.version, "section": shown,
        "form": _form(request, declared, section, record) if shown.editable else None,
    }  # fmt: skip
    return render(request, "capa/investigate.html", context)


@require_POST
def draw(request: SignedInRequest, record: Capa) -> HttpResponse:
    """The drawing of what has been typed so far. Nothing is stored."""
    declared = registry.named(record.kind)
    section, _shown = _section(record, declared, True)
    form = _form(request, declared, section, record, data=request.POST)
    tables = [_lines(form[name].value(), needed) for name, needed in TABLES.items()]
    cause = str(form["root_cause"].value() or "")
    context = {
        "drawings": drawn(record.title, *tables),
        "advice": advice(doubt_about(cause, record.symptom, record.title)),
    }  # fmt: skip
    return render(request, "capa/sketch.html", context)


def _section(record: Capa, declared: RecordType[Any], may: bool) -> tuple[Section, SectionShown]:
    index = next(i for i, section in enumerate(declared.sections) if section.fields == INVESTIGATED)
    return declared.sections[index], sections_of(record, declared, may)[index]


def _form(
    request: SignedInRequest, declared: RecordType[Any], section: Section, record: Capa, *, data: Any = None
) -> RecordForm:  # fmt: skip
    return record_form(declared, [section], access=request.access, record=record, data=data, base=RecordForm)


def _lines(given: Any, needed: str) -> Sequence[Mapping[str, Any]]:
    """Rows as they are typed, before anybody checked them: texts of bearable length only."""
    rows = given if isinstance(given, list) else []
    found = [
        {str(name): str(cell)[:LONGEST] for name, cell in row.items() if cell not in (None, "")}
        for row in rows[:MOST_LINES]
        if isinstance(row, Mapping)
    ]
    return [row for row in found if needed in row]


@require_GET
def age(request: SignedInRequest) -> HttpResponse:
    """How old the open ones are, how quickly the others closed; each number opens its rows below."""
    found = age_and_closure(clock.today(), request.GET.get("rows", ""))
    return render(request, "capa/age.html", {"found": found, "bands": BANDS})


@require_GET
def log(request: SignedInRequest) -> HttpResponse:
    """Every number that was ever given out, with problem, cause and solution; void ones and gaps stand in it."""
    year = request.GET.get("year", "")
    found = register(clock.today(), int(year) if YEAR.fullmatch(year) else None)
    return render(request, "capa/log.html", {"log": found})
