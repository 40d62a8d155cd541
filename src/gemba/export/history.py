"""A record's trail as a file: every event with every change, complete and readable in a spreadsheet (AUD-09)."""

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _

from gemba.export.values import Cell
from gemba.kernel.commitments.held import readable, values_of
from gemba.kernel.records.models import Record
from gemba.kernel.trail.models import Event


def history_table(record: Record) -> tuple[list[str], Iterator[list[Cell]]]:
    """One row per change, at least one per event. The event's hash stands on each of its rows."""
    headings = [
        _("Event"),
        _("Time (UTC)"),
        _("Who"),
        _("Act"),
        _("Field"),
        _("Before"),
        _("After"),
        _("Reason"),
        _("Hash"),
    ]
    return headings, _rows(record)


def _rows(record: Record) -> Iterator[list[Cell]]:
    values = values_of(record.subject) if record.PERSONAL else {}
    for event in Event.objects.filter(record_id=record.pk).order_by("seq").iterator(500):
        body = json.loads(event.body)
        start: list[Cell] = [event.seq, body["at"], body["actor"]["name"], event.act]
        end: list[Cell] = [body["reason"], event.hash]
        for field, old, new in readable(body["chg"], values) or [(None, None, None)]:  # type: ignore[list-item]
            yield [*start, field, _text(old), _text(new), *end]


def _text(value: object) -> Cell:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
