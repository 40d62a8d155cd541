"""Write until killed, and say after each acknowledged event how long the write-ahead log is: all of it is synchronised.

SQLite. The log is never written back, so that everything since the start stands in it.
"""

import itertools
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402

from gemba.kernel.actions.write import Edit  # noqa: E402
from gemba.kernel.people.models import Person  # noqa: E402
from tests.kernel.people import as_  # noqa: E402
from tests.kernel.samples import raised  # noqa: E402

quality = Person.objects.get(name="Aino")
with connection.cursor() as cursor:
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cursor.execute("PRAGMA wal_autocheckpoint=0")
    cursor.execute("PRAGMA synchronous")
    assert cursor.fetchone() == (2,), "the test shows nothing: not every commit is synchronised"
log = Path(f"{connection.settings_dict['NAME']}-wal")
for turn in itertools.count():
    record = raised(quality, title=f"Objective {turn}", why="x" * (1 + turn % 7 * 900))
    print(record.subject, 1, log.stat().st_size, flush=True)
    Edit(record=record, values={"unit": f"unit {turn}"}, **as_(quality)).execute()
    print(record.subject, 2, log.stat().st_size, flush=True)
