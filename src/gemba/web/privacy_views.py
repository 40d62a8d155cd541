"""Personal data: find what is kept of somebody, ask that it be erased, and decide about what others asked."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from gemba.kernel.actions.base import Action
from gemba.kernel.actions.rows import MANAGERS
from gemba.kernel.commitments.models import Erasure
from gemba.kernel.privacy.actions import SECOND, AskErasure, DeclineErasure, Erase, asked_for
from gemba.kernel.privacy.finding import Request, as_told, find, kept_of, requests_seen
from gemba.kernel.privacy.subjects import Whose, refuse_while_kept, whose
from gemba.web.forms import PlainForm
from gemba.web.middleware import SignedInRequest, note
from gemba.web.people_forms import ReasonForm
from gemba.web.people_views import Asked, acting, answer, asking, forbid_unless

DECIDED = 50


class ErasureForm(ReasonForm):
    """What is erased, on which legal ground, and why."""

    names = forms.MultipleChoiceField(
        label=gettext_lazy("Erase"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("With everything that stood there before."),
    )  # fmt: skip
    ground = forms.ChoiceField(label=gettext_lazy("Legal ground"), choices=Erasure.Ground.choices)
    field_order = ("names", "ground", "reason")

    def __init__(self, found: Whose, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = {each.field for each in kept_of(found) if not each.erased}
        choices = [(name, found.label(name)) for name in found.columns if name in held]
        names = self.fields["names"]
        assert isinstance(names, forms.MultipleChoiceField)  # noqa: S101  declared above
        names.choices = choices
        if len(choices) == 1:
            names.initial = [choices[0][0]]
        self.fields["reason"].help_text = gettext_lazy("It stays in the trail for ever: repeat nothing personal here.")


def found_or_404(request: SignedInRequest, kind: str, uid: str) -> Whose:
    found = whose(f"{kind}/{uid}")
    if found is None or not found.may_be_read(request.access):
        raise Http404
    return found


def asked_or_404(request: SignedInRequest, uid: str) -> Request:
    row = Erasure.objects.select_related("asked_by").filter(uid=uid).first() if "\0" not in uid else None
    if row is None:
        raise Http404
    [seen] = requests_seen([row], request.access)
    if seen.found is None:
        raise Http404
    return seen


@require_GET
def personal_data(request: SignedInRequest) -> HttpResponse:
    """What is kept under a name; what waits for a second person; what was decided. Looking somebody up is noted."""
    forbid_unless(request, *MANAGERS)
    wanted = request.GET.get("text", "")[:120].replace("\0", "").strip()
    if wanted:
        note(request, "personal.looked_up", account=request.user)
    if wanted and request.GET.get("as") == "json":
        name = 'attachment; filename="gemba-personal-data.json"'
        content = as_told(wanted, request.access)
        return HttpResponse(content, content_type="application/json", headers={"Content-Disposition": name})
    found, more = find(wanted, request.access)
    decided = Erasure.objects.exclude(state=Erasure.State.ASKED).select_related("asked_by", "decided_by")
    context = {
        "text": wanted, "found": found, "more": more, "waiting": requests_seen(asked_for(), request.access),
        "decided": requests_seen(list(decided.order_by("-pk")[:DECIDED]), request.access),
        "decides": request.access.holds_everywhere(*SECOND), "me": request.access.person,
    }  # fmt: skip
    return render(request, "web/people/personal.html", context)


@require_GET
def personal_of(request: SignedInRequest, kind: str, uid: str) -> HttpResponse:
    """Everything that one record or person holds or held, and whether it can be erased."""
    forbid_unless(request, *MANAGERS)
    found = found_or_404(request, kind, uid)
    refusal = refuse_while_kept(found.row)
    rows = Erasure.objects.filter(subject=found.subject).select_related("asked_by", "decided_by").order_by("-pk")
    kept = kept_of(found)
    context = {
        "found": found, "kept": kept, "sentences": refusal.sentences if refusal else (),
        "erasable": refusal is None and any(not each.erased for each in kept),
        "requests": requests_seen(list(rows), request.access),
        "number": getattr(found.row, "number", ""), "kind": kind,
    }  # fmt: skip
    return render(request, "web/people/personal_of.html", context)


@asking
def ask_erasure(request: SignedInRequest, kind: str, uid: str) -> HttpResponse:
    forbid_unless(request, *MANAGERS)
    found = found_or_404(request, kind, uid)
    lead = _(
        "A second person, of quality or top management, carries it out. The value is gone for good; chains, seals and"
        " signatures stay valid. What free text says of people is not part of it."
    )
    back = reverse("personal_of", args=[kind, uid])
    asked = Asked(_("Erase personal data of %s") % found.row, _("Ask for it"), back, lead, danger=True)

    def action(given: PlainForm) -> Action[Any]:
        values = given.cleaned_data
        return AskErasure(**acting(request, given), row=found.row, names=values["names"], ground=values["ground"])

    return answer(
        request, asked, ErasureForm(found, request.POST or None), action, _("Asked. A second person decides.")
    )


class AgreeForm(PlainForm):
    """One has to say that one has looked."""

    sure = forms.BooleanField(label=gettext_lazy("I have checked request and ground. This cannot be taken back."))


@asking
def erase(request: SignedInRequest, uid: str) -> HttpResponse:
    """The second person agrees."""
    forbid_unless(request, *SECOND)
    seen = asked_or_404(request, uid)
    row = seen.erasure
    words = {
        "by": row.asked_by, "what": seen.labels, "about": seen.about, "ground": row.get_ground_display(),
        "reason": row.reason,
    }  # fmt: skip
    lead = _("%(by)s asks: %(what)s of %(about)s. %(ground)s. Reason: %(reason)s") % words
    asked = Asked(_("Erase for good"), _("Erase"), reverse("personal_data"), lead, danger=True)

    def action(_given: PlainForm) -> Action[Any]:
        return Erase(**acting(request), row=row)

    return answer(request, asked, AgreeForm(request.POST or None), action, _("Erased."))


@asking
def decline_erasure(request: SignedInRequest, uid: str) -> HttpResponse:
    """Not erased, and why; or taken back by who asked."""
    forbid_unless(request, *MANAGERS)
    row = asked_or_404(request, uid).erasure
    lead = _("The person concerned must be told why, and that a supervisory authority can be asked (GDPR Art. 12(4)).")
    asked = Asked(_("Do not erase"), _("Keep it"), reverse("personal_data"), lead)

    def action(given: PlainForm) -> Action[Any]:
        return DeclineErasure(**acting(request, given), row=row)

    return answer(request, asked, ReasonForm(request.POST or None), action, _("Noted."))
