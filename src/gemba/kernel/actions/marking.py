"""Put marks where erased values were. For erasures alone, which write the event that tells of it."""

from collections.abc import Mapping

from gemba.kernel.commitments.held import keep
from gemba.kernel.records.models import Record, columns_to_store
from gemba.kernel.rows_at_once import write
from gemba.kernel.search.index import index


def mark_record(record: Record, marks: Mapping[str, str]) -> None:
    """Write the marks to the row and to what is searched. Whoever has the record open cannot save over them."""
    for name, mark in marks.items():
        setattr(record, name, mark)
    record.version += 1
    write(columns_to_store(record, frozenset(marks) | {"version"}))
    keep([record])
    index(record)
