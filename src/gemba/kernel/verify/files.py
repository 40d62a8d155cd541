"""Whether every file is on the disk with the very bytes that were stored, read again from beginning to end (TMP-19)."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from django.db.models import Sum
from django.utils.translation import gettext as _

from gemba.kernel.attachments.models import Attachment, Blob
from gemba.kernel.attachments.store import CHUNK, path_of
from gemba.kernel.trail.finding import Finding

LARGE = 50 * 1024**3
"""From this many bytes on, only the size of files is compared unless all are asked for."""
AHEAD = 64
Progress = Callable[[str, int, int], None]
Seen = tuple[str, int] | None
"""SHA-256 (empty where it was not computed) and size of what is on the disk."""


def how_large() -> tuple[int, int]:
    """Files in the store and their bytes, as the database has them."""
    return Blob.objects.count(), Blob.objects.aggregate(size=Sum("size"))["size"] or 0


def file_problems(progress: Progress, *, jobs: int, read: bool) -> Iterator[Finding]:
    """Missing and changed files, each under every record that has it. `read` False compares sizes only."""
    count, done = Blob.objects.count(), 0
    blobs = Blob.objects.order_by("pk").iterator(chunk_size=1000)
    with ThreadPoolExecutor(jobs) as pool:
        waiting: deque[tuple[Blob, Future[Seen]]] = deque()

        def more(how_many: int) -> None:
            for blob in islice(blobs, how_many):
                waiting.append((blob, pool.submit(_look, path_of(blob.sha256), read=read)))

        more(AHEAD)
        while waiting:
            blob, seen = waiting.popleft()
            yield from _problems(blob, seen.result())
            done += 1
            progress("files", done, count)
            more(1)


def _look(path: Path, *, read: bool) -> Seen:
    digest, size = hashlib.sha256(), 0
    try:
        if not read:
            return "", path.stat().st_size
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except OSError:
        return None
    return digest.hexdigest(), size


def _problems(blob: Blob, seen: Seen) -> Iterator[Finding]:
    if seen is None:
        yield from _under_records(blob, "file-missing", _("is missing from the store"), "")
    elif seen[0] not in ("", blob.sha256):
        words = {"expected": blob.sha256, "found": seen[0]}
        what = _("was changed on the disk: SHA-256 %(expected)s was stored, %(found)s is there") % words
        yield from _under_records(blob, "file-altered", what, seen[0])
    elif seen[1] != blob.size:
        what = _("has %(found)d bytes; %(expected)d were stored") % {"found": seen[1], "expected": blob.size}
        yield from _under_records(blob, "file-size", what, str(seen[1]))


def _under_records(blob: Blob, code: str, what: str, now: str) -> Iterator[Finding]:
    uses = list(Attachment.objects.filter(blob=blob).select_related("record"))
    was = str(blob.size) if code == "file-size" else blob.sha256
    for use in uses:
        words = {"number": use.record.number, "subject": use.record.subject, "file": use.name, "what": what}
        sentence = _("%(number)s (%(subject)s): the file “%(file)s” %(what)s.") % words
        yield Finding(code=code, subject=use.record.subject, sentence=sentence, field=use.name, was=was, now=now)
    if not uses:
        sentence = _("The file %(file)s, which no record uses, %(what)s.") % {"file": blob.sha256, "what": what}
        yield Finding(code=code, subject="files", sentence=sentence, was=was, now=now)
