"""Pages for what went wrong: what happened, what to do, and an identifier to quote. Never a stack, never a path."""

import logging
import sys
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, NotProven, Refused
from gemba.kernel.trouble import RETRY, Trouble, trouble_of
from gemba.kernel.ulid import ulid

STYLES = [(f"{settings.STATIC_URL}gemba/{name}.css",) for name in ("base", "parts", "screens")]
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
    if trouble := trouble_of(exception):  # a session that could not be kept comes as a bad request
        return short_of(request, trouble, ulid())
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


def short_of(request: HttpRequest, trouble: Trouble, error: str) -> HttpResponse:
    """Made without the database and without a script, which would forget what was typed. Asks again by itself (GET)."""
    headers = {"Retry-After": str(RETRY), "Cache-Control": "no-store"}
    if request.path.startswith("/api/"):
        told = {"detail": [f"{trouble.title}.", *trouble.sentences], "identifier": error}
        return JsonResponse(told, status=trouble.status, headers=headers)
    again = format_html('<meta http-equiv=refresh content="{}">', RETRY) if request.method == "GET" else ""
    body = format_html(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>{}</title>"
        '<meta name=viewport content="width=device-width, initial-scale=1">'
        '<meta name=color-scheme content="light dark">'
        '{}{}</head><body class="entrance"><main id="main"><h1>{}</h1>{}<p class="muted">{}</p></main></body></html>',
        trouble.title, again, format_html_join("", '<link rel=stylesheet href="{}">', STYLES), trouble.title,
        format_html_join("", "<p>{}</p>", ((sentence,) for sentence in trouble.sentences)), error,
    )  # fmt: skip
    return HttpResponse(body, status=trouble.status, headers=headers)


def failed(request: HttpRequest) -> HttpResponse:
    error, cause = ulid(), sys.exc_info()[1]
    log.error("request failed %s %s", error, request.path)
    if trouble := trouble_of(cause):
        return short_of(request, trouble, error)
    return page(
        request, 500, _("Gemba could not do this"),
        [_("Nothing was half-written: every change is stored whole or not at all."),
         _("Try again. If it happens again, give the person who runs Gemba this identifier.")],
        error,
    )  # fmt: skip
