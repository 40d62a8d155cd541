"""Who Kuvitelma buys from: judged, approved, counted and judged again, some of them too late; and two device files."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from gemba.demo.company.colleagues import HOME, PRODUCT, WARD
from gemba.demo.company.days import QUARTERS, Calendar
from gemba.demo.company.stage import Life, Stage
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.rows import load
from gemba.modules.devicefile.models import DesignFile, DeviceFile
from gemba.modules.supplier.choices import CRITERIA
from gemba.modules.supplier.models import Incoming, Purchase, Supplier

ELINA, MIKAEL, SANNA = "Elina", "Mikael", "Sanna"
AGREEMENTS = "EXT-006"
"""The document that holds the signed quality agreements."""
WEEK = 7


@dataclass(frozen=True, slots=True)
class Judged:
    """A look at a supplier. `again` is the day of the next one; days count back, so negative ones lie ahead."""

    ago: int
    look: str
    result: str = "suitable"
    reasons: str = ""
    score: str = "3"
    again: int | None = None
    certificate: tuple[str, str, int] | None = None
    """Number, issuer, and the day it runs out."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """A decision that Mikael took; `at_once` is a suspension he decided alone."""

    ago: int
    ruling: str
    grounds: str
    conditions: str = ""
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Vendor:
    """`figures` are deliveries, late, faulty of the last quarters; an empty one was not counted."""

    ago: int
    title: str
    goods: tuple[tuple[str, str, str], ...]
    address: str
    criticality: str
    why: str
    judged: tuple[Judged, ...] = ()
    ruled: tuple[Ruled, ...] = ()
    agreed: int | None = None
    figures: tuple[tuple[int, int, int], ...] = ()
    acted: str = ""
    troubles: tuple[str, ...] = ()


GOOD = "Evaluation, samples and the certificate."
VENDORS = (
    Vendor(
        640, "Muovi-Salo Oy", (("Housings of the clip", "part", "Holds the sensor where the drop falls"),),
        "Muovitie 4, Salo", "critical", "A housing of another resin lets light in, and nobody sees that.",
        judged=(
            Judged(632, "qualification", again=300, certificate=("13485-4471", "Notified Example Oy", -420)),
            Judged(286, "audit", "conditions", "Lots are to be told before the resin changes.", score="2"),
            Judged(275, "again", "conditions", "Three lots in full, and a notice before each change.", "2", -88),
        ),
        ruled=(
            Ruled(628, "approve", GOOD),
            Ruled(270, "conditions", "Resin changed without notice", "Three lots are measured in full."),
            Ruled(180, "approve", "Three lots in full without a fault."),
        ),
        agreed=630, figures=((14, 0, 0), (15, 1, 0), (14, 0, 0), (16, 0, 1), (15, 1, 1), (15, 0, 0), (14, 0, 0),
                             (16, 1, 0)),
        acted="The faulty lot went back; the next three were measured in full.",
        troubles=("Resin of the housings changed without notice",),
    ),
    Vendor(
        638, "Piirilevy Oy", (("Sensor boards and connector boards", "part", "Counts the drops"),),
        "Komponenttikatu 12, Oulu", "critical", "A board that fails slowly counts wrong.",
        judged=(
            Judged(631, "qualification", again=290, certificate=("9001-118", "Certifier Example AB", -34)),
            Judged(284, "again", again=-75),
        ),
        ruled=(Ruled(626, "approve", GOOD),), agreed=629,
        figures=((8, 0, 1), (8, 0, 0), (9, 1, 0), (8, 0, 0), (8, 0, 0), (9, 0, 0), (8, 2, 0), (8, 0, 0)),
        acted="Asked for a stock of two weeks.", troubles=("Connector boards with cold joints",),
    ),
    Vendor(
        455, "Lasi-Esimerkki Oy", (("Lenses", "part", "The drop is seen through it"),), "Hiomontie 1, Tampere",
        "important", "A cloudy lens is found in the final test.",
        judged=(Judged(450, "qualification", again=-250),), ruled=(Ruled(446, "approve", GOOD),),
        figures=((3, 0, 0), (4, 0, 0), (4, 0, 0), (4, 1, 0)), acted="One late lot; they told us the day before.",
    ),
    Vendor(
        600, "Akku-Esimerkki GmbH", (("Batteries", "part", "Empty ones leave a drop uncounted"),), "Werkstrasse 9, Ulm",
        "important", "An empty battery shows at once, on the ward.",
        judged=(Judged(590, "qualification", again=190),), ruled=(Ruled(585, "approve", "Samples and questionnaire."),),
        troubles=("Supplier of batteries sends no certificate",),
    ),
    Vendor(
        620, "Mittari-Esimerkki Oy", (("Calibration of gauges", "service", "What we measure with"),),
        "Vaakakuja 2, Tampere", "ordinary", "A wrong gauge is seen in the check before use.",
        judged=(Judged(615, "qualification"),), ruled=(Ruled(612, "approve", "Accredited, and known for years."),),
    ),
    Vendor(
        610, "Liima-Esimerkki AB", (("Glue of the hinge", "part", "An open hinge drops the clip"),), "Kaj 3, Umeå",
        "important", "Found in the pull test.",
        judged=(Judged(606, "qualification", again=100),),
        ruled=(
            Ruled(602, "approve", "Samples."),
            Ruled(540, "suspend", "One in forty hinges opened.", at_once=True),
            Ruled(500, "disqualify", "We weld now, and they never answered."),
        ),
    ),
    Vendor(
        24, "Pilvi-Esimerkki Oy", (("Servers of Pisara Ward", "software", "Without them no ward sees its drops"),),
        "Konesali 1, Kajaani", "important", "It would stop the display, not the alarm.",
        judged=(Judged(15, "qualification"),), ruled=(Ruled(9, "approve", "Questionnaire and a visit."),),
    ),
)  # fmt: skip
WAITING = "Pilvi-Esimerkki Oy"
"""Put forward, and nobody has decided yet."""


def buying(stage: Stage, days: Calendar) -> list[Life]:
    lives = [life(stage, days, vendor) for vendor in VENDORS for life in (appear, judge, rule, watch)]
    return [*lives, *(ordered(stage, days, order) for order in ORDERS), files_of_devices(stage, days)]


def _again(stage: Stage, vendor: Vendor) -> Supplier:
    found: Supplier = stage.record(vendor.title)
    return found


def appear(stage: Stage, days: Calendar, vendor: Vendor) -> Life:
    yield days.ago(vendor.ago, 9, 50)
    values = {
        "title": vendor.title, "address": vendor.address, "criticality": vendor.criticality,
        "criticality_reason": vendor.why, "site": stage.sites[HOME],
        "supplies": [{"what": what, "sort": sort, "effect": effect} for what, sort, effect in vendor.goods],
    }  # fmt: skip
    stage.records[vendor.title] = stage.do(ELINA, Raise, model=Supplier, values=values)
    if vendor.agreed is not None:
        yield days.ago(vendor.agreed, 13)
        stage.do(ELINA, Edit, record=_again(stage, vendor), values={"agreement_from": days.day(vendor.agreed)})
        stage.do(ELINA, MakeLink, record=_again(stage, vendor), role="agreed_in", to=stage.record(AGREEMENTS))
    yield days.ago(5, 12, 10)
    for title in vendor.troubles:
        stage.do(ELINA, MakeLink, record=_again(stage, vendor), role="had", to=stage.record(title))


def judge(stage: Stage, days: Calendar, vendor: Vendor) -> Life:
    for judged in vendor.judged:
        yield days.ago(judged.ago, 14, 20)
        values = {"look": judged.look, "means": "Visit, samples and their answers to FRM-005."}
        made: Any = stage.do(ELINA, Do, record=_again(stage, vendor), name="evaluate", values=values)
        stage.do(ELINA, Edit, record=made, values=_found(days, judged))
        stage.sign(ELINA, load(type(made), made.pk), "sign")


def _found(days: Calendar, judged: Judged) -> dict[str, Any]:
    criteria = [
        {"by": name, "criterion": str(label), "score": judged.score, "seen": ""}
        for name, label in CRITERIA
        if judged.look != "qualification" or name != "performance"
    ]
    found: dict[str, Any] = {"criteria": criteria, "result": judged.result, "reasons": judged.reasons}
    if judged.again is not None:
        found["next_due"] = days.day(judged.again)
    if judged.certificate:
        number, issuer, until = judged.certificate
        found |= {"certificate": number, "issuer": issuer, "expires": days.day(until), "standard": "ISO 13485"}
    return found


def rule(stage: Stage, days: Calendar, vendor: Vendor) -> Life:
    for ruled in vendor.ruled:
        yield days.ago(ruled.ago, 15, 40)
        supplier = _again(stage, vendor)
        values = {
            "ruling": ruled.ruling, "grounds": ruled.grounds, "conditions": ruled.conditions, "until": None,
            "criticality": supplier.criticality, "criticality_reason": supplier.criticality_reason,
        }  # fmt: skip
        made = stage.do(MIKAEL if ruled.at_once else ELINA, Do, record=supplier, name="propose", values=values)
        if vendor.title != WAITING:
            stage.sign(MIKAEL, made, "suspend_at_once" if ruled.at_once else "decide", ruled.grounds)


def watch(stage: Stage, days: Calendar, vendor: Vendor) -> Life:
    """A signed figure for each quarter that was counted."""
    for number, (deliveries, late, faulty) in enumerate(vendor.figures, start=QUARTERS - len(vendor.figures)):
        end = days.quarters[number]
        if end < days.day(vendor.ago - WEEK):
            continue
        yield days.at(days.after_quarter(number, 9), 11, 30)
        values = {
            "begins": end - dt.timedelta(days=90), "ends": end, "deliveries": deliveries, "late": late,
            "faulty": faulty, "source": "Goods in",
        }  # fmt: skip
        made: Any = stage.do(ELINA, Do, record=_again(stage, vendor), name="count", values=values)
        if late or faulty:
            made = stage.do(ELINA, Edit, record=made, values={"acted": vendor.acted})
        stage.sign(ELINA, made, "sign")


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order and what came of it. `came` is the day of the inspection; an exception has its reason."""

    ago: int
    vendor: str
    reference: str
    item: str
    revision: str
    quantity: int
    came: int | None = None
    faulty: str = ""
    exception: str = ""


ORDERS = (
    Ordered(310, "Muovi-Salo Oy", "PO-1188", "Housing of the clip", "Drawing 12, C", 600, 301, "Another resin by lot"),
    Ordered(160, "Lasi-Esimerkki Oy", "PO-1240", "Lens", "Drawing 31, B", 400, 149),
    Ordered(70, "Piirilevy Oy", "PO-1279", "Sensor board", "Board 7, revision 4", 300, 58),
    Ordered(21, "Pilvi-Esimerkki Oy", "PO-1293", "One server for the trial", "Offer 14", 1,
            exception="A trial without patients; nobody relies on it."),
    Ordered(8, "Akku-Esimerkki GmbH", "PO-1297", "Battery", "Datasheet 2024-02", 1000),
)  # fmt: skip


def ordered(stage: Stage, days: Calendar, order: Ordered) -> Life:
    yield days.ago(order.ago, 10, 35)
    values: dict[str, Any] = {
        "title": f"{order.item}, {order.reference}", "supplier": stage.record(order.vendor), "site": stage.sites[HOME],
        "reference": order.reference, "change_notice": True, "asked": "Certificate with each lot",
        "items": [{"item": order.item, "revision": order.revision, "quantity": order.quantity}],
    }  # fmt: skip
    made = stage.do(ELINA, Raise, model=Purchase, values=values)
    if order.exception:
        stage.sign(MIKAEL, made, "order_exception", order.exception)
    else:
        stage.sign(ELINA, made, "order")
    if order.came is None:
        return
    yield days.ago(order.came, 8, 15)
    line = {"characteristic": "Dimensions", "limit": order.revision, "found": "Ten pieces", "good": not order.faulty}
    given: dict[str, Any] = {
        "title": f"{order.item} came", "supplier": stage.record(order.vendor), "item": order.item, "lot": "as marked",
        "of_order": load(Purchase, made.pk), "quantity": order.quantity, "checked": [line],
        "outcome": "blocked" if order.faulty else "stock", "reasons": order.faulty, "site": stage.sites[HOME],
    }  # fmt: skip
    stage.sign(ELINA, stage.do(ELINA, Raise, model=Incoming, values=given), "sign")


PISARA = (
    ("making", "WI-001"), ("making", "SOP-008"), ("inspection", "WI-003"), ("packaging", "WI-004"),
    ("labelling", "WI-004"),
)  # fmt: skip
SOFTWARE = (("plan", "PLN-002"), ("validation", "PLN-003"), ("transfer", "WI-005"), ("inputs", "EXT-005"))


def files_of_devices(stage: Stage, days: Calendar) -> Life:
    """Begun, and honest about what is missing."""
    yield days.ago(120, 10, 5)
    device = {
        "title": "Pisara 2", "variant": "2.3", "product": stage.products[PRODUCT], "site": stage.sites[HOME],
        "about": "A clip that counts the drops of an infusion and calls when they stop.",
        "absent": [{"part": "installation", "why": "Nurses unpack and switch on."}],
    }  # fmt: skip
    _filed(stage, DeviceFile, device, PISARA)
    yield days.ago(96, 13, 25)
    ward = {
        "title": "Pisara Ward", "variant": "4", "product": stage.products[WARD], "site": stage.sites[HOME],
        "about": "Shows the drops of forty clips on one screen.", "absent": [],
    }  # fmt: skip
    _filed(stage, DesignFile, ward, SOFTWARE)


def _filed(stage: Stage, model: Any, values: dict[str, Any], items: tuple[tuple[str, str], ...]) -> None:
    made = stage.do(SANNA, Raise, model=model, values=values)
    stage.records[f"File of {values['title']}"] = made
    for role, number in items:
        current = load(model, made.pk)
        stage.do(SANNA, MakeLink, record=current, role=role, to=stage.record(number))
