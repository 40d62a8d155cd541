"""The extractor against a public set of templates, with facts counted by hand. The set lies beside the checkout."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gemba.assess.extract.document import extract
from gemba.assess.model import Document, Kind
from gemba.assess.readers.dispatch import read
from tests.assess.extract.support import citations, stated

_SHARED = Path(__file__).resolve().parents[3].parent / "shared"
_FOLDER = _SHARED / "inputs" / "qms-openregulatory-ccby4"
_GOAL = 0.98
_MAP = "templates/qms/13485-mapping.md"

pytestmark = pytest.mark.skipif(not _SHARED.is_dir(), reason="the example documents lie beside the checkout")


@cache
def _expected() -> dict[str, Any]:
    text = (_FOLDER.parent / f"{_FOLDER.name}.expected.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@cache
def _documents() -> dict[str, Document]:
    made: dict[str, Document] = {}
    for path in sorted((_FOLDER / "templates").rglob("*.md")):
        relative = path.relative_to(_FOLDER).as_posix()
        made[relative] = extract(relative, "markdown", read(path, relative), citations())
    return made


def test_stated_claims_are_found_and_no_others() -> None:
    """M47: precision and recall over all documents but the map."""
    expected = {path: set(clauses) for path, clauses in _expected()["clause_claims_by_doc"].items()}
    right = wrong = missed = 0
    for path, made in _documents().items():
        if path == _MAP:
            continue
        found, wanted = set(stated(made)), expected.get(path, set())
        right += len(found & wanted)
        wrong += len(found - wanted)
        missed += len(wanted - found)
    assert right / (right + wrong) >= _GOAL
    assert right / (right + missed) >= _GOAL


def test_the_clause_map_gives_its_rows_exclusions_and_document_names() -> None:
    """M18: rows, clauses said not to apply, and the names the map uses."""
    made = _documents()[_MAP]
    assert len(made.map_rows) == _expected()["mapping_rows"]
    assert [r.clause for r in made.map_rows if r.excluded] == _expected()["mapping_na"]
    names = {name for r in made.map_rows for name in r.documents}
    assert len(names) == _expected()["mapping_named_documents"]
    assert names >= set(_expected()["mapping_names_without_exact_title"])
    assert stated(made) == []


def test_the_software_clause_map_is_read_whole() -> None:
    """M5: a map of another standard."""
    rows = _documents()["templates/techdoc/62304/62304-mapping.md"].map_rows
    assert len(rows) == _expected()["62304_mapping_rows"]
    assert {r.framework for r in rows} == {"iec62304"}


def test_the_manual_gives_its_exclusions_with_their_shared_reason() -> None:
    """M18: six clauses, one sentence of reason over the list."""
    made = _documents()["templates/qms/quality-manual-policy-objectives.md"]
    assert [e.clause for e in made.exclusions] == ["6.4.2", "7.5.2", "7.5.5", "7.5.7", "7.5.9.2", "7.5.11"]
    assert {e.reason for e in made.exclusions} == {"the product being stand-alone software"}


def test_procedures_without_owner_are_seen() -> None:
    """M21: all but one leave the process owner open."""
    procedures = [d for d in _documents().values() if d.kind is Kind.PROCEDURE]
    assert len(procedures) == _expected()["sops"]
    assert sum(d.owner_unfilled is not None for d in procedures) == _expected()["sops_with_process_owner_placeholder"]


def test_guidance_to_authors_is_seen() -> None:
    """M56: documents in which template guidance is left."""
    assert sum(bool(d.guidance) for d in _documents().values()) == _expected()["docs_with_guidance_quotes"]


def test_an_edition_that_never_existed_is_kept_as_written() -> None:
    """M47: ISO 13485:2015."""
    made = _documents()["templates/qms/sop-product-certification-and-registration.md"]
    assert ("ISO 13485", "2015") in {(s.standard, s.edition) for s in made.standards}


def test_templates_yield_no_evidence() -> None:
    """M71: nothing in a set of templates proves practice."""
    assert [d.path for d in _documents().values() if d.evidence_types or d.kind is Kind.RECORD] == []


def test_a_blank_training_record_is_seen_as_blank() -> None:
    """M71: the form of a training record without entries."""
    assert _documents()["templates/qms/human-resources/training-record.md"].blank
