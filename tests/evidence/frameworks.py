"""Small framework files that tests write and change."""

from pathlib import Path

from gemba.evidence.catalogue.errors import CatalogueError
from gemba.evidence.catalogue.load import load_framework, shipped_frameworks
from gemba.evidence.catalogue.model import Framework

OWN = """\
schema: gemba-framework/1
id: house
title: House rules of a laboratory
designation: House rules
edition: '2'
cited_as: [House rules, HR]
editions: {'2021': superseded, '2024': current}
basis: Written by the company for itself.
evidence_types:
  swab_log:
    label: Swab log
    proves: benches swabbed and read
    strength: practice
conditions:
  wet_lab:
    question: Is there a wet laboratory?
    usual_answer: depends
clauses:
  - number: '1'
    title: Benches
  - number: '1.1'
    title: Clean benches
    parent: '1'
    duties:
      - id: house-1
        text: Swab each bench every week.
        kind: record
        evidence: [swab_log, env_monitoring]
        cadence: planned_interval
        interval_months: 1
        applicability: conditional
        condition: wet_lab
        counterparts:
          iso13485: [6.4.1]
    practice_checks:
      - id: house-check
        question: benches not swabbed in the last month
        metric: count
        limit: '0'
  - number: '8.10'
    title: Internal checks
    counterparts:
      iso13485: [8.2.4]
"""


def written(folder: Path, text: str | bytes = OWN, name: str = "own.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def loaded(folder: Path, text: str | bytes = OWN) -> Framework:
    return load_framework(written(folder, text), base=shipped_frameworks())


def problems(folder: Path, text: str | bytes) -> tuple[str, ...]:
    """The sentences about a file that cannot be used; a file that can is a failure of the test."""
    try:
        loaded(folder, text)
    except CatalogueError as error:
        return error.problems
    raise AssertionError("the file was accepted")


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1
