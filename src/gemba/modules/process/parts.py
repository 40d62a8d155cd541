"""Who carries what in a process: the lines of the responsibility matrix, turned round to the people they mean."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from gemba.kernel.people.models import Person
from gemba.modules.process.offered import Named

Line = Mapping[str, str]
OWNER, ACCOUNTABLE, RESPONSIBLE = "owner", "accountable", "responsible"
CONSULTED, INFORMED = "consulted", "informed"
CARRIED = (ACCOUNTABLE, RESPONSIBLE)
"""Parts that somebody accepts; who is consulted or informed only needs to know."""


class Described(Protocol):
    """What a process says of its responsibilities."""

    accountable: Person | None
    raci: Sequence[Mapping[str, str]]


def carried_by(process: Described, named: Named) -> dict[Person, list[dict[str, str]]]:
    """By person, what that person carries: the whole process for its owner, then line by line."""
    found: dict[Person, list[dict[str, str]]] = {}
    if process.accountable is not None and process.accountable.active:
        found[process.accountable] = [{"activity": "", "part": OWNER, "through": ""}]
    for line in process.raci:
        for part in CARRIED:
            for person in named.get(line[part], ()):
                entry = {"activity": line["activity"], "part": part, "through": line[part]}
                found.setdefault(person, []).append(entry)
    return found


def nobody(process: Described, named: Named) -> list[str]:
    """Names in the accountable and responsible columns that mean nobody today."""
    names = dict.fromkeys(line[part] for line in process.raci for part in CARRIED)
    return [name for name in names if not named.get(name)]


def told(process: Described, person: Person, named: Named) -> list[dict[str, str]]:
    """The lines in which this person is consulted or informed."""
    return [
        {"activity": line["activity"], "part": part, "through": name}
        for line in process.raci
        for part in (CONSULTED, INFORMED)
        for name in split_names(line.get(part, ""))
        if person in named.get(name, ())
    ]


def split_names(text: str) -> list[str]:
    """Names in a cell that holds several, separated by commas or semicolons."""
    return [name for piece in text.replace(";", ",").split(",") if (name := piece.strip())]


def same(one: Iterable[Line], other: Iterable[Line]) -> bool:
    """Whether two people, or one at two times, were told the same; the order does not matter."""

    def key(lines: Iterable[Line]) -> list[tuple[str, str, str]]:
        return sorted((line["activity"], line["part"], line["through"]) for line in lines)

    return key(one) == key(other)
