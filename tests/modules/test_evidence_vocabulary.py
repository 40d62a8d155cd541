"""What every kind of record proves, in which state, on which day: the list that is checked in is what is declared.

    python -m tests.modules.test_evidence_vocabulary

writes the list anew, for whoever changed a declaration and means it.
"""

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db.models import DateField, Q

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()

from gemba.evidence.catalogue.load import catalogue
from gemba.kernel.types import RecordType, Yields, registry

FILE = Path(__file__).with_name("evidence_yielded.csv")
HEADER = ("record", "evidence", "in the states", "on the day in", "only where")
OWN_TYPES = "tests.sample"
"""Kinds that exist for tests alone are not listed."""
PROVES_NOTHING = frozenset({
    "capaaction", "certificate", "certificationplan", "certificationvisit", "changetask", "complaintimport", "course",
    "fitcheck", "gapanswer", "gapassessment", "gapreview", "override", "quiz", "report",
})  # fmt: skip
"""Parts and beginnings of other records: what they come to is proven by those. Each new one must be thought about."""


def kinds() -> list[RecordType[Any]]:
    listed = (each for each in registry if apps.get_app_config(each.model._meta.app_label).name != OWN_TYPES)
    return sorted(listed, key=lambda declared: declared.kind)


def words(condition: Q | tuple[str, Any]) -> str:
    """A condition as it would be said: `nature=corrective`, `not (…)`."""
    if isinstance(condition, tuple):
        name, value = condition
        many = isinstance(value, list | tuple | set | frozenset)
        return f"{name}={'|'.join(map(str, value)) if many else value}"
    parts = [words(child) for child in condition.children]  # type: ignore[arg-type]
    joined = f" {condition.connector.lower()} ".join(f"({p})" if " " in p and len(parts) > 1 else p for p in parts)
    return f"not ({joined})" if condition.negated else joined


def line(declared: RecordType[Any], each: Yields) -> tuple[str, ...]:
    states = " ".join(state.name for state in each.states)
    where = " and ".join(filter(None, (words(each.where), f"{each.by}={each.evidence}" if each.by else "")))
    return (declared.kind, each.evidence, states, each.on, where)


def declared_lines() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for declared in kinds():
        found += sorted(line(declared, each) for each in declared.yields) or [(declared.kind, "", "", "", "")]
    return found


def written(lines: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADER, *lines])
    return text.getvalue()


def listed_lines() -> list[tuple[str, ...]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        header, *rows = [tuple(row) for row in csv.reader(file)]
    assert header == HEADER
    return rows


def test_the_list_says_what_every_kind_yields_in_which_state_on_which_day() -> None:
    """M39, M71: a declaration that changes changes the list, so that nobody changes by accident what counts."""
    listed, declared = listed_lines(), declared_lines()
    assert [row for row in declared if row not in listed] == []
    assert [row for row in listed if row not in declared] == []
    assert FILE.read_text("utf-8") == written(declared)


def test_every_type_of_the_list_is_of_the_catalogue() -> None:
    """M39: the vocabulary of the catalogue, and nothing beside it."""
    known = set(catalogue().evidence_types)
    assert {row[1] for row in listed_lines() if row[1]} - known == set()


def test_every_state_is_one_of_its_kind_and_every_day_a_date_of_its_kind() -> None:
    """M71: evidence has a state that exists and a day that a column holds."""
    wrong = []
    for kind, evidence, states, on, _where in listed_lines():
        declared = registry.named(kind)
        names = {state.name for state in declared.lifecycle.states}
        if not evidence:
            continue
        if not set(states.split()) <= names or not isinstance(declared.field(on), DateField):
            wrong.append((kind, evidence, states, on))
    assert wrong == []


def test_every_kind_proves_something_or_is_named_as_one_that_does_not() -> None:
    """M71: a new kind of record is thought about, never forgotten."""
    assert {row[0] for row in listed_lines() if not row[1]} == PROVES_NOTHING


def test_nothing_is_proven_in_the_state_in_which_a_record_begins() -> None:
    """M71: typing something in proves nothing; only a step that somebody took does."""
    begins = {declared.kind: declared.lifecycle.start.name for declared in kinds()}
    assert [row for row in listed_lines() if row[1] and begins[row[0]] in row[2].split()] == []


def test_what_the_improvement_loop_proves_covers_its_clauses() -> None:
    """M149: every duty of 8.2.1 to 8.2.3, 8.3, 8.5.2, 8.5.3 and 6.2 that asks for practice can be proven by a kind
    of its own, not only by a scan of paper. Feeding risk management waits for a risk file.
    """
    own = {row[1] for row in listed_lines() if row[0] != "document"}
    clauses = ("6.2", "8.2.1", "8.2.2", "8.2.3", "8.3", "8.5.2", "8.5.3")
    duties = [
        duty for duty in catalogue().frameworks["iso13485"].duties
        if duty.needs_practice and any(duty.clause == c or duty.clause.startswith(f"{c}.") for c in clauses)
    ]  # fmt: skip
    assert {duty.clause for duty in duties} >= {"6.2", "8.2.1", "8.2.2", "8.2.3", "8.3.2", "8.5.2", "8.5.3"}
    assert [duty.id for duty in duties if not own & set(duty.proving)] == ["8.2.1-e"]


if __name__ == "__main__":
    FILE.write_text(written(declared_lines()), "utf-8")
    print(f"{FILE.name}: {len(declared_lines())} lines ({settings.SETTINGS_MODULE})")
