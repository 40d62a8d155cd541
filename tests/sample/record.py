"""Declarations of the sample module: each part that a declaration can have, once."""

from gemba.kernel.lifecycle.machine import Lifecycle, State, Transition, filled
from gemba.kernel.roles import STAFF, Role
from gemba.kernel.types import LinkRole, Panel, Permissions, RecordType, Screen, Section, Verb
from tests.sample import parts
from tests.sample.models import Offshoot, Trial

OPEN, CLOSED = State("open", "Open"), State("closed", "Closed", final=True, tone="good")

trial = RecordType(
    model=Trial, prefix="TRI", label="trial", plural="trials", purpose="What everything is tried with in tests.",
    lifecycle=Lifecycle[Trial](
        Transition(
            "close", "Close", OPEN, CLOSED, by=(Role.QUALITY, Role.MANAGEMENT), guards=(filled("body"),),
            signature="I confirm that the trial is over.", meaning="End",
        )
    ),
    sections=(
        Section("Trial", ("title", "body"), (OPEN,), help="What is tried."),
        Section("Steps", ("steps", "causes"), (OPEN,)), Section("Check", ("checker", "site", "confidential"), (OPEN,)),
    ),
    columns=("checker",),
    verbs=(
        Verb(
            name="try_again", label="Try again", run=parts.try_again, by=(Role.QUALITY,), owner=True, states=(OPEN,),
            form=parts.TryForm, help="Counts one more try.", reason=True, primary=True,
        ),
        Verb(name="branch", label="Branch off", run=parts.branch, by=(Role.QUALITY,), objections=(parts.not_tried,)),
    ),
    panels=(Panel(name="tally", title="Tally", template="sample/tally.html", context=parts.tally, statements=1),),
    elsewhere=(
        Panel(
            name="beside", title="Beside everything", template="sample/tally.html", context=parts.beside_everything,
            place="beside", statements=0,
        ),
    ),
    screens=(
        Screen(name="board", path="trials/board", view=parts.board, menu="Trial board", roles=STAFF),
        Screen(name="sheet", path="sheet", view=parts.sheet, menu="Trial sheet", on_record=True),
    ),
)  # fmt: skip

offshoot = RecordType(
    model=Offshoot, prefix="OFF", label="offshoot", plural="offshoots", purpose="What comes of something in tests.",
    lifecycle=Lifecycle[Offshoot](
        Transition("close", "Close", OPEN, CLOSED, by=(Role.QUALITY,), signature="I confirm that it is done.")
    ),
    sections=(Section("Offshoot", ("title", "remark", "site", "confidential"), (OPEN,)),),
    links=(
        LinkRole("from_trial", "comes from", to=("trial", "objective"), back="led to", offer="Raise an offshoot"),
        LinkRole("near", "is near"),
    ),
    permissions=Permissions(create=(Role.QUALITY, Role.EMPLOYEE)),
)  # fmt: skip
