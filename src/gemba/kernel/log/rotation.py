"""A new key takes the place of the one in use. Stopped at any point, it is finished by doing it again."""

import os
from pathlib import Path

from django.db import transaction

from gemba.kernel.actor import Actor
from gemba.kernel.log.keys import KnownKey, Purpose, State, active, end, key_in, known_keys, tell_of
from gemba.kernel.log.standing import tell_quality
from gemba.kernel.trail.keys import make_key


def replace_key(purpose: Purpose, actor: Actor, *, reason: str) -> KnownKey:
    """Make a key, tell the trail of it, retire the one before, and put the file in its place.

    Where the file of the key in use is gone, that key is told to be lost. Where the file holds a key that the trail
    does not know, that one is added. Raises `KeyUnusableError`, `KeyRuleError` and `OSError`.
    """
    path, known = purpose.path, known_keys()
    before = active(purpose, known)
    if not path.exists():
        make_key(path)
        made = _tell(purpose, path, before, State.LOST, actor=actor, reason=reason)
    elif key_in(purpose, path)[0] not in known:
        made = _tell(purpose, path, before, State.RETIRED, actor=actor, reason=reason)
    else:
        made = _exchange(purpose, path, known, actor, reason)
    tell_quality("A key of the trail was replaced", f"The {purpose} key {made.id} is in use from now on. {reason}")
    return made


def _exchange(purpose: Purpose, path: Path, known: dict[str, KnownKey], actor: Actor, reason: str) -> KnownKey:
    fresh = path.with_name(f"{path.stem}-new{path.suffix}")
    if not fresh.exists():
        make_key(fresh)
    new_id, _public = key_in(purpose, fresh)
    old_id, _public = key_in(purpose, path)
    made = known.get(new_id) or _tell(purpose, fresh, active(purpose, known), State.RETIRED, actor=actor, reason=reason)
    kept = path.with_name(f"{path.stem}-{old_id}{path.suffix}")
    if not kept.exists():
        os.link(path, kept)
    fresh.replace(path)
    _flush(path.parent)
    return made


def _tell(
    purpose: Purpose, path: Path, before: KnownKey | None, state: State, *, actor: Actor, reason: str
) -> KnownKey:  # fmt: skip
    key_id, public = key_in(purpose, path)
    with transaction.atomic():
        made = tell_of(purpose, key_id, public, actor, reason)
        if before and before.id != key_id:
            end(before, state, actor, reason=reason)
    return made


def _flush(folder: Path) -> None:
    """The new names are on the disk when this returns."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
