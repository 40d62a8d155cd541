"""What was written after a signature: whether it only filled in what was empty when it was signed (21 CFR 11.70).

A record is signed more than once on its way: a plan first, its result months later. The plan's signature still stands
when the result is filled in; it no longer stands when the plan itself says something else. Decided by going back from
the record as it is, event by event, to the very digest that was signed: what no event explains is never excused.
"""

import json
from collections.abc import Mapping
from typing import Any

from gemba.kernel.attachments.models import files_of
from gemba.kernel.records.models import Record, content_digest
from gemba.kernel.rows import load
from gemba.kernel.trail.canonical import digest_of_plain, plain
from gemba.kernel.trail.models import Event

EMPTY: tuple[Any, ...] = (None, "", [])
FILE = "file"


def filled_in_since(record: Record, seq: int, signed: str) -> tuple[str, ...] | None:
    """The labels of what was empty at the event `seq` and has been filled in. None where anything else changed.

    `signed` is the digest of the content at that event. One statement for the events, one for the files, and one for
    the full record where only its spine row is given.
    """
    full, files = _full(record), files_of(record)
    first = _values_then(record, seq)
    if FILE in first or content_digest(full, files) != record.digest:
        return None
    content = full.content()
    then = {name: first.get(name, value) for name, value in content.items()}
    kept = [plain(file) for file in sorted(files) if f"{FILE}/{file[0]}" not in first]
    if digest_of_plain({"kind": full.kind, "content": then, "files": kept}) != signed:
        return None
    changed = [name for name in content if name in first]
    if any(first[name] not in EMPTY for name in changed):
        return None
    added = [key.partition("/")[2] for key in first if key.startswith(f"{FILE}/")]
    return (*(_label(full, name) for name in changed), *added)


def _full(record: Record) -> Record:
    model = next((each for each in Record.__subclasses__() if each._meta.model_name == record.kind), Record)
    if isinstance(record, model):
        return record
    found: Record = load(model, record.pk)
    return found


def _values_then(record: Record, seq: int) -> Mapping[str, Any]:
    """What each column that changed since then held before; `file/name` for a file that was added.

    A file that was replaced or taken out stands as `file`: that is more than filling in.
    """
    first: dict[str, Any] = {}
    events = Event.objects.filter(record_id=record.pk, subject=record.subject, seq__gt=seq).order_by("seq")
    for body in events.values_list("body", flat=True):
        for name, old, new in json.loads(body).get("chg", []):
            key = name
            if name == FILE and old is None and isinstance(new, list):
                key = f"{FILE}/{new[0]}"
            first.setdefault(key, old)
    return first


def _label(record: Record, name: str) -> str:
    column: Any = next(field for field in record._meta.concrete_fields if field.attname == name)
    return str(column.verbose_name)
