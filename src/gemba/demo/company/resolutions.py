"""What Kuvitelma changed, decided and told its people in two years: some of it well, some of it late or not at all."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gemba.demo.company.colleagues import HOME
from gemba.demo.company.days import Calendar
from gemba.demo.company.stage import Life, Stage
from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Account
from gemba.kernel.rows import load
from gemba.modules.change.models import DIMENSIONS, Change, ChangeTask
from gemba.modules.decision.models import Announcement, Decision, Receipt
from gemba.modules.training.models import Override

DAY = dt.timedelta(days=1)
MIKAEL, AINO, JUSSI, SANNA = "Mikael", "Aino", "Jussi", "Sanna"
NOT_TOUCHED = "Looked at it with those who know; nothing there depends on this."


@dataclass(frozen=True, slots=True)
class Story:
    """One change. Days count back from today; `stops` is the step it has not come to."""

    ago: int
    title: str
    kind: str
    what: str
    why: str
    aim: str
    owner: str
    touches: dict[str, str]
    tasks: tuple[tuple[str, str, str], ...] = ()
    """What, by whom, and how it came out: `as_planned`, `differently`, or empty where it is still open."""
    size: str = "medium"
    emergency: str = ""
    added: str = ""
    """A task that nobody had foreseen."""
    differences: str = ""
    seen: str = ""
    stops: str = ""
    refused: str = ""
    override: str = ""
    place: dict[str, Any] = field(default_factory=dict)


STORIES = (
    Story(
        610, "Weld the hinge instead of gluing it", "process", "The hinge is welded; the glue goes out of the store.",
        "Glue takes a day to harden, and one in forty hinges opens.", "No open hinge in the pull test of a month",
        JUSSI, {"validation": "The weld is a special process.", "training": "Both assemblers weld from now on."},
        (("Validate the weld on thirty hinges", "Bence Horváth", "as_planned"),
         ("Order the ultrasonic head", "Elina", "differently")),
        added="Extract the fumes at the bench", differences="The head came from another maker, and nobody had "
        "thought of the fumes.", seen="None of 1,240 hinges opened in ten weeks.",
    ),
    Story(
        470, "Lenses from a second maker", "supplier", "Half of the lenses come from Lasi-Esimerkki.",
        "One maker was late twice in a quarter.", "No day of waiting for lenses in half a year", "Elina",
        {"suppliers": "A new A supplier.", "risk": "Cloudy lenses were the cause of CAPA-2025-003."},
        (("Approve the maker", "Elina", "as_planned"), ("Inspect the first three lots in full", "Noora", "as_planned")),
        size="large", seen="", stops="close",
    ),
    Story(
        350, "Oven three runs ten degrees cooler", "process", "Set point 70 instead of 80 degrees.",
        "It smoked.", "No smell and no failed seal for a month", JUSSI,
        {"validation": "The window of the validation reaches down to 68 degrees.", "production": "One oven of three."},
        (("Write the new set point on the oven", JUSSI, "as_planned"),), size="small",
        emergency="The oven smoked with forty clips in it", seen="No failed seal in six weeks.",
    ),
    Story(
        300, "Alarm melody chosen by the ward", "software", "Wards choose one of six melodies.",
        "Two wards asked.", "Both wards say that they hear it better", "Priya",
        {"risk": "A melody that sounds like another device.", "software": "Class C unit.", "design": "New input."},
        (("Write the hazard analysis", "Oskari", ""),), size="large",
        refused="An alarm that everybody may change is no alarm. Ask again with one louder melody.",
    ),
    Story(
        150, "Clip housing without the third rib", "design", "The third rib goes; the mould is cheaper.",
        "It never carried anything.", "Drop test passed by thirty of thirty", SANNA,
        {"design": "Drawing 12 and the mould.", "risk": "Line 9, housing breaks.", "validation": "Drop test again."},
        (("Drop test with thirty housings", "Bence Horváth", "as_planned"),
         ("Change drawing 12", "Diego", "as_planned")),
        stops="close", override="The course for those who give the word was full until spring",
    ),
    Story(
        80, "One complaints form for all countries", "document", "Two forms become one.",
        "Leeds filled both.", "No complaint entered twice in a quarter", "Tomi",
        {"documents": "The complaints procedure and two forms.", "training": "Customer care in both places."},
        (("Draft the common form", "Grace", "as_planned"), ("Show it to Leeds", "Tomi", "")), stops="put_into_effect",
        size="small",
    ),
    Story(
        12, "Labels printed at the packing bench", "process", "Labels are printed where they are stuck.",
        "Twice a label of the day before went out.", "No old label for a quarter", "Noora", {}, stops="propose",
    ),
)  # fmt: skip


def moving(stage: Stage, days: Calendar) -> list[Life]:
    """Changes, decisions and what people were told."""
    lives = [change(stage, days, story) for story in STORIES]
    return [*lives, *decisions(stage, days), *told(stage, days)]


def _again(record: Any) -> Any:
    return load(type(record), record.pk)


def change(stage: Stage, days: Calendar, story: Story) -> Life:
    yield days.ago(story.ago, 9, 20)
    values = {
        "title": story.title, "type": story.kind, "what": story.what, "why": story.why, "aim": story.aim,
        "owner": stage.person(story.owner), "site": stage.sites[HOME],
    }  # fmt: skip
    made = stage.do(story.owner, Raise, model=Change, values=values)
    stage.records[story.title] = made
    if story.emergency:
        made = stage.sign(story.owner, _again(made), "act_first", story.emergency)
    else:
        yield days.ago(story.ago - 3, 10)
        made = stage.do(story.owner, Advance, record=_again(made), name="assess")
    if story.stops == "propose":
        return
    yield days.ago(story.ago - 8, 14)
    _think(stage, days, story, made)
    yield days.ago(story.ago - 12, 15, 30)
    decider = AINO if story.size == "large" else MIKAEL
    if story.refused:
        stage.sign(decider, _again(made), "refuse", story.refused)
        return
    stage.sign(decider, _again(made), "review_afterwards" if story.emergency else "approve")
    yield from _make(stage, days, story, made)


def _think(stage: Stage, days: Calendar, story: Story, made: Change) -> None:
    for what, who, _outcome in story.tasks:
        _plan(stage, days.day(story.ago - 35), made, what, who)
    impact = [
        {"dimension": name, "affected": "yes" if name in story.touches else "no",
         "why": story.touches.get(name, NOT_TOUCHED), "by": stage.person(story.owner).uid}
        for name, _label in DIMENSIONS
    ]  # fmt: skip
    values = {
        "size": story.size, "impact": impact, "plan": "Prepare, try on one day, then for good.",
        "way_back": "The old way stays possible for three months.", "planned_for": days.day(story.ago - 40),
        "look_on": days.day(story.ago - 100),
    }  # fmt: skip
    stage.do(story.owner, Edit, record=_again(made), values=values)
    if not story.emergency:
        stage.do(story.owner, Advance, record=_again(made), name="propose")


def _plan(stage: Stage, due: dt.date, made: Change, what: str, who: str) -> None:
    values = {"title": what, "detail": what, "owner": stage.person(who), "due": due}
    stage.do(made.owner.name, Do, record=_again(made), name="plan_task", values=values)


def _make(stage: Stage, days: Calendar, story: Story, made: Change) -> Life:
    yield days.ago(story.ago - 32, 11)
    if story.added:
        _plan(stage, days.day(story.ago - 35), made, story.added, story.owner)
    links = Link.objects.filter(target_id=made.pk, role="part_of").order_by("pk")
    tasks = [load(ChangeTask, link.source_id) for link in links]
    outcomes = {what: outcome for what, _who, outcome in story.tasks}
    for task in tasks:
        outcome = outcomes.get(task.title, "as_planned")
        if outcome:
            who = task.owner.name if _signs_in(task) else story.owner
            stage.do(who if who == task.owner.name else MIKAEL, Edit, record=task, values={
                "outcome": outcome, "made": task.title if outcome == "as_planned" else "Done, in another way",
            })  # fmt: skip
            stage.sign(who, _again(task), "finish")
    if story.stops == "put_into_effect":
        return
    yield days.ago(story.ago - 40, 8, 45)
    if story.override:
        _ask_leave(stage, days, story, made)
    stage.sign(_gives_the_word(story), _again(made), "put_into_effect")
    if story.stops == "close":
        return
    yield days.ago(story.ago - 105, 10)
    values = {"result": "reached", "seen": story.seen, "differences": story.differences}
    stage.do(story.owner, Edit, record=_again(made), values=values)
    stage.sign(AINO if story.owner == MIKAEL else MIKAEL, _again(made), "close")


def _signs_in(task: ChangeTask) -> bool:
    return Account.objects.filter(person=task.owner, is_active=True).exists()


def _gives_the_word(story: Story) -> str:
    """Once that needs to have been shown how, Jussi does it; Sanna had leave for her own."""
    return story.owner if story.override or story.ago > LEARNT else JUSSI


LEARNT = 462
"""Changes asked for before that went into effect before the gate was put up."""


def _ask_leave(stage: Stage, days: Calendar, story: Story, made: Change) -> None:
    values = {
        "title": f"Give the word for {made.number}", "person": stage.person(story.owner), "step": "put_into_effect",
        "why": story.override, "safeguard": "Jussi goes through the list with her.",
        "supervisor": stage.person(JUSSI), "until": clock.today() + 5 * DAY,
    }  # fmt: skip
    asked = stage.do(story.owner, Raise, model=Override, values=values, links=[("allows", _again(made))])
    stage.sign(AINO, _again(asked), "grant")


class Taken(NamedTuple):
    """A decision, so many days ago."""

    ago: int
    about: str
    title: str
    chosen: str
    other: str
    why: str


DECIDED = (
    Taken(640, "quality", "Gemba instead of the shared drive", "Move everything this year", "Go on with folders",
     "Nobody could say which revision was in force."),
    Taken(560, "resources", "A second drop rig", "Buy one", "Test at night", "Waiting cost more than the rig."),
    Taken(455, "supply", "Lasi-Esimerkki as a second maker of lenses", "Both", "Change over", "One river floods."),
    Taken(380, "law", "Which notified body to ask about the melody", "Ask before building", "Build, then ask",
     "A no after the work is the dearest no."),
    Taken(290, "resources", "A quality engineer for Leeds", "Hire in spring", "Mikael travels", "Two days by train."),
    Taken(170, "product", "No wireless charging in Pisara 2", "Leave it out", "Add it", "It saves one cable."),
)  # fmt: skip
IN_ONE_SITTING = (
    "Keep the glue supplier on the list", "Accept the risk of line 14", "Calibrate gauges every year",
    "Sample every tenth carton", "Close the old complaints book",
)  # fmt: skip


def decisions(stage: Stage, days: Calendar) -> list[Life]:
    """Most were recorded when they were taken; five were written down on one afternoon before the audit."""
    lives = [_decide(stage, days, taken) for taken in DECIDED]
    return [*lives, _sitting(stage, days)]


def _decide(stage: Stage, days: Calendar, taken: Taken) -> Life:
    yield days.ago(taken.ago, 13)
    made = _prepare(stage, taken)
    yield days.ago(taken.ago - 2, 16, 10)
    for who in (AINO, MIKAEL):
        stage.sign(who, _again(made), "sign")


def _prepare(stage: Stage, taken: Taken) -> Decision:
    values = {
        "title": taken.title, "about": taken.about, "question": f"{taken.title}: do we?", "rationale": taken.why,
        "options": [
            {"option": taken.chosen, "pro": taken.why, "contra": "", "chosen": True},
            {"option": taken.other, "pro": "No work now", "contra": "", "chosen": False},
        ],
        "deciders": [{"person": stage.person(who).uid} for who in (AINO, MIKAEL)],
    }  # fmt: skip
    made = stage.do(MIKAEL, Raise, model=Decision, values=values)
    proposed: Decision = stage.do(MIKAEL, Advance, record=_again(made), name="propose")
    return proposed


def _sitting(stage: Stage, days: Calendar) -> Life:
    yield days.ago(11, 15)
    for title in IN_ONE_SITTING:
        made = _prepare(stage, Taken(11, "quality", title, "Yes", "No", "As we have always done it."))
        for who in (AINO, MIKAEL):
            stage.sign(who, _again(made), "sign")


def told(stage: Stage, days: Calendar) -> list[Life]:
    return [town_hall(stage, days), written(stage, days)]


def town_hall(stage: Stage, days: Calendar) -> Life:
    """The weld is explained to everybody; who was away reads it, or does not."""
    yield days.ago(575, 9)
    made = stage.do(AINO, Raise, model=Announcement, values={
        "title": "Why we weld from now on", "form": "town_hall", "due": days.day(560),
        "message": "<p>One hinge in forty opened. From Monday the hinge is welded. Ask Jussi to show you.</p>",
    }, links=[("explains", stage.record("Weld the hinge instead of gluing it"))])  # fmt: skip
    made = stage.do(AINO, Advance, record=_again(made), name="publish")
    yield days.ago(574, 15)
    there = [r.owner.uid for r in _receipts(made) if r.owner.name not in ("Hanna Salo", "Emre Kaya")]
    stage.do(AINO, Do, record=_again(made), name="note_attendance", values={"there": there})
    yield days.ago(540, 10)
    stage.sign(AINO, _again(made), "close")


def written(stage: Stage, days: Calendar) -> Life:
    """An announcement that is to be signed; most of those who can sign in have not, and nobody has asked them."""
    yield days.ago(60, 9)
    made = stage.do(MIKAEL, Raise, model=Announcement, values={
        "title": "What the audit will ask, and what you may answer", "form": "written", "signed": True,
        "due": days.day(30), "message": "<p>Say what you do. Show the record. “I do not know” is a good answer.</p>",
    })  # fmt: skip
    made = stage.do(MIKAEL, Advance, record=_again(made), name="publish")
    yield days.ago(52, 9)
    for receipt in _receipts(made):
        if receipt.owner.name.split()[0] in ("Aino", "Jussi", "Sanna", "Tomi", "Noora"):
            stage.sign(receipt.owner.name, receipt, "sign")


def _receipts(announcement: Announcement) -> list[Receipt]:
    rows = Receipt._base_manager.filter(announcement=announcement, state="asked").select_related("owner")
    return list(rows.order_by("pk"))
