"""How long a document is kept: the day before which it must not be destroyed (ISO 13485 4.2.4 and 4.2.5; M52)."""

import datetime as dt

from dateutil.relativedelta import relativedelta
from django.utils.translation import ngettext

from gemba.modules.document.family import Document


def destroy_not_before(document: Document) -> dt.date | None:
    """The first day on which it may be destroyed; None while that is not settled, so never.

    Counted from the last device placed on the market, from the date of the record, or from the day the document was
    replaced or retired, as its rule says.
    """
    starts = {
        Document.Retention.DEVICE: document.retention_from, Document.Retention.RECORD: document.event_date,
        Document.Retention.OBSOLETE: document.valid_to, Document.Retention.LAW: document.valid_to,
    }  # fmt: skip
    start = starts[Document.Retention(document.retention)] if document.retention else None
    if start is None or not document.retention_years:
        return None
    return start + relativedelta(years=document.retention_years)


def rule_in_words(document: Document) -> str:
    """`10 years, counted from …`; empty where no rule is chosen."""
    if not document.retention or not document.retention_years:
        return ""
    years = ngettext("%d year", "%d years", document.retention_years) % document.retention_years
    return f"{years}, {document.get_retention_display()}"
