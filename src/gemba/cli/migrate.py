"""`gemba migrate`: bring tables, guards and cache up to this version. Safe to repeat, and to run again after a stop."""

import argparse
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from gemba.cli.starting import UnreadyError, refuse_unready, tell, untouchable_database


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only say whether anything is to be done; 1 if so")


def up_to_date() -> None:
    """Make or change tables, put the append-only guards back, make the table of the cache."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def run(options: argparse.Namespace) -> int:
    if problems := untouchable_database():
        print(tell(problems), file=sys.stderr)
        return 1
    if not options.check:
        up_to_date()
    try:
        refuse_unready()
    except UnreadyError as error:
        print(tell(error.args), file=sys.stderr)
        return 1
    print("The database fits this version, and its guards are in place.")
    return 0
