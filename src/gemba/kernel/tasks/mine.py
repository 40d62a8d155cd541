"""What is mine to do: tasks, steps that wait for my signature, and my own open records. One statement each."""

from functools import cache

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When

from gemba.kernel.access.viewer import current_access
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.tasks.models import Task
from gemba.kernel.types import registry

ASKS_A_DATE = Q(wanted__isnull=False)


def _me_and_absent() -> list[Person]:
    """The viewer, and the people the viewer deputises for today."""
    access = current_access()
    principals = {grant.principal.pk: grant.principal for grant in access.grants if grant.principal}
    return [access.person, *principals.values()]


def my_tasks() -> QuerySet[Task]:
    """Open tasks of the viewer, of the viewer's roles, and of those deputised for, about visible records.

    Who asks for a later due date does not decide about it, whatever the role. What others ask so comes first: until
    then somebody is late.
    """
    asked = Q(person__in=_me_and_absent()) | Q(role__in=sorted(current_access().roles))
    visible = Exists(Record.objects.filter(pk=OuterRef("record_id")).order_by())  # per task found, not per record
    return (
        Task.objects.filter(asked, visible, done_at=None, withdrawn=False)
        .exclude(ASKS_A_DATE, asked_by=current_access().person)
        .select_related("record", "person", "asked_by")
        .order_by(Case(When(ASKS_A_DATE, then=0), default=1), F("due").asc(nulls_last=True), "pk")
    )


def my_open_records() -> "QuerySet[Record]":
    """Open records owned by the viewer or by those deputised for; the most urgent first.

    What is in force and has no day on which something is due asks nothing of anybody.
    """
    found: QuerySet[Record] = Record.objects.filter(open=True, owner__in=_me_and_absent()).select_related("owner")
    found = found.exclude(Q(due=None) & resting())
    return found.order_by(F("due").asc(nulls_last=True), "-pk")


@cache
def resting() -> Q:
    """Kinds in states that are good as they are: in force, pursued, kept."""
    found = Q(pk__in=[])
    for declared in registry:
        states = sorted(state.name for state in declared.lifecycle.states if state.tone == "good")
        if states:
            found |= Q(kind=declared.kind, state__in=states)
    return found
