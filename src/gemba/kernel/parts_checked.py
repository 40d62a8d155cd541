"""What only a module has - verbs, panels, screens, consequences - checked when the programs start."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.roles import READERS, STAFF
from gemba.kernel.trail.history import BESIDE
from gemba.kernel.types import PEOPLE_STEPS, RecordType, Registry

NAME = re.compile(r"[a-z][a-z0-9_]*")
TAKEN = BESIDE | {
    "raise", "edit", "void", "assign", "extend", "step", "do", "files", "links", "tasks", "comments", "events",
    "signatures", "watch", "history", "pdf",
}  # fmt: skip
PAGES = {
    "history", "edit", "step", "do", "void", "extend", "assign", "attach", "files", "link", "links", "comment", "task",
    "watch",
}  # fmt: skip
"""What stands behind the address of every record."""
PLACES = ("top", "main", "beside")


def own_parts(declared: RecordType[Any]) -> Iterator[str]:
    """Sentences about verbs, panels and screens."""
    panels = (*declared.panels, *declared.elsewhere)
    yield from _names("verb", [verb.name for verb in declared.verbs])
    yield from _names("screen", [screen.name for screen in declared.screens])
    yield from _names("panel", [panel.name for panel in panels])
    yield from _verbs(declared)
    for panel in panels:
        if panel.place not in PLACES:
            yield f"the panel {panel.name!r} is placed {panel.place!r}, which is none of {', '.join(PLACES)}"
    for screen in declared.screens:
        if screen.on_record and screen.path.strip("/").partition("/")[0] in PAGES:
            yield f"the screen {screen.name!r} has the address of one of the kernel's own pages of a record"
        if any(role not in READERS for role in screen.roles):
            yield f"the screen {screen.name!r} is open to the system administrator, who is not quality"


def _names(what: str, names: list[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"the {what} {name!r} is declared {times} times"
        if not NAME.fullmatch(name):
            yield f"the {what} {name!r} must be named with small letters, digits and _"


def _verbs(declared: RecordType[Any]) -> Iterator[str]:
    states, steps = {state.name for state in declared.lifecycle.states}, declared.lifecycle.by_name
    for verb in declared.verbs:
        if verb.name in TAKEN or verb.name in steps:
            yield f"the verb {verb.name!r} has the name of a step or of one of the kernel's own actions"
        if not str(verb.label).strip():
            yield f"the verb {verb.name!r} has no label"
        if not verb.by and not verb.owner:
            yield f"the verb {verb.name!r} can be used by nobody"
        if any(role not in STAFF for role in verb.by):
            yield f"the verb {verb.name!r} is open to a role that only reads or only runs the system"
        for state in verb.states:
            if state.name not in states:
                yield f"the verb {verb.name!r} is offered in {state.name!r}, which is no state"


def consequences(declared: RecordType[Any], known: Registry) -> Iterator[str]:
    """Sentences about steps of other kinds that this one follows."""
    for after in declared.after:
        if after.kind in PEOPLE_STEPS:
            if after.step not in PEOPLE_STEPS[after.kind]:
                yield f"it follows the step {after.step!r} of {after.kind!r}, which nobody can follow"
        elif after.kind not in known:
            yield f"it follows a step of {after.kind!r}, which is no record type"
        elif after.step != VOID and after.step not in known.named(after.kind).lifecycle.by_name:
            yield f"it follows the step {after.step!r} of {after.kind!r}, which has no such step"


def placing(declared: RecordType[Any], known: Registry) -> Iterator[str]:
    """Sentences about a place in the menu that nobody would find."""
    if declared.part_of and declared.part_of not in known:
        yield f"it is part of {declared.part_of!r}, which is no record type"
    elif declared.part_of and known.named(declared.part_of).part_of:
        yield f"it is part of {declared.part_of!r}, which is itself part of another"
