"""`gemba bundle`: records with their whole history, files and proofs in one file that others can check without Gemba.

Above the other surfaces, because it is a command that writes an export. It holds what one person may read.
"""

import argparse
import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path

from gemba.cli.acting import person_at
from gemba.cli.starting import UnreadyError, refuse_unready, tell
from gemba.cli.terminal import complain, say
from gemba.export.proof.choose import Selection, clause, one_record, period, thread
from gemba.export.proof.make import make_bundle
from gemba.kernel.access.scope import access_of
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actor import Actor, Via
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Refused
from gemba.kernel.types import registry

FAILED, WRONG_USE = 1, 2


class UnusableError(Exception):
    """The command cannot be done as it was given; the message is a sentence."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the ZIP to write; it must not exist")
    parser.add_argument("--as", dest="person", required=True, metavar="E-MAIL", help="whose eyes: what they may read")
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--record", metavar="NUMBER", help="this record alone")
    chosen.add_argument("--thread", metavar="NUMBER", help="this record and all that is linked to it")
    chosen.add_argument("--period", nargs=2, metavar=("FROM", "TO"), help="all in which something happened, YYYY-MM-DD")
    chosen.add_argument(
        "--clause", nargs=4, metavar=("FRAMEWORK", "CLAUSE", "FROM", "TO"), help="what it rests on, in these days"
    )
    parser.add_argument("--type", default="", metavar="KIND", help="with --period: of this type only, such as capa")


def run(options: argparse.Namespace) -> int:
    try:
        refuse_unready()
        return _written(options)
    except UnreadyError as error:
        print(tell(error.args), file=sys.stderr)
    except Refused as refusal:
        print(tell(refusal.sentences), file=sys.stderr)
    except OSError as error:
        complain(f"{options.file} cannot be written: {error.strerror}.")
    except UnusableError as problem:
        complain(str(problem))
        return WRONG_USE
    return FAILED


def _written(options: argparse.Namespace) -> int:
    person = person_at(options.person)
    access = access_of(person, registry.readers())
    with seeing(access):
        selection = _selection(options)
        part = options.file.with_name(f"{options.file.name}.part")
        if options.file.exists():
            raise UnusableError(f"{options.file} exists already.")
        try:
            with part.open("xb") as target:
                make_bundle(selection, Actor(person, Via.CLI), access, target)
            part.rename(options.file)
        finally:
            part.unlink(missing_ok=True)
    say(f"{options.file}: {len(selection.records)} records. {selection.words}")
    say(f"Check it with: python3 verify.py {options.file.name} --key PUBLIC_KEY   ('gemba keys list' prints the key)")
    return 0


def _selection(options: argparse.Namespace) -> Selection:
    if options.period:
        begin, end = map(_day, options.period)
        if options.type and options.type not in registry:
            raise UnusableError(f"There is no type of record called {options.type}.")
        return period(begin, end, options.type)
    if options.clause:
        framework, number, first, last = options.clause
        return clause(framework, number, _day(first), _day(last))
    choose: Callable[[Record], Selection] = one_record if options.record else thread
    number = options.record or options.thread
    found: Record | None = Record.objects.filter(number=number).first()
    if found is None:
        raise UnusableError(f"There is no record {number} that this person may read.")
    return choose(found)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UnusableError(f"{text!r} is no day such as 2026-11-22.") from None
