"""`gemba starter`: the starter set, all or some of it, into this company as drafts."""

import argparse
import sys
from collections.abc import Iterable

from gemba.cli.acting import person_at
from gemba.cli.progress import Bar
from gemba.evidence.starter.load import starter_set
from gemba.evidence.starter.model import StarterDocument
from gemba.kernel.access.scope import Access, access_of
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actor import Actor, Via
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Refused
from gemba.kernel.types import registry
from gemba.modules.document.starter import Loading, Outcome, Taken, chosen, offers, title_of_set

DONE, FAILED = 0, 1


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="documents to load, such as SOP-01 and FRM-01")
    parser.add_argument("--all", action="store_true", help="load every document that is not here yet")
    parser.add_argument("--as", dest="who", metavar="EMAIL", help="the person of the company who loads and owns them")
    parser.add_argument("--list", action="store_true", help="show the set and what of it is here already")


def run(options: argparse.Namespace) -> int:
    """0 loaded or listed, 1 could not be done. Loading again changes nothing."""
    if options.list or not (options.numbers or options.all):
        _show()
        return DONE
    try:
        wanted = list(starter_set().documents.values()) if options.all else chosen(options.numbers)
        person = _somebody(options.who or "")
    except Refused as refusal:
        print(f"gemba starter: {refusal}", file=sys.stderr)
        return FAILED
    access = access_of(person, registry.readers())
    with seeing(access):
        return _load(wanted, Actor(person, Via.CLI), access)


def _somebody(email: str) -> Person:
    if not email:
        raise Refused("Say who loads them: --as EMAIL. Everything is written in somebody's name.")
    return person_at(email)


def _load(wanted: Iterable[StarterDocument], actor: Actor, access: Access) -> int:
    known, bar = list(wanted), Bar()
    taken = []
    for place, each in enumerate(Loading(actor, access).every(known), 1):
        taken.append(each)
        bar("Documents", place, len(known))
    bar.over()
    loaded = [each for each in taken if each.outcome is Outcome.LOADED]
    refused = [each for each in taken if each.outcome is Outcome.REFUSED]
    print(f"{len(loaded)} loaded as drafts, {len(taken) - len(loaded) - len(refused)} were here already.")
    for each in refused:
        print(_why(each), file=sys.stderr)
    return FAILED if refused else DONE


def _why(taken: Taken) -> str:
    return f"{taken.starter.number}: {taken.why}"


def _show() -> None:
    print(title_of_set(starter_set()))
    for offer in offers():
        here = "here" if offer.there else ""
        print(f"{offer.starter.number:<8} {offer.starter.type!s:<17} {here:<5} {offer.starter.title}")
    print("\nLoad some: gemba starter SOP-01 FRM-01 --as EMAIL. Load all: gemba starter --all --as EMAIL.")
