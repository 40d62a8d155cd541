"""A small starter set that tests write and break."""

from pathlib import Path

from gemba.evidence.catalogue.errors import CatalogueError
from gemba.evidence.catalogue.load import catalogue
from gemba.evidence.starter.load import load_starter_set
from gemba.evidence.starter.model import StarterSet

SET = """\
schema: gemba-starter/1
title: A set for tests
edition: '1'
licence: Apache-2.0
roles:
  baker:
    label: baker
    duties: Bakes.
    question: Who bakes?
processes:
  baking:
    title: Baking
    area: production
    inputs: dough
    outputs: bread
    feeds: [baking]
"""
DOCUMENTS = """\
schema: gemba-starter/1
documents:
  - id: sop-bread
    number: SOP-01
    title: Bread
    type: procedure
    area: production
    process: baking
    owner: baker
    purpose: Bread is good on [[day]].
    scope: All bread, see SOP-01.
    claims: {iso13485: [7.5.1, 8.2.6-c]}
    uses: [frm-bread]
    review_months: 24
    retention: {years: 10, counted_from: the date of the record, note: Longer for cake.}
    adapt: Say which bread.
    terms: {crust: The outside.}
    gaps:
      day: {label: day of baking, question: On which day do you bake?}
      oven: {label: the oven, question: Which oven?}
    body: |
      ## Baking

      Bread is baked **slowly**. See FRM-01.

      {{live:objectives}}
    steps:
      - role: baker
        action: Bake it on FRM-01.
        within: the same day
        produces: [batch_record]
        form: frm-bread
        tool: oven
        minutes: 60
  - id: frm-bread
    number: FRM-01
    title: Loaf card
    type: form
    area: production
    process: baking
    owner: baker
    purpose: One loaf.
    scope: All loaves.
    review_months: 24
    retention: {years: 10, counted_from: the date of the record}
    adapt: Nothing.
    form:
      states: [open, eaten]
      yields: [batch_record]
      fields:
        - {id: weight, label: Weight, type: number, required: true, states: [open], help: In grams.}
        - {id: taste, label: Taste, type: choice, required: false, states: [eaten], choices: [good, bad], help: Taste.}
  - id: trn-bread
    number: TRN-01
    title: Baking for beginners
    type: training course
    area: production
    process: baking
    owner: baker
    purpose: Learn to bake.
    scope: Everyone.
    review_months: 24
    retention: {years: 5, counted_from: the person left the company}
    adapt: Bring flour.
    course:
      minutes: 30
      pass_percent: 80
      objectives: [Bake.]
      slides:
        - title: Flour
          text: |
            It is **white**.
      questions:
        - text: What is flour?
          answers: [White, Blue]
          right: [White]
          why: Look at it.
"""


def written(folder: Path, documents: str | bytes = DOCUMENTS, head: str = SET) -> Path:
    (folder / "set.yaml").write_text(head, encoding="utf-8")
    data = documents if isinstance(documents, bytes) else documents.encode()
    (folder / "bread.yaml").write_bytes(data)
    return folder


def loaded(folder: Path, documents: str = DOCUMENTS, head: str = SET) -> StarterSet:
    return load_starter_set(written(folder, documents, head), catalogue())


def problems(folder: Path, documents: str | bytes = DOCUMENTS, head: str = SET) -> tuple[str, ...]:
    """The sentences about a set that cannot be used; a set that can is a failure of the test."""
    try:
        load_starter_set(written(folder, documents, head), catalogue())
    except CatalogueError as error:
        return error.problems
    raise AssertionError("the set was accepted")


def changed(old: str, new: str, text: str = DOCUMENTS) -> str:
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


def line_of(part: str, text: str) -> int:
    return text[: text.index(part)].count("\n") + 1
