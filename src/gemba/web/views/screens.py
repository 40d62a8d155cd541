"""The screens that modules declare, as addresses: each asks for its roles before the module's own view runs."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404, HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from gemba.kernel.types import DeclarationError, RecordType, Screen, registry
from gemba.web.middleware import SignedInRequest
from gemba.web.parts import open_to, screen_name
from gemba.web.views.common import record_of

OWN = {
    "records", "r", "search", "health", "style", "theme", "notices", "tasks", "files", "people", "my", "accounts",
    "api", "static", "welcome", "practice",
}  # fmt: skip
"""How addresses of the kernel's own pages begin."""


def screen_patterns(known: Iterable[RecordType[Any]] = registry) -> Iterator[URLPattern]:
    """One address for each declared screen. Raises `DeclarationError` for one that would never be reached."""
    taken: dict[str, str] = {}
    for declared in known:
        for screen in declared.screens:
            _reachable(declared, screen, taken)
            start = f"records/{declared.kind}/<number:number>/" if screen.on_record else ""
            view = _of_record(declared, screen) if screen.on_record else _alone(screen)
            yield path(f"{start}{screen.path.strip('/')}", view, name=screen_name(declared, screen))


def _reachable(declared: RecordType[Any], screen: Screen, taken: dict[str, str]) -> None:
    place, name = screen.path.strip("/"), screen_name(declared, screen)
    if screen.on_record:
        return
    if not place or place.partition("/")[0] in OWN:
        raise DeclarationError(f"The screen {name!r} would stand at {place!r}, where Gemba has pages of its own.")
    if other := taken.get(place):
        raise DeclarationError(f"The screens {other!r} and {name!r} both stand at {place!r}.")
    taken[place] = name


def _alone(screen: Screen) -> Any:
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: SignedInRequest, **values: Any) -> HttpResponseBase:
        _ask_for_role(request, screen)
        return _answer(screen.view(request, **values))

    return view


def _of_record(declared: RecordType[Any], screen: Screen) -> Any:
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: SignedInRequest, number: str, **values: Any) -> HttpResponseBase:
        _ask_for_role(request, screen)
        _declared, record = record_of(request, declared.kind, number)
        return _answer(screen.view(request, record, **values))

    return view


def _ask_for_role(request: SignedInRequest, screen: Screen) -> None:
    if not open_to(screen, request.access.roles, everything=request.access.everything):
        raise Http404


def _answer(response: Any) -> HttpResponseBase:
    if not isinstance(response, HttpResponseBase):
        raise TypeError("A screen answers with a response.")
    return response
