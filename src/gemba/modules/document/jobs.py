"""What happens to documents without anybody doing it: days come, reviews fall due, people join, duties return."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_tasks import task

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.alerts import holders
from gemba.kernel.actions.talk import AskFor
from gemba.kernel.actions.write import Edit
from gemba.kernel.actor import Actor
from gemba.kernel.jobs.schedule import every
from gemba.kernel.jobs.turns import take_turn
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.notices.models import Notice
from gemba.kernel.notices.tell import tell
from gemba.kernel.people.models import system_person
from gemba.kernel.refusals import Refused
from gemba.kernel.roles import Role
from gemba.kernel.rows import load
from gemba.kernel.tasks.models import Task
from gemba.modules.document.effects import release_if_due
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.reading import ask_readers
from gemba.modules.document.schedule import AHEAD, schedule
from gemba.modules.document.states import APPROVED, IN_FORCE

OWNER, QUALITY, MANAGEMENT = 1, 2, 3
TO_QUALITY, TO_MANAGEMENT = dt.timedelta(days=14), dt.timedelta(days=30)
"""How late a review is when it is brought to quality, and to top management (M49)."""
log = logging.getLogger("gemba.documents")


@task()
def daily_documents() -> None:
    """Everything below, each record in a transaction of its own. Doing it twice does nothing more."""
    release_what_is_due()
    remind_of_reviews()
    ask_new_readers()
    hand_out_duties()


def _system() -> Doing:
    return Doing(
        actor=Actor.system(), access=Access(system_person(), everything=True), step="daily", reason="", values={}
    )


def _for_each(what: str, keys: "QuerySet[Any, int]", work: Callable[[int], object]) -> None:
    """One that cannot be done does not keep the others waiting; one that another worker just did is not done again."""
    for key in list(keys):
        try:
            with transaction.atomic():
                take_turn("documents")
                work(key)
        except Refused as refusal:
            log.warning("%s: record %s: %s", what, key, refusal)


def release_what_is_due() -> None:
    """Revisions whose day has come, or whose last hindrance went away."""
    waiting = Revision._base_manager.filter(state=APPROVED.name).order_by("pk").values_list("pk", flat=True)
    _for_each("release", waiting, lambda key: release_if_due(load(Revision, key), _system()))


def remind_of_reviews() -> None:
    """A task for the owner a month before; quality hears two weeks after the day, top management a month after."""
    soon = Document._base_manager.filter(state=IN_FORCE.name, next_review__lte=clock.today() + AHEAD)
    unmoved = soon.filter(escalated__lt=MANAGEMENT).order_by("pk").values_list("pk", flat=True)
    _for_each("review", unmoved, _remind)


def _remind(key: int) -> None:
    document = Document._base_manager.select_related("owner").get(pk=key)
    if document.next_review is None:
        return
    late = clock.today() - document.next_review
    level = MANAGEMENT if late >= TO_MANAGEMENT else QUALITY if late >= TO_QUALITY else OWNER
    if level <= document.escalated:
        return
    following = _system().following(_("Next review %s") % clock.in_words(document.next_review))
    if document.escalated < OWNER:
        person = document.owner if document.owner.active else None
        AskFor(
            record=document, what=(_("Review %s") % document)[:200], due=document.next_review, transition="look_over",
            person=person, role=None if person else Role.QUALITY, **following,
        ).execute()  # fmt: skip
    for reached, role in ((QUALITY, Role.QUALITY), (MANAGEMENT, Role.MANAGEMENT)):
        if document.escalated < reached <= level:
            text = _("%(document)s should have been reviewed on %(day)s. Owner: %(owner)s.") % {
                "document": document, "day": clock.in_words(document.next_review), "owner": document.owner,
            }  # fmt: skip
            tell(holders(role), document, Notice.Reason.TASK, text)
    Edit(record=document, fixed={"escalated": level}, verb="escalated", **following).execute()


def ask_new_readers() -> None:
    """People who joined, or got a job whose procedures they have not read."""
    rows = Revision._base_manager.filter(in_force=True, training_needed=True, document__state=IN_FORCE.name)
    read = rows.exclude(document__readers=[]).order_by("pk").values_list("pk", flat=True)
    _for_each("readers", read, lambda key: ask_readers(load(Revision, key), _system()))


def hand_out_duties() -> None:
    """A task for each duty that a text in force makes return (M34)."""
    rows = Revision._base_manager.filter(in_force=True, document__state=IN_FORCE.name).exclude(cadence=[])
    _for_each("duties", rows.order_by("pk").values_list("pk", flat=True), _hand_out)


def _hand_out(key: int) -> None:
    revision = Revision._base_manager.select_related("document").get(pk=key)
    document = revision.document
    for duty in schedule(revision, document, clock.today()):
        what = str(duty.line["what"])[:200]
        if duty.due is None or Task.objects.filter(record_id=document.pk, what=what, due=duty.due).exists():
            continue
        AskFor(
            record=document, what=what, role=Role(duty.line["role"]), due=duty.due,
            **_system().following(_("%s asks for it") % revision.number),
        ).execute()  # fmt: skip


every("documents", daily_documents, dt.timedelta(days=1), at=dt.timedelta(hours=3))
