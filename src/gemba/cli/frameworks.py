"""`gemba frameworks`: the standards and laws Gemba knows."""

import argparse
import json
import sys
from pathlib import Path

from gemba.cli.terminal import Page, complain, page_for, say, table
from gemba.evidence.catalogue.errors import CatalogueError
from gemba.evidence.catalogue.load import catalogue
from gemba.evidence.catalogue.model import Framework

PARAPHRASE = "Our paraphrase, not the standard's text."
NOBODY = "nobody yet"
FAILED = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--load", action="append", default=[], type=Path, metavar="FILE", help="a framework file of yours"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(options: argparse.Namespace) -> int:
    """0 printed, 1 a framework file cannot be used."""
    try:
        frameworks = tuple(catalogue(options.load).frameworks.values())
    except CatalogueError as error:
        complain(str(error))
        return FAILED
    if options.json:
        say(
            json.dumps(
                {"note": PARAPHRASE, "frameworks": [as_json(f) for f in frameworks]}, indent=2, ensure_ascii=False
            )
        )
    else:
        say(as_text(frameworks, page_for(sys.stdout)))
    return 0


def as_text(frameworks: tuple[Framework, ...], page: Page) -> str:
    head, *rows = table(
        ("id", "designation", "edition", "clauses", "duties", "default", "signed off"),
        (
            (
                f.id,
                f.designation,
                f.edition,
                str(len(f.clauses)),
                str(len(f.duties)),
                "on" if f.on_by_default else "off",
                f.signed_off_by or NOBODY,
            )
            for f in frameworks
        ),
        page,
    )
    explained = page.wrap(f"{PARAPHRASE} Signed off: who, with a licensed copy, has confirmed it.")
    return "\n".join([page.bold(head), *rows, "", explained])


def as_json(framework: Framework) -> dict[str, object]:
    return {
        "id": framework.id,
        "title": framework.title,
        "designation": framework.designation,
        "edition": framework.edition,
        "clauses": len(framework.clauses),
        "duties": len(framework.duties),
        "on_by_default": framework.on_by_default,
        "signed_off_by": framework.signed_off_by,
        "basis": framework.basis,
        "caution": framework.caution,
        "provenance": [{"basis": entry.basis, "what": entry.what} for entry in framework.provenance],
        "source": framework.source,
    }
