"""What a change must have before each of its steps, as the sentences people read."""

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.people.models import Person, RoleGrant
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.modules.change.models import DIMENSIONS, YES, Change
from gemba.modules.change.reading import Around

MOST_NAMED = 6


def _numbers(records: "list[Record]") -> str:
    shown = ", ".join(record.number for record in records[:MOST_NAMED])
    more = len(records) - MOST_NAMED
    return _("%(shown)s and %(more)d more") % {"shown": shown, "more": more} if more > 0 else shown


def impact_answered(change: Change) -> str | None:
    """Every dimension once, with yes or no and the reason for it (M109)."""
    answers: dict[str, int] = {}
    for line in change.impact or []:
        complete = line.get("affected") and str(line.get("why") or "").strip()
        answers[line.get("dimension", "")] = answers.get(line.get("dimension", ""), 0) + bool(complete)
    missing = [str(label) for name, label in DIMENSIONS if not answers.get(name)]
    if missing:
        return _("Answer with yes or no and why, for each: %s.") % "; ".join(missing)
    twice = [str(label) for name, label in DIMENSIONS if answers[name] > 1]
    return _("Answer only once: %s.") % "; ".join(twice) if twice else None


def affects(change: Change, dimension: str) -> bool:
    return any(line.get("dimension") == dimension and line.get("affected") == YES for line in change.impact or [])


def outside_considered(change: Change) -> str | None:
    """Where law is touched, somebody says whether an authority must know or approve."""
    if affects(change, "regulatory") and not change.outside:
        return _("Say whether somebody outside must be told or must approve, since the law is touched.")
    return None


def outside_answered(change: Change) -> str | None:
    if change.outside in (Change.Outside.TELL, Change.Outside.APPROVAL) and not (
        change.outside_reference and change.outside_on
    ):
        return _("Enter who outside was told or approved, their reference, and the day.")
    return None


def has_a_plan(change: Change) -> str | None:
    around = Around(change)
    if around.tasks or around.planned:
        return None
    return _("Plan at least one task, or link a record that is to be changed.")


def tasks_done(change: Change) -> str | None:
    """M99: nothing goes into effect, and nothing is closed, with open tasks."""
    found = Around(change).open_tasks
    return _("Open tasks: %s. Finish or drop each of them first.") % _numbers([*found]) if found else None


def trained(change: Change) -> str | None:
    """M99: nor with people who are not trained yet."""
    found = Around(change).open_trainings
    return _("Training not completed: %s.") % _numbers(found) if found else None


def documents_ready(change: Change) -> str | None:
    found = Around(change).unapproved
    return _("Not approved yet: %s.") % _numbers(found) if found else None


def documents_released(change: Change) -> str | None:
    found = [r for r in Around(change).waiting if r.kind == "revision" and r.open and r.valid_from is None]
    return _("Not released yet: %s.") % _numbers(found) if found else None


def differences_explained(change: Change) -> str | None:
    """Planned against actually changed: what differs has a reason before the change is closed."""
    found = Around(change).surprises
    if found and not change.differences.strip():
        return _("Say what was made differently than planned, and why: %s.") % _numbers([*found])
    return None


def aim_not_missed(change: Change) -> str | None:
    if change.result == Change.Result.MISSED:
        return _("The aim was missed, so the change stays open: plan what else is needed, or take it back.")
    return None


def looked_late_enough(change: Change) -> str | None:
    """Whether it worked is seen in use, not on the day it was made."""
    if change.look_on is not None and clock.today() < change.look_on:
        return _("Whether it worked is looked at on %s or later.") % clock.in_words(change.look_on)
    return None


def by_management_if_large(change: Change, person: Person) -> str | None:
    if change.size != Change.Size.LARGE:
        return None
    manages = RoleGrant.objects.in_force(clock.today()).filter(person=person, role=Role.MANAGEMENT)
    return None if manages.exists() else _("A large change is decided by top management.")
