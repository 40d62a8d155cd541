"""Screens: the process map, the four tests of all processes, a product's way from design to delivery, my own part."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from gemba.kernel.access.scope import Access
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.people.models import Product
from gemba.kernel.records.models import Record
from gemba.kernel.roles import STAFF
from gemba.kernel.types import Screen, registry
from gemba.modules.process.drawing import WAY, picture
from gemba.modules.process.four_tests import Card, cards, kinds_of
from gemba.modules.process.handing import Handover, handovers, outside
from gemba.modules.process.jobs import ask_for
from gemba.modules.process.mine import mine, not_asked
from gemba.modules.process.models import Process
from gemba.modules.process.states import RETIRED
from gemba.web.middleware import SignedInRequest


def in_order() -> list[Process]:
    """The real processes this person may see, as the work flows: by area, then by their place in it."""
    rows: QuerySet[Process] = Process.objects.filter(exercise=False).exclude(state__in=(RETIRED.name, VOID))
    order = {area: place for place, area in enumerate(Process.Area.values)}
    found = rows.select_related("accountable", "owner")
    return sorted(found, key=lambda process: (order[process.area], process.position, process.number))


@require_GET
def process_map(request: SignedInRequest) -> HttpResponse:
    """Drawn, and the same as a list."""
    found = cards(in_order(), request.access)
    handed = handovers([card.process for card in found])
    context = {
        "picture": picture(found, handed), "areas": _areas(found, handed), "handed": handed,
        "one_sided": sum(not each.agreed for each in handed), "total": len(found),
    }  # fmt: skip
    return render(request, "process/map.html", context)


def _areas(found: Sequence[Card], handed: Sequence[Handover]) -> list[dict[str, Any]]:
    titles = {card.process.number: card.process for card in found}
    areas: dict[str, list[dict[str, Any]]] = {}
    for card in found:
        number = card.process.number
        areas.setdefault(card.process.area, []).append({
            "card": card,
            "gets": [(each, titles[each.source]) for each in handed if each.target == number],
            "gives": [(each, titles[each.target]) for each in handed if each.source == number],
            "from_outside": outside(card.process.inputs), "to_outside": outside(card.process.outputs),
        })  # fmt: skip
    return [{"label": Process.Area(area).label, "processes": rows} for area, rows in areas.items()]


@require_GET
def four_tests(request: SignedInRequest) -> HttpResponse:
    found = cards(in_order(), request.access)
    passed = sum(card.passed == len(card.answers) for card in found)
    return render(request, "process/tests.html", {"cards": found, "passed": passed})


@require_GET
def way_of_a_product(request: SignedInRequest) -> HttpResponse:
    """What a product's records say of each process on its way (M28)."""
    products = _products(request.access)
    given = request.GET.get("product", "")
    chosen = next((product for product in products if product.uid == given), products[0] if products else None)
    on_the_way = [process for process in in_order() if process.area in WAY]
    rows = _stations(on_the_way, chosen) if chosen else []
    return render(request, "process/way.html", {"products": products, "chosen": chosen, "rows": rows})


def _products(access: Access) -> list[Product]:
    """Those that some grant reaches."""
    rows = Product.objects.filter(ended=None).order_by("name")
    bounds = {grant.product_id for grant in access.grants if grant.product_id is not None}
    everywhere = access.everything or any(grant.product_id is None for grant in access.grants)
    return list(rows if everywhere else rows.filter(pk__in=bounds))


def _stations(processes: Sequence[Process], product: Product) -> list[dict[str, Any]]:
    kinds = sorted({kind for process in processes for kind in kinds_of(process)})
    counted = _counted(kinds, product)
    return [
        {
            "process": process, "area": process.get_area_display(),
            "kinds": [
                {"declared": registry.named(kind), **counted.get(kind, {"open": 0, "finished": 0, "newest": None})}
                for kind in kinds_of(process)
            ],
        }
        for process in processes
    ]  # fmt: skip


def _counted(kinds: Sequence[str], product: Product) -> dict[str, dict[str, Any]]:
    """Open and finished records of the product by kind, and the newest of each, in two statements."""
    rows = Record.objects.filter(product=product, kind__in=kinds, exercise=False).exclude(state=VOID).order_by()
    found: dict[str, dict[str, Any]] = {}
    newest: dict[str, int] = {}
    for row in rows.values("kind", "open").annotate(n=Count("pk"), last=Max("pk")):
        cell = found.setdefault(row["kind"], {"open": 0, "finished": 0, "newest": None})
        cell["open" if row["open"] else "finished"] = row["n"]
        newest[row["kind"]] = max(row["last"], newest.get(row["kind"], 0))
    known: Mapping[int, Record] = Record.objects.in_bulk(list(newest.values()))
    for kind, pk in newest.items():
        found[kind]["newest"] = known.get(pk)
    return found


@require_http_methods(["GET", "POST"])
def my_responsibilities(request: SignedInRequest) -> HttpResponse:
    """What the processes ask of the reader (M111); each part is accepted from here by signing it."""
    if request.method == "POST":
        waiting = not_asked(request.access)
        for process in waiting:
            ask_for(process)
        if waiting:
            messages.success(request, _now("You can accept them now."))
        return HttpResponseRedirect(request.path)
    return render(request, "process/mine.html", {"mine": mine(request.access)})


SCREENS = (
    Screen(name="mine", path="my-responsibilities", view=my_responsibilities, menu=_("My responsibilities"),
           roles=STAFF),
    Screen(name="map", path="process-map", view=process_map, menu=_("Process map")),
    Screen(name="tests", path="four-tests", view=four_tests, menu=_("Four tests")),
    Screen(name="way", path="from-design-to-delivery", view=way_of_a_product, menu=_("From design to delivery")),
)  # fmt: skip
