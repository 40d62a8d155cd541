"""Histories made by real actions alone: what a verification must find sound, and what attacks are tried on."""

import datetime as dt
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from gemba.kernel.access.scope import Access
from gemba.kernel.actions.accounts import Invite
from gemba.kernel.actions.advance import Advance, Void
from gemba.kernel.actions.connect import EndLink, LookAgain, MakeLink
from gemba.kernel.actions.due import ExtendDue
from gemba.kernel.actions.files import Attach, Detach
from gemba.kernel.actions.grants import GrantRole, WithdrawRole
from gemba.kernel.actions.organisation import AddToOrganisation
from gemba.kernel.actions.people import AddPerson, ChangePerson
from gemba.kernel.actions.talk import AskFor, FinishTask, ResolveComment, Say
from gemba.kernel.actions.write import Assign, Edit, Raise
from gemba.kernel.actor import Actor
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.links.models import Link
from gemba.kernel.notices.models import Comment
from gemba.kernel.people.models import Person, RoleGrant, Site
from gemba.kernel.refusals import Refused
from gemba.kernel.roles import Role
from gemba.kernel.signing.proof import Proof
from gemba.kernel.tasks.models import Task
from gemba.kernel.ulid import ulid
from gemba.modules.objective.models import Measurement, Objective
from tests.kernel.people import as_
from tests.kernel.samples import FIGURE, VALUES, again, proof

WORDS = ("Zoë", "“quoted”", "a, b", 'say "yes"', "line\nbreak", "žlutý kůň", "\\backslash", "0", "ﬁ", "日本")


def by_system() -> dict[str, Any]:
    actor = Actor.system()
    return {"actor": actor, "access": Access(actor.person, everything=True)}


def joined(name: str, *roles: Role, address: str = "", confidential: bool = False) -> Person:
    """Somebody who came the way people come: added, invited, given roles."""
    address = address or f"{name.lower()}.{ulid().lower()}@example.com"
    made = AddPerson(values={"name": name, "email": address}, **by_system()).execute()
    Invite(person=made, **by_system()).execute()
    for role in roles:
        GrantRole(person=made, role=role, confidential=confidential, **by_system()).execute()
    return made


@dataclass
class Company:
    """Two people who can do everything that the histories need, and what they wrote."""

    quality: Person = field(default_factory=lambda: joined("Aino", Role.QUALITY))
    manager: Person = field(default_factory=lambda: joined("Marta", Role.MANAGEMENT))
    objectives: list[Objective] = field(default_factory=list)

    def raised(self, **values: Any) -> Objective:
        made: Objective = Raise(model=Objective, values={**VALUES, **values}, **as_(self.quality)).execute()
        self.objectives.append(made)
        return made

    def approved(self, **values: Any) -> Objective:
        """With a file, submitted by one and signed by the other."""
        made = self.raised(**values)
        self.attach(made, "plan.txt", f"The plan of {made.number}\n".encode())
        submitted = Advance(record=again(made), name="submit", **as_(self.quality)).execute()
        signed: Objective = self.sign(submitted, "approve")
        return signed

    def sign(self, record: Any, step: str, reason: str = "") -> Any:
        proved: Proof = proof(self.manager)
        return Advance(
            record=record, name=step, proof=proved, seen=record.digest, reason=reason, **as_(self.manager)
        ).execute()

    def attach(self, record: Any, name: str, content: bytes) -> Attachment:
        return Attach(record=again(record), name=name, chunks=[content], **as_(self.quality)).execute()


Step = Callable[[Company, random.Random], Any]


def _one(company: Company, draw: random.Random) -> Objective:
    found: Objective = again(draw.choice(company.objectives))
    return found


def _text(draw: random.Random) -> str:
    return " ".join(draw.choice(WORDS) for _place in range(draw.randrange(1, 6)))


def _raise(company: Company, draw: random.Random) -> None:
    company.raised(title=_text(draw), why=_text(draw), target=Decimal(draw.randrange(1, 99)))


def _edit(company: Company, draw: random.Random) -> None:
    values = {"why": _text(draw), "target": Decimal(draw.randrange(1, 10**6)) / 100, "title": _text(draw)}
    Edit(record=_one(company, draw), values=values, reason=_text(draw), **as_(company.quality)).execute()


def _submit(company: Company, draw: random.Random) -> None:
    Advance(record=_one(company, draw), name="submit", **as_(company.quality)).execute()


def _approve(company: Company, draw: random.Random) -> None:
    company.sign(_one(company, draw), "approve")


def _void(company: Company, draw: random.Random) -> None:
    if len(company.objectives) > 3:
        Void(record=_one(company, draw), reason="Raised twice", **as_(company.quality)).execute()


def _comment(company: Company, draw: random.Random) -> None:
    Say(record=_one(company, draw), text=_text(draw), **as_(draw.choice((company.quality, company.manager)))).execute()


def _resolve(company: Company, draw: random.Random) -> None:
    record = _one(company, draw)
    if comment := Comment.objects.filter(record=record, resolution=None).first():
        ResolveComment(record=record, comment=comment, answer=_text(draw), **as_(company.quality)).execute()


def _task(company: Company, draw: random.Random) -> None:
    AskFor(
        record=_one(company, draw), what=draw.choice(("Look at it", "Ask them")), person=company.manager,
        due=draw.choice((None, dt.date(2030, 1, 1))), transition=draw.choice(("", "approve")), **as_(company.quality),
    ).execute()  # fmt: skip


def _finish(company: Company, draw: random.Random) -> None:
    if task := Task.objects.filter(done_at=None, withdrawn=False).first():
        FinishTask(task=task, withdraw=draw.random() < 0.5, **as_(company.quality)).execute()


def _attach(company: Company, draw: random.Random) -> None:
    company.attach(_one(company, draw), draw.choice(("a.txt", "b.txt")), _text(draw).encode() + b"\n")


def _detach(company: Company, draw: random.Random) -> None:
    record = _one(company, draw)
    if file := Attachment.objects.filter(record=record, removed=None).first():
        Detach(record=record, attachment=file, reason="Wrong file", **as_(company.quality)).execute()


def _figure(company: Company, draw: random.Random) -> None:
    target = _one(company, draw)
    made = Raise(model=Measurement, values={**FIGURE, "title": _text(draw)}, **as_(company.quality)).execute()
    MakeLink(record=made, role="measures", to=target, **as_(company.quality)).execute()


def _look(company: Company, draw: random.Random) -> None:
    if link := next((one for one in Link.objects.standing().select_related("source", "target") if one.suspect), None):
        LookAgain(record=again(_full(link)), link=link, **as_(company.quality)).execute()


def _full(link: Link) -> Any:
    return Measurement._base_manager.get(pk=link.source_id)


def _unlink(company: Company, draw: random.Random) -> None:
    if link := Link.objects.standing().first():
        EndLink(record=_full(link), link=link, reason="Another one", **as_(company.quality)).execute()


def _owner(company: Company, draw: random.Random) -> None:
    Assign(record=_one(company, draw), owner=company.manager, **as_(company.quality)).execute()


def _later(company: Company, draw: random.Random) -> None:
    record = _one(company, draw)
    later = max(record.due or dt.date.min, dt.date(2031, 1, 1)) + dt.timedelta(days=1)
    ExtendDue(record=record, due=later, reason=_text(draw), **as_(company.quality)).execute()


def _people(company: Company, draw: random.Random) -> None:
    site = AddToOrganisation(model=Site, values={"name": f"Site {draw.random()}"}, **by_system()).execute()
    somebody = joined("Oona", Role.ENGINEER)
    ChangePerson(person=somebody, values={"name": _text(draw), "site": site}, reason="Moved", **by_system()).execute()
    WithdrawRole(row=RoleGrant.objects.get(person=somebody), reason="Other work", **by_system()).execute()


STEPS: tuple[tuple[Step, int], ...] = (
    (_raise, 4), (_edit, 8), (_submit, 4), (_approve, 3), (_void, 1), (_comment, 4), (_resolve, 2), (_task, 3),
    (_finish, 2), (_attach, 4), (_detach, 2), (_figure, 3), (_look, 2), (_unlink, 1), (_owner, 1), (_later, 2),
    (_people, 1),
)  # fmt: skip


def wander(company: Company, seed: int, steps: int) -> None:
    """Do so many things at random; what the rules refuse does not happen."""
    draw = random.Random(seed)  # noqa: S311  a history, no secret
    _raise(company, draw)
    chosen = draw.choices([step for step, _weight in STEPS], [weight for _step, weight in STEPS], k=steps)
    for step in chosen:
        with suppress(Refused):
            step(company, draw)
