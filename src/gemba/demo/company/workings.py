"""The processes of Kuvitelma as its people describe them: what they get and give, who carries what, what goes wrong."""

from dataclasses import dataclass

from gemba.demo.company.procedures import BUY, CARING, DEVELOP, HONEST, LEAD, MAKE, REPORT, SOFT

SHIP, TEACH, SELL = "Store and ship", "Teach people", "Sell and promise"
QUARTER, HALF_YEAR, YEAR = 3, 6, 12
AT_LEAST, AT_MOST = "at_least", "at_most"


@dataclass(frozen=True, slots=True)
class Carried:
    """One line of the responsibilities."""

    activity: str
    responsible: str
    accountable: str
    consulted: str = ""
    informed: str = ""


@dataclass(frozen=True, slots=True)
class Danger:
    """What can go wrong. `due` is the day of review in days ago, so that negative ones lie ahead."""

    title: str
    cause: str
    effect: str
    affects: str
    severity: int
    likelihood: int
    due: int
    measures: str = ""
    after: tuple[int, int] | None = None
    stops: bool = False
    """Whether it waits for somebody to confirm the rating."""


@dataclass(frozen=True, slots=True)
class Working:
    """One process. Hand-overs are pairs of what and the other process, or what and `>` with somebody outside."""

    title: str
    area: str
    owner: str
    purpose: str
    gets: tuple[tuple[str, str], ...] = ()
    gives: tuple[tuple[str, str], ...] = ()
    carried: tuple[Carried, ...] = ()
    leaves: tuple[str, ...] = ()
    metric: str = ""
    target: str = ""
    unit: str = ""
    direction: str = AT_LEAST
    source: str = ""
    interval: int | None = None
    figures: tuple[str, ...] = ()
    """Of the last quarters, the last one last."""
    dangers: tuple[Danger, ...] = ()
    outside: tuple[tuple[str, str, str], ...] = ()
    raised: int | None = None
    changed: tuple[int, str, tuple[Carried, ...]] | None = None
    """A later edition: days ago, why, and its responsibilities."""
    refuses: tuple[str, ...] = ()
    """Who has not accepted the edition in force."""


MAKING = (
    Carried("Build from the batch folder", "Assembler", "Production manager"),
    Carried("Test every unit", "Tester", "Production manager", informed="Verification engineer"),
    Carried("Release the batch", "Production manager", "Production manager", consulted="Quality manager"),
)
CALLS = (
    Carried("Take the call and write it down", "Customer care specialist", "Customer care specialist"),
    Carried("Say whether it may be reportable", "Risk and regulatory specialist", "Quality manager"),
    Carried("Look at the unit", "Verification engineer", "Head of development", informed="Customer care specialist"),
)
WORKINGS = (
    Working(
        LEAD, "direction", "Aino",
        "Everybody knows where we want to be in a year, and what is given up to get there.",
        gets=(("Figures and remarks of all processes", HONEST),),
        gives=(("Objectives", HONEST), ("Money and people", TEACH), ("What to build next", DEVELOP)),
        carried=(
            Carried("Hold the management review", "Managing director", "Managing director", "Quality manager"),
            Carried("Prepare it", "Quality manager", "Managing director"),
        ),
        leaves=("objective", "measurement"), metric="Decisions of the review done by their day", target="85",
        unit="%", source="Minutes of the review", interval=HALF_YEAR, figures=("70", "", "82", ""),
        dangers=(
            Danger("A review without decisions", "Everybody reports and nobody decides",
                   "The same figures are discussed next year", "company", 3, 3, -150,
                   "Each point ends with a name and a day", (3, 2)),
        ),
    ),
    Working(
        HONEST, "direction", "Mikael", "What we say we do is what we do; where it is not, we notice before others.",
        gets=(("Objectives", LEAD), ("Complaints and answers", CARING), ("Faults found in production", MAKE)),
        gives=(("Figures and remarks of all processes", LEAD), ("Procedures in force", TEACH)),
        carried=(
            Carried("Keep documents in force and within their review", "Quality manager", "Quality manager"),
            Carried("Audit", "Risk and regulatory specialist", "Quality manager", "Head of development"),
        ),
        leaves=("revision", "periodicreview", "capa"), metric="Documents past their day of review", target="0",
        unit="documents", direction=AT_MOST, source="Document control matrix", interval=QUARTER,
        figures=("4", "2", "1", "3"),
        dangers=(
            Danger("Quality writes, nobody reads", "Procedures are written by quality alone",
                   "People work by habit, and the audit finds out", "compliance", 3, 4, -60,
                   "Who does the work is asked before every approval", (3, 3)),
        ),
    ),
    Working(
        DEVELOP, "design", "Sanna", "A need heard in a ward becomes a device that production can build.",
        gets=(("What to build next", LEAD), ("What annoyed people on the ward", CARING), ("Needs", ">Hospitals")),
        gives=(("Drawings and parts lists", BUY), ("Building instructions and limits", MAKE),
               ("Requirements of the software", SOFT)),
        carried=(
            Carried("Plan a project and its reviews", "Head of development", "Head of development"),
            Carried("Keep the risk file", "Risk and regulatory specialist", "Head of development"),
            Carried("Verify against the inputs", "Verification engineer", "Head of development"),
        ),
        metric="Design reviews held by their day", target="80", unit="%", source="Project plans", interval=QUARTER,
        figures=("55", "60", "75", "71"),
        dangers=(
            Danger("Transfer by telephone", "Nobody tries the papers before the first batch",
                   "Units are built the way somebody remembers", "product", 4, 4, -30,
                   "Assembly builds five units from the papers alone", (4, 3)),
        ),
    ),
    Working(
        SOFT, "design", "Priya", "Software that does what was asked, from parts we know, and can be built again.",
        gets=(("Requirements of the software", DEVELOP),),
        gives=(("Firmware with its number", MAKE), ("Ward software, released", SHIP)),
        carried=(
            Carried("Decide safety classes", "Software lead", "Software lead", "Risk and regulatory specialist"),
            Carried("Build and release", "Firmware developer", "Software lead", informed="Customer care specialist"),
            Carried("Watch known faults of foreign parts", "Firmware developer", "Software lead"),
        ),
        metric="Known faults read within a week", target="100", unit="%", source="Monday list", interval=QUARTER,
        figures=("", "92", "100", "100"),
        dangers=(
            Danger("A hole in a part made by others", "Nobody reads the lists of faults",
                   "A way into the hospital's network", "patient", 5, 3, -200,
                   "Lists compared every Monday, releases wait for a reason", (5, 1)),
        ),
    ),
    Working(
        BUY, "purchasing", "Elina", "Parts that are what the drawing says, from people we have looked at.",
        gets=(("Drawings and parts lists", DEVELOP), ("Parts", ">Suppliers")), gives=(("Checked parts", MAKE),),
        carried=(
            Carried("Choose and judge suppliers", "Purchaser", "Purchaser", "Quality manager"),
            Carried("Compare delivery, order and card", "Storekeeper", "Purchaser", informed="Tester"),
        ),
        metric="Lots accepted at first inspection", target="96", unit="%", source="Goods-in list", interval=QUARTER,
        figures=("94", "97", "96.5", "95"),
        dangers=(
            Danger("An A part from somebody unknown", "The usual supplier cannot deliver and we are in a hurry",
                   "Housing of the wrong plastic", "patient", 4, 3, -90, "Two people read every order of an A part",
                   (4, 2)),
        ),
        outside=(
            ("Moulding of the housing", "Muovi-Esimerkki Oy", "Agreement on quality, visit every year, first samples"),
            ("Population of the circuit board", "Kytkentä-Esimerkki Oy", "Agreement on quality, test of every board"),
        ),
    ),
    Working(
        MAKE, "production", "Jussi", "Every clip that leaves the bench counts drops.",
        gets=(("Checked parts", BUY), ("Building instructions and limits", DEVELOP),
              ("Firmware with its number", SOFT)),
        gives=(("Released devices", SHIP), ("Faults found in production", HONEST)), carried=MAKING,
        leaves=("nonconformity",), metric="Clips that pass the first final test", target="97", unit="%",
        source="Batch folders", interval=QUARTER, figures=("96.1", "96.8", "97.3", "96.4"),
        dangers=(
            Danger("A unit nobody tested", "The green tray is moved by somebody in a hurry", "A clip that never counts",
                   "patient", 5, 2, -120, "Strip and signature travel with each unit", (5, 1)),
        ),
        changed=(24, "Slow drop rates are tested too", (
            *MAKING[:1],
            Carried("Test every unit, every tenth slowly too", "Tester", "Production manager",
                    informed="Verification engineer"),
            MAKING[2],
        )), refuses=("Noora",),
    ),
    Working(
        SHIP, "delivery", "Ilse", "The right box reaches the right ward, and we know which box it was.",
        gets=(("Released devices", MAKE),), gives=(("Devices", ">Hospitals and distributors"),),
        carried=(
            Carried("Pack and ship", "Logistics coordinator", "Logistics coordinator"),
            Carried("Count the stock", "Storekeeper", "Logistics coordinator", informed="Purchaser"),
        ),
        metric="Boxes with the right papers", target="99.5", unit="%", source="Returns", interval=QUARTER,
        figures=("99.7", "99.6", "99.9", ""),
        dangers=(
            Danger("The label of another country", "Two languages are packed on one day",
                   "Nobody on the ward can read the warning", "patient", 4, 2, 20, "One language a day", (4, 1)),
        ),
    ),
    Working(
        CARING, "after", "Tomi", "Whoever takes the trouble to tell us gets an answer, and we get wiser.",
        gets=(("Calls", ">Wards"),),
        gives=(("Complaints and answers", HONEST), ("What annoyed people on the ward", DEVELOP),
               ("Cases where somebody was or could be hurt", REPORT)),
        carried=CALLS, leaves=("complaint",), metric="Callers answered within two working days", target="95",
        unit="%", source="LST-02 Complaints log", interval=QUARTER, figures=("92", "96.1", "95", "97.3"),
        dangers=(
            Danger("A complaint that is not called one", "The caller is friendly", "A report is never made",
                   "compliance", 4, 3, -75, "Care reads all notes of the week together on Friday", (4, 2)),
        ),
        changed=(215, "Calls are also taken in Leeds", (
            *CALLS,
            Carried("Tell Leeds and Tampere of each other's calls", "Tomi Aalto", "Tomi Aalto", "Grace Adeyemi"),
        )),
    ),
    Working(
        REPORT, "after", "Henrik", "Authorities hear of what they must hear of, in time.",
        gets=(("Cases where somebody was or could be hurt", CARING),), gives=(("Reports", ">Authorities"),),
        carried=(
            Carried("Decide and report", "Regulatory specialist", "Regulatory specialist", "Regulatory consultant"),
        ),
    ),
    Working(
        TEACH, "support", "Aino", "Nobody does a job that nobody has taught them.",
        gets=(("Procedures in force", HONEST), ("Money and people", LEAD)),
        gives=(("People who can", MAKE),),
        carried=(
            Carried("Say who must learn what", "Production manager", "Managing director", "Head of development"),
            Carried("Keep the list of who has read what", "Quality manager", "Managing director"),
        ),
        leaves=("reading",), metric="Texts read within two weeks", target="95", unit="%", source="Gemba",
        interval=QUARTER, figures=("88", "91", "93", "90"),
        dangers=(
            Danger("Trained on the old text", "A revision comes and nobody is told", "Units built the old way",
                   "product", 3, 3, -45, "Who must read is asked on the day of approval", (3, 1), stops=True),
        ),
    ),
    Working(
        SELL, "orders", "", "We promise what we can deliver.", raised=160,
        gives=(("Orders", SHIP),), carried=(Carried("Answer requests", "Owen Pritchard", "Owen Pritchard"),),
    ),
)  # fmt: skip
