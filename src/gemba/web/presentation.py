"""What every page has around it: the reader's time zone, no caching of private pages, refusals as pages."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from gemba.kernel.people.models import Account
from gemba.kernel.refusals import Refused
from gemba.web import errors


def zone_of(account: Account) -> ZoneInfo:
    """The time zone of the person's site; UTC where there is none or its name is unknown here."""
    site = account.person.site
    try:
        return ZoneInfo(site.time_zone if site else "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


class PresentationMiddleware:
    """Stands behind the scope: times in the reader's zone, `no-store`, and sentences instead of exceptions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        account = request.user
        if not isinstance(account, Account):
            return self.get_response(request)
        with timezone.override(zone_of(account)):
            response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return errors.refused(request, exception)
        if isinstance(exception, RequestDataTooBig):
            return errors.too_large(request)
        return None
