"""What follows from the steps of a change."""

import datetime as dt

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.advance import Void
from gemba.kernel.actions.talk import AskFor
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.people.models import RoleGrant
from gemba.kernel.roles import Role
from gemba.modules.change.models import Change, unanswered
from gemba.modules.change.reading import Around

REVIEW_DAYS = 3
"""Working days within which an emergency change is reviewed."""
SATURDAY = 5
APPROVE = "approve"


def working_days_after(day: dt.date, days: int) -> dt.date:
    """Monday to Friday; public holidays are not known here, so the day found is never too late."""
    while days:
        day += dt.timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day


def lay_out_questions(change: Change, doing: Doing) -> None:
    """A line for each dimension, so that none is forgotten."""
    if not change.impact:
        following = doing.following(_("Each of these is to be answered."))
        Edit(record=change, fixed={"impact": unanswered()}, verb="note", **following).execute()


def ask_for_decision(change: Change, doing: Doing) -> None:
    """Into the work list of those who may approve it: who that is depends on its size and its owner."""
    following = doing.following(_("Put up for decision"))
    what = _("Decide about this change")
    AskFor(record=change, what=what, role=_decider(change), transition=APPROVE, **following).execute()


def _decider(change: Change) -> Role:
    """Quality, unless the change is large or nobody but its owner is quality."""
    others = RoleGrant.objects.in_force(clock.today()).filter(role=Role.QUALITY).exclude(person=change.owner_id)
    large = change.size == Change.Size.LARGE
    return Role.MANAGEMENT if large or not others.exists() else Role.QUALITY


def note_approval(change: Change, doing: Doing) -> None:
    Edit(record=change, fixed={"approved_at": clock.now()}, verb="note", **doing.following(_("Approved"))).execute()


def take_effect(change: Change, doing: Doing) -> None:
    """The change lets go of what waited for it, except where an emergency had done so before."""
    if change.valid_from is None:
        fixed = {"valid_from": clock.today()}
        Edit(record=change, fixed=fixed, verb="note", **doing.following(_("Put into effect"))).execute()


def begin_emergency(change: Change, doing: Doing) -> None:
    """In effect at once, counted as a bypass for ever, and to be reviewed within days."""
    due = working_days_after(clock.today(), REVIEW_DAYS)
    fixed = {"emergency": True, "review_due": due, "valid_from": clock.today()}
    following = doing.following(_("Made before it was approved"))
    Edit(record=change, fixed=fixed, verb="note", **following).execute()
    lay_out_questions(change, doing)
    AskFor(
        record=change, what=_("Review this emergency change"), role=Role.QUALITY, due=due,
        transition="review_afterwards", **following,
    ).execute()  # fmt: skip


def note_review(change: Change, doing: Doing) -> None:
    fixed = {"reviewed_on": clock.today(), "approved_at": clock.now()}
    Edit(record=change, fixed=fixed, verb="note", **doing.following(_("Reviewed afterwards"))).execute()


def void_tasks(change: Change, doing: Doing) -> None:
    for task in Around(change).open_tasks:
        Void(record=task, **doing.following(_("%s is not made.") % change.number)).execute()
