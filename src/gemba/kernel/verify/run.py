"""Verify everything: chains, rows, what stands beside them, signatures, files, and the sealed log with its witness."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.log.checking import log_problems
from gemba.kernel.people.models import Person
from gemba.kernel.trail import guards
from gemba.kernel.trail.canonical import moment
from gemba.kernel.trail.finding import Finding
from gemba.kernel.trail.keys import KeyUnusableError, all_keys
from gemba.kernel.verify.beside import beside_problems
from gemba.kernel.verify.chains import close_look, late_events, odd_heads
from gemba.kernel.verify.events import Progress, Reading
from gemba.kernel.verify.files import LARGE, file_problems, how_large
from gemba.kernel.verify.others import QUESTIONS
from gemba.kernel.verify.reach import Known
from gemba.kernel.verify.rows import differing, missing_rows, unlike
from gemba.kernel.verify.scan import Part
from gemba.kernel.verify.signatures import no_longer_valid, signature_problems
from gemba.kernel.verify.snapshots import Row, other_rows, record_count, record_rows

T = TypeVar("T")
FORMAT = 1
MOST = 1000
"""Findings that a report names one by one; the rest are counted."""


def silent(_what: str, _done: int, _all: int) -> None:
    """No progress bar."""


@dataclass(kw_only=True)
class Wish:
    """What is to be verified, and how."""

    full: bool = False
    """Read every file again, however many there are."""
    witness: Path | None = None
    """Folder with what a witness kept outside the database."""
    jobs: int = 1
    progress: Progress = silent


@dataclass(kw_only=True)
class Report:
    """What was looked at and what was found. `limits` are sentences about what this verification cannot show."""

    at: str
    witness: str = ""
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    more: int = 0
    """Findings beyond those that are named."""
    limits: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.findings

    def add(self, found: Iterable[Finding]) -> list[Finding]:
        taken = []
        for each in found:
            if len(self.findings) < MOST:
                self.findings.append(each)
                taken.append(each)
            else:
                self.more += 1
        return taken

    def told(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "format": FORMAT, "result": "clean" if self.clean else "findings", "at": self.at,
            "seconds": round(self.seconds, 2), "witness": self.witness or None, "limits": self.limits,
            "counts": self.counts, "findings": [asdict(each) for each in self.findings], "more_findings": self.more,
        }  # fmt: skip


def verify(wish: Wish) -> Report:
    """Look at everything once. Writes nothing, and can run beside people who do."""
    begun = time.monotonic()
    report = Report(at=moment(clock.now()), witness=str(wish.witness or ""))
    try:
        keys = {name: key.secret for name, key in all_keys().items()}
    except KeyUnusableError as error:
        keys = {}
        report.add([Finding(code="key-unusable", subject="keys", sentence=str(error))])
    report.add(guard_problems())
    people = dict(Person.objects.values_list("pk", "uid"))
    part = _rows_and_chains(report, wish, Known(keys, people))
    report.add(whole("beside", beside_problems()))
    report.add(whole("signatures", signature_problems(part.signed)))
    for ask in QUESTIONS:
        report.add(whole(ask.__name__.removesuffix("_problems"), ask()))
    _files(report, wish)
    report.add(no_longer_valid(report.findings.copy()))
    wish.progress("seals", 0, 1)
    report.add(whole("log", log_problems(wish.witness)))
    wish.progress("seals", 1, 1)
    if wish.witness is None:
        report.limits.append(unwitnessed())
    report.seconds = time.monotonic() - begun
    return report


def whole(what: str, found: Iterable[T]) -> Iterator[T | Finding]:
    """What was found. A value that its column cannot hold, which only SQLite keeps, ends the part, not the report."""
    try:
        yield from found
    except (ValueError, ArithmeticError, TypeError) as error:
        words = {"what": what, "error": str(error)[:200]}
        sentence = _(
            "%(what)s: a row holds a value that its column cannot hold (%(error)s). It was not written by Gemba, and"
            " hides the rest of this part until it is mended."
        )
        yield Finding(code="part-unreadable", subject=what, sentence=sentence % words)


def configured_witness() -> Path | None:
    """The first of the folders that get a copy of the log, if it can be reached."""
    return next((path for path in map(Path, settings.GEMBA_WITNESS) if path.is_dir()), None)


def unwitnessed() -> str:
    return _(
        "Not checked against a witness: whoever holds the keys and the database could have rewritten both, and events"
        " that were removed together with their seals cannot be missed. Give --witness with the witness's folder."
    )


def guard_problems() -> Iterator[Finding]:
    """Guards that the database no longer has, or not as they must be."""
    for name in guards.missing():
        sentence = _("The guard %s is not in the database as it must be; rows could be altered unseen.") % name
        yield Finding(code="guard-missing", subject="guards", field=name, sentence=sentence)


def _rows_and_chains(report: Report, wish: Wish, known: Known) -> Part:
    """Other processes read the events meanwhile, where there are any: rows first."""
    reading = Reading(known, wish.jobs, wish.progress)
    digests = _told(record_rows(), record_count(), "records", wish.progress)
    rows = list(digests)
    for model, found in other_rows():
        for each in whole(model._meta.model_name or "", found):
            if isinstance(each, Finding):
                report.add([each])
            else:
                rows.append(each)
    part = reading.result()
    seen: set[str] = set()
    different = list(differing(rows, part.tails, seen))
    report.add(close_look(part.suspects | odd_heads(part.tails), known.keys, known.people))
    report.add(late_events(part.late))
    for row in different:
        report.add(unlike(row))
    report.add(missing_rows(part.tails, seen))
    report.counts |= {"events": part.events, "chains": len(part.tails), "rows": len(rows)}
    report.counts["signatures"] = len(part.signed)
    return part


def _told(rows: Iterable[Row], count: int, what: str, progress: Progress) -> Iterator[Row]:
    for place, row in enumerate(rows, 1):
        if place % 1000 == 0:
            progress(what, min(place, count), count)
        yield row
    progress(what, count, count)


def _files(report: Report, wish: Wish) -> None:
    count, size = how_large()
    read = wish.full or size <= LARGE
    report.counts |= {"files": count, "file_bytes": size}
    report.add(file_problems(wish.progress, jobs=wish.jobs, read=read))
    if not read:
        report.limits.append(
            _("Files were compared by size alone, because there are many; --full reads all of them again.")
        )
