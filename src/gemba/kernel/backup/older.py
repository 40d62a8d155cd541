"""An older state was brought back on purpose: said once with a reason, in the trail and beside every witness (DUR-08).

A witness that knows more than the database stops the sealer, and rightly: nobody can tell a disaster from a removal.
Who brings an older backup back therefore says so. What the witness held stays as it is under another name, and still
proves what was lost; only its new files begin where the database now stands.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.alerts import alert
from gemba.kernel.backup import noted
from gemba.kernel.backup.gap import unknown_events
from gemba.kernel.backup.manifest import Manifest
from gemba.kernel.backup.problems import BackupError
from gemba.kernel.log.models import WitnessState
from gemba.kernel.log.witness import folders, foreign, name_of, patiently
from gemba.kernel.log.witness_files import NotedSeal, WitnessFolder
from gemba.kernel.refusals import Refused
from gemba.kernel.trail.canonical import moment
from gemba.kernel.trail.models import Event

ACCEPTED = "older-accepted"
NOTES = "set-aside"
"""The file beside the copies that says when and why one was set aside."""
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Ahead:
    """A witness within reach that holds what the database does not."""

    folder: WitnessFolder
    seal: NotedSeal | None
    lost: int
    """Events it knows and the database does not; 0 where only its seals are others."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """`files` are the copies that stand under other names now; `by_hand` are sentences about those that could not."""

    files: tuple[Path, ...]
    by_hand: tuple[str, ...]


def refuse_older(said: Manifest) -> None:
    """Before anything is touched: a witness that sealed more than the backup holds asks for a decision and a reason."""
    here = int(said.seal["size"]) if said.seal else 0
    told = []
    for path in settings.GEMBA_WITNESS:
        seal = _last_seal(WitnessFolder(Path(path), said.organisation))
        if seal and seal.size > here:
            told.append(
                f"The witness {path} knows {seal.size} sealed events up to {seal.at[:16].replace('T', ' ')} UTC; this "
                f"backup has {here} of them. What was entered in between would be gone."
            )
    if told:
        raise BackupError(
            *told,
            "Bring back a newer backup if there is one. If this is the newest, add --accept-older and the reason, such "
            'as --accept-older "The disk of the server failed": it stands in the trail, the copies of the witness are '
            "set aside as they are, and the events that are lost are listed.",
        )


def copies_ahead() -> list[Ahead]:
    """The witnesses that do not hold a beginning of what is in the database now."""
    found = []
    for folder in folders():
        try:
            leaf, seal = patiently(folder, folder.last_leaf), patiently(folder, folder.last_seal)
            lost = len(unknown_events(folder))
        except OSError:
            continue
        if lost or foreign(leaf, seal):
            found.append(Ahead(folder, seal, lost))
    return found


def accept_older(reason: str, *, asked: bool = True) -> Accepted:
    """An event with the reason, a note beside each witness that knows more, and its files under other names.

    Raises `BackupError` without a reason, and, where it was `asked` for by itself, when there is nothing to accept.
    """
    refuse_without_reason(reason)
    ahead = copies_ahead()
    if not ahead and asked:
        raise BackupError("Every witness within reach holds what the database holds. There is nothing to accept.")
    if not ahead:
        return Accepted((), ())
    try:
        noted.note(ACCEPTED, _facts(reason, ahead))
    except Refused as refusal:
        raise BackupError(*refusal.sentences) from None
    event = Event.objects.filter(act=f"organisation.{ACCEPTED}").latest("pk")
    accepted = _set_aside(ahead, reason, event)
    alert(_("An older state of the database was accepted on the server: %s") % reason)
    return accepted


def refuse_without_reason(reason: str) -> None:
    if not reason.strip():
        raise BackupError("Say after --accept-older why an older state is right, in quotes.")
    if len(reason) > LONGEST:
        raise BackupError(f"The reason may have {LONGEST} characters.")


def _facts(reason: str, ahead: Sequence[Ahead]) -> dict[str, object]:
    told: list[object] = [
        {
            "witness": name_of(each.folder), "lost": each.lost, "size": each.seal.size if each.seal else 0,
            "root": each.seal.root if each.seal else "",
        }
        for each in ahead
    ]  # fmt: skip
    return {"why": reason, "witnesses": told}


def _set_aside(ahead: Sequence[Ahead], reason: str, event: Event) -> Accepted:
    ending = f"{clock.now():%Y-%m-%dT%H%M%S%fZ}"
    files: list[Path] = []
    by_hand = []
    for each in ahead:
        line = {
            "at": moment(event.at), "reason": reason, "event": event.hash, "ending": ending, "lost": each.lost,
            "size": each.seal.size if each.seal else 0, "root": each.seal.root if each.seal else "",
        }  # fmt: skip
        try:
            each.folder.append(NOTES, [json.dumps(line, ensure_ascii=False)])
            files += each.folder.set_aside(ending)
        except OSError as error:
            by_hand.append(
                f"The files of the witness {each.folder.folder} could not be set aside ({error.strerror or error}). "
                f"Rename them there by hand, each to its name followed by .{ending}: {each.folder.company}.leaves, "
                f"{each.folder.company}.early and {each.folder.company}.checkpoints."
            )
        WitnessState.objects.filter(name=name_of(each.folder)).delete()
    return Accepted(tuple(files), tuple(by_hand))


def _last_seal(folder: WitnessFolder) -> NotedSeal | None:
    try:
        return patiently(folder, folder.last_seal)
    except OSError:
        return None
