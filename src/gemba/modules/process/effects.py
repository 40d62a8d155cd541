"""What follows from the steps of a process: who must accept what it says is asked, and whose acceptance has passed."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.talk import AskFor
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import NotAllowed
from gemba.modules.process import parts
from gemba.modules.process.models import Acknowledgement, Process
from gemba.modules.process.offered import Named, people_by_name
from gemba.modules.process.states import ACCEPTED, ASKED

TIME_TO_ACCEPT = dt.timedelta(days=14)
STANDING = (ASKED.name, ACCEPTED.name)


def come_into_force(process: Process, doing: Doing) -> None:
    """The description stands from today, and everybody who carries a part of it is asked to accept it."""
    why = _("Edition %d is approved.") % process.edition
    Edit(record=process, fixed={"valid_from": clock.today()}, verb="begin", **doing.following(why)).execute()
    settle(process, doing)


def begin_edition(process: Process, doing: Doing) -> None:
    """A change begins a new edition; the one before stands until the new one is approved."""
    fixed = {"edition": process.edition + 1}
    Edit(record=process, fixed=fixed, verb="edition", **doing.following(doing.reason)).execute()


def retire(process: Process, doing: Doing) -> None:
    """Nobody carries a process that is no longer there."""
    why = _("The process is retired.")
    Edit(record=process, fixed={"valid_to": clock.today()}, verb="end", **doing.following(why)).execute()
    _outdate(standing(process), why, doing)


def accepted(given: Acknowledgement, doing: Doing) -> None:
    if doing.actor.on_behalf_of is not None and doing.step == "accept":
        raise NotAllowed(_("Nobody can accept responsibilities for somebody else."))
    Edit(
        record=given, fixed={"valid_from": clock.today()}, verb="begin", **doing.following(_("Accepted."))
    ).execute()  # fmt: skip


def end_acceptance(given: Acknowledgement, doing: Doing) -> None:
    """Until when it stood, where it was ever given."""
    if given.valid_from is not None:
        fixed = {"valid_to": clock.today()}
        Edit(record=given, fixed=fixed, verb="end", **doing.following(doing.reason)).execute()


def carries_nothing(given: Acknowledgement) -> str | None:
    """Nothing can be accepted where nothing is asked."""
    if given.lines:
        return None
    return _("The process names no responsibility of this person. Make this record void.")


def standing(process: Process) -> list[Acknowledgement]:
    """Asked or accepted, one for each person."""
    rows = Acknowledgement._base_manager.filter(of_process=process, state__in=STANDING)
    return list(rows.select_related("person").order_by("pk"))


def settle(process: Process, doing: Doing) -> None:
    """Ask whom the process means now, and end what is no longer what it says. Under the lock of the process' chain.

    Whose responsibilities stayed the same, word for word, is not asked again.
    """
    wanted = parts.carried_by(process, people_by_name())
    stale, kept = [], set()
    for given in standing(process):
        if parts.same(given.lines, wanted.get(given.person, ())):
            kept.add(given.person)
        else:
            stale.append(given)
    _outdate(stale, _("What %s asks of this person has changed.") % process.number, doing)
    for person in sorted(set(wanted) - kept, key=lambda p: (p.name, p.pk)):
        ask(process, person, wanted[person], doing)


def unsettled(process: Process, named: Named) -> bool:
    """Whether `settle` would ask or end anything."""
    wanted = parts.carried_by(process, named)
    given = {each.person: each.lines for each in standing(process)}
    return given.keys() != wanted.keys() or any(not parts.same(given[p], wanted[p]) for p in wanted)


def ask(process: Process, person: Person, lines: list[dict[str, str]], doing: Doing) -> None:
    """One person's responsibilities as a record of their own, with a task and a notice to accept it."""
    system = doing.following(_("Named in edition %(n)d of %(process)s.") % {
        "n": process.edition, "process": process.number,
    })  # fmt: skip
    due = clock.today() + TIME_TO_ACCEPT
    values: dict[str, Any] = {
        "title": process.title, "of_process": process, "person": person, "due": due, "site": person.site,
        "confidential": process.confidential, "exercise": process.exercise,
    }  # fmt: skip
    fixed = {"lines": lines, "edition": process.edition}
    asked = Raise(model=Acknowledgement, values=values, fixed=fixed, **system).execute()
    what = _("Read and accept your responsibilities: %s") % process.title
    AskFor(record=asked, what=what[:200], person=person, due=due, transition="accept", **system).execute()


def _outdate(given: Iterable[Acknowledgement], why: str, doing: Doing) -> None:
    for each in given:
        Advance(record=each, name="outdate", **doing.following(why)).execute()
