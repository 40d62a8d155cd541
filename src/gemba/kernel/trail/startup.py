"""Refuse to run without a trail: the writer is ours, the key is there, and the database keeps what it was told to keep.

Called by every program that may write, before it serves. Nothing is believed: an event is written, its alteration is
tried, and all of it is rolled back.
"""

import sys
from types import FunctionType

from django.db import DatabaseError, connection, models, transaction

from gemba.kernel.actor import Actor
from gemba.kernel.trail import guards, writer
from gemba.kernel.trail.chain import event_problems
from gemba.kernel.trail.keys import KeyUnusableError, all_keys, current_key
from gemba.kernel.trail.models import GENESIS, ChainHead, Event, SecurityEvent
from gemba.kernel.ulid import ulid

WRITING = ("gemba.kernel.actions", "gemba.kernel.privacy")
"""Packages that import the writer's functions under their own names."""
WRITERS = ("append", "append_first", "body_of", "lock_head", "make_event", "seal")


class TrailUnusableError(RuntimeError):
    """The program must not run; `args` are sentences that say why."""


class _ProbeDone(Exception):  # noqa: N818  a way out that rolls back
    """Ends the probe."""


def refuse_without_trail(*, durable: bool = True) -> None:
    """Raise `TrailUnusableError` unless events can be written, sealed and not altered. `durable` False is for tests."""
    found = [*replaced_writers(), *_guard_problems(), *(_durability_problems() if durable else ())]
    found = found or _probe_problems()
    if found:
        raise TrailUnusableError(*found)


def replaced_writers() -> list[str]:
    """Functions of the writer that are not the ones this program was built with, wherever they are used."""
    found = []
    for name, module in sorted(sys.modules.items()):
        if not name.startswith("gemba.kernel") or module is None:
            continue
        for attribute in WRITERS:
            used = vars(module).get(attribute)
            if used is not None and _claims_to_be_the_writer(name, attribute) and not _is_ours(used, attribute):
                found.append(f"The trail's writer was replaced: {name}.{attribute} is not Gemba's own.")
    return found


def _claims_to_be_the_writer(module: str, attribute: str) -> bool:
    """Whether this name stands for the writer's function there: actions import it under its own name."""
    return module == writer.__name__ or (module.startswith(WRITING) and attribute in WRITERS)


def _is_ours(used: object, attribute: str) -> bool:
    return (
        isinstance(used, FunctionType)
        and used.__module__ == writer.__name__
        and used.__name__ == attribute
        and used.__code__.co_filename == writer.__file__
    )


def _guard_problems() -> list[str]:
    """Put back what is missing. That it was missing stays on record: migrations leave nothing to put back."""
    gone = guards.missing()
    try:
        guards.install()
        if gone:
            SecurityEvent.objects.create(what="trail.guards_restored", detail=", ".join(gone)[:400])
        absent = guards.missing()
    except DatabaseError as error:
        absent = guards.missing()
        if absent:
            return [f"The append-only guards cannot be installed: {error}".strip()]
    return [f"The append-only guard {name} cannot be installed." for name in absent]


def _durability_problems() -> list[str]:
    return [f"The database setting {name} could lose or alter what was stored." for name in guards.weak_settings()]


def _probe_problems() -> list[str]:
    """Write one event, try to alter and delete it, and roll everything back."""
    found: list[str] = []
    try:
        current_key()
        with transaction.atomic():
            subject = f"probe/{ulid()}"
            entry = writer.Entry(subject=subject, act="probe", state=GENESIS, schema="probe@1")
            writer.append(entry, Actor.system())
            found += _stored_problems(subject)
            raise _ProbeDone
    except _ProbeDone:
        return found
    except KeyUnusableError as error:
        return [str(error)]
    except DatabaseError as error:
        return [f"No event can be written: {error}".strip()]


def _stored_problems(subject: str) -> list[str]:
    event = Event.objects.filter(subject=subject).first()
    if event is None or not ChainHead.objects.filter(subject=subject, hash=event.hash).exists():
        return ["An event that was written is not in the database."]
    problems = [f"A written event is not sound: {text}." for text in event_problems(event, GENESIS, all_keys())]
    if not _refused(models.QuerySet(Event).filter(pk=event.pk), change=True):
        problems.append("The database lets events be altered.")
    if not _refused(models.QuerySet(Event).filter(pk=event.pk), change=False):
        problems.append("The database lets events be deleted.")
    return problems


def _refused(rows: "models.QuerySet[Event]", *, change: bool) -> bool:
    try:
        with transaction.atomic():
            changed = rows.update(act="altered") if change else rows._raw_delete(connection.alias)
    except DatabaseError:
        return True
    return not changed
