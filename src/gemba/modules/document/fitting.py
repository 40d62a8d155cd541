"""Asking people who do the work whether a text describes it (M57)."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.write import Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.notices.models import Notice
from gemba.kernel.notices.tell import tell
from gemba.kernel.people.models import JobAssignment, Person
from gemba.modules.document.asked import FitCheck
from gemba.modules.document.family import Revision
from gemba.modules.document.guards import fit_answers, writers

MOST_ASKED = 5
DAYS = dt.timedelta(days=10)


def ask_those_who_do_it(revision: Revision, doing: Doing) -> int:
    """When a text is sent: ask holders of the jobs its steps name, unless somebody was asked already."""
    if FitCheck._base_manager.filter(revision_id=revision.pk).exists() or fit_answers(revision).exists():
        return 0
    day = clock.today()
    held = JobAssignment.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
    names = {str(step["role"]).strip() for step in revision.steps}
    people = Person.objects.filter(pk__in=held.filter(job_role__name__in=names).values("person"))
    found = people.filter(account__is_active=True).exclude(pk__in=writers(revision)).order_by("pk")
    return ask(revision, [person for person in found if person.active][:MOST_ASKED], doing)


def ask(revision: Revision, people: Iterable[Person], doing: Doing) -> int:
    """One question each; who was asked already is not asked again."""
    asked = set(FitCheck._base_manager.filter(revision_id=revision.pk, open=True).values_list("owner_id", flat=True))
    count = 0
    for person in people:
        if person.pk in asked:
            continue
        values = {
            "title": (_("Does %s fit your work?") % revision)[:200], "revision": revision, "owner": person,
            "due": clock.today() + DAYS, "site": person.site,
            "confidential": revision.confidential or revision.document.confidential,
        }  # fmt: skip
        made = Raise(model=FitCheck, values=values, **doing.following(_("Asked for the approval"))).execute()
        tell([person], made, Notice.Reason.TASK, made.title)
        count += 1
    return count
