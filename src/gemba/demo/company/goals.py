"""The quality objectives of Kuvitelma and their figures. Those of the policy are the first five."""

from dataclasses import dataclass, field

from gemba.demo.company.colleagues import HOME, LEEDS
from gemba.demo.company.happenings import Asked, Ended, Happening, Moved, Said, Taken, Voided

AT_LEAST, AT_MOST = "at_least", "at_most"
QUARTER, HALF_YEAR, YEAR = 3, 6, 12


@dataclass(frozen=True, slots=True)
class Goal:
    """`figures` belong to the last quarters before today; an empty one was not measured. Days count back from today."""

    short: str
    """Names the measured figure."""
    title: str
    why: str
    measure: str
    target: str
    unit: str
    owner: str
    source: str
    direction: str = AT_LEAST
    period: int = QUARTER
    figures: tuple[str, ...] = ()
    measured_by: str = ""
    """Somebody else than the owner."""
    raised: int | None = None
    """Days ago; None in the first days of the story."""
    raiser: str = "Mikael"
    approver: str = "Aino"
    due: int = -120
    """Days ago, so that negative ones are still to come."""
    site: str = HOME
    product: bool = False
    confidential: bool = False
    exercise: bool = False
    sent_back: str = ""
    mended: dict[str, str] = field(default_factory=dict)
    stops: str = ""
    """The state in which it still is, where it was never approved: `draft` or `review`."""
    unconfirmed: bool = False
    """Whether its last figure waits for confirmation."""
    happenings: tuple[Happening, ...] = ()


GOALS = (
    Goal(
        short="Missed alarms", title="Alarms that come when they should", product=True,
        why="A nurse who has once stood beside a silent clip does not trust it again. Nothing else matters as much.",
        measure="Confirmed missed alarms in the field per quarter, counted from closed complaints",
        target="0", unit="alarms", direction=AT_MOST, owner="Sanna", measured_by="Tomi",
        source="LST-02 Complaints log", figures=("1", "0", "0", "1", "0", "0", "0", "0"), unconfirmed=True, due=-39,
        happenings=(
            Said(395, "Sanna", "The missed alarm was the cloudy lens of CAPA-2025-003. @Oskari Niemi, does the risk "
                 "file know that a lens can go cloudy?"),
            Said(393, "Oskari", "It does now: line 17."),
            Asked(88, "Mikael", "Sanna", "Look at the first hundred clips with the new lens", due=40, done=46),
        ),
    ),
    Goal(
        short="Answered in two days", title="Answer callers quickly",
        why="Somebody who calls about a drop monitor is usually standing beside a patient.",
        measure="Share of callers who get a first answer within two working days",
        target="95", unit="%", owner="Tomi", source="LST-02 Complaints log",
        figures=("81.4", "86", "90.5", "93", "92", "96.1", "95", "97.3"), due=-39,
        happenings=(
            Said(290, "Tomi", "Two days were four in the week of the holidays. @Mikael Sundberg, may I count working "
                 "days of the caller's country?"),
            Said(289, "Mikael", "No. The caller does not know our calendar either."),
        ),
    ),
    Goal(
        short="First-pass yield", title="Build it right the first time", product=True,
        why="Every clip that fails its first test is built one and a half times.",
        measure="Share of clips that pass the first final test",
        target="97", unit="%", owner="Jussi", measured_by="Noora", source="Batch folders",
        figures=("94.2", "95", "95.6", "96.1", "96.1", "96.8", "97.3", "96.4"), unconfirmed=True, due=310,
        happenings=(
            Moved(330, "Mikael", due=-39, why="The second drop rig came half a year late, because the order was never "
                  "placed."),
            Asked(120, "Jussi", "Noora", "Photograph the three worst stations", due=95, done=99),
            Said(18, "Noora", "Down again: two trays with a hair in the hinge. I kept them for @Diego Fuentes."),
            Asked(17, "Jussi", "Diego", "Look at the hair in the hinge together with Noora", due=4),
        ),
    ),
    Goal(
        short="Oldest open action", title="Close what we open",
        why="An action that nobody closes teaches everybody that actions need not be closed.",
        measure="Age of the oldest open corrective action on the last day of the quarter",
        target="120", unit="days", direction=AT_MOST, owner="Mikael", measured_by="Oskari", source="CAPA list",
        figures=("210", "184", "231", "140", "128", "101", "118", ""), due=9,
        happenings=(
            Asked(24, "Mikael", "Oskari", "Enter the age of the oldest action for the last quarter", due=8),
            Said(7, "Mikael", "We are late with the figure of lateness. @Oskari Niemi is away; I take it next week."),
        ),
    ),
    Goal(
        short="A suppliers looked at", title="Know what we buy", period=HALF_YEAR,
        why="Half of the device is made by others, and we answer for all of it.",
        measure="Share of A suppliers evaluated within the last twelve months",
        target="100", unit="%", owner="Henrik", measured_by="Elina", source="Supplier list",
        figures=("", "70", "", "90", "", "100", "", "90"), due=-39,
        happenings=(
            Taken(298, "Mikael", "Elina", "Henrik leaves; purchasing knows the suppliers best."),
            Said(34, "Elina", "The missing one is Muovi-Esimerkki: the scan of their answer cannot be opened."),
        ),
    ),
    Goal(
        short="Failed units seen", title="Every failed clip comes back for a look", product=True,
        why="A clip in a ward's bin cannot tell us why it failed.",
        measure="Share of clips reported as failed that reach our bench",
        target="80", unit="%", owner="Tomi", measured_by="Katarzyna", source="Returns shelf and complaints log",
        figures=("", "", "44", "52", "61", "66.5", "74", "78"), raised=560, due=-70,
        sent_back="A target without a figure to compare it with is a wish. Measure first, then write the number down.",
        mended={"target": "80", "why": "A clip in a ward's bin cannot tell us why it failed. Last year fewer than half "
                "came back, because nobody had told the wards where to send them."},
        happenings=(Said(200, "Tomi", "Prepaid envelopes in every box: six euros per box, and worth it."),),
    ),
    Goal(
        short="Builds repeated", title="Firmware builds that anybody can repeat", product=True,
        why="If only one computer in the house can build the firmware, we do not really have the source.",
        measure="Share of releases that a second person builds to the same bytes",
        target="100", unit="%", owner="Priya", measured_by="Katarzyna", source="Build records",
        figures=("", "", "", "50", "75", "100", "100", "100"), raised=470, due=-160,
        happenings=(
            Said(250, "Priya", "The last difference was a time stamp in the splash screen. @Katarzyna Lis found it."),
            Asked(30, "Priya", "Katarzyna", "Write down the build for somebody who starts on Monday", due=-6),
        ),
    ),
    Goal(
        short="Second source", title="A second source for the optical sensor", period=YEAR, product=True,
        why="One factory on one river makes the part that sees the drops.",
        measure="Sensors of a second maker that passed verification",
        target="1", unit="makers", owner="Elina", source="Supplier list", raised=430, due=210,
        figures=("0",),
        happenings=(
            Moved(230, "Elina", due=110, why="The first candidate stopped making the part."),
            Moved(125, "Elina", due=21, why="Samples of the second candidate see drops that are not there."),
            Said(20, "Bence", "Third candidate: thirty samples, no ghosts. @Elina Voutila, can we have a hundred?"),
        ),
    ),
    Goal(
        short="Steps with a picture", title="Fewer words, more pictures in work instructions",
        why="Our testers read nine languages between them, and the instructions only one.",
        measure="Share of steps in work instructions that a picture shows",
        target="60", unit="%", owner="Jussi", source="Work instructions", raised=64, due=-200, stops="draft",
        sent_back="Good, but who takes the pictures? Put a name and a camera into it and I sign.",
        happenings=(
            Said(41, "Jussi", "@Noora Lahti has both, a name and a camera. She would need Fridays."),
            Asked(40, "Mikael", "Jussi", "Write the means into the objective and send it again", due=13),
        ),
    ),
    Goal(
        short="Updated within 30 days", title="Clips in the field run this year's firmware", product=True,
        why="A known fault that is mended on our shelf is still a fault in the ward.",
        measure="Share of clips in use that are updated within 30 days of a release",
        target="70", unit="%", owner="Priya", measured_by="Katarzyna", source="Service port statistics",
        raised=58, due=-220, stops="review", sent_back="Seventy per cent of which clips? Say how sleeping ones count.",
        mended={"measure": "Share of clips in use, sleeping ones included, updated within 30 days of a release"},
        happenings=(
            Said(26, "Priya", "Sleeping clips count now. @Aino Lehtovaara, it is ready for you."),
            Asked(25, "Mikael", "Aino", "Read and approve the objective, or send it back", due=5, step="approve"),
        ),
    ),
    Goal(
        short="People who left", title="Keep the people who know how", confidential=True, period=HALF_YEAR,
        why="Two testers are a third of the test room. What they know stands in no instruction yet.",
        measure="People who left within the last twelve months, whatever the reason",
        target="2", unit="people", direction=AT_MOST, owner="Aino", measured_by="Mikael", source="Payroll",
        figures=("", "", "", "1", "", "3", "", "1"), raised=455, due=-39,
        happenings=(Said(190, "Aino", "Three. One for love, one for money, one for a hospital."),),
    ),
    Goal(
        short="Answered the same day", title="Answer British hospitals in British hours", site=LEEDS,
        why="Tampere goes home when Leeds comes back from lunch.",
        measure="Share of British callers who get an answer on the same working day",
        target="90", unit="%", owner="Grace", source="LST-02 Complaints log", figures=("88",),
        raised=160, approver="Sanna", due=-150,
        happenings=(Said(30, "Grace", "Twelve calls, one missed, and that was the fire drill."),),
    ),
    Goal(
        short="Answered in a day", title="Answer callers within a day",
        why="Entered from the notes of the town hall.", measure="Share of callers answered within one working day",
        target="95", unit="%", owner="Tomi", source="LST-02 Complaints log", raiser="Oskari", raised=402, due=-30,
        stops="draft",
        happenings=(Voided(399, "Aino", "Raised twice: “Answer callers quickly” says it, and two days are enough."),),
    ),
    Goal(
        short="Recall reached", title="Dry run: reach every customer of a batch within a day", exercise=True,
        why="The procedure for advisory notices was copied once. This time we walk it.",
        measure="Share of customers of one invented batch who answer the telephone within 24 hours",
        target="100", unit="%", owner="Oskari", source="Notes of the dry run", figures=("83",), raised=110, due=-39,
    ),
    Goal(
        short="Batches lost", title="Move assembly to the bakery hall without losing a batch", period=HALF_YEAR,
        why="The ovens are out, the floor is level, and the customers must not notice.",
        measure="Batches scrapped or late because of the move",
        target="0", unit="batches", direction=AT_MOST, owner="Jussi", measured_by="Ilse", source="Batch folders",
        figures=("", "0", "", "1", "", "0", "", ""), raised=610, due=160,
        happenings=(Ended(150, "Aino", "Everybody has moved, and one late batch was caught up within the week."),),
    ),
    Goal(
        short="Foreign audits", title="Be audited by somebody who does not know the room", period=HALF_YEAR,
        why="Whoever audits the neighbouring desk sees what the neighbour sees.",
        measure="Internal audits led by somebody from another process, per half-year",
        target="2", unit="audits", owner="Oskari", measured_by="Priya", source="PLN-01 Audit programme",
        figures=("", "", "", "1", "", "2", "", "3"), raised=500, due=-39,
    ),
    Goal(
        short="Light understood", title="A low-battery light that needs no manual", product=True,
        why="Nurses stop noticing the light. It blinks now; we want to know whether that helped.",
        measure="Share of nurses who say what the blinking light means without looking it up",
        target="90", unit="%", owner="Hanna", source="Interviews in two wards", raised=1, due=-180, stops="draft",
    ),
)  # fmt: skip
