"""A small firm whose people hold job roles, and a process that is all it should be, made through actions."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import JobAssignment, JobRole, Person
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.kernel.signing.proof import Proof
from gemba.modules.document.models import Document
from gemba.modules.objective.models import Objective
from gemba.modules.process.models import Acknowledgement, Process, ProcessRisk
from tests.kernel.people import as_, person

LONG_AGO = dt.date(2020, 1, 1)


@dataclass(frozen=True)
class Firm:
    quality: Person
    manager: Person
    buyer: Person
    storekeeper: Person
    clerk: Person

    @property
    def everybody(self) -> list[Person]:
        return [self.quality, self.manager, self.buyer, self.storekeeper, self.clerk]


def firm() -> Firm:
    made = Firm(
        person("Aino Laine", Role.QUALITY), person("Marta Kovač", Role.MANAGEMENT),
        person("Bo Buyer", Role.OPERATIONS), person("Sam Store", Role.OPERATIONS), person("Kim Clerk", Role.EMPLOYEE),
    )  # fmt: skip
    holds(made.buyer, "Purchaser")
    holds(made.storekeeper, "Storekeeper")
    holds(made.clerk, "Clerk")
    JobRole.objects.create(name="Vacant post")
    return made


def holds(who: Person, job: str) -> None:
    role, _made = JobRole.objects.get_or_create(name=job)
    JobAssignment.objects.create(person=who, job_role=role, valid_from=LONG_AGO)


def line(activity: str, responsible: str, accountable: str, consulted: str = "", informed: str = "") -> dict[str, str]:
    return {
        "activity": activity, "responsible": responsible, "accountable": accountable, "consulted": consulted,
        "informed": informed,
    }  # fmt: skip


RACI = (
    line("Choose suppliers", "Purchaser", "Purchaser", consulted="Storekeeper, the auditor"),
    line("Check what arrives", "Storekeeper", "Purchaser", informed="Kim Clerk; Clerk"),
)


def values(owner: Person | None, **more: Any) -> dict[str, Any]:
    return {
        "title": "Purchasing", "purpose": "Parts that fit, from suppliers we know", "area": Process.Area.PURCHASING,
        "accountable": owner, "raci": list(RACI), "governs": [{"kind": "objective"}],
        "metric": "Lots accepted at first inspection", "target": Decimal(95), "unit": "%",
        "metric_source": "Receiving log", "monitored": 3, **more,
    }  # fmt: skip


def described(made: Firm, **more: Any) -> Process:
    """A process as its first edition is written."""
    return Raise(model=Process, values={**values(made.buyer), **more}, **as_(made.quality)).execute()


def in_force(made: Firm, **more: Any) -> Process:
    return approved(described(made, **more), made)


def approved(process: Process, made: Firm) -> Process:
    Advance(record=process, name="submit", **as_(made.quality)).execute()
    return signed(fresh(process), made.manager, "approve")  # type: ignore[no-any-return]


def changed(process: Process, made: Firm, **more: Any) -> Process:
    """A next edition with other values, approved."""
    Advance(record=process, name="revise", reason="The work has changed", **as_(made.quality)).execute()
    Edit(record=process, values=more, **as_(made.quality)).execute()
    return approved(process, made)


def signed(record: Any, who: Person, step: str, reason: str = "") -> Any:
    proof = Proof(who, "pwd+totp", timezone.now())
    return Advance(record=record, name=step, proof=proof, seen=record.digest, reason=reason, **as_(who)).execute()


def fresh(record: Any) -> Any:
    return type(record)._base_manager.get(pk=record.pk)


def asked(process: Process, who: Person) -> Acknowledgement:
    """The one that stands."""
    rows = Acknowledgement._base_manager.exclude(state="outdated")
    found: Acknowledgement = rows.get(of_process=process, person=who)
    return found


def accept(process: Process, *people: Person) -> None:
    for who in people:
        signed(asked(process, who), who, "accept")


def rated(made: Firm, process: Process, **more: Any) -> ProcessRisk:
    given = {
        "title": "Parts from somebody unknown", "cause": "Nobody looks at the list", "effect": "Wrong plastic",
        "affects": "patient", "severity": 3, "likelihood": 2, "due": timezone.localdate() + dt.timedelta(days=300),
        **more,
    }  # fmt: skip
    risk = Raise(model=ProcessRisk, values=given, links=[("risk_of", process)], **as_(made.quality)).execute()
    Advance(record=risk, name="submit", **as_(made.quality)).execute()
    return signed(fresh(risk), made.manager, "rate")  # type: ignore[no-any-return]


def begun(made: Firm, **more: Any) -> Objective:
    """A record of the kind that the process leaves, at its beginning."""
    given = {
        "title": "How we buy", "why": "-", "measure": "-", "target": Decimal(1), "unit": "-",
        "due": timezone.localdate(), **more,
    }  # fmt: skip
    return Raise(model=Objective, values=given, **as_(made.quality)).execute()


def underway(made: Firm, *, rejected_first: bool = False, **more: Any) -> Objective:
    """A record of the kind that the process leaves, under way."""
    document = begun(made, **more)
    Advance(record=document, name="submit", **as_(made.quality)).execute()
    if rejected_first:
        signed(fresh(document), made.manager, "reject", "Not yet")
        Advance(record=document, name="submit", **as_(made.quality)).execute()
    return signed(fresh(document), made.manager, "approve")  # type: ignore[no-any-return]


def procedure(made: Firm) -> Document:
    """A document in force."""
    given = {
        "title": "How we buy", "type": Document.Type.EXTERNAL, "area": Document.Area.PURCHASING, "issuer": "Us",
        "edition": "1", "retention": Document.Retention.OBSOLETE, "retention_years": 10,
    }  # fmt: skip
    document = Raise(model=Document, values=given, **as_(made.quality)).execute()
    return signed(document, made.manager, "register")  # type: ignore[no-any-return]


def ended(made: Firm, number: int = 1) -> list[Objective]:
    """Finished records of the kind that the process leaves, each with its signatures."""
    return [signed(underway(made), made.manager, "end", "Reached") for _ in range(number)]


def documented(process: Process, document: Record, made: Firm) -> None:
    MakeLink(record=document, role="belongs_to", to=process, **as_(made.quality)).execute()
