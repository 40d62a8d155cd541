"""`gemba import-complaints`: a table of device reports as complaints, with a bar that shows how far it is.

Whoever may run programs on the server may run this, in the name of a person who may raise complaints. Stopped in the
middle it goes on where it was when it is started again; the same table twice changes nothing.
"""

import argparse
import sys
from pathlib import Path

from gemba.cli.acting import person_at
from gemba.cli.progress import Bar
from gemba.cli.starting import UnreadyError, refuse_unready, tell
from gemba.cli.terminal import complain, say
from gemba.importers.reports import LARGEST
from gemba.kernel.access.scope import access_of
from gemba.kernel.actor import Actor, Via
from gemba.kernel.refusals import Refused
from gemba.kernel.types import registry
from gemba.modules.complaint.arrivals import Arrived, bring_in, receive

FAILED, WRONG_USE = 1, 2


class UnusableError(Exception):
    """The command cannot be done as it was given; the message is a sentence."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Import a table of device reports (FDA MAUDE: tabs, pipes or commas) as complaints."
    parser.add_argument("file", type=Path, help="the table")
    parser.add_argument("--as", dest="person", required=True, metavar="E-MAIL", help="who imports it")
    parser.add_argument("--remark", default="", metavar="TEXT", help="where the table comes from")


def run(options: argparse.Namespace) -> int:
    try:
        refuse_unready()
        found = _imported(options)
    except (UnreadyError, Refused) as problem:
        print(tell(problem.args if isinstance(problem, UnreadyError) else problem.sentences), file=sys.stderr)
        return FAILED
    except UnusableError as problem:
        complain(str(problem))
        return WRONG_USE
    say(
        f"{found.number}: {found.total} reports in the table, {found.made} complaints raised,"
        f" {found.known} known before, {found.put_up} put up for decision."
    )
    return 0


def _imported(options: argparse.Namespace) -> Arrived:
    data, person = _bytes(options.file), person_at(options.person)
    actor, access = Actor(person, Via.CLI), access_of(person, registry.readers())
    record = receive(data, options.file.name, actor, access, remark=options.remark)
    if not record.open:
        say("This very table was imported before. Nothing was changed.")
    bar = Bar(told=True)
    try:
        return bring_in(record, actor, access, bar)
    finally:
        bar.over()


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise UnusableError(f"{path.name} has more than {LARGEST >> 20} MB. Cut it into several tables.")
        return path.read_bytes()
    except OSError as error:
        raise UnusableError(f"{path} cannot be read: {error.strerror}.") from None
