"""The REST interface, version 1: `/api/v1/`, its description in `/api/v1/openapi.json`."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Router

from gemba.api.beside import add_beside_endpoints
from gemba.api.building import shared_answers
from gemba.api.described import made_once
from gemba.api.endpoints import add_record_endpoints
from gemba.api.general import general
from gemba.api.practice import practice
from gemba.api.problems import answer_problems, nothing_here, problem, unauthorised
from gemba.api.reading import WholeText
from gemba.api.verbs import add_verb_endpoints
from gemba.api.who import BySession, ByToken
from gemba.kernel.people.models import Account
from gemba.kernel.types import registry

api = NinjaAPI(
    title="Gemba", version="1", description="Quality records over REST. Signing needs a person at a screen.",
    auth=[ByToken(), BySession()], docs_url=None, docs_decorator=made_once, urls_namespace="api", parser=WholeText(),
)  # fmt: skip
answer_problems(api)
with shared_answers():
    api.add_router("", general)
    api.add_router("/practice", practice)
    for declared in registry:
        router = Router(tags=[str(declared.plural)])
        add_record_endpoints(router, declared)
        add_beside_endpoints(router, declared)
        add_verb_endpoints(router, declared)
        api.add_router(f"/records/{declared.kind}", router)


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """An address below `/api/` that is none: for a program, in its own words."""
    if not isinstance(request.user, Account):
        return unauthorised(request, api)
    return api.create_response(request, problem([nothing_here()]), status=404)


def _open_to_its_own_check(patterns: Sequence[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The API answers 401 itself; the pages' redirect to the sign-in form would help no program."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback.login_required = False  # type: ignore[attr-defined]
    return list(patterns)


endpoints, application, namespace = api.urls  # a name `app_name` here would become a namespace around ours
urlpatterns = [
    path("api/v1/", (_open_to_its_own_check(endpoints), application, namespace)),
    *_open_to_its_own_check([re_path(r"^api/", nowhere, name="api_nowhere")]),
]
