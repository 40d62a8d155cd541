"""What follows from holding and closing: figures and attendance are kept, decisions begin, the next is planned."""

from collections.abc import Mapping
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.people.models import Person
from gemba.modules.managementreview.gathering import as_lines, gather, leaders_on, period_of
from gemba.modules.managementreview.models import ManagementAction, ManagementReview
from gemba.modules.managementreview.states import PLANNED, PROPOSED


def attendance(review: ManagementReview) -> list[dict[str, Any]]:
    """Who was invited, with the department of that day, and who came."""
    uids = [line["person"] for line in review.participants]
    people = {each.uid: each for each in Person.objects.filter(uid__in=uids).select_related("department")}
    top = set(leaders_on(review.held_on or clock.today()))
    return [_attended(line, people[line["person"]], top) for line in review.participants if line["person"] in people]


def _attended(line: Mapping[str, Any], person: Person, top: set[int]) -> dict[str, Any]:
    department = person.department.name if person.department else ""
    return {
        "name": person.name, "department": department, "part": line["part"], "top": person.pk in top,
        "present": bool(line["present"]),
    }  # fmt: skip


def missing(review: ManagementReview, came: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Departments with people in them of whom nobody was there, excused or not (M103)."""
    there = {line["department"] for line in came if line["present"]}
    why = {line["department"]: line["why"] for line in review.excused}
    day = review.held_on or clock.today()
    working = Person.objects.exclude(kind=Person.Kind.SYSTEM).exclude(ended__lte=day).exclude(department=None)
    names = working.filter(department__ended=None).order_by("department__name").values_list("department__name")
    return [
        {"department": name, "why": why.get(name, "")}
        for name in dict.fromkeys(name for (name,) in names) if name not in there
    ]  # fmt: skip


def hold(review: ManagementReview, doing: Doing) -> None:
    """The figures of that day stay with it, whatever happens to the rows later (M147)."""
    came = attendance(review)
    absent = missing(review, came)
    period = period_of(review, clock.today())
    Edit(
        record=review, verb="hold",
        fixed={
            "since": period.since, "event_date": period.until, "figures": as_lines(gather(period)),
            "figures_on": clock.today(), "attendance": came, "missing": absent,
            "departments_missing": len(absent),
        },
        **doing.following(_("Figures and attendance of the meeting.")),
    ).execute()  # fmt: skip


def close(review: ManagementReview, doing: Doing) -> None:
    """Decisions are agreed with the signature, and the next review is planned where none is."""
    why = doing.following(_("The minutes of %s are signed.") % review.number)
    for action in ManagementAction._base_manager.filter(review=review, state=PROPOSED.name):
        Advance(record=action, name="agree", **why).execute()
    if review.exercise or ManagementReview._base_manager.filter(state=PLANNED.name, exercise=False).exists():
        return
    held = review.held_on or clock.today()
    invited = [{**line, "present": False} for line in review.participants]
    values = {
        "title": review.title, "months": review.months, "due": held + relativedelta(months=review.months),
        "participants": invited, "owner": review.owner, "site": review.site, "confidential": review.confidential,
    }  # fmt: skip
    Raise(model=ManagementReview, values=values, **why).execute()


def done(action: ManagementAction, doing: Doing) -> None:
    Edit(
        record=action, fixed={"done_on": clock.today()}, verb="done", **doing.following(_("It was done."))
    ).execute()  # fmt: skip
