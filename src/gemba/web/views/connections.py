"""Files and links of a record."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gemba.kernel.actions.connect import EndLink, LookAgain, MakeLink
from gemba.kernel.actions.files import Attach, Detach
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.attachments.reading import attachment_for
from gemba.kernel.attachments.store import CHUNK, TooLarge, open_verified
from gemba.kernel.links.models import Link
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.rights import may_change
from gemba.kernel.types import RecordType
from gemba.web.errors import refused
from gemba.web.forms import PlainForm, ReasonForm
from gemba.web.middleware import SignedInRequest
from gemba.web.views.common import Question, acting, answer, ask, done, not_yours, record_of

TOO_LARGE = 413
SANDBOX = "default-src 'none'; sandbox"


class FileForm(PlainForm):
    file = forms.FileField(label=gettext_lazy("File"), allow_empty_file=True, max_length=1000)


class LinkForm(PlainForm):
    """The other record by its number; the page offers numbers as one types."""

    role = forms.ChoiceField(label=gettext_lazy("This record"))
    to = forms.CharField(
        label=gettext_lazy("Number of the other record"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "id_to_list"}),
    )  # fmt: skip

    def __init__(self, *args: Any, declared: RecordType[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [(each.name, each.label) for each in declared.links]
        kinds = {kind for each in declared.links for kind in each.to}
        self.kinds = ",".join(sorted(kinds)) if all(each.to for each in declared.links) else ""

    def clean_to(self) -> Record:
        number = self.cleaned_data["to"].strip().split(" ")[0].upper()
        found: Record | None = Record.objects.filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no such record that you may see."))
        return found


@require_http_methods(["GET", "POST"])
def attach(request: SignedInRequest, kind: str, number: str) -> HttpResponse:
    """Add a file; it is streamed into the store and never opened here."""
    _declared, record = record_of(request, kind, number)
    question = Question(
        _("Attach a file to %s") % record.number,
        _(
            "A file of the same name becomes its new version. What a file is, is found from its content. Gemba does "
            "not scan it for viruses."
        ),
        _("Attach"), record,
    )  # fmt: skip
    if request.method != "POST":
        return ask(request, question, FileForm()) if may_change(request.access, record) else not_yours(request)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return ask(request, question, form, 422)
    upload = form.cleaned_data["file"]
    try:
        made = Attach(record=record, name=upload.name, chunks=upload.chunks(CHUNK), **acting(request)).execute()
    except Invalid as refusal:
        form.refuse(refusal)
        return ask(request, question, form, TOO_LARGE if isinstance(refusal, TooLarge) else 422)
    except Refused as refusal:
        return refused(request, refusal)
    return done(request, record, _("%s is attached.") % made.name, "#files")


def _attachment(request: SignedInRequest, record: Record, uid: str) -> Attachment:
    """A file of this very record; the address of another record's file is not there."""
    found = attachment_for(request.access, uid)
    if found is None or found.record_id != record.pk:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def detach(request: SignedInRequest, kind: str, number: str, uid: str) -> HttpResponse:
    _declared, record = record_of(request, kind, number)
    found = _attachment(request, record, uid)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    question = Question(
        _("Take out %s") % found.name, _("It stays stored and readable in the history."), _("Take out"), record, True
    )
    return answer(
        request, question, form,
        lambda: Detach(record=record, attachment=found, **acting(request, form.cleaned_data["reason"])),
        lambda gone: _("%s is taken out.") % gone.name, anchor="#files",
        may=may_change(request.access, record),
    )  # fmt: skip


@require_GET
def download(request: SignedInRequest, uid: str) -> StreamingHttpResponse | HttpResponse:
    """The exact bytes, as a file to keep and never as a page of this site (FIL-01, FIL-02)."""
    found = attachment_for(request.access, uid)
    if found is None:
        raise Http404
    file = open_verified(found.blob)
    response = StreamingHttpResponse(iter(lambda: file.read(CHUNK), b""), content_type=found.blob.media_type)
    response._resource_closers.append(file.close)  # type: ignore[attr-defined]
    response["Content-Length"] = str(found.blob.size)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    return response


@require_http_methods(["GET", "POST"])
def link(request: SignedInRequest, kind: str, number: str) -> HttpResponse:
    declared, record = record_of(request, kind, number)
    if not declared.links:
        raise Http404
    form = LinkForm(request.POST if request.method == "POST" else None, declared=declared)
    question = Question(
        _("Link %s") % record.number, _("You are asked to look again whenever the other record changes."),
        _("Link"), record,
    )  # fmt: skip

    def action() -> MakeLink[Any]:
        given = form.cleaned_data
        return MakeLink(record=record, role=given["role"], to=given["to"], **acting(request))

    return answer(
        request, question, form, action, lambda made: _("Linked to %s.") % made.target.number, anchor="#links",
        may=may_change(request.access, record),
    )  # fmt: skip


def _standing(request: SignedInRequest, number: str, kind: str, pk: int) -> tuple[Record, Link]:
    """A link that this record names. From the far end it is not found: it is the other record's to change."""
    _declared, record = record_of(request, kind, number)
    found = Link.objects.standing().filter(pk=pk, source_id=record.pk, target__in=Record.objects.all())
    standing = found.select_related("target").first()
    if standing is None:
        raise Http404
    return record, standing


@require_http_methods(["GET", "POST"])
def end_link(request: SignedInRequest, kind: str, number: str, pk: int) -> HttpResponse:
    record, standing = _standing(request, number, kind, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    question = Question(
        _("End the link to %s") % standing.target.number, _("It stays in the history with your reason."),
        _("End the link"), record, True,
    )  # fmt: skip
    return answer(
        request, question, form,
        lambda: EndLink(record=record, link=standing, **acting(request, form.cleaned_data["reason"])),
        lambda _ended: _("The link is ended."), anchor="#links",
        may=may_change(request.access, record),
    )  # fmt: skip


@require_POST
def look_again(request: SignedInRequest, kind: str, number: str, pk: int) -> HttpResponse:
    """The other record changed; this person has looked and the link holds."""
    record, standing = _standing(request, number, kind, pk)
    seen = request.POST.get("seen", "")[:64]
    LookAgain(record=record, link=standing, seen=seen, **acting(request)).execute()
    return done(request, record, _("Noted that the link still holds."), "#links")
