"""How much slower an assessment is than only opening and parsing the same files, start-up included in both.

Run as `python -m benchmarks.assess [--quick] [--documents N ...] [--rounds N]`. Assessment and floor take turns, so
that a machine that slows down slows both; the ratio is of medians, with the least and the greatest ratio of a round.
Beside it stands the ratio of processor time, all processes together, which other work on the machine hardly touches.
Compiled bytecode is kept, as in any installation: PYTHONDONTWRITEBYTECODE is taken out of the children's environment,
and a first run of each is not counted. Memory is the greatest sum over all processes of the run, shared pages counted
once, taken in a round of its own.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.assess_folder import make_folder

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "inputs" / "qms-openregulatory-ccby4"
MOST_RATIO = 2.5
MOST_MEGABYTES = 400
SMALL = 85
LARGE = 2_000
LINE = (500, 1_000, 2_000)
QUICK_LINE = (75, 150, 300)


@dataclass(frozen=True)
class Run:
    """Seconds of one run: by the clock, and of all processors."""

    clock: float
    processors: float


@dataclass(frozen=True)
class Measured:
    """The runs of each round."""

    assessment: list[Run]
    floor: list[Run]

    @property
    def ratio(self) -> float:
        return seconds(self.assessment) / seconds(self.floor)

    @property
    def spread(self) -> tuple[float, float]:
        ratios = [a.clock / f.clock for a, f in zip(self.assessment, self.floor, strict=True)]
        return min(ratios), max(ratios)

    @property
    def work(self) -> float:
        """The ratio of processor time."""
        return median(run.processors for run in self.assessment) / median(run.processors for run in self.floor)


def seconds(runs: list[Run]) -> float:
    return median(run.clock for run in runs)


def assessment_command(folder: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "gemba.config.main", "assess", str(folder), "--out", str(out), "--no-pdf"]


def floor_command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.assess_floor", str(folder)]


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}


def processor_seconds() -> float:
    """Of all children that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(command: list[str]) -> Run:
    started, used = time.perf_counter(), processor_seconds()
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    run = Run(time.perf_counter() - started, processor_seconds() - used)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[1:4])} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return run


def measured(folder: Path, scratch: Path, rounds: int) -> Measured:
    """Rounds of one assessment and one floor, after one of each that is not counted."""
    result = Measured([], [])
    for number in range(-1, rounds):
        assessment = timed(assessment_command(folder, scratch / f"out-{folder.name}-{number}"))
        floor = timed(floor_command(folder))
        if number >= 0:
            result.assessment.append(assessment)
            result.floor.append(floor)
    return result


def session_of(process: Path) -> int:
    # The command name, in parentheses, may itself hold spaces and parentheses.
    return int((process / "stat").read_text().rpartition(")")[2].split()[3])


def proportional_kilobytes(process: Path) -> int:
    lines = (process / "smaps_rollup").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def tree_kilobytes(session: int) -> int:
    total = 0
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            if session_of(process) == session:
                total += proportional_kilobytes(process)
        except (OSError, IndexError, ValueError):
            # The process ended between being listed and being read.
            continue
    return total


def peak_megabytes(command: list[str]) -> float:
    peak = 0
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        while process.poll() is None:
            peak = max(peak, tree_kilobytes(process.pid))
            time.sleep(0.02)
    return peak / 1024


def report(title: str, result: Measured) -> None:
    low, high = result.spread
    verdict = "within" if result.ratio <= MOST_RATIO else "BEYOND"
    print(f"{title}: assessment {seconds(result.assessment):.2f} s, floor {seconds(result.floor):.2f} s")
    print(
        f"  ratio {result.ratio:.2f} (rounds {low:.2f} to {high:.2f}), {verdict} the limit of {MOST_RATIO}; "
        f"of processor time {result.work:.2f}"
    )


def folder_of(scratch: Path, count: int) -> Path:
    folder = scratch / f"documents-{count}"
    if not folder.exists():
        make_folder(folder, count)
    return folder


def line(scratch: Path, counts: tuple[int, ...]) -> None:
    """Seconds per document at each size: a straight line keeps them level."""
    for count in counts:
        run = timed(assessment_command(folder_of(scratch, count), scratch / f"line-{count}"))
        each, work = run.clock / count * 1000, run.processors / count * 1000
        print(f"  {count:>5} documents: {run.clock:.2f} s, {each:.2f} ms each ({work:.2f} ms of processor time)")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three rounds, 85 and 300 documents, a short line")
    parser.add_argument("--documents", type=int, nargs="*", help="sizes of the generated folders")
    parser.add_argument("--rounds", type=int)
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    rounds = asked.rounds or (3 if asked.quick else 7)
    sizes = asked.documents or ([SMALL, 300] if asked.quick else [SMALL, LARGE])
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"{cores} cores, load {os.getloadavg()[0]:.1f}; {rounds} rounds")
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        if REAL.is_dir():
            report("85 Markdown documents of a real set", measured(REAL, scratch, rounds))
        for size in sizes:
            report(f"{size:,} generated documents", measured(folder_of(scratch, size), scratch, rounds))
        largest = folder_of(scratch, max(sizes))
        peak = peak_megabytes(assessment_command(largest, scratch / "memory"))
        verdict = "within" if peak <= MOST_MEGABYTES else "BEYOND"
        print(f"memory at {max(sizes):,}: {peak:.0f} MB over all processes, {verdict} the limit of {MOST_MEGABYTES}")
        print("a straight line keeps the milliseconds of a document level:")
        line(scratch, QUICK_LINE if asked.quick else LINE)


if __name__ == "__main__":
    main()
