"""Statements that a connection to PostgreSQL holds ready, so that it neither reads nor plans them again.

Planning a page's or an action's statement takes PostgreSQL longer than running it. Behind a pooler that gives the
session to somebody else after each transaction nothing is held; Django's own switch for that is
`DISABLE_SERVER_SIDE_CURSORS`.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

HELD: "WeakKeyDictionary[Any, set[str]]" = WeakKeyDictionary()
"""By connection to PostgreSQL, the names of the statements it holds."""
_numbers = count(1)
MOST = 400
"""So many a connection holds; what comes after them is read and planned each time."""


def new_name() -> str:
    return f"gemba_{next(_numbers)}"


def holds() -> bool:
    """Whether statements can be held on the current connection."""
    return connection.vendor == "postgresql" and not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")


def run(
    cursor: Any, name: str, text: str, given: Sequence[Any], *, types: Sequence[str] = (), rest: Sequence[Any] = ()
) -> None:
    """Run the statement of that name with `given` for `$1`, `$2` and so on; `rest` are values that never differ."""
    known = HELD.setdefault(connection.connection, set())
    if name not in known:
        head = f"PREPARE {name} ({', '.join(types)})" if types else f"PREPARE {name}"
        cursor.execute(f"{head} AS {text}", list(rest))
        known.add(name)
    values = f" ({', '.join(['%s'] * len(given))})" if given else ""
    cursor.execute(f"EXECUTE {name}{values}", list(given))


def execute(cursor: Any, text: str, given: Sequence[Any], *, types: Sequence[str] = ()) -> None:
    """Run a statement that is asked often with other values for its `%s`, held where that is possible.

    `types` are needed where the database cannot tell them from the columns the values go to.
    """
    if not holds():
        cursor.execute(text, given)
        return
    name, numbered = _named(text)
    known = HELD.setdefault(connection.connection, set())
    if name in known or len(known) < MOST:
        run(cursor, name, numbered, given, types=types)
    else:
        cursor.execute(text, given)


@lru_cache(maxsize=4 * MOST)
def _named(text: str) -> tuple[str, str]:
    numbers = count(1)
    return new_name(), re.sub("%s", lambda _found: f"${next(numbers)}", text)
