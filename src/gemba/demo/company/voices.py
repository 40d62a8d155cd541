"""What customers of Kuvitelma said in two years, and what became of it. Days count back from today; nobody is real."""

from dataclasses import dataclass

from gemba.demo.company.colleagues import HOME, LEEDS

OPEN, INVESTIGATED, CLOSED, ALIKE, NONE = "open", "investigated", "closed", "alike", "none"
ALARM, ELECTRICAL, DISPLAY, MECHANICAL, LABEL, USE, PACKAGE = (
    "alarm", "electrical", "display", "mechanical", "label", "use", "package",
)  # fmt: skip
SERIOUS, MALFUNCTION, MINOR, HARMLESS = "serious", "malfunction", "minor", "none"
LENS = "The lens had gone cloudy: wiped with alcohol, it cracks finely and scatters the light."
SPRING = "The battery spring is bent inwards; the contact opens when the clip is knocked."


@dataclass(frozen=True, slots=True)
class Voice:
    """One complaint, received so many days ago. `late` are days until somebody entered it, `took` until it closed."""

    ago: int
    title: str
    said: str
    problem: str
    harm: str = HARMLESS
    ends: str = CLOSED
    by: str = "Tomi"
    site: str = HOME
    late: int = 0
    took: int = 24
    found: str = ""
    cause: str = ""
    action: str = ""
    lot: str = ""
    alike: str = ""
    """The complaint it is like, where it was not investigated again."""
    markets: tuple[str, ...] = ()
    reportable: bool = False
    reported: int = 0
    """Days after awareness on which the authorities were told; 0 for not yet."""
    patient: str = ""
    """Age group; makes the complaint confidential."""
    no_report: str = "Nobody was harmed, and nobody could have been: the drops were counted by hand beside it."
    why: str = "The device did not do what its instructions promise."


VOICES = (
    Voice(688, "Clip slips off a thick drip chamber", "The spring does not hold on the chambers of the new supplier.",
          MECHANICAL, found="Chambers of 22 mm; the clip is made for 16 to 20 mm.", cause="The range stood on page 14.",
          action="The range is printed on the box now.", lot="P2-0211", took=31),
    Voice(655, "Light cannot be seen from the door", "At night the nurse must walk up to the bed.", DISPLAY, ends=NONE,
          why="A wish for another light; the device does what it promises."),
    Voice(630, "Missed drops on a slow infusion", "At nine drops a minute it counted seven.", ALARM, MALFUNCTION,
          found=LENS, cause="The polymer of the lens does not stand alcohol.", action="Lens replaced.", lot="P2-0190",
          markets=("EU",), took=45, no_report=""),
    Voice(584, "Low-battery light not understood", "The ward thought it was charging.", LABEL, took=40,
          found="Four of six nurses read the light wrongly.", cause="A light without words.",
          action="Blinks now; see the change of the light.", lot="P2-0214"),
    Voice(541, "Alarm missed while the bag ran empty", "The clip was silent for four minutes. The patient got a clot "
          "in the line and a new cannula.", ALARM, SERIOUS, found=LENS, cause="Cloudy lens, not seen when cleaned.",
          action="Field action on lots 180 to 219; lens of another polymer.", lot="P2-0195", markets=("EU", "US"),
          reportable=True, reported=9, took=88, patient="adult", no_report=""),
    Voice(523, "Drops counted twice in sunlight", "On the window side it counts 40 instead of 20.", DISPLAY,
          MALFUNCTION, found="Direct sun reaches the sensor.", cause="No hood above the sensor.",
          action="Hood in the next version; the instructions say so.", lot="P2-0205", markets=("EU",), took=52,
          late=16, no_report=""),
    Voice(489, "Cloudy lens on two clips", "Two more with a milky window.", ALARM, MINOR, ALIKE, lot="P2-0199",
          alike="Alarm missed while the bag ran empty", took=19, action="Lenses replaced under the field action."),
    Voice(466, "Silent alarm, nurse noticed in time", "Bag empty, no sound. Noticed on the round.", ALARM, MALFUNCTION,
          ALIKE, lot="P2-0203", alike="Alarm missed while the bag ran empty", took=16, markets=("EU", "US"),
          reportable=True, reported=33, action="Lens replaced under the field action.", no_report=""),
    Voice(420, "Box came open in the post", "Ten clips loose in the parcel.", PACKAGE, found="Tape of the old batch.",
          cause="Tape dries out in the cold store.", action="Other tape.", took=15),
    Voice(377, "Sleeping clip does not wake", "Pressed three times.", ELECTRICAL, MINOR, found="Firmware 2.1 sleeps "
          "too deeply below 10 degrees.", cause="Clock stops in the cold.", action="Mended in 2.2.", lot="P2-0230",
          took=64),
    Voice(341, "Instructions in the wrong language", "Swedish box, Finnish leaflet.", LABEL, found="Two pallets mixed.",
          cause="Labels look alike.", action="Colour on the edge of the leaflet.", took=21, late=30),
    Voice(298, "Hinge breaks after a year", "The third one in our ward.", MECHANICAL, found="Crack at the pin.",
          cause="Moulded too cold.", action="Temperature of the mould is a check point now.", lot="P2-0222", took=47),
    Voice(255, "Alarm too quiet in the corridor", "Two of eleven nurses heard it.", ALARM, ends=NONE,
          why="It is as loud as specified; taken up as feedback for the next version."),
    Voice(231, "Clip stained by disinfectant", "Blue dye will not come off.", MECHANICAL, found="Colour only.",
          cause="Dye of one maker.", action="Named in the list of cleaners.", took=12, by="Grace", site=LEEDS),
    Voice(187, "Counts stop when the bed is moved", "For ten seconds each time.", DISPLAY, MINOR,
          found="Filter for shaking works as designed.", cause="Design: shaking looks like drops.",
          action="The instructions say so.", took=33, by="Grace", site=LEEDS),
    Voice(141, "Battery lid opens in the pocket", "Found it in two pieces.", MECHANICAL, found="Lid not pushed home.",
          cause="No click to be felt.", action="Picture in the instructions.", took=30),
    Voice(118, "Two clips mixed up on one pole", "Names on tape fall off.", USE, found="No place for a name.",
          cause="Two infusions on one pole were not thought of.", action="White field for a name.", took=110, late=21),
    Voice(80, "Clip goes dark when knocked", "Comes back by itself after a minute.", ELECTRICAL, MALFUNCTION,
          found=SPRING, cause="Spring bent in assembly since the move.", action="Gauge at the station.", lot="P2-0251",
          markets=("EU", "US"), took=74, no_report=""),
    Voice(66, "Dark again after the new battery", "The battery is full.", ELECTRICAL, MALFUNCTION, ALIKE, lot="P2-0251",
          alike="Clip goes dark when knocked", took=60, markets=("EU",), action="Clip replaced.", no_report=""),
    Voice(52, "Lost power during an infusion", "Nobody noticed for twenty minutes. The patient got too little and was "
          "watched for a day.", ELECTRICAL, SERIOUS, INVESTIGATED, lot="P2-0252", markets=("EU", "US"),
          reportable=True, reported=13, patient="old", no_report=""),
    Voice(33, "Flickers when the bed is pushed", "Like a loose contact.", ELECTRICAL, MALFUNCTION, INVESTIGATED,
          lot="P2-0252", markets=("EU",), no_report=""),
    Voice(19, "Clip dead out of the box", "Three of ten.", ELECTRICAL, MINOR, OPEN, lot="P2-0253"),
    Voice(11, "Switches itself off", "In the night, twice.", ELECTRICAL, MALFUNCTION, OPEN, by="Grace", site=LEEDS,
          lot="P2-0252", no_report=""),
    Voice(5, "Counter stands still", "Until the battery was turned round.", ELECTRICAL, "unknown", OPEN, no_report=""),
)  # fmt: skip
"""Since the move of the assembly line the spring of the battery is bent: the trend of the last months shows it."""


@dataclass(frozen=True, slots=True)
class Word:
    """Feedback that is no complaint, or that nobody has decided on. `use` is empty where it still lies there."""

    ago: int
    title: str
    said: str
    sort: str
    channel: str
    who: str
    use: str = ""
    by: str = "Tomi"


WORDS = (
    Word(640, "Nurses like the green light", "They look for it from the door.", "praise", "visit", "Ward nurse",
         "Told to development: keep it."),
    Word(560, "Can it count blood?", "Asked at the fair.", "question", "visit", "Buyer of a clinic",
         "Answered: not intended. Added to the questions in the leaflet."),
    Word(402, "Darker at night, please", "The light wakes light sleepers.", "wish", "survey", "Patient council",
         "Input for the next version."),
    Word(276, "Assembly finds the hinge hard to close", "Thumbs hurt after a tray.", "problem", "production",
         "Assembly", "Taken up as an improvement of the jig.", by="Jussi"),
    Word(150, "Register of infusion incidents read", "No event with our clip in this half-year.", "question", "media",
         "Register search", "Kept as post-market data."),
    Word(48, "Forty drops on one screen would help", "The ward software could do it.", "wish", "mail", "Head nurse",
         "Input for Pisara Ward."),
    Word(27, "Sometimes it is just off", "Said in passing at a training.", "problem", "visit", "Trainer's note"),
    Word(4, "Prepaid envelopes are great", "Sent four clips back.", "praise", "return", "Ward clerk"),
)  # fmt: skip

RECIPIENTS = (
    ("Keskussairaala Esimerkki", "FI", 120, 3), ("Klinik Beispiel", "DE", 64, 5), ("Sjukhuset Exempel", "SE", 40, 8),
    ("Example General Hospital", "US", 88, 12), ("Clinique Exemple", "FR", 12, 0),
    ("Ziekenhuis Voorbeeld", "NL", 30, 6),
)  # fmt: skip
"""Name, country, devices, and the days until they answered; one clinic never did."""
