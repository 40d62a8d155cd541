"""`gemba import`: a folder of quality documents into this company. It says what it would do; `--write` does it."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from gemba.assess.run import NothingReadError
from gemba.assess.walk import WalkError
from gemba.cli.acting import person_at
from gemba.cli.progress import Bar
from gemba.cli.starting import UnreadyError, refuse_unready
from gemba.cli.terminal import Page, complain, page_for, say, table
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.kernel import clock
from gemba.kernel.access.scope import access_of
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actor import Actor, Via
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Refused
from gemba.kernel.types import registry
from gemba.modules.document.bringing import FRAMEWORK, Gathered, gather
from gemba.modules.document.bringing_in import Import, Intended, Plan, plan
from gemba.modules.document.family import Document

DONE, FAILED, WRONG_USE = 0, 1, 2


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = "Take a folder of quality documents over as drafts, with their files, claims and findings."
    parser.epilog = (
        "Without --write nothing is changed: it says what would be done.\n"
        "With --write all is written or nothing. Run again it adds only what is not here yet.\n\n"
        "example:\n  gemba import our-documents\n  gemba import our-documents --write --as you@example.com"
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder of quality documents")
    parser.add_argument("--write", action="store_true", help="do it")
    parser.add_argument("--as", dest="who", default="", metavar="E-MAIL", help="who imports; somebody of quality")


def run(options: argparse.Namespace) -> int:
    """0 done or shown, 1 could not be done, 2 wrong usage."""
    if options.write and not options.who:
        complain("Say who imports: --as E-MAIL. Everything is written in somebody's name.")
        return WRONG_USE
    try:
        refuse_unready()
        person = person_at(options.who) if options.who else None
        gathered = _gathered(options.folder)
        _tell(gathered, _written(gathered, person) if options.write and person else plan(gathered), options.write)
    except UnreadyError as problem:
        complain(" ".join(problem.args))
        return FAILED
    except (Refused, WalkError, NothingReadError) as problem:
        complain(str(problem))
        return FAILED
    return DONE


def _gathered(folder: Path) -> Gathered:
    bar = Bar()
    try:
        return gather(folder, as_of=clock.today(), progress=bar)
    finally:
        bar.over()


def _written(gathered: Gathered, person: Person) -> Plan:
    access, bar = access_of(person, registry.readers()), Bar()
    try:
        with seeing(access):
            return Import(Actor(person, Via.CLI), access, lambda done, of: bar("written", done, of)).execute(gathered)
    finally:
        bar.over()


def _tell(gathered: Gathered, decided: Plan, written: bool) -> None:
    for line in report(gathered, decided, written=written, page=page_for(sys.stdout)):
        say(line)


def report(gathered: Gathered, decided: Plan, *, written: bool, page: Page) -> Iterator[str]:
    """What is done to each file, what is left out and why, and the figures that an assessment of the folder shows."""
    if decided.intended:
        yield from table(("NUMBER", "TYPE", "TITLE", "FILE"), map(_row, decided.intended), page)
        yield ""
    for each in decided.there:
        if each.changed:
            yield page.wrap(f"{each.path}: changed since it was imported as {each.number}. Start a revision there.")
    for left in gathered.left:
        yield page.wrap(f"{left.path}: not taken over. {left.why}", hanging=2)
    yield from _figures(gathered, decided, written, page)


def _row(each: Intended) -> tuple[str, str, str, str]:
    return each.number or "next", str(Document.Type(each.type).label), each.brought.title, each.brought.read.path


def _figures(gathered: Gathered, decided: Plan, written: bool, page: Page) -> Iterator[str]:
    totals, framework = gathered.assessment.totals, known_catalogue().frameworks[FRAMEWORK]
    new, done = len(decided.intended), "imported as drafts" if written else "would be imported as drafts"
    yield page.wrap(f"{new} {done}, {len(decided.there)} here already, {len(gathered.left)} not taken over.")
    owned = Counter(each.owner is not None for each in decided.intended)
    if owned[False] and new:
        yield page.wrap(f"{owned[False]} name no owner who works here under that name: whoever imports owns them.")
    remarks = sum(len(each.remarks) for each in decided.intended)
    if remarks:
        yield page.wrap(f"{remarks} remarks on {sum(bool(e.remarks) for e in decided.intended)} of them become tasks.")
    if gathered.elsewhere:
        yield page.wrap(f"{len(gathered.elsewhere)} findings are about files that are not taken over.")
    yield page.wrap(
        f"Paper: {totals.claimed} of {totals.clauses} clauses of {framework.designation} are claimed, as an assessment"
        " of the folder says. A claim counts once its document is approved and in force here; until then Paper and"
        " practice shows the same gaps as if every draft were in force, where you tick that."
    )
    if new and not written:
        yield page.wrap("Nothing was changed. To do it: gemba import FOLDER --write --as E-MAIL")
