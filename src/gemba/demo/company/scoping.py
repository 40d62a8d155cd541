"""What Kuvitelma's system is for: the scope of its first week, the wider one later, and the figures kept since."""

import datetime as dt
from typing import Any

from gemba.demo.company.colleagues import PRODUCT, WARD
from gemba.demo.company.days import Calendar
from gemba.demo.company.papers import AINO, OSKARI
from gemba.demo.company.stage import Life, Stage
from gemba.evidence.expectations.settle import settle
from gemba.evidence.practice.refresh import catch_up
from gemba.evidence.practice.snapshots import keep
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Edit, Raise
from gemba.modules.scope.models import Registration, Scope
from gemba.modules.scope.reading import frameworks_of, waiting

NARROW, WIDE = "Drop monitors for Europe", "Drop monitors and the ward display, Europe and the United States"
LAST = dt.timedelta(minutes=30)
TO_AMERICA = 395
"""Days ago that the company decided to sell in the United States too."""
EUROPE = {"market": "EU", "person": "Oskari Niemi", "since": ""}
STATES = {"market": "US", "person": "Ingrid Bauer", "since": ""}
DEVICES = [
    {"name": PRODUCT, "nature": "both", "classes": "EU IIb, US II", "route": "notified body; 510(k)"},
    {"name": WARD, "nature": "software", "classes": "EU IIa, US II", "route": "notified body; 510(k)"},
]
EU = {"market": "EU", "device_class": "IIb", "route": "notified body"}
US = {"market": "US", "device_class": "II", "route": "510(k)"}
NO = {
    "implantable": "Nothing we make goes into the body.", "sterile": "", "contamination": "", "special_storage": "",
    "class_iii_or_implantable": "", "installation": "Nurses unpack and switch on.", "undocumented_orders": "",
    "servicing": "Hospitals' own workshops repair, under their agreement.", "cleanliness": "",
    "verification_at_supplier": "We inspect on arrival.", "special_conditions": "",
}  # fmt: skip
"""The questions answered with no, and why where somebody may ask."""


def scoping(stage: Stage, days: Calendar) -> Life:
    """Europe first. A year later the United States, by a second scope that replaces the first."""
    yield days.at(days.founding + dt.timedelta(days=1), 10)
    scope = _raised(stage, NARROW, [EUROPE], DEVICES[:1])
    yield days.at(days.founding + dt.timedelta(days=2), 14)
    _approved(stage, scope)
    yield days.ago(TO_AMERICA, 10)
    wider = _raised(stage, WIDE, [EUROPE, STATES], DEVICES)
    yield days.ago(TO_AMERICA - 6, 15)
    _approved(stage, wider)


def _raised(stage: Stage, title: str, markets: list[dict[str, str]], devices: list[dict[str, str]]) -> Scope:
    values: dict[str, Any] = {
        "title": title, "purpose": "existing", "role": "manufacturer", "markets": markets, "devices": devices,
        "statement": "Design, manufacture and distribution of drop monitors for infusion, and of their software.",
    }  # fmt: skip
    scope: Scope = stage.do(OSKARI, Raise, model=Scope, values=values)
    asked = dict.fromkeys(name for each in frameworks_of(scope) for name in each.conditions)
    answers = [
        {"condition": name, "answer": "no" if name in NO else "yes", "remark": NO.get(name, "")} for name in asked
    ]
    scope = stage.do(OSKARI, Edit, record=scope, values={"answers": answers})
    decided: Scope = stage.do(OSKARI, Edit, record=scope, values={"decisions": _decisions(scope)})
    return decided


def _decisions(scope: Scope) -> list[dict[str, Any]]:
    """What no answer decides applies."""
    owner = {duty.id: each.id for each in frameworks_of(scope) for duty in each.duties}
    return [
        {"framework": owner[each.duty.id], "duty": each.duty.id, "applies": True, "reason": ""}
        for each in waiting(scope)
    ]


def _approved(stage: Stage, scope: Scope) -> None:
    stage.sign(AINO, stage.do(OSKARI, Advance, record=scope, name="submit"), "approve")


def registering(stage: Stage, days: Calendar) -> Life:
    """Where the devices may be sold: one certificate will run out soon, one application waits."""
    yield days.ago(600, 11)
    _registered(stage, PRODUCT, EU, status="granted", certificate="CE 0598-22417", expires=days.day(-120))
    yield days.ago(TO_AMERICA - 90, 11)
    _registered(stage, PRODUCT, US, status="granted", certificate="K253318", expires=days.day(-1400))
    yield days.ago(60, 11)
    _registered(stage, WARD, US, status="submitted")


def _registered(stage: Stage, product: str, market: dict[str, str], **values: Any) -> None:
    given = {"title": f"{product} in the {market['market']}", "product": stage.products[product], **market, **values}
    stage.do(OSKARI, Advance, record=stage.do(OSKARI, Raise, model=Registration, values=given), name="confirm")


def figures(days: Calendar) -> Life:
    """At the end of every quarter the figures of the day are kept: the trend shows how the gap went.

    In the end the ledger is brought up to the day, as every night does it.
    """
    for end in days.quarters:
        yield days.at(end, 20)
        catch_up()
        keep(end)
    yield days.now - LAST
    settle(days.today)
