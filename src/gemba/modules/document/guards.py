"""What must be in order before a revision or document moves on: each guard answers None or the sentence."""

from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.attachments.models import files_of
from gemba.kernel.notices.models import Comment
from gemba.kernel.people.models import Person, RoleGrant
from gemba.kernel.records.models import Record
from gemba.kernel.richtext.reading import plain
from gemba.kernel.roles import Role
from gemba.kernel.rows import stored_row
from gemba.kernel.trail.models import Event
from gemba.modules.document.asked import FitCheck, PeriodicReview, Reading
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.lines import APPROVE, REVIEW
from gemba.modules.document.retention import destroy_not_before
from gemba.modules.document.signers import is_asked, why_not
from gemba.modules.document.states import ANSWERED, APPROVAL, IN_FORCE

WRITING = ("revision.edit", "revision.raise", "revision.attach")


def document_of(revision: Revision) -> Document | None:
    return stored_row(Document, revision.document_id)


def says_something(revision: Revision) -> str | None:
    document = document_of(revision)
    if (document and document.outside) or revision.steps or plain(revision.body).strip() or files_of(revision):
        return None
    return _("There is nothing to read yet: write the text, or attach the controlled file.")


def says_why(revision: Revision) -> str | None:
    """From the second revision on (M101)."""
    if revision.sequence <= 1 or revision.change_reason.strip():
        return None
    return _("Say why the document changes: fill in “why it changes”.")


def document_complete(revision: Revision) -> str | None:
    """What must be known of a document before a text of it can be signed."""
    document = document_of(revision)
    if document is None:
        return None
    missing = [label for label, value in _wanted(document) if not value]
    if not missing:
        return None
    return _("Fill in first on %(document)s: %(fields)s.") % {"document": document, "fields": ", ".join(missing)}


def _wanted(document: Document) -> list[tuple[str, Any]]:
    names = ["retention"]
    names += ["issuer", "edition"] if document.type == Document.Type.EXTERNAL else []
    names += ["place", "custodian"] if document.type == Document.Type.PAPER else []
    fields = [document._meta.get_field(name) for name in names]
    return [(str(getattr(field, "verbose_name", field.name)), getattr(document, field.name)) for field in fields]


def day_named(revision: Revision) -> str | None:
    document = document_of(revision)
    if document is None or document.takes_effect != Document.TakesEffect.DAY or revision.effective_on:
        return None
    return _("This document takes effect on a day: name the day.")


def comments_resolved(revision: Revision) -> str | None:
    waiting = open_comments(revision).count()
    return _("Resolve the comments first; %d wait for an answer.") % waiting if waiting else None


def open_comments(record: Record) -> Any:
    return Comment.objects.filter(record_id=record.pk, resolution=None)


def writers(revision: Revision) -> set[int]:
    """Everybody who wrote part of it."""
    found = Event.objects.filter(record_id=revision.pk, act__in=WRITING)
    return set(found.values_list("actor_id", flat=True))


def fit_answers(revision: Revision) -> Any:
    """Answers of people who did not write the text; those about the same steps in the former revision still hold."""
    rows = FitCheck._base_manager.filter(state=ANSWERED.name)
    found = rows.filter(revision=revision).exclude(owner__in=writers(revision))
    if found.exists() or not revision.steps:
        return found
    former = Revision._base_manager.filter(document=revision.document_id, in_force=True).first()
    if former is None or former.steps != revision.steps:
        return found
    return rows.filter(revision=former).exclude(owner__in=writers(former))


def fit_checked(revision: Revision) -> str | None:
    """M57: nobody approves a procedure that nobody who does the work has looked at, except openly."""
    document = document_of(revision)
    if document is None or not document.needs_fit_check or revision.bypassed_fit_check:
        return None
    if fit_answers(revision).exists():
        return None
    return _(
        "Nobody who does this work has said whether the text fits. Ask them, or go on without them and say why; "
        "that is counted."
    )


def may_review(revision: Revision, person: Person) -> str | None:
    return why_not(revision, REVIEW, person)


def may_approve(revision: Revision, person: Person) -> str | None:
    return why_not(revision, APPROVE, person)


def may_reject(revision: Revision, person: Person) -> str | None:
    task = APPROVE if revision.state == APPROVAL.name else REVIEW
    if is_asked(revision, task, person):
        return None
    return _("Only those who are asked to sign can send it back.")


def is_owner(record: Record, person: Person) -> str | None:
    return None if record.owner_id == person.pk else _("This is asked of %s alone.") % record.owner


def keeps_document(review: PeriodicReview, person: Person) -> str | None:
    """The owner of the document, or quality."""
    document = stored_row(Document, review.document_id)
    if document is None or document.owner_id == person.pk or has_role(person, Role.QUALITY):
        return None
    return _("The owner of the document or quality confirms its review.")


def has_role(person: Person, *roles: Role) -> bool:
    return RoleGrant.objects.in_force(clock.today()).filter(person=person, role__in=roles).exists()


def still_effective(reading: Reading) -> str | None:
    """What was asked to be read must still be what there is to read."""
    revision = stored_row(Revision, reading.revision_id)
    if revision is None or reading.says == revision.digest:
        return None
    return _("%s says something else by now. Ask for it to be read again.") % revision.number


def is_outside(document: Document) -> str | None:
    if document.outside:
        return None
    return _("Only paper records and external documents are registered as they are; others need an approved revision.")


def registered_in_full(document: Document) -> str | None:
    missing = [label for label, value in _wanted(document) if not value]
    return _("Fill in first: %(fields)s.") % {"fields": ", ".join(missing)} if missing else None


def nothing_under_way(document: Document) -> str | None:
    working = Revision._base_manager.filter(document_id=document.pk, working=True).first()
    return _("Finish or void %s first.") % working.number if working else None


def kept_for_retention(document: Document) -> str | None:
    """M52: what is or was in force is kept until its retention period has passed; voiding it is refused."""
    if document.state != IN_FORCE.name:
        return None
    until = destroy_not_before(document)
    day = clock.in_words(until) if until else _("a day that is not settled yet")
    return _("%(number)s is in force and is kept until %(day)s. Retire it instead.") % {
        "number": document.number, "day": day,
    }  # fmt: skip


def approved_is_kept(revision: Revision) -> str | None:
    if not revision.sealed:
        return None
    return _("%s is approved and is kept as long as its document.") % revision.number
