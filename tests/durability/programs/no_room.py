"""Write where the operating system lets files grow to so many bytes and no further. SQLite. One JSON line."""

import json
import resource

import django

django.setup()

from django.db import OperationalError, connection  # noqa: E402

from gemba.kernel.people.models import Person  # noqa: E402
from gemba.kernel.trail.chain import verify_chain  # noqa: E402
from tests.durability.test_no_room import everything  # noqa: E402
from tests.kernel.samples import again, raised  # noqa: E402

STEP = 5_003
"""Bytes; no divisor of a page, so that pages are cut in the middle."""
LONG = "x" * 20_000


def room(size: int) -> None:
    """No file of this process may be written beyond this place."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


quality = Person.objects.get(name="Aino")
record = raised(quality)
before, refused, wrong, size = everything(), 0, [], 0
while True:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size += STEP
    room(size)
    try:
        raised(quality, why=LONG)
        done = True
    except OperationalError as error:
        refused, done = refused + 1, False
        if everything() != before or again(record).title != record.title:
            wrong.append(f"{size}: {error}")
    finally:
        room(resource.RLIM_INFINITY)
    if done:
        break
raised(quality)
with connection.cursor() as cursor:
    cursor.execute("PRAGMA integrity_check")
    [integrity] = cursor.fetchone()
print(json.dumps({
    "refused": refused, "wrong": wrong, "events": everything()["events"] - before["events"], "integrity": integrity,
    "problems": [problem for subject in everything()["heads"] for problem in verify_chain(subject)],
}))  # fmt: skip
