"""Which duties a document covers: what it claims, what its text suggests, and the catalogue to choose from (M46)."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from gemba.assess.single import Text, extracted
from gemba.evidence.catalogue.model import Framework
from gemba.evidence.claims.actions import ClaimDuties, EndClaims
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.claims.finding import find_duties
from gemba.evidence.claims.reading import claims_of, covered
from gemba.evidence.scope.standing import frameworks_on
from gemba.kernel import clock
from gemba.kernel.refusals import Refused
from gemba.kernel.richtext.reading import plain
from gemba.kernel.rights import may_change
from gemba.modules.document.family import Document
from gemba.modules.document.linting import readable
from gemba.modules.document.shown import newest
from gemba.modules.document.suggesting import Suggestion, suggestions
from gemba.web.middleware import SignedInRequest
from gemba.web.views.common import acting, is_htmx

LONGEST_KEY = 110
LONGEST = 200
DIGITS = 18


@require_http_methods(["GET", "POST"])
def covers(request: SignedInRequest, document: Document) -> HttpResponse:
    """Choose by number or words, take up what the text suggests, and end what no longer holds."""
    if request.method == "POST":
        return _done(request, document)
    typed = request.GET.get("q", "")[:LONGEST].replace("\0", "")
    chosen = request.GET.get("framework", "")
    found = find_duties(typed, framework=chosen)
    standing = claims_of(document.pk)
    claimed = {(claim.framework, claim.duty) for claim in standing}
    context: dict[str, Any] = {
        "record": document, "typed": typed, "chosen": chosen, "frameworks": _in_order(frameworks()),
        "found": [(each, (each.framework.id, each.duty.id) in claimed) for each in found],
        "asked": bool(typed.strip() or chosen), "may": may_change(request.access, document) and document.open,
    }  # fmt: skip
    if is_htmx(request):
        return render(request, "document/found_duties.html", context)
    context |= {"covered": covered(standing), "count": len(claimed)}
    context["suggested"] = suggested(document, claimed) if context["may"] else ()
    return render(request, "document/covers.html", context)


def frameworks() -> list[Framework]:
    """Those the company is under by its scope; all where none is decided."""
    known = known_catalogue().frameworks
    under = [known[name] for name in frameworks_on(clock.today()) if name in known]
    return under or list(known.values())


def _in_order(wanted: Sequence[Framework]) -> list[Framework]:
    """The company's own first, then the others: a text may cover a law before it is in the scope."""
    return [*wanted, *(each for each in known_catalogue().frameworks.values() if each not in wanted)]


def suggested(document: Document, claimed: set[tuple[str, str]]) -> list[Suggestion]:
    """From the text in force, or the draft where there is none."""
    revision = newest(document)
    if revision is None:
        return []
    revision.document = document
    html = readable(revision)
    text = extracted(Text(document.number, document.title, html, {}))
    return suggestions(text, plain(html), claimed=claimed, frameworks=_suggesting())


def _suggesting() -> list[Framework]:
    """By shared words only what the company is under; without a scope what is on by default."""
    under = frameworks_on(clock.today())
    known = known_catalogue()
    return [known.frameworks[name] for name in under if name in known.frameworks] or list(known.on_by_default)


def _done(request: SignedInRequest, document: Document) -> HttpResponse:
    try:
        said = _ended(request, document) if "end" in request.POST else _claimed(request, document)
    except Refused as refusal:
        for sentence in refusal.sentences:
            messages.error(request, sentence)
    else:
        messages.success(request, said)
    return HttpResponseRedirect(reverse("document.covers", args=[document.number]))


def _claimed(request: SignedInRequest, document: Document) -> str:
    made = ClaimDuties(
        record=document, duties=keys_of(request.POST), note=request.POST.get("note", "").replace("\0", ""),
        **acting(request),
    ).execute()  # fmt: skip
    if not made:
        return _("All of these were claimed already.")
    return ngettext("%d duty is claimed.", "%d duties are claimed.", len(made)) % len(made)


def _ended(request: SignedInRequest, document: Document) -> str:
    given = [pk for pk in request.POST.getlist("claim") if pk.isascii() and pk.isdigit() and len(pk) <= DIGITS]
    reason = request.POST.get("reason", "").replace("\0", "")
    ended = EndClaims(record=document, claims=[int(pk) for pk in given], **acting(request, reason)).execute()
    return ngettext("%d claim is ended.", "%d claims are ended.", len(ended)) % len(ended)


def keys_of(posted: QueryDict) -> list[tuple[str, str]]:
    """The duties chosen, as `framework duty`; anything else is no duty, which the action says."""
    found = []
    for key in posted.getlist("duty"):
        framework, _space, duty = key[:LONGEST_KEY].replace("\0", "").partition(" ")
        found.append((framework, duty))
    return found
