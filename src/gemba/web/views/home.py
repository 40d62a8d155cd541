"""My work, search, the palette, health and the style page."""

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from gemba.kernel.log.models import Seal
from gemba.kernel.records.models import Record
from gemba.kernel.rights import grant_to_create
from gemba.kernel.roles import Role
from gemba.kernel.search.query import search as find
from gemba.kernel.types import registry
from gemba.web.choosing import directory_of, options, people
from gemba.web.health import readings
from gemba.web.jumping import places
from gemba.web.middleware import SignedInRequest
from gemba.web.parts import screens_in_menu
from gemba.web.specimens import specimens
from gemba.web.work import my_work

LONGEST_QUERY = 200
RESULTS, JUMPS, CANDIDATES = 50, 12, 10


@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    raisable = [declared for declared in registry if grant_to_create(request.access, declared)]
    today = timezone.localdate()
    screens = screens_in_menu(request.access.roles, everything=request.access.everything)
    firsts = [screen for screen in screens if screen.first]
    context = {"work": my_work(request.access, today), "today": today, "raisable": raisable, "firsts": firsts}
    return render(request, "web/home.html", context)


def _words(request: SignedInRequest, name: str = "q") -> str:
    return request.GET.get(name, "").replace("\0", "").strip()[:LONGEST_QUERY]


@require_GET
def search(request: SignedInRequest) -> HttpResponse:
    words = _words(request)
    kind = request.GET.get("kind", "")
    found = find(words, limit=RESULTS, kind=kind if kind in registry else None)
    named = places(request.access, words) if words else []
    context = {"words": words, "found": found, "kind": kind, "most": RESULTS, "places": named}
    return render(request, "web/search.html", context)


@require_GET
def jump(request: SignedInRequest) -> HttpResponse:
    """What the palette shows under what was typed so far: places and actions first, then records."""
    words = _words(request)
    context = {"words": words, "places": places(request.access, words), "found": find(words, limit=JUMPS)}
    return render(request, "web/jump.html", context)


@require_GET
def candidates(request: SignedInRequest) -> HttpResponse:
    """Records that can be picked for a link, as options of a list. Not there for those who read no kind of record."""
    if not any(request.access.roles & set(declared.permissions.read) for declared in registry):
        raise Http404
    words, kinds = _words(request, "to"), [k for k in request.GET.get("kinds", "").split(",") if k in registry]
    if not words:
        rows = list(Record.objects.filter(Q(kind__in=kinds) if kinds else Q()).order_by("-id")[:CANDIDATES])
    else:
        found = [hit.record for hit in find(words, limit=CANDIDATES * 3)]
        rows = [record for record in found if not kinds or record.kind in kinds][:CANDIDATES]
    return render(request, "web/candidates.html", {"records": rows})


@require_GET
def people_candidates(request: SignedInRequest) -> HttpResponse:
    """Names of people that begin like what was typed in the field `of`, as options of a list."""
    if not any(request.access.roles & set(declared.permissions.read) for declared in registry):
        raise Http404
    return HttpResponse(options(directory_of(people()).beginning(_words(request, request.GET.get("of", "")))))


@require_GET
def health(request: SignedInRequest) -> HttpResponse:
    """Whether the machinery runs; for those who run it."""
    if Role.ADMINISTRATOR not in request.access.roles:
        raise Http404
    return render(request, "web/health.html", {"readings": readings()})


@require_GET
def checkpoint(request: SignedInRequest) -> HttpResponse:
    """The newest seal as a signed note, to be kept where this server does not reach."""
    newest = Seal.objects.order_by("-number").first()
    if Role.ADMINISTRATOR not in request.access.roles or newest is None:
        raise Http404
    answer = HttpResponse(newest.checkpoint, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="gemba-seal-{newest.number}.txt"'
    return answer


@require_GET
def style(request: SignedInRequest) -> HttpResponse:
    """Every component in every variant, with made-up content."""
    return render(request, "web/style.html", specimens())
