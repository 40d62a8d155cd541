"""Nobody has to remember: owners are reminded, and what is late goes to quality and then to top management (M151)."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import task

from gemba.kernel import clock
from gemba.kernel.actions.alerts import holders
from gemba.kernel.jobs.schedule import every
from gemba.kernel.jobs.turns import take_turn
from gemba.kernel.notices.models import Notice
from gemba.kernel.notices.tell import tell
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.modules.capa.models import Capa
from gemba.modules.capa.states import WATCHED

KINDS = ("nonconformity", "capa", "capaaction", "rework", "improvement")
"""What is followed to its end by days, as far as this installation has it."""
BEFORE, TO_OWNER, TO_QUALITY, TO_MANAGEMENT = -7, 1, 14, 30
"""Days after the due date on which somebody hears of it."""


@dataclass(frozen=True, slots=True)
class Due:
    """A record with the day on which something of it is due."""

    record: Record
    day: dt.date
    what: str


@task()
def remind_of_improvement() -> None:
    """Once for each record, day and step of escalation, however often and however late this runs."""
    today = clock.today()
    with transaction.atomic():
        take_turn("reminders of improvement")
        waiting = list(_waiting(today))
        told = _told([due.record.pk for due in waiting])
        for due in waiting:
            for people, text in _steps(due, today):
                missing = [person for person in people if (due.record.pk, person.pk, text) not in told]
                tell(missing, due.record, Notice.Reason.TASK, text)


def _waiting(today: dt.date) -> Iterator[Due]:
    soon = today - BEFORE * dt.timedelta(days=1)
    rows = Record._base_manager.filter(kind__in=KINDS, open=True, exercise=False, due__lte=soon)
    for record in rows.select_related("owner").order_by("pk"):
        if record.due is not None:
            yield Due(record, record.due, str(record))
    watched = Capa._base_manager.filter(state=WATCHED.name, exercise=False, check_due__lte=soon)
    for capa in watched.select_related("owner").order_by("pk"):
        if capa.check_due is not None:
            yield Due(capa, capa.check_due, _("Verdict on the effect of %s") % capa)


def _told(keys: Sequence[int]) -> set[tuple[int, int, str]]:
    rows = Notice.objects.filter(record__in=keys, reason=Notice.Reason.TASK)
    return {(record, person, text) for record, person, text in rows.values_list("record_id", "person_id", "text")}


def _steps(due: Due, today: dt.date) -> Iterator[tuple[list[Person], str]]:
    """Who has to have heard by today, and the sentence. Its day stands in it, so a moved due date begins anew."""
    late, given = (today - due.day).days, {"what": due.what[:200], "day": clock.in_words(due.day)}
    if late >= TO_OWNER:
        yield [due.record.owner], _("%(what)s: late since %(day)s") % given
    else:
        yield [due.record.owner], _("%(what)s: due on %(day)s") % given
    if late >= TO_QUALITY:
        yield holders(Role.QUALITY), _("%(what)s: late since %(day)s, two weeks or more") % given
    if late >= TO_MANAGEMENT:
        yield holders(Role.MANAGEMENT), _("%(what)s: late since %(day)s, a month or more") % given


every("reminders of improvement", remind_of_improvement, dt.timedelta(days=1), at=dt.timedelta(hours=4))
