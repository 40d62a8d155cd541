"""`gemba verify`: whether everything stored still is what the trail says. 0 sound, 1 findings, 2 wrong usage."""

import argparse
import json
import os
import sys
from pathlib import Path

from gemba.cli.progress import Bar
from gemba.cli.starting import database_problems, tell
from gemba.cli.terminal import page_for, say
from gemba.kernel.trail.finding import Finding
from gemba.kernel.verify.run import Report, Wish, configured_witness, verify

SHOWN = 100
"""Findings printed for people; programs get all with --json."""
MOST_JOBS = 64
USAGE = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Check every event, chain, seal, signature and file, and every record against its last event. Nothing is"
        " changed; people can go on working meanwhile."
    )
    parser.add_argument("--full", action="store_true", help="read every file again, also where there are very many")
    parser.add_argument(
        "--witness",
        type=Path,
        metavar="DIR",
        help="compare with the copy that a witness kept in this folder; without it with the first configured one",
    )
    parser.add_argument("--json", action="store_true", help="print the report for programs")
    parser.add_argument("--jobs", type=_jobs, default=min(os.cpu_count() or 1, 8), metavar="N",
                        help="processes to use; %(default)s here")  # fmt: skip


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"give a number from 1 to {MOST_JOBS}")
    return int(text)


def run(options: argparse.Namespace) -> int:
    if options.witness is not None and not options.witness.is_dir():
        print(tell([f"There is no folder {options.witness}."]), file=sys.stderr)
        return USAGE
    if problems := database_problems():
        print(tell(problems), file=sys.stderr)
        return USAGE
    bar = Bar()
    witness = options.witness or configured_witness()
    report = verify(Wish(full=options.full, witness=witness, jobs=options.jobs, progress=bar))
    bar.over()
    if options.json:
        say(json.dumps(report.told(), ensure_ascii=False, indent=1))
    else:
        show(report)
    return 0 if report.clean else 1


def show(report: Report) -> None:
    page = page_for(sys.stdout)
    counts = report.counts
    size = counts["file_bytes"] / 1e6
    looked = (
        f"{counts['events']:,} events in {counts['chains']:,} chains, {counts['rows']:,} rows,"
        f" {counts['signatures']:,} signatures, {counts['files']:,} files ({size:,.1f} MB) in {report.seconds:.1f} s."
    )
    say(page.wrap(f"Checked {looked}"))
    if report.witness:
        say(page.wrap(f"Compared with the witness in {report.witness}."))
    for limit in report.limits:
        say(page.wrap(limit))
    if report.clean:
        say(page.bold("Everything is as the trail says."))
        return
    say(page.bold(f"{len(report.findings) + report.more} findings:"))
    for each in report.findings[:SHOWN]:
        say(page.wrap(_line(each), 2, hanging=2))
    if (more := len(report.findings) + report.more - SHOWN) > 0:
        say(f"  … and {more} more; --json names up to {len(report.findings)}.")


def _line(each: Finding) -> str:
    since = f" Last known to be good: {each.since}." if each.since and each.since not in each.sentence else ""
    return f"{each.sentence}{since} [{each.code}]"
