"""Numbers of documents by type (`SOP-001`), of revisions by document (`SOP-001-R3`). None is ever given twice."""

from django.db.models import Max
from django.utils.translation import gettext as _

from gemba.kernel.numbering.models import count_on
from gemba.kernel.records.models import EXERCISE_PREFIX, Record
from gemba.kernel.refusals import Conflict, Refused
from gemba.kernel.rows import load
from gemba.kernel.trail.writer import lock_head
from gemba.modules.document.family import PREFIXES, Document, Revision
from gemba.modules.document.states import RETIRED


def number_of_document(document: Document) -> str:
    """The next of its type, or the number it came with. Numbers that such a document took already are passed over."""
    if document.own_number:
        if Record._base_manager.filter(number=document.own_number).exists():
            raise Conflict(_("The number %s is already taken.") % document.own_number)
        return document.own_number
    prefix = (EXERCISE_PREFIX if document.exercise else "") + PREFIXES[document.type]
    while True:
        number = f"{prefix}-{count_on(prefix):03d}"
        if not Record._base_manager.filter(number=number).exists():
            return number


def number_of_revision(revision: Revision) -> str:
    """One after the last, void ones counted. Holds the document, so that two cannot begin a revision at once."""
    document = revision.document
    lock_head(document.subject)
    current = load(Document, document.pk)
    if current.state == RETIRED.name or not current.open:
        raise Refused(_("%s is no longer in use and gets no new revision.") % document.number)
    rows = Revision._base_manager.filter(document=document)
    if working := rows.filter(working=True).first():
        raise Conflict(_("%s is being worked on already. There is one draft at a time.") % working.number)
    revision.sequence = (rows.aggregate(last=Max("sequence"))["last"] or 0) + 1
    start = EXERCISE_PREFIX if revision.exercise and not document.exercise else ""
    return f"{start}{document.number}-R{revision.sequence}"
