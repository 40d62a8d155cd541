"""Raise and edit objectives until killed, whatever happens to the database; a line per acknowledged event."""

import sys
import time

import django

django.setup()

from django.db import DatabaseError, InterfaceError, close_old_connections, connection  # noqa: E402

from gemba.kernel.actions.write import Edit  # noqa: E402
from gemba.kernel.people.models import Person  # noqa: E402
from tests.kernel.people import as_  # noqa: E402
from tests.kernel.samples import raised  # noqa: E402


def work(turn: int) -> None:
    quality = Person.objects.get(name="Aino")
    record = raised(quality, title=f"Objective {turn}")
    print(record.subject, 1, flush=True)
    Edit(record=record, values={"unit": f"unit {turn}"}, **as_(quality)).execute()
    print(record.subject, 2, flush=True)


turn, away = 0, False
while True:
    turn += 1
    try:
        work(turn)
        if away:
            print("again", 0, flush=True)
        away = False
    except (DatabaseError, InterfaceError):
        if not away:
            print("away", 0, flush=True)
        away = True
        close_old_connections()  # what Django does around each request
        if connection.connection is not None and not connection.is_usable():
            connection.close()
        time.sleep(0.1)
    except BrokenPipeError:
        sys.exit()
