"""`gemba migrate`: bring tables, guards and cache up to this version. Safe to repeat, and to run again after a stop.

What is there is backed up first. Each step is one transaction of the database, so that a stop in between leaves a
database that this command goes on with, and that the version before refuses to touch.
"""

import argparse
import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from gemba.cli.backup_secret import key_file
from gemba.cli.first_tables import make_first_tables
from gemba.cli.progress import Bar
from gemba.cli.starting import UnreadyError, older_database, refuse_unready, tell, untouchable_database
from gemba.kernel.backup.make import Made, make_backup
from gemba.kernel.backup.noted import note_backup
from gemba.kernel.backup.problems import BackupError
from gemba.kernel.backup.restore import data_folder, holds_records
from gemba.kernel.backup.secret import InTheClear
from gemba.kernel.trail.owning import grant_application_rights


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only say whether anything is to be done; 1 if so")
    parser.add_argument("--no-backup", action="store_true", help="do not back up first; a backup was made otherwise")


def up_to_date(*, backup: bool = True) -> None:
    """Back up what is there, make or change tables, put the guards back, make the table of the cache.

    Raises `UnreadyError` where no backup could be made; nothing was changed then.
    """
    made = _before_upgrade() if backup and older_database() and holds_records() else None
    make_first_tables()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    grant_application_rights()
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    if made:
        note_backup(made.path.name, made.size, made.manifest)


def _before_upgrade() -> Made:
    """Enciphered where a key file is set; otherwise in the clear, readable by this user alone, as the database is."""
    to = data_folder() / "backups" / f"before-upgrade-{timezone.now():%Y-%m-%dT%H%M%SZ}-{os.getpid()}.backup"
    bar = Bar()
    try:
        made = make_backup(to, key_file(None) or InTheClear(), bar)
    except BackupError as error:
        raise UnreadyError("No backup could be made, so nothing was changed.", *map(str, error.args)) from None
    finally:
        bar.over()
    print(f"The database before this upgrade is in {made.path}.")
    return made


def run(options: argparse.Namespace) -> int:
    try:
        if problems := untouchable_database():
            raise UnreadyError(*problems)
        if not options.check:
            up_to_date(backup=not options.no_backup)
        refuse_unready()
    except UnreadyError as error:
        print(tell(error.args), file=sys.stderr)
        return 1
    print("The database fits this version, and its guards are in place.")
    return 0
