"""What went wrong at Kuvitelma in two years, and what was made of it: well, late, on paper only, or not at all."""

from dataclasses import dataclass

PRODUCT, PROCESS, SUPPLIER, SYSTEM = "product", "process", "supplier", "system"
PRODUCTION, INSPECTION, INCOMING = "production", "inspection", "incoming"
COMPLAINT, SERVICE, INTERNAL, EXTERNAL = "complaint", "service", "internal_audit", "external_audit"
CONTAINED, EVALUATED, DECIDED, CLOSED = "contained", "evaluated", "decided", "closed"
REWORK, CONCESSION, SCRAP, RETURN, CORRECT = "rework", "concession", "scrap", "return", "correct"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A nonconformity. Days count back from today; `late` is how long nobody entered it."""

    ago: int
    title: str
    found: str
    unmet: str
    by: str = "Jussi"
    about: str = PRODUCT
    source: str = PRODUCTION
    after_delivery: bool = False
    severity: str = "minor"
    disposition: str = SCRAP
    capa: str = ""
    """Why a CAPA is needed; empty where none is."""
    told: str = ""
    """Who outside was told."""
    late: int = 0
    days: int = 16
    """From entry to closure."""
    burst: bool = False
    """Left alone until the week before the audit, then carried through in a morning."""
    stops: str = CLOSED
    lots: str = ""


TROUBLES = (
    Trouble(
        610,
        "Clip housings with a hairline crack",
        "Eleven of 400 housings of lot 0311 crack beside the hinge",
        "Drawing 114: no cracks",
        lots="0311",
        severity="major",
        told="Muovi-Salo Oy, who mould the housings",
    ),
    Trouble(
        596,
        "Three clips passed without the light test",
        "The test bench was off; three clips of the morning have no result",
        "SOP-009: every clip is tested",
        by="Noora",
        disposition=REWORK,
        lots="0312-031 to 0312-033",
    ),
    Trouble(
        570,
        "Lens of clips goes cloudy",
        "Nine returned clips have a milky lens and miss drops",
        "Drop detection 99.5 %",
        by="Tomi",
        source=COMPLAINT,
        after_delivery=True,
        severity="critical",
        told="The three hospitals that use them",
        capa="It can silence an alarm, and it is the third case",
    ),
    Trouble(
        540,
        "Labels in Swedish on clips for Finland",
        "A carton of 40 clips for Oulu has Swedish labels",
        "Order 2214",
        severity="major",
        disposition=REWORK,
        capa="Second carton in a month",
        by="Jussi",
    ),
    Trouble(
        505,
        "Connector boards with cold joints",
        "Six boards of 200 fail when bent",
        "IPC class 2",
        source=INCOMING,
        about=SUPPLIER,
        by="Elina",
        disposition=RETURN,
        told="Piirilevy Oy",
    ),
    Trouble(
        470,
        "Batteries empty when clips arrive",
        "Five clips of 60 in Turku were empty after two weeks on the shelf",
        "Shelf life of one year",
        by="Tomi",
        source=COMPLAINT,
        after_delivery=True,
        severity="major",
        capa="Empty clips are not used when they are needed",
    ),
    Trouble(
        432,
        "Torque driver used past its calibration date",
        "Driver T-04 was eleven days past its date; 85 clips",
        "SOP-010: calibrated tools only",
        about=PROCESS,
        by="Noora",
        disposition=CONCESSION,
        severity="major",
    ),
    Trouble(
        401,
        "Carton of clips stood in the frost",
        "Delivered at -22 degrees, stood outside overnight",
        "Storage 5 to 35",
        by="Elina",
        source=INCOMING,
        disposition=SCRAP,
        lots="0340",
    ),
    Trouble(
        372,
        "Labels in Swedish once more",
        "Another carton for Oulu, the same label",
        "Order 2391",
        severity="major",
        disposition=REWORK,
        capa="It came back although the procedure was changed",
    ),
    Trouble(
        330,
        "Two versions of the assembly instruction at the bench",
        "Revision 3 lay under revision 4",
        "SOP-001",
        about=SYSTEM,
        source=INTERNAL,
        by="Oskari",
        disposition=CORRECT,
        late=24,
    ),
    Trouble(
        322,
        "Training of two assemblers is not recorded",
        "They were shown the new jig; nothing says so",
        "SOP-005",
        about=SYSTEM,
        source=INTERNAL,
        by="Oskari",
        disposition=CORRECT,
        late=30,
    ),
    Trouble(
        301,
        "Resin of the housings changed without notice",
        "The moulder used another resin for four lots",
        "Quality agreement, 6",
        about=SUPPLIER,
        source=INCOMING,
        by="Sanna",
        severity="major",
        disposition=CONCESSION,
        told="Muovi-Salo Oy",
        capa="Nobody here would have seen it; it was the invoice that told",
    ),
    Trouble(
        262,
        "Loading station accepts a clip twice",
        "One number in the log twice, two clips",
        "One number, one clip",
        by="Katarzyna",
        about=PROCESS,
        disposition=CORRECT,
        severity="major",
    ),
    Trouble(
        214,
        "Returned clips of Leeds were not cleaned before the look",
        "Nine clips, dried fluid",
        "SOP-013",
        by="Noora",
        source=SERVICE,
        about=PROCESS,
        disposition=CORRECT,
        burst=True,
    ),
    Trouble(
        190,
        "Foil pouches open at the short side",
        "Four of 100 pouches open by hand",
        "Seal test SP-20",
        by="Noora",
        source=INSPECTION,
        disposition=REWORK,
        severity="major",
        burst=True,
    ),
    Trouble(
        166,
        "Serial numbers of a carton in the wrong order",
        "0361-040 to 0361-080",
        "Packing list",
        burst=True,
        disposition=REWORK,
    ),
    Trouble(
        148,
        "Complaint answered after the day that was promised",
        "Nineteen days instead of ten",
        "SOP-012",
        by="Tomi",
        about=PROCESS,
        disposition=CORRECT,
        burst=True,
    ),
    Trouble(
        121,
        "Management review without figures of suppliers",
        "The minutes name no figure",
        "5.6.2",
        about=SYSTEM,
        source=EXTERNAL,
        by="Oskari",
        severity="major",
        disposition=CORRECT,
        stops=EVALUATED,
    ),
    Trouble(
        74,
        "Glue of the lens out of date",
        "Opened cartridge, four days past its day",
        "SOP-009",
        by="Noora",
        disposition=SCRAP,
        lots="0377",
        days=21,
    ),
    Trouble(
        41,
        "Clip falls off the drip chamber of a new bag",
        "Two wards in Leeds tell the same",
        "Fits bags of list 7",
        by="Tomi",
        source=COMPLAINT,
        after_delivery=True,
        severity="major",
        stops=CONTAINED,
    ),
    Trouble(
        19,
        "Supplier of batteries sends no certificate",
        "Two deliveries without papers",
        "Order text",
        by="Elina",
        about=SUPPLIER,
        source=INCOMING,
        stops="reported",
    ),
    Trouble(
        6,
        "Light test shows 97 instead of 99 on bench 2",
        "Three mornings in a row",
        "Limit 98",
        by="Noora",
        source=INSPECTION,
        severity="major",
        stops=CONTAINED,
    ),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A report: days ago, by whom, what it is about, and what quality made of it."""

    ago: int
    who: str
    about: str
    words: str
    became: str = ""
    """`answer` or a kind of record; empty while nobody has looked."""
    answer: str = ""


REPORTS = (
    Told(
        280,
        "Noora",
        "wrong",
        "The light of bench 2 flickers.\nSince Monday, in the morning only.",
        "answer",
        "The lamp was changed on Tuesday.",
    ),
    Told(
        233,
        "Tomi",
        "customer",
        "A nurse in Turku says the clip is the first alarm she can hear in the corridor.",
        "answer",
        "Thank you; development has read it.",
    ),
    Told(
        151,
        "Jussi",
        "idea",
        "A hook for the hose of the glue gun.\nIt lies on the floor between two clips.",
        "improvement",
    ),
    Told(92, "Elina", "idea", "Batteries in trays of forty.\nNobody would have to count them.", "improvement"),
    Told(12, "Tomi", "customer", "Leeds asks for a clip in another colour for children."),
    Told(3, "Noora", "wrong", "Box 14 was wet at the bottom.\nThe roof leaks above rack 3."),
    Told(1, "Jussi", "idea", "The jig would fit both sizes if the pin could be moved."),
)
