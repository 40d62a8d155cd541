"""`gemba assess`: read a folder of quality documents and report what is claimed on paper and what is proved."""

import argparse
import gc
import os
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from gemba.assess.conclude import Catalogued
from gemba.assess.findings.registry import CODES
from gemba.assess.model import Assessment
from gemba.assess.report.output import as_json, files
from gemba.assess.report.view import NOTHING_WORKS_YET, PARAPHRASE, View, counted, signed_off
from gemba.assess.report.write import NotEmptyError, check_place, write_all
from gemba.assess.run import NothingReadError, TemplatesError, assess
from gemba.assess.walk import WalkError
from gemba.cli.progress import Bar
from gemba.evidence.catalogue.errors import CatalogueError
from gemba.evidence.catalogue.load import framework, frameworks_around, load_framework
from gemba.evidence.catalogue.model import Framework
from gemba.evidence.catalogue.standards import known_standards

DEFAULT_OUT = Path("gemba-report")
DEFAULT_FRAMEWORK = "iso13485"
DONE, NOTHING, USAGE = 0, 1, 2
WIDTH = 80
MOST_PROCESSES = 64
_BAR = 24
_COLLECT_AFTER = 50_000
"""Objects until the next search for circles. Documents make many small objects and hardly any circle: searching as
often as usual takes a tenth of the time (measured) and frees next to nothing."""


class WrongUsageError(Exception):
    """The message is a sentence for the person at the terminal."""


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write it as 2026-06-30") from None


def _processes(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PROCESSES:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_PROCESSES}")
    return int(text)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = (
        "Nothing in the folder is changed, executed or sent anywhere.\n\n"
        "exit status:\n  0  assessed, whatever was found\n  1  nothing could be read\n  2  wrong usage\n\n"
        "example:\n  gemba assess our-documents --templates bought-templates --out report"
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder of quality documents")
    parser.add_argument("--templates", type=Path, metavar="FOLDER", help="the templates they started from")
    parser.add_argument("--framework", metavar="ID", help=f"what to hold them against (default {DEFAULT_FRAMEWORK})")
    parser.add_argument("--load", type=Path, metavar="FILE", help="a framework file of your own, used if none is named")
    parser.add_argument("--out", type=Path, metavar="DIR", help=f"where the report goes (default {DEFAULT_OUT})")
    parser.add_argument("--json", action="store_true", help="print the data; files only if --out is given")
    parser.add_argument("--as-of", type=_day, metavar="DATE", help="the day dates are held against (default today)")
    parser.add_argument("--no-pdf", action="store_true", help="leave report.pdf out")
    parser.add_argument("--force", action="store_true", help="replace a report that is already in --out")
    parser.add_argument("--processes", type=_processes, metavar="N", help="worker processes (default: as many as help)")


def _catalogued(options: argparse.Namespace) -> Catalogued:
    """The framework to assess against, and every other one so that its clauses are recognised too."""
    try:
        known = frameworks_around(options.framework or ("" if options.load else DEFAULT_FRAMEWORK))
        own: Framework | None = None
        if options.load is not None:
            own = load_framework(options.load, base=tuple(known.values()))
            known[own.id] = own
        wanted = options.framework or (own.id if own else DEFAULT_FRAMEWORK)
        return Catalogued(known.get(wanted) or framework(wanted), known, known_standards())
    except CatalogueError as error:
        raise WrongUsageError(str(error)) from error


def _wrapped(text: str, indent: str = "", first: str | None = None) -> str:
    return textwrap.fill(
        text,
        WIDTH - 1,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def _pair(name: str, number: int, whole: int, says: str) -> str:
    filled = round(_BAR * number / whole) if whole else 0
    return f"  {name:<9}{'█' * filled}{'░' * (_BAR - filled)}  {number:>3} of {whole} {says}"


def summary(assessment: Assessment, chosen: Framework) -> Iterator[str]:
    """What stands in the terminal, line by line, for 80 columns."""
    view, totals = View(assessment, chosen), assessment.totals
    yield _wrapped(f"{assessment.folder}, held against {view.subject}, as of {assessment.as_of}: {view.read()}.")
    yield ""
    yield _pair("Paper", totals.claimed, totals.clauses, "clauses claimed")
    yield _pair("Practice", totals.with_evidence, totals.clauses, "clauses with a record")
    yield ""
    yield _wrapped(NOTHING_WORKS_YET)
    if assessment.first:
        yield ""
        yield "To do first"
    for at, thing in enumerate(assessment.first, start=1):
        opened = f" Start with {thing.open}." if thing.open else ""
        yield _wrapped(thing.sentence + opened, "     ", f"  {at}. ")
    counts = Counter(finding.code for finding in assessment.findings)
    if counts:
        yield ""
        yield "Findings"
    width = max((len(entry.title) for entry in CODES.values()), default=0)
    for code, entry in CODES.items():
        if counts[code]:
            yield f"  {counts[code]:>5}  {entry.title:<{width}}  {code}"
    yield ""
    yield _wrapped(f"{PARAPHRASE} {signed_off(chosen)}")


def _out(options: argparse.Namespace) -> Path | None:
    """Where files go, or None for none. Checked before the work, so that it is not done in vain."""
    if options.json and options.out is None:
        return None
    out: Path = options.out or DEFAULT_OUT
    try:
        if options.folder.resolve().is_relative_to(out.resolve()):
            raise WrongUsageError(f"{out} holds the documents to be assessed. Name another folder with --out.")
        check_place(out, force=options.force)
    except OSError as error:
        raise WrongUsageError(f"The report cannot be written to {out}: {error.strerror or error}.") from error
    return out


def _write(assessment: Assessment, chosen: Framework, out: Path, options: argparse.Namespace) -> None:
    made, trouble = files(assessment, chosen, with_pdf=not options.no_pdf)
    try:
        write_all(out, made, force=options.force)
    except OSError as error:
        raise WrongUsageError(f"The report cannot be written to {out}: {error.strerror or error}.") from error
    if trouble:
        print(f"gemba assess: {trouble} The page and the data are complete.", file=sys.stderr)


def _assessed(options: argparse.Namespace) -> None:
    out = _out(options)
    gc.set_threshold(_COLLECT_AFTER)
    catalogued = _catalogued(options)
    gc.freeze()
    bar = Bar()
    try:
        assessment = assess(
            options.folder,
            catalogued=catalogued,
            as_of=options.as_of or datetime.now().astimezone().date(),
            templates=options.templates,
            processes=options.processes,
            progress=bar,
            without=out,
        )
    finally:
        bar.over()
    if out is not None:
        _write(assessment, catalogued.framework, out, options)
    if options.json:
        sys.stdout.write(as_json(assessment, catalogued.framework))
        return
    for row in summary(assessment, catalogued.framework):
        print(row)
    if out is not None:
        print(f"\nReport: {out / 'report.html'} ({counted(len(assessment.findings), 'finding')})")


def _refused(error: Exception, status: int) -> int:
    print(f"gemba assess: {error}", file=sys.stderr)
    return status


def run(options: argparse.Namespace) -> int:
    try:
        _assessed(options)
    except (WrongUsageError, NotEmptyError, TemplatesError) as error:
        return _refused(error, USAGE)
    except WalkError as error:
        # An empty or locked folder is a folder all the same: the command was right, there was nothing to read.
        # Unlike the method of Path, the function also answers for a name too long for any folder.
        return _refused(error, NOTHING if os.path.isdir(options.folder) else USAGE)  # noqa: PTH112
    except NothingReadError as error:
        return _refused(error, NOTHING)
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        sys.stderr.close()
    return DONE
