"""Put marks where erased values were. For erasures alone, which write the event that tells of it."""

from collections.abc import Mapping

from gemba.kernel.records.models import Record, store
from gemba.kernel.search.index import index


def mark_record(record: Record, marks: Mapping[str, str]) -> None:
    """Write the marks to the row and to what is searched. Whoever has the record open cannot save over them."""
    for name, mark in marks.items():
        setattr(record, name, mark)
    record.version += 1
    store(record, columns=frozenset(marks) | {"version"})
    index(record)
