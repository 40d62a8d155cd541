"""What people do to documents and revisions besides editing and signing."""

from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.talk import ResolveComment
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid, NotAllowed
from gemba.kernel.rows import load
from gemba.modules.document import fitting, reading
from gemba.modules.document.asked import FitCheck, PeriodicReview
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.guards import fit_checked, open_comments
from gemba.modules.document.retention import destroy_not_before

CARRIED_OVER = ("title", "body", "steps", "terms", "cadence", "training_needed", "site", "product", "confidential")
"""What a new revision begins with."""
TEMPLATE = ("template_name", "template_text")
"""What the document was once made from: measured against for as long as it lives."""


def revise(document: Document, doing: Doing) -> Record:
    """A draft that begins as the text in effect, or as the last one there was."""
    rows = Revision._base_manager.filter(document=document)
    former = rows.filter(in_force=True).first() or rows.order_by("-sequence").first()
    values: dict[str, Any] = {"title": document.title, "site": document.site, "product": document.product}
    template: dict[str, str] = {}
    if former is not None:
        values = {name: getattr(former, name) for name in CARRIED_OVER}
        template = {name: getattr(former, name) for name in TEMPLATE}
    given = {name: value for name, value in doing.values.items() if value not in (None, "")}
    return Raise(
        model=Revision, values={"document": document, **values, **given, "exercise": document.exercise},
        fixed=template, **doing.own,
    ).execute()  # fmt: skip


def none_under_way(document: Document, _person: Person) -> str | None:
    working = Revision._base_manager.filter(document_id=document.pk, working=True).first()
    return _("%s is being worked on already.") % working.number if working else None


def look_over(document: Document, doing: Doing) -> Record:
    """Begin a periodic review, to be signed on its own page."""
    values = {
        "document": document, "title": (_("Review of %s") % document)[:200], "site": document.site,
        "product": document.product, "exercise": document.exercise, "confidential": document.confidential,
        **doing.values,
    }  # fmt: skip
    return Raise(model=PeriodicReview, values=values, **doing.own).execute()


def note_destruction(document: Document, doing: Doing) -> Record:
    """Note that what is outside of Gemba - the paper, the copies - was destroyed. Never before its day (M52)."""
    until = destroy_not_before(document)
    if until is None or until > clock.today():
        day = clock.in_words(until) if until else _("a day that is not settled yet")
        raise NotAllowed(_("%(number)s must be kept until %(day)s.") % {"number": document.number, "day": day})
    fixed = {"destroyed_on": clock.today(), "destroyed_how": doing.values.get("how") or doing.reason}
    return Edit(record=document, fixed=fixed, verb="destroyed", **doing.own).execute()


def not_destroyed(document: Document, _person: Person) -> str | None:
    day = document.destroyed_on
    return _("Its destruction was noted on %s already.") % clock.in_words(day) if day else None


def ask_fit(revision: Revision, doing: Doing) -> Record:
    """Ask the people chosen whether the text fits their work."""
    fitting.ask(revision, doing.values["people"], doing)
    return revision


def go_on_without_fit(revision: Revision, doing: Doing) -> Record:
    """Approve without having asked those who do the work: stated, shown and counted."""
    fixed = {"bypassed_fit_check": True, "bypass_reason": doing.reason}
    return Edit(record=revision, fixed=fixed, verb="went_on_without_asking", **doing.own).execute()


def fit_is_open(revision: Revision, _person: Person) -> str | None:
    return None if fit_checked(revision) else _("Nothing is left to go on without here.")


def answer_fit(check: FitCheck, doing: Doing) -> Record:
    """Keep the answer. It cannot be changed afterwards; a new one can be asked for."""
    values = {name: value for name, value in doing.values.items() if value is not None}
    if values.get("fits") not in ("", None, FitCheck.Fits.YES) and not str(values.get("what_differs", "")).strip():
        raise Invalid({"what_differs": [_("Say what differs.")]})
    edited = Edit(record=check, values=values, fixed={"answered_on": clock.today()}, **doing.own).execute()
    return Advance(
        record=edited, name="answered", **doing.following(_("Answered by %s") % doing.actor.person)
    ).execute()


def resolve_comments(revision: Revision, doing: Doing) -> Record:
    """Close the comments chosen, with what was done about them."""
    for comment in doing.values["comments"]:
        ResolveComment(
            record=revision, comment=comment, answer=doing.values.get("answer", ""), **doing.own
        ).execute()  # fmt: skip
    return load(Revision, revision.pk)


def comments_are_open(revision: Revision, _person: Person) -> str | None:
    return None if open_comments(revision).exists() else _("No comment is waiting.")


def ask_to_read(revision: Revision, doing: Doing) -> Record:
    """Ask people beyond those whom the document names."""
    reading.ask(revision, doing.values["people"], doing)
    return revision
