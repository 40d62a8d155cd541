"""`gemba restore`: bring a backup back, or only show that it could be brought back."""

import argparse
import sys
from pathlib import Path

from django.utils import timezone

from gemba.cli.backup_secret import secret_arguments, secret_for_reading
from gemba.cli.progress import Bar
from gemba.cli.starting import UnreadyError, refuse_unready, tell, untouchable_database
from gemba.kernel.backup.envelope import read_head
from gemba.kernel.backup.keyring import place_keys, read_keys
from gemba.kernel.backup.mark import set_mark
from gemba.kernel.backup.older import Accepted, accept_older, refuse_without_reason
from gemba.kernel.backup.problems import BackupError
from gemba.kernel.backup.restore import drill, holds_anything, restore
from gemba.kernel.backup.secret import Secret
from gemba.kernel.privacy.register import told_after_restore
from gemba.kernel.trail.startup import TrailUnusableError

MINUTE, HOUR = 60, 3600
SHOWN = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("backup", type=Path, metavar="FILE", nargs="?", help="a file made by 'gemba backup'")
    secret_arguments(parser)
    parser.add_argument("--replace", action="store_true", help="although there are records here; they are set aside")
    parser.add_argument("--drill", action="store_true", help="restore into a scratch place, prove it, and note that")
    parser.add_argument(
        "--accept-older", metavar="REASON",
        help="why it is right that a witness knows more than the backup; without FILE: than the database as it is now",
    )  # fmt: skip
    parser.add_argument("--keys", type=Path, metavar="FILE", help="also bring the key files back from this file")


def run(options: argparse.Namespace) -> int:
    bar = Bar()
    try:
        if options.accept_older is not None:
            refuse_without_reason(options.accept_older)
        if options.backup is None:
            return _accept(options)
        secret = secret_for_reading(options, _lock(options.backup))
        return _drill(options, secret, bar) if options.drill else _restore(options, secret, bar)
    except (BackupError, TrailUnusableError, UnreadyError) as error:
        bar.over()
        print(tell([str(text) for text in error.args]), file=sys.stderr)
        return 1
    finally:
        bar.over()


def _lock(path: Path) -> object:
    try:
        with path.open("rb") as file:
            return read_head(file)[0].get("lock")
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from None


def _restore(options: argparse.Namespace, secret: Secret, bar: Bar) -> int:
    if options.keys:
        _bring_keys(options, _lock(options.keys))
    older = options.accept_older or ""
    restored = restore(options.backup, secret, replace=options.replace, accept_older=older, progress=bar)
    set_mark()
    bar.over()
    said = restored.manifest
    print(
        f"Restored in {_long(restored.seconds)}: {said.counts['records']} records, {said.counts['events']} events, "
        f"{said.files['count']} files, as of {said.made_at[:16].replace('T', ' ')} UTC."
    )
    print("What was entered after that moment is not in it. All sign in again; links that were mailed are void.")
    print(told_after_restore())
    if restored.lost:
        print(f"The witness knows {len(restored.lost)} events that were entered later and are not here:")
        print("\n".join(f"  {each}" for each in restored.lost[:SHOWN]))
        print("Enter them again from paper and memory.")
        if not older:
            print('When that is as it must be, say so: gemba restore --accept-older "REASON"')
    _tell_accepted(restored.accepted)
    for name in said.absent[:SHOWN]:
        print(f"gemba: the stored file {name[:12]} was already missing when the backup was made.", file=sys.stderr)
    return 0


def _accept(options: argparse.Namespace) -> int:
    """The database stays as it is; only what the witnesses hold is set aside, with a reason."""
    if options.accept_older is None or options.drill or options.replace or options.keys:
        raise BackupError("Name the backup: gemba restore FILE.")
    if problems := untouchable_database():
        raise UnreadyError(*problems)
    refuse_unready()
    accepted = accept_older(options.accept_older)
    set_mark()
    print("It stands in the trail, and quality is told. Sealing goes on within five minutes.")
    _tell_accepted(accepted)
    return 1 if accepted.by_hand else 0


def _tell_accepted(accepted: Accepted) -> None:
    for path in accepted.files:
        print(f"Set aside as it was: {path}. Keep it with the record of the incident.")
    for sentence in accepted.by_hand:
        print(f"gemba: {sentence}", file=sys.stderr)


def _bring_keys(options: argparse.Namespace, lock: object) -> None:
    """Only where nothing is kept yet, or where everything is to be replaced."""
    if holds_anything() and not options.replace:
        raise BackupError("There are records here already, sealed with the keys that are here. Use --replace as well.")
    place_keys(read_keys(options.keys, secret_for_reading(options, lock)), timezone.now())


def _drill(options: argparse.Namespace, secret: Secret, bar: Bar) -> int:
    if problems := untouchable_database():
        raise UnreadyError(*problems)
    refuse_unready()
    shown = drill(options.backup, secret, bar)
    bar.over()
    if shown.problems:
        print(tell(["This backup would not bring everything back.", *shown.problems]), file=sys.stderr)
        return 1
    lost = _long(shown.loss.total_seconds()) if shown.loss else "nothing"
    print(f"The backup would bring everything back, in {_long(shown.recovery)} without its transport.")
    print(f"Had the disk failed now, {lost} of work would be lost. The drill stands in the trail.")
    return 0


def _long(seconds: float) -> str:
    if seconds < 2 * MINUTE:
        return f"{seconds:.1f} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < 2 * HOUR else f"{seconds / HOUR:.1f} h"
