"""The competence matrix, training at a glance, and what is asked of me. Each number opens its rows."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, F, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from gemba.export.tables import write_csv, write_xlsx
from gemba.export.views import CSV, XLSX, download
from gemba.kernel import clock
from gemba.kernel.people.models import Department, JobRole
from gemba.kernel.people.organisation import organisation
from gemba.kernel.rights import grant_to_create
from gemba.kernel.roles import Role
from gemba.kernel.types import registry
from gemba.modules.training.board import Board, here_on
from gemba.modules.training.models import Course, Training
from gemba.modules.training.sheet import TONES, Sheet, as_pdf, legend, word_of
from gemba.modules.training.states import ASSIGNED, COMPLETED, HOLDS
from gemba.modules.training.verbs import load_base_courses
from gemba.web.middleware import SignedInRequest
from gemba.web.views.common import acting

YEAR = dt.timedelta(days=365)
FEWEST = 5
"""Below so many trainings a share says nothing."""
FORMS = ("csv", "xlsx", "pdf")
MOST_PAST = 50


@dataclass(frozen=True, slots=True)
class Number:
    label: str
    value: str
    url: str = ""
    note: str = ""


def _chosen(given: str, rows: Any) -> Any:
    """The row with that identity, or None; whatever stands in the address."""
    return next((row for row in rows if row.uid == given), None)


@require_GET
def matrix(request: SignedInRequest) -> HttpResponseBase:
    """Person by competence. Narrowed by department and job; `form` gives it as CSV, XLSX or PDF (M93)."""
    today = clock.today()
    departments, jobs = list(Department.objects.filter(ended=None)), list(JobRole.objects.filter(ended=None))
    department = _chosen(request.GET.get("department", ""), departments)
    job = _chosen(request.GET.get("job", ""), jobs)
    board = Board(today, _people(today, department, job))
    asked = [c for c in board.competences if job is None or c.job_role_id in (None, job.pk)]
    sheet = Sheet(board, board.people, [each for each in asked if request.access.sees(each)])
    form = request.GET.get("form", "")
    if form in FORMS:
        return _as_file(request, sheet, form)
    complete, people = board.coverage()
    context = {
        "sheet": sheet, "body": sheet.body(), "departments": departments, "jobs": jobs, "department": department,
        "job": job, "complete": complete, "people": people, "legend": legend(), "today": today,
        "chosen": {"department": department.uid if department else "", "job": job.uid if job else ""},
        "may_begin": not board.competences and _may_begin(request),
    }  # fmt: skip
    return render(request, "training/matrix.html", context)


def _people(today: dt.date, department: Department | None, job: JobRole | None) -> Any:
    people = here_on(today).select_related("department")
    if department is not None:
        people = people.filter(department=department)
    if job is not None:
        holders = job.assignments.filter(Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today)
        people = people.filter(pk__in=holders.values("person"))
    return people


def _as_file(request: SignedInRequest, sheet: Sheet, form: str) -> HttpResponseBase:
    name = f"{_('Competence matrix')} {sheet.board.day}"
    if form == "csv":
        return download(write_csv(sheet.headings(), sheet.rows()), f"{name}.csv", CSV)
    if form == "xlsx":
        made = write_xlsx(str(_("Competence matrix")), sheet.headings(), sheet.rows())
        return download(made, f"{name}.xlsx", XLSX)
    pdf = as_pdf(sheet, by=request.access.person.name, company=organisation().name)
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    )


def _may_begin(request: SignedInRequest) -> bool:
    return Role.QUALITY in request.access.roles and grant_to_create(request.access, registry.named("quiz"))


@require_GET
def glance(request: SignedInRequest) -> HttpResponse:
    """On time, overdue, effectiveness, coverage, overrides; each number opens the rows behind it."""
    today = clock.today()
    complete, people = Board(today).coverage()
    matrix_url = reverse("course.board")
    context = {
        "standing": [
            Number(_("People who hold everything asked of them"), f"{complete} / {people}", matrix_url),
            *_flags("competence", today), *_flags("training", today),
        ],
        "pace": _on_time(today), "overrides": _overrides(today),
        "may_begin": _may_begin(request) and not Course.objects.exists(),
    }  # fmt: skip
    return render(request, "training/glance.html", context)


def _flags(kind: str, today: dt.date) -> Sequence[Number]:
    """One statement per kind; a flag that looks at people makes its own."""
    declared = registry.named(kind)
    wanted: dict[str, Any] = {
        f"flag_{n}": Count("pk", filter=flag.rows(today)) for n, flag in enumerate(declared.flags)
    }  # fmt: skip
    found = declared.model.objects.filter(exercise=False).aggregate(**wanted)
    base = reverse("register", args=[kind])
    return [
        Number(str(flag.label), str(found[f"flag_{n}"]), f"{base}?flag={flag.name}")
        for n, flag in enumerate(declared.flags)
    ]


def _on_time(today: dt.date) -> Sequence[Number]:
    """Of the trainings due within a year: those completed by their first day. Open ones past it are not on time."""
    due = Training.objects.filter(first_due__gt=today - YEAR, first_due__lte=today, exercise=False)
    counted = due.filter(Q(state=ASSIGNED.name) | Q(valid_from__isnull=False)).aggregate(
        asked=Count("pk"), on_time=Count("pk", filter=Q(valid_from__lte=F("first_due")))
    )
    looked = Training.objects.filter(effect_from__gt=today - YEAR, exercise=False).aggregate(
        pending=Count("pk", filter=Q(state=COMPLETED.name)), judged=Count("pk", filter=~Q(state=COMPLETED.name)),
        helped=Count("pk", filter=Q(state="effective")),
    )  # fmt: skip
    rows = reverse("register", args=["training"])
    return [
        _share(_("Completed on time"), counted["on_time"], counted["asked"], f"{rows}?flag=completed-late",
               _("of those due within a year; the link opens the late ones")),
        _share(_("Helped on the job"), looked["helped"], looked["judged"], f"{rows}?state=effective",
               _("of those judged within a year")),
        Number(_("Completed, effectiveness pending"), str(looked["pending"]), f"{rows}?state={COMPLETED.name}"),
    ]  # fmt: skip


def _share(label: str, part: int, whole: int, url: str, note: str) -> Number:
    if whole < FEWEST:
        few = _("%(n)d of at least %(least)d") % {"n": whole, "least": FEWEST}
        return Number(label, _("not evaluable"), note=few)
    return Number(label, f"{100 * part // whole} %", url, f"{part} / {whole} {note}")


def _overrides(today: dt.date) -> Sequence[Number]:
    overrides = registry.named("override").model.objects
    found = overrides.filter(event_date__gt=today - YEAR, exercise=False).aggregate(
        granted=Count("pk", filter=Q(state="granted")), asked=Count("pk", filter=Q(state="asked"))
    )
    rows = reverse("register", args=["override"])
    return [
        Number(_("Overrides granted within a year"), str(found["granted"]), f"{rows}?flag=bypass"),
        Number(_("Asked for, not decided"), str(found["asked"]), f"{rows}?state=asked"),
    ]


@require_GET
def mine(request: SignedInRequest) -> HttpResponse:
    """What is asked of the reader, how it stands, and what there is to do (M96)."""
    me, today = request.access.person, clock.today()
    board = Board(today, [me])
    standings = [(c, board.standing(me, c)) for c in board.competences]
    asked = [(c, standing, word_of(standing), TONES[standing.status]) for c, standing in standings if standing.asked]
    open_ones = Training.objects.filter(person=me, state=ASSIGNED.name).select_related("course").order_by("due", "pk")
    past = Training.objects.filter(person=me, state__in=HOLDS).select_related("course").order_by("-valid_from", "-pk")
    context = {"asked": asked, "open": list(open_ones), "past": list(past[:MOST_PAST]), "today": today}
    return render(request, "training/mine.html", context)


@require_http_methods(["GET", "POST"])
def base_courses(request: SignedInRequest) -> HttpResponse:
    """Begin with the three base courses of the starter set, as drafts to be adapted and put into force (M97)."""
    if request.method == "GET":
        return render(request, "training/base_courses.html", {})
    with transaction.atomic():
        made = load_base_courses(acting(request))
    sentence = ngettext(
        "%d base course is there as a draft. Adapt it; a second person puts course and competence into force.",
        "%d base courses are there as drafts. Adapt them; a second person puts courses and competences into force.",
        len(made),
    )
    messages.success(request, sentence % len(made) if made else _("The base courses are there already."))
    return HttpResponseRedirect(reverse("register", args=["course"]))
