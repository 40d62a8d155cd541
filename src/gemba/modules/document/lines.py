"""The small tables inside documents and revisions: who signs, who reads, which steps, which terms."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gemba.kernel.people.models import Department, JobRole
from gemba.kernel.records.fields import LineColumn
from gemba.kernel.roles import STAFF, Role

Text = str | Promise
EVERYBODY = "everybody"
REVIEW, APPROVE = "review", "approve"


def signing_roles() -> Sequence[tuple[str, Text]]:
    return [(str(role), Role(role).label) for role in STAFF]


def reading_groups() -> Sequence[tuple[str, Text]]:
    """Everybody, holders of a role in Gemba, a department, a job: by name, as `job:Assembler`."""
    roles = [(f"role:{role}", Role(role).label) for role in STAFF]
    departments = Department.objects.filter(ended=None).values_list("name", flat=True)
    jobs = JobRole.objects.filter(ended=None).values_list("name", flat=True)
    return [
        (EVERYBODY, _("everybody who works here")),
        *roles,
        *((f"department:{name}", name) for name in departments),
        *((f"job:{name}", name) for name in jobs),
    ]


SIGNERS = (
    LineColumn(name="task", label=_("what"), kind="choice", choices=((REVIEW, _("reviews")), (APPROVE, _("approves")))),
    LineColumn(name="role", label=_("somebody with the role"), kind="choice", choices=signing_roles, required=False),
    LineColumn(
        name="person",
        label=_("or this person"),
        kind="person",
        required=False,
        help=_("Where a person is named, that person alone."),
    ),
    LineColumn(name="order", label=_("place in the order"), kind="number", required=False),
)
ASKED = SIGNERS
READERS = (
    LineColumn(name="group", label=_("group"), kind="choice", choices=reading_groups, required=False),
    LineColumn(name="person", label=_("or this person"), kind="person", required=False),
)
GOVERNED = (LineColumn(name="kind", label=_("kind of record"), kind="kind"),)
STEPS = (
    LineColumn(name="role", label=_("who"), help=_("The job role, as people here call it.")),
    LineColumn(name="action", label=_("does what"), kind="long"),
    LineColumn(name="kind", label=_("record it makes"), kind="kind", required=False),
    LineColumn(name="tool", label=_("tool"), required=False),
    LineColumn(name="minutes", label=_("minutes of work"), kind="number", required=False),
)
TERMS = (LineColumn(name="term", label=_("term")), LineColumn(name="meaning", label=_("meaning"), kind="long"))
CADENCE = (
    LineColumn(name="what", label=_("what is to be done")),
    LineColumn(name="kind", label=_("record it makes"), kind="kind", required=False),
    LineColumn(name="role", label=_("somebody with the role"), kind="choice", choices=signing_roles),
    LineColumn(name="months", label=_("every so many months"), kind="number"),
)
FACTS = (
    LineColumn(name="what", label=_("what")),
    LineColumn(name="said", label=_("as written")),
    LineColumn(name="day", label=_("day"), kind="day", required=False),
)
