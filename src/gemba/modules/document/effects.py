"""What follows from the steps of documents and revisions, in the same transaction and through actions."""

import datetime as dt
import math

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.talk import AskFor, FinishTask
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.links.holding import awaits_change, records_under
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import NotAllowed
from gemba.kernel.roles import Role
from gemba.kernel.rows import load
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.writer import lock_head
from gemba.modules.document import fitting, reading
from gemba.modules.document.asked import FitCheck, PeriodicReview, Reading
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.lines import APPROVE, REVIEW
from gemba.modules.document.live import frozen
from gemba.modules.document.provenance import own_percent
from gemba.modules.document.signers import complete, places, rule_of
from gemba.modules.document.states import APPROVED, ASKED, PREPARATION, QUESTION

ASKING = {REVIEW: gettext_lazy("Review %s"), APPROVE: gettext_lazy("Approve %s")}


def send(revision: Revision, doing: Doing) -> None:
    """Keep the rule for this round, ask the reviewers; with none, go to approval at once."""
    document = load(Document, revision.document_id)
    lines = [dict(line) for line in rule_of(document)]
    fixed = {"asked": lines, "drawn": frozen(revision.body)}
    sent = Edit(
        record=revision, fixed=fixed, verb="asked_to_sign", **doing.following(_("Rule of %s") % document.number)
    ).execute()
    if document.needs_fit_check:
        fitting.ask_those_who_do_it(sent, doing)
    if not any(line["task"] == REVIEW for line in lines):
        Advance(record=sent, name="pass_on", **doing.following(_("Nobody is asked to review it."))).execute()
        return
    _ask(sent, REVIEW, doing)


def after_review(revision: Revision, doing: Doing) -> None:
    _after_signature(revision, REVIEW, "pass_on", doing)


def ask_approvers(revision: Revision, doing: Doing) -> None:
    _ask(revision, APPROVE, doing)


def after_approval(revision: Revision, doing: Doing) -> None:
    _after_signature(revision, APPROVE, "accept", doing)


def _after_signature(revision: Revision, task: str, onward: str, doing: Doing) -> None:
    """Onward once everybody signed; else ask whoever is next."""
    if complete(revision, task):
        Advance(record=revision, name=onward, **doing.following(_("All have signed."))).execute()
        return
    _ask(revision, task, doing)


def _ask(revision: Revision, task: str, doing: Doing) -> None:
    """A task for each line that may be signed now and has none yet; role tasks that are no longer needed go."""
    waiting = [place.line for place in places(revision, task) if place.open]
    asked = Task.objects.filter(record_id=revision.pk, transition=task, done_at=None, withdrawn=False)
    have = [(task.person.uid if task.person else "", task.role) for task in asked.select_related("person")]
    for line in waiting:
        key = (line["person"], "" if line["person"] else line["role"])
        if key in have:
            have.remove(key)
            continue
        person = Person.objects.get(uid=line["person"]) if line["person"] else None
        if person is not None and not person.active:
            person = None
        role = None if person else Role(line["role"] or Role.QUALITY)
        AskFor(
            record=revision, what=(ASKING[task] % revision)[:200], transition=task, person=person, role=role,
            **doing.following(_("Rule of the document")),
        ).execute()  # fmt: skip


def seal(revision: Revision, doing: Doing) -> None:
    """Approved: nothing in it changes any more, and how far it is from its template is kept with it.

    Open questions are let go. It takes effect if its time has come.
    """
    fixed = {"sealed": True, "own_percent": own_percent(revision)}
    Edit(record=revision, fixed=fixed, verb="sealed", **doing.following(_("Approved"))).execute()
    for question in FitCheck._base_manager.filter(revision_id=revision.pk, state=QUESTION.name):
        Advance(record=question, name="let_go", **doing.following(_("The text was approved."))).execute()
    document = load(Document, revision.document_id)
    if document.takes_effect == Document.TakesEffect.TRAINED:
        reading.ask_readers(revision, doing)
    release_if_due(revision, doing)


def release_if_due(revision: Revision, doing: Doing) -> bool:
    """Put it into effect if nothing is left to wait for: the day, the readers, a change that holds it."""
    current = load(Revision, revision.pk)
    if current.state != APPROVED.name or waits_for(current) is not None:
        return False
    Advance(record=current, name="release", **doing.following(_("Nothing is left to wait for."))).execute()
    return True


def change_took_effect(change: Record, doing: Doing) -> None:
    """The approved texts that waited for it take effect with it."""
    held = [record.pk for record in records_under(change) if record.kind == "revision"]
    for revision in Revision._base_manager.filter(pk__in=held, state=APPROVED.name).order_by("pk"):
        release_if_due(revision, doing)


def waits_for(revision: Revision) -> str | None:
    """What an approved revision still waits for, as a sentence."""
    if sentence := awaits_change(revision):
        return sentence
    document = load(Document, revision.document_id)
    day = revision.effective_on if document.takes_effect == Document.TakesEffect.DAY else None
    if day is not None and day > clock.today():
        return _("It takes effect on %s.") % clock.in_words(day)
    if document.takes_effect == Document.TakesEffect.TRAINED and revision.training_needed:
        done, asked = reading.progress(revision)
        if done < math.ceil(asked * document.trained_percent / 100):
            return _("%(done)d of %(asked)d people have read it.") % {"done": done, "asked": asked}
    return None


def take_effect(revision: Revision, doing: Doing) -> None:
    """The former revision ends on the day this one begins; the document says so; readers are asked."""
    document = load(Document, revision.document_id)
    lock_head(document.subject)
    today = clock.today()
    former = Revision._base_manager.filter(document=document, in_force=True).first()
    if former is not None:
        Advance(record=former, name="supersede", **doing.following(_("Replaced by %s") % revision.number)).execute()
    Edit(
        record=revision, fixed={"in_force": True, "working": False, "valid_from": today}, verb="in_effect",
        **doing.following(_("In effect from %s") % clock.in_words(today)),
    ).execute()  # fmt: skip
    if document.state == PREPARATION.name:
        Advance(record=document, name="put_in_force", **doing.following(_("First revision"))).execute()
    _next_review(document, doing, title=revision.title)
    reading.ask_readers(revision, doing)


def close(revision: Revision, doing: Doing) -> None:
    """Out of effect from today. Who has not read it need not any more."""
    Edit(
        record=revision,
        fixed={"in_force": False, "valid_to": clock.today()},
        verb="out_of_effect",
        **doing.following(doing.reason),
    ).execute()
    for left in Reading._base_manager.filter(revision_id=revision.pk, state=ASKED.name):
        Advance(
            record=left, name="lapse", **doing.following(_("%s is no longer in effect.") % revision.number)
        ).execute()


def let_go(revision: Revision, doing: Doing) -> None:
    """A void draft makes room for another one."""
    Edit(record=revision, fixed={"working": False}, verb="out_of_effect", **doing.following(_("Void"))).execute()
    for question in FitCheck._base_manager.filter(revision_id=revision.pk, state=QUESTION.name):
        Advance(record=question, name="let_go", **doing.following(_("The text is void."))).execute()
    for left in Reading._base_manager.filter(revision_id=revision.pk, state=ASKED.name):
        Advance(record=left, name="lapse", **doing.following(_("The text is void."))).execute()


def register(document: Document, doing: Doing) -> None:
    _next_review(document, doing)


def _next_review(document: Document, doing: Doing, *, title: str = "") -> None:
    """The period runs from today."""
    current = load(Document, document.pk)
    today = clock.today()
    day = today + relativedelta(months=current.review_months)
    fixed = {
        "next_review": day, "due": day, "escalated": 0, "valid_from": current.valid_from or today,
        "title": title or current.title,
    }  # fmt: skip
    Edit(record=current, fixed=fixed, verb="next_review", **doing.following(_("Next review"))).execute()


def retire(document: Document, doing: Doing) -> None:
    for current in Revision._base_manager.filter(document_id=document.pk, in_force=True):
        Advance(record=current, name="withdraw", **doing.following(doing.reason)).execute()
    fixed = {"valid_to": clock.today(), "next_review": None, "due": None}
    Edit(record=document, fixed=fixed, verb="out_of_effect", **doing.following(doing.reason)).execute()


def after_reading(read: Reading, doing: Doing) -> None:
    if doing.actor.on_behalf_of is not None:
        raise NotAllowed(_("Nobody can read for somebody else."))
    Edit(record=read, fixed={"read_on": clock.today()}, verb="noted", **doing.following(_("Day of reading"))).execute()
    release_if_due(load(Revision, read.revision_id), doing)


def after_periodic_review(review: PeriodicReview, doing: Doing) -> None:
    """The document's next review counts from today; what came of it becomes somebody's task."""
    document = load(Document, review.document_id)
    Edit(
        record=review, fixed={"reviewed_on": clock.today()}, verb="noted", **doing.following(_("Day of the review"))
    ).execute()
    _next_review(document, doing)
    for task in Task.objects.filter(record_id=document.pk, transition="look_over", done_at=None, withdrawn=False):
        FinishTask(task=task, **doing.own).execute()
    if review.outcome == PeriodicReview.Outcome.CONFIRMED or not document.open:
        return
    wanted = {
        PeriodicReview.Outcome.REVISE: _("Start a revision of %s"), PeriodicReview.Outcome.RETIRE: _("Retire %s"),
    }[PeriodicReview.Outcome(review.outcome)]  # fmt: skip
    AskFor(
        record=document, what=(wanted % document.number), person=document.owner,
        due=clock.today() + dt.timedelta(days=90), **doing.following(_("Outcome of %s") % review.number),
    ).execute()  # fmt: skip
