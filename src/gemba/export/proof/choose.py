"""What a bundle is made of: a record, a thread of linked records, what happened in a period, what a clause rests on.

Everything is read under the reader's own scope; what the reader may not see is not there.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from gemba.evidence.claims.catalogued import duties_of_clause, known_catalogue
from gemba.evidence.claims.reading import claims_on
from gemba.evidence.practice.proof import records_proving
from gemba.kernel.links.models import Link
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Refused
from gemba.kernel.trail.models import Event

MOST_RECORDS = 400


@dataclass(frozen=True, slots=True)
class Selection:
    """`words` say to the reader what was chosen, `filters` say it to programs."""

    words: str
    filters: dict[str, str]
    records: Sequence[Record] = field(default_factory=list)


def one_record(record: Record) -> Selection:
    words = _("The record %s alone.") % record.number
    return Selection(words, {"kind": "record", "number": record.number}, [record])


def thread(record: Record) -> Selection:
    """The record and all that is connected to it by links, directly or through others. Raises `Refused`."""
    found, frontier = {record.pk: record}, {record.pk}
    while frontier:
        ends = Link.objects.standing()
        near = {
            *ends.filter(source__in=frontier).values_list("target", flat=True),
            *ends.filter(target__in=frontier).values_list("source", flat=True),
        } - found.keys()
        fresh = list(Record.objects.filter(pk__in=near))
        found |= {each.pk: each for each in fresh}
        frontier = {each.pk for each in fresh}
        _refuse_too_many(len(found))
    words = _("The record %s and every record connected to it by links.") % record.number
    return Selection(words, {"kind": "thread", "number": record.number}, [found[key] for key in sorted(found)])


def period(begin: dt.date, end: dt.date, kind: str = "") -> Selection:
    """Every record in which something happened from one day to another, both included, in UTC. Raises `Refused`."""
    first = dt.datetime.combine(begin, dt.time(), dt.UTC)
    after = dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), dt.UTC)
    happened = Event.objects.filter(record=OuterRef("pk"), at__gte=first, at__lt=after)
    rows = Record.objects.filter(Exists(happened)).order_by("pk")
    rows = rows.filter(kind=kind) if kind else rows
    _refuse_too_many(rows.count())
    words = _("Every record in which something happened from %(begin)s to %(end)s (UTC).") % {
        "begin": begin,
        "end": end,
    }
    filters = {"kind": "period", "from": begin.isoformat(), "to": end.isoformat(), "type": kind}
    return Selection(f"{words} {_('Of the type %s only.') % kind if kind else ''}".strip(), filters, list(rows))


def clause(framework: str, number: str, begin: dt.date, end: dt.date) -> Selection:
    """What a clause and those below it rest on: the documents that claim its duties, and what proves them.

    Documents whatever their age; of what proves, the records whose own day lies in the period. Raises `Refused`.
    """
    known = known_catalogue()
    duties = duties_of_clause(known, framework, number) if framework in known.frameworks else ()
    if not duties:
        raise Refused(_("There is no clause %(clause)s in %(framework)s.") % {"clause": number, "framework": framework})
    claiming = {claim.record.pk: claim.record for claim in claims_on(framework, [duty.id for duty in duties])}
    types = {each for duty in duties for each in (*duty.evidence, *duty.proving)}
    proving = records_proving(types).filter(event_date__gte=begin, event_date__lte=end)
    _refuse_too_many(len(claiming) + proving.count())
    found = claiming | {record.pk: record for record in proving}
    words = _("What %(framework)s %(clause)s rests on: documents that claim it; records of %(begin)s to %(end)s.") % {
        "framework": known.frameworks[framework].designation, "clause": number, "begin": begin, "end": end,
    }  # fmt: skip
    filters = {
        "kind": "clause", "framework": framework, "clause": number, "from": begin.isoformat(), "to": end.isoformat(),
    }  # fmt: skip
    return Selection(words, filters, [found[key] for key in sorted(found)])


def chosen(words: str, filters: dict[str, str], records: Sequence[Record]) -> Selection:
    """Records that somebody else has chosen, such as those a clause rests on. Raises `Refused`."""
    _refuse_too_many(len(records))
    return Selection(words, filters, sorted(records, key=lambda record: record.pk))


def _refuse_too_many(count: int) -> None:
    if count > MOST_RECORDS:
        raise Refused(
            _("These are more than %d records. Choose a shorter period, one type, or a part of them.") % MOST_RECORDS
        )
