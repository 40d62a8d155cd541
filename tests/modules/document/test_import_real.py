"""A public set of templates taken into an empty company: every document, the map, and the same gaps as assessed."""

import datetime as dt
from pathlib import Path

import pytest

from gemba.assess.model import Assessment, ClauseState
from gemba.assess.summary import CLAIMED
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.claims.models import Claim
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.roles import Role
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.models import Event
from gemba.modules.document.bringing import Gathered, gather
from gemba.modules.document.bringing_in import Import
from gemba.modules.document.family import Document, Revision
from tests.kernel.people import as_, person

SET = Path(__file__).resolve().parents[3].parent / "shared" / "inputs" / "qms-openregulatory-ccby4"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("store"),
    pytest.mark.skipif(not SET.is_dir(), reason="the public set of documents is not beside the checkout"),
]
DAY = dt.date(2026, 6, 30)


@pytest.fixture(scope="module")
def gathered() -> Gathered:
    return gather(SET, as_of=DAY, processes=1)


def by_clause(source: str) -> dict[str, set[str]]:
    """Clause of ISO 13485 to the paths of the documents that claim a duty of it, by who says so."""
    framework = known_catalogue().frameworks["iso13485"]
    clause_of = {duty.id: duty.clause for duty in framework.duties}
    found: dict[str, set[str]] = {}
    rows = Claim.objects.filter(framework="iso13485", source=source)
    for duty, path in rows.values_list("duty", "record__as_document__imported_from"):
        found.setdefault(clause_of[duty], set()).add(path.partition("/")[2])
    return found


def assessed(assessment: Assessment, source: str) -> dict[str, set[str]]:
    return {
        each.clause: set(getattr(each, source))
        for each in assessment.clauses
        if each.state is not ClauseState.EXCLUDED and getattr(each, source)
    }


def test_the_set_comes_in_whole_with_its_map_and_the_gaps_that_were_assessed(gathered: Gathered) -> None:
    """M20, M71, FIL-15: 85 documents; for every clause the same documents claim it as in the assessment."""
    quality = person("Quentin", Role.QUALITY)
    decided = Import(**as_(quality)).execute(gathered)
    assert Document._base_manager.count() == Revision._base_manager.count() == len(decided.intended) == 85
    assert Attachment.objects.count() == 85
    assert [each.path for each in gathered.left] == ["LICENCE-NOTE.txt", "LICENSE.md", "README.md"]
    assert by_clause("map") == assessed(gathered.assessment, "mapped")
    assert by_clause("document") == assessed(gathered.assessment, "stated")
    claimed = {each.clause for each in gathered.assessment.clauses if each.state in CLAIMED}
    assert by_clause("map").keys() | by_clause("document").keys() == claimed
    assert len(claimed) == gathered.assessment.totals.claimed
    with_findings = {each.path for each in gathered.assessment.findings}
    tasks = Task.objects.values_list("record__as_revision__document__imported_from", flat=True)
    assert with_findings <= {path.partition("/")[2] for path in tasks}
    events = Event.objects.count()
    again = Import(**as_(quality)).execute(gathered)
    assert (again.intended, len(again.there), Event.objects.count()) == ((), 85, events)
