"""Who must read a revision, who has, and asking those who have not."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.bulk import RaiseMany
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.notices.models import Notice
from gemba.kernel.notices.tell import tell
from gemba.kernel.people.models import JobAssignment, Person, RoleGrant
from gemba.kernel.roles import READERS
from gemba.kernel.rows import load
from gemba.kernel.ulid import ulid
from gemba.modules.document.asked import Reading
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.lines import EVERYBODY
from gemba.modules.document.states import LAPSED, READ


def readers_of(document: Document) -> list[Person]:
    """The people here today whom the document's lines name, each once, by name."""
    if not document.readers:
        return []
    wanted: Q = Q(pk__in=[])
    for line in document.readers:
        wanted |= Q(uid=line["person"]) if line["person"] else _in_group(line["group"])
    here = Q(ended=None) | Q(ended__gt=clock.today())
    found = Person.objects.filter(here, wanted).exclude(kind=Person.Kind.SYSTEM)
    return list(found.filter(account__is_active=True).distinct().order_by("name"))


def _in_group(group: str) -> Q:
    """The members of a group who may read anything: who only runs the system is asked for no signature."""
    reads = RoleGrant.objects.in_force(clock.today()).filter(role__in=READERS)
    return _named(group) & Q(pk__in=reads.values("person"))


def _named(group: str) -> Q:
    day = clock.today()
    sort, _colon, name = group.partition(":")
    if group == EVERYBODY:
        return Q(kind__in=(Person.Kind.EMPLOYEE, Person.Kind.CONSULTANT))
    if sort == "role":
        return Q(pk__in=RoleGrant.objects.in_force(day).filter(role=name).values("person"))
    if sort == "department":
        return Q(department__name=name)
    jobs = JobAssignment.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
    return Q(pk__in=jobs.filter(job_role__name=name).values("person"))


def standing(revision: Revision) -> QuerySet[Reading]:
    """What was asked and neither let go nor void."""
    rows: QuerySet[Reading] = Reading._base_manager.filter(revision_id=revision.pk)
    return rows.exclude(state__in=(LAPSED.name, VOID))


def progress(revision: Revision) -> tuple[int, int]:
    """How many have read it, of how many asked."""
    found = standing(revision)
    return found.filter(state=READ.name).count(), found.count()


def ask_readers(revision: Revision, doing: Doing) -> int:
    """Ask everybody whom the document names and who was not asked yet; the number of new readings."""
    if not revision.training_needed:
        return 0
    document = load(Document, revision.document_id)
    asked = set(standing(revision).values_list("owner_id", flat=True))
    return ask(revision, [person for person in readers_of(document) if person.pk not in asked], doing)


def ask(revision: Revision, people: Iterable[Person], doing: Doing) -> int:
    """One reading each, made together; who is asked is told."""
    current = Revision._base_manager.select_related("document").get(pk=revision.pk)
    due = clock.today() + dt.timedelta(days=current.document.reading_days)
    title = (_("Read %s") % current)[:200]
    asked = list(people)
    alike = {
        "title": title, "revision": current, "due": due,
        "confidential": current.confidential or current.document.confidential,
    }  # fmt: skip
    rows = [{**alike, "owner": person, "site": person.site} for person in asked]
    if rows:
        RaiseMany(
            model=Reading, rows=rows, name=f"readings {ulid()}", **doing.following(_("Readers of the document"))
        ).execute()
    for made in Reading._base_manager.filter(revision=current, owner__in=asked).select_related("owner"):
        tell([made.owner], made, Notice.Reason.TASK, title)
    return len(rows)
