"""The CAPAs of Kuvitelma: one that went to the cause, one that only wrote, one that failed, and those still open."""

from dataclasses import dataclass

from gemba.demo.company.troubles import CLOSED

DOCUMENTATION, WORK, EQUIPMENT, PART = "documentation", "process", "equipment", "supplier"


@dataclass(frozen=True, slots=True)
class Act:
    """One action of a CAPA."""

    title: str
    type: str
    owner: str
    seen: str
    purpose: str = "corrective"


@dataclass(frozen=True, slots=True)
class Cure:
    """A CAPA. `trouble` is the title of the nonconformity it was opened from; `days` from opening to its steps."""

    ago: int
    title: str
    symptom: str
    unmet: str
    measure: str
    unit: str
    before: str
    target: str
    owner: str = "Sanna"
    trouble: str = ""
    source: str = "nonconformity"
    preventive: bool = False
    risk: str = "medium"
    team: tuple[str, ...] = ()
    whys: tuple[str, ...] = ()
    bones: tuple[tuple[str, str, str], ...] = ()
    cause: str = ""
    kind: str = "method"
    known: str = ""
    acts: tuple[Act, ...] = ()
    after: str = ""
    result: str = ""
    stops: str = CLOSED
    """`opened`, `declined`, `investigation`, `approval`, `implementation`, `watched`, `again`, `closed`."""
    reason: str = ""
    moved: tuple[int, ...] = ()
    """Days after opening on which the due date was moved by a month."""
    recurs: str = ""
    """The CAPA that it repeats."""
    work: int = 60
    """Days from the approved plan to the implementation."""
    watch: int = 90


LABELS = "Labels in the wrong language leave the house"
CURES = (
    Cure(
        565,
        "Lens of the clip goes cloudy",
        "Nine clips in a year came back with a milky lens; two missed an alarm.",
        "Drop detection 99.5 %",
        "Clips returned with a cloudy lens per 1,000",
        "clips",
        "7.4",
        "1",
        trouble="Lens of clips goes cloudy",
        source="complaint",
        risk="high",
        team=("Lauri Peltomaa", "Noora Lahti", "Tomi Aalto"),
        whys=(
            "The lens has a haze of fine cracks",
            "Alcohol wipes of the wards attack the polymer",
            "The polymer was chosen for its clarity and never wiped in the test",
            "Cleaning agents of wards were no input of the design",
        ),
        bones=(
            ("material", "Polymer without resistance to alcohol", ""),
            ("material", "Residue of the mould", "none found on 20"),
            ("method", "Design inputs name no cleaning agents", ""),
            ("environment", "Wipes with 70 % alcohol, daily", ""),
            ("measurement", "Ageing test without wiping", ""),
        ),
        cause="Cleaning agents of wards were no design input, so the polymer was never tested against alcohol wipes.",
        kind="design",
        known="Twenty new lenses wiped 200 times with 70 % alcohol: all hazy. Other polymer: none.",
        acts=(
            Act("Lens of a polymer that stands alcohol", WORK, "Sanna", "Drawing 120, sample 40 wiped 500 times"),
            Act("Ask three wards what they wipe with", WORK, "Tomi", "Three notes of visits"),
            Act("Cleaning agents become a design input", DOCUMENTATION, "Priya", "List of inputs, line 31"),
        ),
        after="0.4",
        result="One hazy clip of 2,600 in seven months; it had the old lens.",
    ),
    Cure(
        534,
        LABELS,
        "Two cartons with Swedish labels were packed for Finland within a month.",
        "Orders 2198 and 2214",
        "Cartons with a wrong label per quarter",
        "cartons",
        "2",
        "0",
        owner="Jussi",
        trouble="Labels in Swedish on clips for Finland",
        team=("Mikael Sundberg",),
        whys=("The wrong label was on the printer", "Nobody looked"),
        cause="The packer did not follow the procedure.",
        kind="competence",
        known="It was seen at the bench.",
        acts=(
            Act("Add a warning to the packing procedure", DOCUMENTATION, "Mikael", "SOP-014, revision 3"),
            Act("Add a line to the packing form", DOCUMENTATION, "Mikael", "FRM-14, revision 2"),
        ),
        after="0",
        result="No carton in the quarter.",
        work=20,
        watch=45,
    ),
    Cure(
        366,
        "Labels in the wrong language leave the house again",
        "A third carton with Swedish labels for Oulu.",
        "Order 2391",
        "Cartons with a wrong label per quarter",
        "cartons",
        "1",
        "0",
        owner="Jussi",
        trouble="Labels in Swedish once more",
        recurs=LABELS,
        team=("Phuong Tran", "Ilse de Vries", "Katarzyna Lis"),
        whys=(
            "The printer keeps the last language",
            "The order is not known to the printer",
            "Orders are typed in twice, in two programs",
        ),
        bones=(
            ("machine", "Printer starts with the last label", ""),
            ("method", "Order number typed twice", ""),
            ("people", "Packers mix the flags", "asked five, all knew"),
        ),
        cause="The label printer keeps the language of the last order, because orders are typed into it by hand.",
        kind="equipment",
        known="Printed ten orders in two languages: three began with the wrong one.",
        acts=(
            Act("Printer takes the language from the scanned order", EQUIPMENT, "Katarzyna", "Test with fifty orders"),
            Act("Scanner at the packing bench", EQUIPMENT, "Jussi", "Bench 3, photo"),
        ),
        after="0",
        result="None of 310 cartons.",
        work=50,
        watch=120,
    ),
    Cure(
        462,
        "Clips arrive with an empty battery",
        "Five of 60 clips were empty after two weeks on the shelf.",
        "Shelf life of one year",
        "Clips empty on arrival per 1,000",
        "clips",
        "83",
        "2",
        owner="Priya",
        trouble="Batteries empty when clips arrive",
        source="complaint",
        risk="high",
        team=("Emre Kaya", "Lauri Peltomaa", "Elina Voutila"),
        whys=("The radio wakes up in the carton", "Clips beside each other answer each other"),
        cause="Firmware 2.1 answers every clip nearby, so that clips in one carton keep each other awake.",
        kind="design",
        known="Current measured: 40 clips in a carton draw 200 times that of one.",
        acts=(Act("Firmware sleeps until it is clipped on", WORK, "Katarzyna", "Firmware 2.2, test report 77"),),
        after="21",
        result="Nineteen of 900 clips still empty.",
        stops="again",
        reason="Another drain is left: the test light",
        watch=70,
    ),
    Cure(
        292,
        "A supplier changes a material and nobody knows",
        "Four lots of housings were moulded from another resin.",
        "Quality agreement, 6",
        "Changes of suppliers found by ourselves and not told",
        "changes",
        "2",
        "0",
        owner="Elina",
        trouble="Resin of the housings changed without notice",
        source="supplier",
        team=("Diego Fuentes",),
        whys=(
            "The agreement asks for notice of changed drawings only",
            "Materials were thought to be part of the drawing",
        ),
        cause="Our quality agreements ask for notice of changed drawings and leave materials and processes out.",
        kind="management",
        known="Read all nine agreements: seven of them say so.",
        acts=(
            Act("New agreement with the nine critical suppliers", PART, "Elina", "Six of nine signed"),
            Act("Certificate of the resin with each lot", PART, "Elina", "Order text since May"),
        ),
        stops="implementation",
        moved=(70, 130, 190),
    ),
    Cure(
        250,
        "Loading station is close to its limit",
        "It was restarted nine times in a month; nothing has gone wrong yet.",
        "One number, one clip",
        "Restarts per month",
        "restarts",
        "9",
        "2",
        owner="Priya",
        source="trend",
        preventive=True,
        risk="low",
        team=("Katarzyna Lis", "Samuel Okoye"),
        bones=(("machine", "Memory of the station is full by noon", ""), ("method", "No restart at night", "")),
        cause="The station keeps every log in memory and has none left after about 400 clips a day.",
        kind="equipment",
        known="Memory watched for a week.",
        acts=(Act("Logs go to the disk, restart every night", EQUIPMENT, "Katarzyna", "Station log of June"),),
        after="0",
        result="No restart by hand in ten weeks.",
        work=25,
        watch=75,
    ),
    Cure(
        205,
        "Patients see the light of the clip at night",
        "One ward asks whether the light can be off.",
        "None",
        "Wards that ask",
        "wards",
        "1",
        "0",
        owner="Sanna",
        source="complaint",
        stops="declined",
        reason="A wish, not a fault: it goes to the list of ideas for Pisara 3",
    ),
    Cure(
        176,
        "Pouches open at the seal",
        "Four of 100 pouches open by hand.",
        "Seal test SP-20",
        "Open seals per 1,000 pouches",
        "pouches",
        "40",
        "1",
        owner="Jussi",
        trouble="Foil pouches open at the short side",
        team=("Noora Lahti",),
        whys=("The jaw is colder at its end", "The heater at the end has failed since spring"),
        cause="The heater at the end of the sealing jaw failed, and the station shows only the middle temperature.",
        kind="equipment",
        known="Measured with a strip: 118 in the middle, 97 at the end.",
        acts=(Act("Second sensor at the end of the jaw", EQUIPMENT, "Jussi", "Photo, log of the station"),),
        stops="watched",
        work=40,
        watch=85,
    ),
    Cure(
        58,
        "Reviews lack the figures they are about",
        "The auditor found no figure of suppliers in the minutes.",
        "5.6.2",
        "Inputs without a figure in the last review",
        "inputs",
        "3",
        "0",
        owner="Mikael",
        source="external_audit",
        trouble="Management review without figures of suppliers",
        stops="investigation",
        cause="Human error",
        whys=("Nobody sent the figure",),
        team=("Elina Voutila",),
    ),
    Cure(
        33,
        "Clip falls off new bags",
        "Two wards tell that it falls off the bags of a new maker.",
        "Fits bags of list 7",
        "Clips fallen off per month",
        "clips",
        "6",
        "0",
        owner="Sanna",
        source="complaint",
        risk="high",
        stops="opened",
        trouble="Clip falls off the drip chamber of a new bag",
    ),
)
