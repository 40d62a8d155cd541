"""Two management reviews a year for two years: one came late, and one was held without the people who buy."""

from dataclasses import dataclass, field
from typing import Any

from gemba.demo.company.colleagues import CARE, HOME
from gemba.demo.company.days import Calendar
from gemba.demo.company.papers import AINO, MIKAEL
from gemba.demo.company.stage import Life, Stage
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.modules.managementreview.models import About, ManagementAction, ManagementReview
from gemba.modules.managementreview.states import PLANNED

TITLE = "Management review"
INVITED = ("Aino", "Mikael", "Oskari", "Sanna", "Jussi", "Elina", "Tomi")
PARTS = {"Aino": "chair", "Mikael": "minutes"}
SAYS = {
    "earlier": "Gone through one by one; what is late has a new day or is taken back.",
    "feedback": "Nurses like the clip and ask for a longer cable.",
    "complaints": "Half of them are about the light. Answers come faster than a year ago.",
    "authorities": "Each was looked at with its clock. Where one went out late, it is written down why.",
    "audits": "Findings repeat where nobody was asked whether the text fits the work.",
    "processes": "Most targets are met; two processes have no figure at all.",
    "product": "First-pass yield rises slowly. Glue out of date is our own mistake.",
    "corrective": "The oldest action is too old, and two changed documents only.",
    "preventive": "One from the risk file. We look too seldom before something happens.",
    "changes": "The move to the bakery hall and the ward software were the large ones.",
    "improvement": "Ideas from the floor are read, and half of them are done.",
    "regulation": "One standard has a newer edition; the plan for it stands.",
    "objectives": "The policy stays. Two objectives are behind their target.",
    "training": "On time for those at screens, late for those at benches.",
    "suppliers": "One moulder answers with scans that cannot be opened.",
    "leaders": "We are late with our own tasks, and said so to everybody.",
}


@dataclass(frozen=True, slots=True)
class Agreed:
    """A decision, so many days ago; `done` is when its owner signed that it was done."""

    title: str
    about: str
    owner: str
    due: int
    done: int | None = None
    result: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """One review, so many days ago."""

    ago: int
    decided: tuple[Agreed, ...]
    left_out: dict[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    excused: dict[str, str] = field(default_factory=dict)
    verdict: tuple[str, str, str] = ("yes", "with", "with")
    conclusion: str = "The system suits what we do. It is enough once the decisions are carried out."


HELD = (
    Held(690, (
        Agreed("A second rig for counting drops", "resources", "Jussi", 600, 575, "It stands beside the first one."),
        Agreed("Say who may approve a supplier", "system", "Elina", 640, 645, "Written into SOP-007."),
    ), left_out={"preventive": "There are not enough records yet to see anything before it happens.",
                 "objectives": "They were approved three weeks ago."}),
    Held(462, (
        Agreed("Tell wards how to clean the lens", "product", "Sanna", 380, 371, "A card lies in every box."),
        Agreed("A plan for the market in the United States", "regulation", "Oskari", 400, 402, "The second scope."),
    )),
    Held(284, (
        Agreed("Hire a second person for purchasing", "resources", "Aino", 150),
        Agreed("Ask assemblers before a text is approved", "system", "Mikael", 190, 171, "A fit check stands in all."),
    ), left_out={"suppliers": "Nobody of purchasing was there."}, absent=("Elina",), verdict=("yes", "with", "no"),
        conclusion="Stage 2 comes within days, and records do not yet follow what is written. The policy stays."),
    Held(106, (
        Agreed("Bring figures of suppliers to every review", "system", "Elina", 30),
        Agreed("See whether the blinking light is understood", "product", "Sanna", -70),
        Agreed("Buy access to the standard's new edition", "regulation", "Oskari", 61, 63, "It is listed."),
    ), absent=("Tomi",), excused={CARE: "Both were at the fair, and sent their figures before."}),
)  # fmt: skip
BEFORE = 50
"""Days before the first one that it was planned."""


def reviewing(stage: Stage, days: Calendar) -> list[Life]:
    """The reviews follow each other; each decision has a life of its own."""
    lives = [reviews(stage, days)]
    return [*lives, *(carried_out(stage, days, agreed) for held in HELD for agreed in held.decided if agreed.done)]


def reviews(stage: Stage, days: Calendar) -> Life:
    """The first is planned by hand; each one that is closed plans the next, half a year later."""
    yield days.ago(HELD[0].ago + BEFORE, 11)
    values = {
        "title": TITLE, "due": days.day(HELD[0].ago), "site": stage.sites[HOME],
        "participants": _invited(stage, ()),
    }  # fmt: skip
    stage.do(MIKAEL, Raise, model=ManagementReview, values=values)
    for held in HELD:
        yield days.ago(held.ago, 15)
        review = _hold(stage, days, held)
        yield days.ago(held.ago - 4, 9)
        stage.do(MIKAEL, Edit, record=_again(review), values=_written(held))
        stage.sign(AINO, _again(review), "close")


def _again(record: Any) -> Any:
    return type(record)._base_manager.get(pk=record.pk)


def _invited(stage: Stage, absent: tuple[str, ...], *, came: bool = False) -> list[dict[str, Any]]:
    return [
        {"person": stage.person(name).uid, "part": PARTS.get(name, ""), "present": came and name not in absent}
        for name in INVITED
    ]


def _hold(stage: Stage, days: Calendar, held: Held) -> ManagementReview:
    review = ManagementReview._base_manager.get(state=PLANNED.name)
    values = {
        "held_on": days.at(days.day(held.ago)).date(), "participants": _invited(stage, held.absent, came=True),
        "excused": [{"department": name, "why": why} for name, why in held.excused.items()],
    }  # fmt: skip
    stage.do(MIKAEL, Edit, record=review, values=values)
    stage.do(MIKAEL, Advance, record=_again(review), name="hold")
    for agreed in held.decided:
        given = {
            "title": agreed.title, "about": agreed.about, "owner": stage.person(agreed.owner),
            "due": days.day(agreed.due), "details": "",
        }  # fmt: skip
        stage.do(MIKAEL, Do, record=_again(review), name="decide", values=given)
    return review


def _written(held: Held) -> dict[str, Any]:
    """What was looked at, what had to be decided, and what all of it comes to."""
    taken = {agreed.about for agreed in held.decided}
    suitable, adequate, effective = held.verdict
    return {
        "inputs": [
            {"input": name, "says": "" if name in held.left_out else text, "left_out": held.left_out.get(name, "")}
            for name, text in SAYS.items()
        ],
        "nothing": [
            {"about": about, "why": "Talked about; nothing has to change before the next review."}
            for about in About.values if about not in taken
        ],
        "suitable": suitable, "adequate": adequate, "effective": effective, "conclusion": held.conclusion,
    }  # fmt: skip


def carried_out(stage: Stage, days: Calendar, agreed: Agreed) -> Life:
    """Whoever took it on says that it is done."""
    yield days.ago(agreed.done or 0, 16)
    action = ManagementAction._base_manager.get(title=agreed.title)
    stage.do(agreed.owner, Edit, record=action, values={"result": agreed.result})
    stage.sign(agreed.owner, _again(action), "done")
