"""What is wrong with a document or a revision by its own rows, as conditions that every list can filter by."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from gemba.evidence.scope.models import Applied
from gemba.kernel.links.models import Link
from gemba.kernel.types import Flag
from gemba.modules.document.asked import Reading
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.states import APPROVED, ASKED, IN_FORCE, PREPARATION

BELONGS_TO = "belongs_to"
WORKED_BY = (Document.Type.PROCEDURE, Document.Type.INSTRUCTION)


def overdue(today: dt.date) -> Q:
    return Q(next_review__lt=today, state=IN_FORCE.name)


def without_text(_today: dt.date) -> Q:
    in_force = Revision._base_manager.filter(in_force=True)
    outside = Q(type__in=(Document.Type.EXTERNAL, Document.Type.PAPER))
    return Q(state=IN_FORCE.name) & ~outside & ~Q(pk__in=in_force.values("document"))


def of_no_process(_today: dt.date) -> Q:
    """A procedure that serves no process is written for nobody (M16)."""
    placed = Link.objects.standing().filter(role=BELONGS_TO, source=OuterRef("pk"))
    return Q(~Exists(placed), state=IN_FORCE.name, type__in=WORKED_BY)


def unread(today: dt.date) -> Q:
    late = Reading._base_manager.filter(state=ASKED.name, due__lt=today)
    return Q(pk__in=late.values("revision"))


def before_scope(_today: dt.date) -> Q:
    """A text that took effect while no scope was in force: nobody had decided yet what the system is for (M15)."""
    decided = Applied.objects.filter(Q(valid_to=None) | Q(valid_to__gt=OuterRef("valid_from")))
    return Q(~Exists(decided.filter(valid_from__lte=OuterRef("valid_from"))), valid_from__isnull=False)


OF_DOCUMENTS = (
    Flag(
        "review-overdue", _("Periodic review overdue"), _("Look it over and sign the outcome, or revise it."), overdue
    ),
    Flag(
        "in-force-before", _("In force before the import, not here yet"),
        _("Look the imported text over, settle its remarks, and send it to be approved."),
        lambda _today: Q(state=PREPARATION.name, stated_effective__isnull=False),
    ),
    Flag("no-text", _("In force without a revision"), _("Start a revision, or retire the document."), without_text),
    Flag(
        "no-process", _("Serves no process"),
        _("Link it to the process it describes, or ask whether anybody needs it."), of_no_process,
    ),
)  # fmt: skip
OF_REVISIONS = (
    Flag(
        "no-fit-check", _("Approved without asking those who do the work"),
        _("Ask people who do the work, and revise the text if it does not fit."),
        lambda _today: Q(bypassed_fit_check=True),
    ),
    Flag(
        "before-scope", _("In effect before the scope was approved"),
        _("Approve the scope of the quality system, then look whether this text still says the right thing."),
        before_scope,
    ),
    Flag("unread", _("Not read in time"), _("Ask the readers named, or settle who has to read it."), unread),
    Flag(
        "waiting", _("Approved, waiting to take effect"), _("See what it waits for: a day, readers, or a change."),
        lambda _today: Q(state=APPROVED.name),
    ),
)  # fmt: skip
