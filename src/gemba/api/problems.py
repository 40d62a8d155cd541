"""Every refusal in one shape: `detail` with sentences, and `fields` or `version` where they help."""

import logging
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from gemba.api.shapes import Problem
from gemba.kernel.attachments.store import TooLarge
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, NotProven, Refused
from gemba.kernel.trouble import trouble_of
from gemba.kernel.ulid import ulid

log = logging.getLogger("gemba.api")
STATUS: tuple[tuple[type[Refused], int], ...] = (
    (NotAllowed, 403), (NotProven, 403), (Conflict, 409), (TooLarge, 413), (Invalid, 400),
)  # fmt: skip
"""The first that fits; any other refusal is a 409: the record stands where this is not possible."""


def answer_problems(api: NinjaAPI) -> None:
    """Register how each kind of failure is answered."""

    def answer(request: HttpRequest, status: int, *detail: str, **more: Any) -> HttpResponse:
        return api.create_response(request, problem(detail, **more), status=status)

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, refusal: Any) -> HttpResponse:
        status = next((code for kind, code in STATUS if isinstance(refusal, kind)), 409)
        fields = {k: list(v) for k, v in refusal.fields.items()} if isinstance(refusal, Invalid) else None
        version = getattr(getattr(refusal, "current", None), "version", None)
        return answer(request, status, *refusal.sentences, fields=fields, version=version)

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(request, 404, nothing_here())

    @api.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, error: Any) -> HttpResponse:
        return unauthorised(request, api)

    @api.exception_handler(ValidationError)
    def malformed(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(request, 400, _("Some values cannot be accepted."), fields=by_field(error.errors))

    @api.exception_handler(HttpError)
    def unusable(request: HttpRequest, error: Any) -> HttpResponse:
        """What the framework refuses: a body that is no JSON, a write by cookie without its CSRF token."""
        sentences = {
            400: _("The request could not be read."),
            403: _(
                "A write with a session needs its CSRF token in the header X-CSRFToken. A token of the API needs none."
            ),
        }
        return answer(request, error.status_code, sentences.get(error.status_code, str(error)))

    @api.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(request, 413, _("The request is too large."))

    @api.exception_handler(Exception)
    def failed(request: HttpRequest, error: Any) -> HttpResponse:
        name = ulid()
        log.error("request failed %s %s", name, request.path, exc_info=error)
        if trouble := trouble_of(error):
            return answer(request, trouble.status, " ".join((trouble.title + ".", *trouble.sentences)))
        return answer(
            request, 500, _("Gemba could not do this; nothing was half-written. Identifier: %s") % name
        )  # fmt: skip


def by_field(errors: Sequence[Any]) -> dict[str, list[str]]:
    """What is wrong with each value, by the name it was sent under."""
    fields: dict[str, list[str]] = {}
    for found in errors:
        fields.setdefault(str(found["loc"][-1]), []).append(str(found["msg"]))
    return fields


def problem(detail: Sequence[str], **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = Problem(detail=list(detail), **more).dict(exclude_none=True)
    return found


def nothing_here() -> str:
    """The same words whether something is hidden or does not exist."""
    return _("There is nothing here that you may see.")


def unauthorised(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    response = api.create_response(
        request, problem([_("Sign in, or send a token: Authorization: Bearer gemba_…")]), status=401
    )  # fmt: skip
    response["WWW-Authenticate"] = "Bearer"
    return response
