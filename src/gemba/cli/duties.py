"""`gemba duties CLAUSE`: what a clause asks for, what proves it, and its counterparts in other frameworks."""

import argparse
import json
import sys
from pathlib import Path

from gemba.cli.clause_text import as_json, as_text
from gemba.cli.clause_view import Choice, choose, not_found, view
from gemba.cli.terminal import complain, page_for, say
from gemba.evidence.catalogue.errors import CatalogueError, shown
from gemba.evidence.catalogue.load import Catalogue, catalogue

FAILED, USAGE = 1, 2


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("clause", metavar="CLAUSE", help="as documents cite it: 8.5.2, '820.35(a)', 'Article 10(9)'")
    parser.add_argument(
        "--framework",
        action="append",
        default=[],
        metavar="ID",
        help="look in this one, or for its counterparts; repeatable",
    )
    parser.add_argument("--all", action="store_true", help="also frameworks that are off by default")
    parser.add_argument("--safety-class", choices=("A", "B", "C"), help="IEC 62304: only what holds for this class")
    parser.add_argument(
        "--load", action="append", default=[], type=Path, metavar="FILE", help="a framework file of yours"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def run(options: argparse.Namespace) -> int:
    """0 printed, 1 no such clause or a framework file that cannot be used, 2 no such framework."""
    try:
        known = catalogue(options.load)
    except CatalogueError as error:
        complain(str(error))
        return FAILED
    wrong = [identity for identity in options.framework if identity not in known.frameworks]
    if wrong:
        complain(f"there is no framework '{shown(wrong[0])}'. There are: {', '.join(known.frameworks)}.")
        return USAGE
    named = options.framework or [f.id for f in known.frameworks.values() if options.safety_class in f.safety_classes]
    choice = choose(known, options.clause, named, everything=options.all)
    if not choice.shown:
        complain(not_found(known, options.clause, choice))
        return FAILED
    _print(known, choice, options)
    return 0


def _print(known: Catalogue, choice: Choice, options: argparse.Namespace) -> None:
    views = [view(known, framework, options.clause, choice, options.safety_class) for framework in choice.shown]
    if options.json:
        say(json.dumps({"clauses": [as_json(each, known) for each in views]}, indent=2, ensure_ascii=False))
        return
    page = page_for(sys.stdout)
    parts = [as_text(each, known, page) for each in views]
    if choice.others:
        ids = " or ".join(f"--framework {framework.id}" for framework in choice.others)
        parts.append(page.wrap(f"Other frameworks have a clause of that number too: {ids}."))
    say("\n\n".join(parts))
