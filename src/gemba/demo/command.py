"""`gemba demo`: the documents of an invented company, assessed, and its records to click through."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

from gemba.assess.report.write import NAMES
from gemba.cli import assess as assess_command
from gemba.demo.server import DemoError, Installation, Programs, clear, free_port
from gemba.demo.visitors import PASSWORD, VISITORS

COMPANY = "Kuvitelma Medical Oy"
"""The folder of the assessed documents; its name stands on the report."""
FRAMEWORK = "iso13485"
AS_OF = date(2026, 10, 31)
"""The day on which the invented documents are looked at; fixed, so that the report is the same on every day."""
OUT = Path("gemba-demo-report")
DATA = Path("var") / "demo"


@contextmanager
def documents() -> Iterator[Path]:
    """The folder with the company's documents, `templates/` and the list of planted flaws, as it was installed."""
    with as_file(files("gemba.demo") / "documents") as folder:
        yield folder


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Assess the quality documents of Kuvitelma Medical Oy, an invented maker of drop monitors with very human "
        "documents, and write the report. Then start Gemba with the company's invented people and records, on this "
        "machine only. Nothing is fetched; what is kept lies in the two folders named below."
    )
    parser.add_argument(
        "--out", type=Path, default=OUT, metavar="DIR", help=f"where the report goes (default: {OUT}, made anew)"
    )
    parser.add_argument("--no-pdf", action="store_true", help="write the HTML and JSON of the report only")
    parser.add_argument("--data", type=Path, default=DATA, metavar="DIR", help=f"the records (default: {DATA})")
    parser.add_argument("--fresh", action="store_true", help="make the company anew; what was tried there is gone")
    parser.add_argument("--report-only", action="store_true", help="write the report and stop")
    parser.add_argument("--no-serve", action="store_true", help="make report and company and stop")


def holds_only_a_report(folder: Path) -> bool:
    """Whether the folder is an earlier report and nothing else, so that it may be made anew."""
    return folder.is_dir() and {path.name for path in folder.iterdir()} <= NAMES


def run(options: argparse.Namespace) -> int:
    """0 done, 1 could not be done, 2 the folder of the report holds something else."""
    if options.report_only:
        return assess(options)
    try:
        with Programs(Installation(options.data, free_port())) as programs:
            return _report_and_records(options, programs)
    except DemoError as error:
        print(f"gemba: {error}", file=sys.stderr)
        return 1


def _report_and_records(options: argparse.Namespace, programs: Programs) -> int:
    """The company is made in the background while its documents are assessed."""
    fresh = clear(options.data, fresh=options.fresh)
    making = programs.make_company(then_serve=not options.no_serve) if fresh else None
    if status := assess(options):
        return status
    made = programs.finish(making) if making else "as you left them; --fresh makes them anew."
    print(f"\nThe company's records: {made} They lie in {options.data}.", flush=True)
    if options.no_serve:
        return making.wait() if making else 0
    server = programs.answering(making) if making else programs.serve()
    with suppress(KeyboardInterrupt):  # Ctrl-C is how a demonstration ends
        tell_visitors(programs.installation.address)
        return server.wait()
    return 0


def assess(options: argparse.Namespace) -> int:
    """The exit status of the assessment of the invented documents."""
    out: Path = options.out
    parser = argparse.ArgumentParser(prog="gemba demo")
    assess_command.arguments(parser)
    flags = ["--no-pdf"] * options.no_pdf + ["--force"] * holds_only_a_report(out)
    with documents() as folder:
        given = [str(folder / COMPANY), "--templates", str(folder / "templates"), "--framework", FRAMEWORK]
        status = assess_command.run(
            parser.parse_args([*given, "--as-of", AS_OF.isoformat(), "--out", str(out), *flags])
        )
    if status == 0:
        print(f"\nThe company is invented, its documents are short. Open {out / 'report.html'} in a browser;")
        print("'gemba assess FOLDER' does the same with your own documents.")
    return status


def tell_visitors(address: str) -> None:
    """Where to go and as whom."""
    print(f"\nOpen {address} and sign in as one of these. The password of all is: {PASSWORD}\n")
    width = max(len(visitor.address) for visitor in VISITORS)
    for visitor in VISITORS:
        print(f"  {visitor.address:<{width}}  {visitor.who}: {visitor.what}")
    print("\nThis is a demonstration on this machine; nothing in it is real. Stop it with Ctrl-C.", flush=True)
