"""Do each kind of work again and again, killed at each write in turn: at statements, commits and files. One JSON line.

The one argument is the folder of files. Each try runs in a process of its own that kills itself with SIGKILL.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from gemba.kernel.actions.files import Attach  # noqa: E402
from gemba.kernel.actions.write import Edit  # noqa: E402
from gemba.kernel.attachments.models import Blob  # noqa: E402
from gemba.kernel.attachments.store import path_of  # noqa: E402
from gemba.kernel.people.models import Person  # noqa: E402
from tests.durability.test_no_room import CHANGING, everything  # noqa: E402
from tests.kernel.people import as_  # noqa: E402
from tests.kernel.samples import again, raised, signed, submitted  # noqa: E402

MOST = 200
Work = Callable[[], object]


class Points:
    """Counts the places at which a process could be killed, and is killed at one of them."""

    def __init__(self, place: int) -> None:
        self.left, self.held = place, set[str]()

    def reached(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Before a changing one and after it: one statement may write all that an act changes."""
        words, run = sql.split(maxsplit=2), execute
        if words[0] == "PREPARE" and CHANGING.search(sql):
            self.held.add(words[1])
        elif (words[0] == "EXECUTE" and words[1] in self.held) or (words[0] != "PREPARE" and CHANGING.search(sql)):
            run = self.around(execute)
        return run(sql, params, many, context)

    def around(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """Before it and after it."""

        def counted(*given: Any, **named: Any) -> Any:
            self.reached()
            done = work(*given, **named)
            self.reached()
            return done

        return counted


def works(quality: Person, manager: Person) -> dict[str, Callable[[int], Work]]:
    """Each prepares what it needs, in peace, and answers the work that will be killed."""

    def edit(turn: int) -> Work:
        record = raised(quality)
        return lambda: Edit(record=record, values={"unit": f"unit {turn}"}, **as_(quality)).execute()

    def sign(_turn: int) -> Work:
        record = submitted(quality)
        return lambda: signed(again(record), "approve", manager)

    def attach(turn: int) -> Work:
        record = raised(quality)
        return lambda: Attach(record=record, name="a.txt", chunks=[b"words %d" % turn], **as_(quality)).execute()

    return {"raise": lambda _turn: lambda: raised(quality), "edit": edit, "sign": sign, "attach": attach}


def killed(work: Work, place: int) -> bool:
    """Whether it was killed at that place; False: it has no such place and was done."""
    connection.close()
    child = os.fork()
    if child == 0:
        points = Points(place)
        wrapper: Any = connection
        wrapper._commit = points.around(wrapper._commit)
        os.fsync = points.around(os.fsync)
        Path.replace = points.around(Path.replace)  # type: ignore[method-assign]
        with connection.execute_wrapper(points.statement):
            work()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0, status
    return os.WIFSIGNALED(status)


def missing_files() -> list[str]:
    """Rows without their bytes."""
    return [blob.sha256 for blob in Blob.objects.all() if path_of(blob.sha256).stat().st_size != blob.size]


def tried(begin: Callable[[int], Work]) -> dict[str, Any]:
    found: dict[str, Any] = {"places": 0, "undone": 0, "whole": 0, "half": []}
    for place in range(1, MOST):
        work = begin(place)
        before = everything()
        if not killed(work, place):
            return found
        after = everything()
        found["places"] += 1
        if after == before:
            found["undone"] += 1
        elif after["events"] == before["events"] + 1 and missing_files() == []:
            found["whole"] += 1
        else:
            found["half"].append(place)
    return found


settings.GEMBA_FILES = sys.argv[1]
people = (Person.objects.get(name="Aino"), Person.objects.get(name="Marta"))
print(json.dumps({name: tried(begin) for name, begin in works(*people).items()}))
