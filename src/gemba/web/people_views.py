"""Who works here, what they may do, and who stands in for whom."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gemba.kernel.actions.accounts import (
    AskFactorReset,
    ConfirmFactorReset,
    EndSessions,
    Invite,
    SendPasswordLink,
    ShortenWait,
    waiting_resets,
)
from gemba.kernel.actions.base import Action
from gemba.kernel.actions.grants import ConfirmGrant, GrantRole, Return, WithdrawRole, confirmers
from gemba.kernel.actions.people import AddPerson, AssignJob, CancelAbsence, ChangePerson, EndJob, EndPerson, SetAbsence
from gemba.kernel.actions.rows import MANAGERS, subject_of
from gemba.kernel.commitments.models import Erasure
from gemba.kernel.entrance.models import FactorReset
from gemba.kernel.people.models import Absence, JobAssignment, Person, RoleGrant
from gemba.kernel.privacy.actions import SECOND
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event
from gemba.web.errors import refused, status_of
from gemba.web.forms import PlainForm
from gemba.web.middleware import SignedInRequest, for_anybody
from gemba.web.people_forms import (
    AbsenceForm,
    ChangePersonForm,
    EndForm,
    EndJobForm,
    GrantForm,
    JobForm,
    PersonForm,
    ReasonForm,
)
from gemba.web.timeline import done_to_person

A_PAGE = 50
HISTORY = 30
UNPROCESSABLE = 422
asking = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Asked:
    """A page that asks something before it is done, and where it leads afterwards."""

    title: str
    submit: str
    back: str
    lead: str = ""
    danger: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


def acting(request: SignedInRequest, form: PlainForm | None = None) -> dict[str, Any]:
    reason = str(form.cleaned_data.get("reason", "")) if form is not None else ""
    return {"actor": request.actor, "access": request.access, "reason": reason}


def answer(
    request: SignedInRequest, asked: Asked, form: PlainForm, action: Callable[[PlainForm], Action[Any]], said: str
) -> HttpResponse:
    """Ask, or do it. What is refused comes back with all that was typed."""
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                action(form).execute()
            except Invalid as refusal:
                form.refuse(refusal)
            except Refused as refusal:
                form.add_error(None, list(refusal.sentences))
                status = status_of(refusal)
            else:
                messages.success(request, said)
                return redirect(asked.back)
    return render(request, "web/people/ask.html", {"asked": asked, "form": form}, status=status)


def do(request: SignedInRequest, action: Action[Any], back: str, said: str) -> HttpResponse:
    """A button without questions."""
    try:
        action.execute()
    except Refused as refusal:
        return refused(request, refusal)
    messages.success(request, said)
    return redirect(back)


def person_of(uid: str) -> Person:
    person = Person.objects.select_related("department", "site", "account").filter(uid=uid).first()
    if person is None or person.kind == Person.Kind.SYSTEM:
        raise Http404
    return person


def page_of(person: Person) -> str:
    return reverse("person", args=[person.uid])


def forbid_unless(request: SignedInRequest, *roles: Role) -> None:
    """Pages that only lead to an action somebody may not take are not there for them."""
    if not request.access.holds_everywhere(*roles):
        raise Http404


@require_GET
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody, found by name; those who left on demand."""
    text, state = request.GET.get("text", "")[:80].replace("\0", ""), request.GET.get("state", "here")
    today = timezone.localdate()
    here = Q(ended=None) | Q(ended__gt=today)
    rows = Person.objects.exclude(kind=Person.Kind.SYSTEM).filter({"here": here, "left": ~here}.get(state, Q()))
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(email__icontains=text))
    in_force = Prefetch("grants", RoleGrant.objects.in_force(today).select_related("site", "product"), "in_force")
    rows = rows.select_related("department", "site", "account").prefetch_related(in_force)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    manages = request.access.holds_everywhere(*MANAGERS)
    waits = len(waiting_grants(request)) + len(waiting_resets(request.access)) + waiting_erasures(request)
    context = {"page": page, "text": text, "state": state, "manages": manages, "waits": waits}
    return render(request, "web/people/people.html", context)


@require_GET
def person(request: SignedInRequest, uid: str) -> HttpResponse:
    who = person_of(uid)
    today = timezone.localdate()
    grants = list(RoleGrant.objects.filter(person=who).select_related("site", "product", "granted_by", "confirmed_by"))
    standing = [g for g in grants if g.withdrawn is None and (g.valid_to is None or g.valid_to >= today)]
    manages = request.access.holds_everywhere(*MANAGERS)
    context = {
        "who": who, "manages": manages, "administers": request.access.holds_everywhere(Role.ADMINISTRATOR),
        "grants": standing, "former": [grant for grant in grants if grant not in standing],
        "jobs": JobAssignment.objects.filter(person=who).select_related("job_role").order_by("-valid_from"),
        "absences": Absence.objects.filter(person=who, valid_to__gte=today, cancelled=False).select_related("deputy"),
        "stands_in": Absence.objects.filter(deputy=who, valid_to__gte=today, cancelled=False).select_related("person"),
        "account": getattr(who, "account", None), "own": who.pk == request.access.person.pk,
        "events": _past_of(who) if manages else (),
    }  # fmt: skip
    return render(request, "web/people/person.html", context)


def _past_of(who: Person) -> list[tuple[Event, str]]:
    """The newest events of a person, each with what was done in words."""
    found = Event.objects.filter(subject=subject_of(who)).select_related("actor").order_by("-seq")[:HISTORY]
    return [(event, done_to_person(event.act)) for event in found]


@asking
def add(request: SignedInRequest) -> HttpResponse:
    forbid_unless(request, *MANAGERS)
    asked = Asked(_("Add a person"), _("Add"), reverse("people"), _("A login comes with an invitation, if at all."))
    form = PersonForm(request.POST or None)

    def action(given: PlainForm) -> Action[Any]:
        return AddPerson(**acting(request), values=given.cleaned_data)

    return answer(request, asked, form, action, _("Added."))


@asking
def change(request: SignedInRequest, uid: str) -> HttpResponse:
    forbid_unless(request, *MANAGERS)
    who = person_of(uid)
    names = ("name", "email", "kind", "department", "site", "started")
    form = ChangePersonForm(request.POST or None, initial={name: getattr(who, name) for name in names})
    asked = Asked(_("Change %s") % who, _("Save"), page_of(who))

    def action(given: PlainForm) -> Action[Any]:
        values = {n: given.cleaned_data[n] for n in names if given.cleaned_data[n] != getattr(who, n)}
        return ChangePerson(**acting(request, given), person=who, values=values)

    return answer(request, asked, form, action, _("Saved."))


@asking
def end(request: SignedInRequest, uid: str) -> HttpResponse:
    forbid_unless(request, *MANAGERS)
    who = person_of(uid)
    lead = _("Sessions and tokens end. Open records and tasks are listed for quality to hand over.")
    asked = Asked(_("%s leaves") % who, _("End access"), page_of(who), lead, danger=True)

    def action(given: PlainForm) -> Action[Any]:
        return EndPerson(**acting(request, given), person=who, last_day=given.cleaned_data["last_day"])

    return answer(request, asked, EndForm(request.POST or None), action, _("%s has left.") % who)


@asking
def come_back(request: SignedInRequest, uid: str) -> HttpResponse:
    forbid_unless(request, *MANAGERS)
    who = person_of(uid)
    asked = Asked(_("%s comes back") % who, _("Welcome back"), page_of(who), _("Former roles do not come back."))

    def action(given: PlainForm) -> Action[Any]:
        return Return(**acting(request, given), person=who)

    return answer(request, asked, ReasonForm(request.POST or None), action, _("%s is back.") % who)


@asking
def grant(request: SignedInRequest, uid: str) -> HttpResponse:
    forbid_unless(request, Role.ADMINISTRATOR)
    who = person_of(uid)
    lead = _("Quality, top management, confidential records and anything for yourself wait for a second person.")
    asked = Asked(_("A role for %s") % who, _("Give the role"), page_of(who), lead)

    def action(given: PlainForm) -> Action[Any]:
        values = {name: value for name, value in given.cleaned_data.items() if name != "reason"}
        return GrantRole(**acting(request, given), person=who, **values)

    return answer(request, asked, GrantForm(request.POST or None), action, _("Noted."))


def grant_of(uid: str) -> RoleGrant:
    found = RoleGrant.objects.select_related("person", "granted_by").filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


@asking
def withdraw(request: SignedInRequest, uid: str) -> HttpResponse:
    row = grant_of(uid)
    if row.person_id != request.access.person.pk:
        forbid_unless(request, *MANAGERS)
    words = {"role": row.get_role_display(), "person": row.person}
    asked = Asked(_("Withdraw %(role)s from %(person)s") % words, _("Withdraw"), page_of(row.person), danger=True)

    def action(given: PlainForm) -> Action[Any]:
        return WithdrawRole(**acting(request, given), row=row)

    return answer(request, asked, ReasonForm(request.POST or None), action, _("Withdrawn."))


@for_anybody
@require_POST
def confirm(request: SignedInRequest, uid: str) -> HttpResponse:
    """Also for somebody whose only role waits for this: the receiver is then the second person."""
    row = grant_of(uid)
    if request.access.person not in confirmers(row):
        raise Http404
    return do(request, ConfirmGrant(**acting(request), row=row), reverse("waiting"), _("Confirmed."))


def waiting_grants(request: SignedInRequest) -> list[RoleGrant]:
    rows = RoleGrant.objects.filter(awaits_confirmation=True, withdrawn=None)
    rows = rows.select_related("person", "granted_by", "site", "product")
    return [row for row in rows if request.access.person in confirmers(row)]


def waiting_erasures(request: SignedInRequest) -> int:
    """How many requests to erase personal data this person could decide."""
    if not request.access.holds_everywhere(*SECOND):
        return 0
    return Erasure.objects.filter(state=Erasure.State.ASKED).exclude(asked_by=request.access.person).count()


@for_anybody
@require_GET
def waiting(request: SignedInRequest) -> HttpResponse:
    """What waits for a second person who could be you."""
    context = {
        "grants": waiting_grants(request), "resets": waiting_resets(request.access),
        "erasures": waiting_erasures(request),
    }  # fmt: skip
    return render(request, "web/people/waiting.html", context)


@asking
def job(request: SignedInRequest, uid: str) -> HttpResponse:
    forbid_unless(request, *MANAGERS)
    who = person_of(uid)
    asked = Asked(_("A job for %s") % who, _("Assign"), page_of(who), _("Jobs carry duties of competence, no rights."))

    def action(given: PlainForm) -> Action[Any]:
        return AssignJob(**acting(request), person=who, **given.cleaned_data)

    return answer(request, asked, JobForm(request.POST or None), action, _("Assigned."))


@asking
def end_job(request: SignedInRequest, uid: str) -> HttpResponse:
    forbid_unless(request, *MANAGERS)
    row = JobAssignment.objects.select_related("person", "job_role").filter(uid=uid).first()
    if row is None:
        raise Http404
    title = _("%(person)s stops as %(job)s") % {"person": row.person, "job": row.job_role}
    asked = Asked(title, _("End"), page_of(row.person))

    def action(given: PlainForm) -> Action[Any]:
        return EndJob(**acting(request), row=row, valid_to=given.cleaned_data["valid_to"])

    return answer(request, asked, EndJobForm(request.POST or None), action, _("Noted."))


@asking
def absence(request: SignedInRequest, uid: str) -> HttpResponse:
    who = person_of(uid)
    if who.pk != request.access.person.pk:
        forbid_unless(request, Role.QUALITY, Role.MANAGEMENT)
    asked = Asked(_("%s is away") % who, _("Save"), page_of(who), _("The deputy's rights begin and end by themselves."))

    def action(given: PlainForm) -> Action[Any]:
        return SetAbsence(**acting(request), person=who, **given.cleaned_data)

    return answer(request, asked, AbsenceForm(request.POST or None), action, _("Saved."))


@require_POST
def cancel_absence(request: SignedInRequest, uid: str) -> HttpResponse:
    row = Absence.objects.select_related("person").filter(uid=uid).first()
    if row is None:
        raise Http404
    return do(request, CancelAbsence(**acting(request), row=row), page_of(row.person), _("The absence is cancelled."))


@asking
def ask_factor_reset(request: SignedInRequest, uid: str) -> HttpResponse:
    forbid_unless(request, Role.ADMINISTRATOR)
    who = person_of(uid)
    lead = _("Only when every key, app and recovery code is lost. A second person confirms, signing waits meanwhile.")
    asked = Asked(_("Second factors of %s") % who, _("Ask for it"), page_of(who), lead, danger=True)

    def action(given: PlainForm) -> Action[Any]:
        return AskFactorReset(**acting(request, given), person=who)

    return answer(request, asked, ReasonForm(request.POST or None), action, _("A second person must confirm this."))


@require_POST
def confirm_factor_reset(request: SignedInRequest, uid: str) -> HttpResponse:
    row = FactorReset.objects.select_related("person").filter(uid=uid).first()
    if row is None or row not in waiting_resets(request.access):
        raise Http404
    return do(request, ConfirmFactorReset(**acting(request), asked=row), reverse("waiting"), _("Confirmed."))


@require_POST
def sign_in_help(request: SignedInRequest, uid: str, what: str) -> HttpResponse:
    """Invite, send a link for a new password, shorten the wait, sign out everywhere."""
    forbid_unless(request, Role.ADMINISTRATOR)
    who = person_of(uid)
    actions: dict[str, tuple[type[Any], str]] = {
        "invite": (Invite, _("The invitation is on its way.")),
        "password": (SendPasswordLink, _("The link is on its way to %s.") % who),
        "unlock": (ShortenWait, _("%s can try again now.") % who),
        "sessions": (EndSessions, _("%s is signed out everywhere.") % who),
    }
    if what not in actions:
        raise Http404
    kind, said = actions[what]
    return do(request, kind(**acting(request), person=who), page_of(who), said)
