"""Ask for the secret of a backup: a key file, a passphrase typed at the terminal, or nothing where that was wanted."""

import argparse
import getpass
import os
import sys
from pathlib import Path

from gemba.kernel.backup.problems import BackupError
from gemba.kernel.backup.secret import SHORTEST_PASSPHRASE, InTheClear, KeyFile, Passphrase, Secret

KEY_VARIABLE = "GEMBA_BACKUP_KEY"


def secret_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key-file", type=Path, metavar="FILE",
        help=f"key file made by 'gemba backup --make-key'; default: {KEY_VARIABLE}, else a passphrase is asked for",
    )  # fmt: skip


def key_file(given: Path | None) -> KeyFile | None:
    found = given or (Path(os.environ[KEY_VARIABLE]) if os.environ.get(KEY_VARIABLE) else None)
    return KeyFile(found) if found else None


def secret_for_writing(options: argparse.Namespace) -> Secret:
    """Raises `BackupError` where none can be had."""
    if getattr(options, "no_encrypt", False):
        return InTheClear()
    if found := key_file(options.key_file):
        return found
    first = _typed("Passphrase for this backup: ")
    if len(first) < SHORTEST_PASSPHRASE:
        raise BackupError(f"A passphrase needs {SHORTEST_PASSPHRASE} characters or more; five random words will do.")
    if first != _typed("The same again: "):
        raise BackupError("The two passphrases differ.")
    return Passphrase(first)


def secret_for_reading(options: argparse.Namespace, lock: object) -> Secret:
    """What fits the lock that the backup's head tells of."""
    kind = lock.get("kdf") if isinstance(lock, dict) else None
    if kind == "none":
        return InTheClear()
    found = key_file(options.key_file)
    if kind == "hkdf":
        if not found:
            raise BackupError(f"This backup was enciphered with a key file. Give it with --key-file or {KEY_VARIABLE}.")
        return found
    return Passphrase(_typed("Passphrase of this backup: "))


def _typed(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise BackupError(
            f"There is no terminal to ask for a passphrase. Give a key file with --key-file or {KEY_VARIABLE}, "
            "or use --no-encrypt."
        )
    return getpass.getpass(prompt)
