"""Pages for what went wrong: what happened, what to do, and an identifier to quote. Never a stack, never a path."""

import logging
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.html import format_html
from django.utils.translation import gettext as _

from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, NotProven, Refused
from gemba.kernel.ulid import ulid

log = logging.getLogger("gemba.web")


def status_of(refusal: Refused) -> int:
    """403 not allowed, 409 somebody was faster or the record stands elsewhere, 422 what was given cannot be used."""
    if isinstance(refusal, NotAllowed | NotProven):
        return 403
    if isinstance(refusal, Conflict):
        return 409
    return 422 if isinstance(refusal, Invalid) else 409


def page(request: HttpRequest, status: int, title: str, sentences: Sequence[str], error: str = "") -> HttpResponse:
    """An error page; a bare one when even the page cannot be made, as when the database is away."""
    context: dict[str, object] = {"title": title, "sentences": sentences, "error_id": error or ulid(), "status": status}
    context["base"] = "web/base.html" if hasattr(request, "access") else "web/base_entrance.html"
    template = "web/error_dialog.html" if request.headers.get("HX-Request") == "true" else "web/error.html"
    try:
        body: str = loader.render_to_string(template, context, request)
    except Exception:  # the last resort must not fail in its turn
        log.exception("error page failed %s", context["error_id"])
        body = _bare(title, sentences, str(context["error_id"]))
    return HttpResponse(body, status=status)


def _bare(title: str, sentences: Sequence[str], error: str) -> str:
    return format_html(
        "<!doctype html><html lang=en><meta charset=utf-8><title>{}</title><h1>{}</h1><p>{}</p><p>{}</p></html>",
        title, title, " ".join(sentences), error,
    )  # fmt: skip


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    status = status_of(refusal)
    titles = {403: _("You may not do this"), 409: _("This is not possible now"), 422: _("Something is missing")}
    return page(request, status, titles[status], refusal.sentences)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 400, _("The request could not be understood"), [_("Go back, reload the page and try again.")])


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403, _("You may not see this"), [_("Ask the quality unit if you need it for your work.")])


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(
        request, 403, _("The page was too old to be trusted"),
        [_("Nothing was changed."), _("Go back, reload the page and send the form again.")],
    )  # fmt: skip


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request, 404, _("There is nothing here that you can see"),
        [_("The address may be mistyped, or your roles do not reach it."), _("Search finds everything you may see.")],
    )  # fmt: skip


def too_large(request: HttpRequest) -> HttpResponse:
    return page(request, 413, _("This is too large"), [_("Send a smaller file, or split it.")])


def failed(request: HttpRequest) -> HttpResponse:
    error = ulid()
    log.error("request failed %s %s", error, request.path)
    return page(
        request, 500, _("Gemba could not do this"),
        [_("Nothing was half-written: every change is stored whole or not at all."),
         _("Try again. If it happens again, give the person who runs Gemba this identifier.")],
        error,
    )  # fmt: skip
