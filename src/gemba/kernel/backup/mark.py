"""The newest event, noted beside the database: a database that has since become older than that is noticed.

So is a copy of SQLite's main file without its write-ahead log, or an old backup that was put back without
`gemba restore`. Somebody who can write the data folder can change the note too: against that stands a witness.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel.actions.alerts import alert
from gemba.kernel.backup.restore import data_folder
from gemba.kernel.jobs.schedule import BEATS
from gemba.kernel.trail.models import Event, SecurityEvent

NAME = "newest-event.json"
OLDER = "trail.older"
EVERY = 60.0


class _Kept:
    at: float = float("-inf")


def mark_path() -> Path:
    return data_folder() / NAME


def set_mark() -> None:
    """Note the newest event, whatever was noted before."""
    last = Event.objects.order_by("-pk").values("pk", "hash", "at").first()
    if last is None:
        return
    path = mark_path()
    partial = path.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps({"id": last["pk"], "hash": last["hash"], "at": last["at"].isoformat()}))
    partial.replace(path)


def keep_mark() -> None:
    """Once a minute in each worker. A database that is older than the note does not get a new one by this."""
    if time.monotonic() - _Kept.at < EVERY:
        return
    _Kept.at = time.monotonic()
    if older_than_noted() is None:
        set_mark()


def older_than_noted() -> str | None:
    """The sentence where the database lacks the event that was noted, else None."""
    told = _noted()
    if told is None or Event.objects.filter(pk=told["id"], hash=told["hash"]).exists():
        return None
    return _(
        "The database is older than it was: the event %(id)s of %(at)s is missing. Was the database file copied "
        "without the file beside it that ends in -wal, or an old copy put back? Bring a backup back with 'gemba "
        "restore'."
    ) % {"id": told["id"], "at": str(told.get("at", ""))[:16].replace("T", " ")}


def _noted() -> dict[str, Any] | None:
    try:
        told = json.loads(mark_path().read_text("utf-8"))
        return told if isinstance(told["id"], int) and isinstance(told["hash"], str) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def notice_older() -> str | None:
    """At the start: say it, put it on record and tell quality, once."""
    sentence = older_than_noted()
    if sentence and not SecurityEvent.objects.filter(what=OLDER, detail=sentence[:400]).exists():
        SecurityEvent.objects.create(what=OLDER, detail=sentence[:400])
        alert(sentence)
    return sentence


BEATS.append(keep_mark)
