"""`gemba backup`: database and files into one enciphered file, while Gemba runs, proved readable before it is named."""

import argparse
import sys
from pathlib import Path

from gemba.cli.backup_secret import secret_arguments, secret_for_writing
from gemba.cli.progress import Bar
from gemba.cli.starting import UnreadyError, refuse_unready, tell
from gemba.kernel.backup.keyring import backup_keys
from gemba.kernel.backup.make import make_backup
from gemba.kernel.backup.noted import note_backup
from gemba.kernel.backup.problems import BackupError
from gemba.kernel.backup.restore import data_folder
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.trail.keys import make_key

MEGABYTE = 1024 * 1024


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "to", nargs="?", type=Path, metavar="DEST", help="folder or new file; default: 'backups' in the data folder"
    )
    parser.add_argument("--no-encrypt", action="store_true", help="write it in the clear")
    secret_arguments(parser)
    parser.add_argument("--make-key", type=Path, metavar="FILE", help="only make a new key file for backups")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="only write the key files, enciphered, to FILE")


def run(options: argparse.Namespace) -> int:
    bar = Bar()
    try:
        return _chosen(options, bar)
    except (BackupError, UnreadyError) as error:
        bar.over()
        print(tell(error.args), file=sys.stderr)
        return 1
    finally:
        bar.over()


def _chosen(options: argparse.Namespace, bar: Bar) -> int:
    if options.make_key:
        return _make_key(options.make_key)
    if options.keys:
        names = backup_keys(options.keys, secret_for_writing(options))
        print(f"{len(names)} key files are in {options.keys}. Keep it apart from the backups of the data.")
        return 0
    refuse_unready()
    return _back_up(options.to or data_folder() / "backups", options, bar)


def _make_key(path: Path) -> int:
    try:
        make_key(path)
    except OSError as error:
        raise BackupError(f"{path}: {error.strerror}. A key file is never replaced.") from None
    print(f"{path} holds a new key. Without it no backup made with it can be opened: keep a copy elsewhere.")
    return 0


def _back_up(to: Path, options: argparse.Namespace, bar: Bar) -> int:
    secret = secret_for_writing(options)
    seal_now()
    made = make_backup(to, secret, bar)
    note_backup(made.path.name, made.size, made.manifest)
    bar.over()
    said = made.manifest
    print(
        f"{made.path}: {made.size / MEGABYTE:.1f} MB, {said.counts['records']} records, "
        f"{said.counts['events']} events, {said.files['count']} files. Read back and proved."
    )
    if options.to is None:
        print("It lies beside what it is a copy of. Take it to another machine.")
    for name in said.absent[:10]:
        print(f"gemba: the stored file {name[:12]} is missing or damaged, so it is not in the backup.", file=sys.stderr)
    return 1 if said.absent else 0
