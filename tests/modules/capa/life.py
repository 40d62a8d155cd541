"""A CAPA taken through its life by four people, each step with what it asks for."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.attachments.models import files_of
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record, content_digest
from gemba.kernel.roles import Role
from gemba.kernel.signing.proof import Proof
from gemba.modules.capa.models import Capa, CapaAction
from gemba.modules.nonconformity.models import Nonconformity
from tests.kernel.people import as_, person

DAY = dt.timedelta(days=1)
SYMPTOM = "Seven of 400 pump housings from week 9 leak at the seam after 48 hours under pressure."
CAUSE = "The welding fixture wears on its left jaw; nobody measures the jaw gap between its yearly services."
OPENED = {
    "title": "Pump housings leak at the seam", "symptom": SYMPTOM, "unmet": "Leak test of specification SP-12",
    "measure": "Leaking housings per 1,000", "unit": "housings",
}  # fmt: skip


@dataclass(frozen=True)
class Team:
    owner: Person
    quality: Person
    manager: Person
    worker: Person


def team() -> Team:
    return Team(
        person("Olli Engineer", Role.ENGINEER), person("Aino Quality", Role.QUALITY),
        person("Marta Boss", Role.MANAGEMENT), person("Ville Worker", Role.EMPLOYEE),
    )  # fmt: skip


def now(record: Any) -> Any:
    return type(record)._base_manager.get(pk=record.pk)


def step(record: Any, name: str, who: Person, reason: str = "") -> Any:
    """As at a screen: what stands there is what is signed."""
    found = now(record)
    seen = content_digest(found, files_of(found))
    return Advance(
        record=found, name=name, proof=Proof(who, "pwd", clock.now()), seen=seen, **{**as_(who), "reason": reason}
    ).execute()  # fmt: skip


def edit(record: Any, who: Person, **values: Any) -> Any:
    return Edit(record=now(record), values=values, **as_(who)).execute()


def link(record: Record, role: str, to: Record, who: Person) -> None:
    MakeLink(record=now(record), role=role, to=to, **as_(who)).execute()


def opened(team: Team, **more: Any) -> Capa:
    return Raise(model=Capa, values={**OPENED, "before": "17.5", **more}, **as_(team.owner)).execute()


def investigation(by: Team, **more: Any) -> dict[str, Any]:
    today = clock.today()
    return {
        "extent": "All housings welded on station 2 since the service in January", "risk_level": "high",
        "risk_reason": "Underdose, RM-014", "team": [{"who": by.worker.uid, "part": "welds on station 2"}],
        "corrected": "Lot 0309 sorted by leak test", "method": "whys", "examined": "Station 2 with the welders",
        "whys": [{"why": "The seam is thin on the left"}, {"why": "The left jaw of the fixture is worn"}],
        "root_cause": CAUSE, "cause": "equipment", "cause_known": "Gap measured: 0.4 mm left, 0.1 mm right",
        "justification": "Measuring the gap finds wear before it matters", "side_effects": "No change to the product",
        "criterion": "Fewer than 2 leaking housings per 1,000 in ten weeks", "target": "2", "records_needed": 2,
        "check_from": today + 40 * DAY, "check_due": today + 110 * DAY, **more,
    }  # fmt: skip


def planned(capa: Capa, team: Team, **more: Any) -> CapaAction:
    """An action of somebody else, tied to the CAPA as the button on its page does it."""
    values = {
        "title": "Measure the jaw gap every week", "what": "A gauge, a line in the log", "type": "process",
        "owner": team.worker, "due": clock.today() + 20 * DAY, **more,
    }  # fmt: skip
    return Raise(model=CapaAction, values=values, links=[("action_of", capa)], **as_(team.owner)).execute()


def submitted(team: Team, **more: Any) -> tuple[Capa, CapaAction]:
    capa = opened(team)
    step(capa, "accept", team.quality)
    edit(capa, team.owner, **investigation(team, **more))
    action = planned(capa, team)
    return step(capa, "submit", team.owner), action


def approved(team: Team, **more: Any) -> tuple[Capa, CapaAction]:
    capa, action = submitted(team, **more)
    return step(capa, "approve", team.quality), now(action)


def carried_out(action: CapaAction, team: Team) -> None:
    edit(action, team.worker, done_on=clock.today(), outcome="Gauge G-77 hangs at station 2")
    Attach(record=now(action), name="log.csv", chunks=[b"week,gap\n10,0.1\n"], **as_(team.worker)).execute()
    step(action, "finish", team.worker)
    step(action, "verify", team.owner)


def watched(team: Team, **more: Any) -> Capa:
    capa, action = approved(team, **more)
    carried_out(action, team)
    edit(capa, team.owner, corrected_on=clock.today(), no_document="The log sheet is no controlled document",
         no_training="Only Ville works there, and he made it")  # fmt: skip
    done: Capa = step(capa, "implement", team.owner)
    return done


def seen(capa: Capa, team: Team, on: dt.date, count: int = 2) -> None:
    """Records that happened while the effect was observed."""
    for number in range(count):
        values = {
            "title": f"Weekly leak test {number}", "description": "One leaking housing of 600", "unmet": "SP-12",
            "event_date": on, "source": "inspection",
        }  # fmt: skip
        record = Raise(model=Nonconformity, values=values, **as_(team.quality)).execute()
        link(capa, "seen_in", record, team.owner)
