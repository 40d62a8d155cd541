"""Beginning a document in four ways, and taking a file into a draft."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from gemba.importers.result import Imported, ImportRefusedError
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.rights import grant_to_create
from gemba.kernel.types import registry
from gemba.modules.document.beginning import Beginning, take_in
from gemba.modules.document.conversion import ACCEPT, read_text
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.shown import newest
from gemba.modules.document.states import DRAFT
from gemba.web.choosing import PersonField
from gemba.web.errors import refused, status_of
from gemba.web.forms import PlainForm
from gemba.web.middleware import SignedInRequest
from gemba.web.views.common import UNPROCESSABLE, acting, url_of

EMPTY, FILE, COPY = "empty", "file", "copy"
HOW = (
    (Revision.Provenance.AUTHORED, gettext_lazy("It was written here")),
    (Revision.Provenance.ASSISTED, gettext_lazy("It was written with the help of AI")),
    (Revision.Provenance.TEMPLATE, gettext_lazy("It is a template of somebody else's")),
    (Revision.Provenance.COPIED, gettext_lazy("It was copied from somewhere")),
)


class TextFileField(forms.FileField):
    """A Word or Markdown file; its cleaned value is the text read from it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Word or Markdown file"))
        super().__init__(widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = super().clean(data, initial)
        try:
            return read_text(given.name or "", given.read())
        except ImportRefusedError as error:
            raise forms.ValidationError(str(error)) from None


class BeginForm(PlainForm):
    """What every new document is asked."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=Document.Type.choices)
    area = forms.ChoiceField(label=gettext_lazy("Area"), choices=Document.Area.choices)
    owner = PersonField(label=gettext_lazy("Owner"), help_text=gettext_lazy("Who keeps the document up to date."))

    def beginning(self) -> Beginning:
        given = self.cleaned_data
        return Beginning(
            title=given["title"], type=given["type"], area=given["area"], owner=given["owner"],
            provenance=given.get("provenance") or Revision.Provenance.AUTHORED,
            html=given["file"].html if isinstance(given.get("file"), Imported) else "", source=given.get("source"),
        )  # fmt: skip


class EmptyForm(BeginForm):
    provenance = forms.ChoiceField(label=gettext_lazy("Where its text will come from"), choices=HOW[:2])


class FromFileForm(BeginForm):
    file = TextFileField()
    provenance = forms.ChoiceField(label=gettext_lazy("Where its text comes from"), choices=HOW)


class CopyForm(BeginForm):
    of = forms.CharField(
        label=gettext_lazy("Number of the document to copy"), max_length=60,
        help_text=gettext_lazy("Its text in force is taken, with steps, terms and rules. The link to it stays."),
    )  # fmt: skip
    field_order = ("of", "title", "type", "area", "owner")

    def clean_of(self) -> str:
        """Any document whose text the reader may see."""
        number: str = self.cleaned_data["of"].replace("\0", "").strip().upper()
        document = Document.objects.filter(number=number).first()
        found = newest(document) if document else None
        if document is None or found is None:
            raise forms.ValidationError(_("There is no such document with a text that you may see."))
        found.document = document
        self.cleaned_data["source"] = found
        return number


FORMS: dict[str, type[BeginForm]] = {EMPTY: EmptyForm, FILE: FromFileForm, COPY: CopyForm}


@require_http_methods(["GET", "POST"])
def begin(request: SignedInRequest) -> HttpResponse:
    """First how, then what; both are one page each."""
    way = request.GET.get("way", "")
    allowed = grant_to_create(request.access, registry.named("document"))
    if way not in FORMS or not allowed:
        return render(request, "document/begin.html", {"allowed": allowed})
    initial = {"owner": request.access.person.pk, "of": request.GET.get("of", "")[:60]}
    sent = request.method == "POST"
    form = FORMS[way](request.POST if sent else None, request.FILES if sent else None, initial=initial)
    context = {"form": form, "way": way}
    if not sent:
        return render(request, "document/begin_form.html", context)
    if not form.is_valid():
        return render(request, "document/begin_form.html", context, status=UNPROCESSABLE)
    try:
        revision = form.beginning().execute(**acting(request))
    except Refused as refusal:
        explain(form, refusal)
        return render(request, "document/begin_form.html", context, status=status_of(refusal))
    messages.success(request, _("%s is a draft now. Write its text, then send it to be reviewed.") % revision.number)
    warn(request, form.cleaned_data.get("file"))
    return HttpResponseRedirect(url_of(revision))


def explain(form: PlainForm, refusal: Refused) -> None:
    if isinstance(refusal, Invalid):
        form.refuse(refusal)
    else:
        form.add_error(None, list(refusal.sentences))


def warn(request: SignedInRequest, file: Any) -> None:
    """What was left out of a file is said, not found out later."""
    for sentence in file.warnings if isinstance(file, Imported) else ():
        messages.warning(request, sentence)


class TakeInForm(PlainForm):
    file = TextFileField()


@require_http_methods(["GET", "POST"])
def take_file_in(request: SignedInRequest, revision: Revision) -> HttpResponse:
    """The text of a file instead of the draft's own."""
    if revision.state != DRAFT.name:
        return refused(request, Refused(_("Only a draft takes in a file. Start a revision first.")))
    sent = request.method == "POST"
    form = TakeInForm(request.POST if sent else None, request.FILES if sent else None)
    context = {"form": form, "record": revision}
    if not sent:
        return render(request, "document/take_in.html", context)
    if not form.is_valid():
        return render(request, "document/take_in.html", context, status=UNPROCESSABLE)
    file: Imported = form.cleaned_data["file"]
    try:
        changed = take_in(revision, file.html, **acting(request))
    except Refused as refusal:
        explain(form, refusal)
        return render(request, "document/take_in.html", context, status=status_of(refusal))
    messages.success(request, _("The text of the file is in the draft. Read it through."))
    warn(request, file)
    return HttpResponseRedirect(url_of(changed))
