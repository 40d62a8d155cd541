"""A public set of templates taken into an empty company: every document, the map, and the same gaps as assessed."""

import datetime as dt
import os
import signal
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from gemba.assess.model import Assessment, ClauseState
from gemba.evidence.catalogue.model import Framework
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.claims.models import Claim
from gemba.evidence.practice.assessment import assess
from gemba.evidence.practice.states import State
from gemba.kernel import clock
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.models import Event
from gemba.modules.document.bringing import Gathered, gather
from gemba.modules.document.bringing_in import Import
from gemba.modules.document.family import Document, Revision
from tests.kernel.people import as_, person
from tests.modules.document.test_import_killed import importing

SET = Path(__file__).resolve().parents[3].parent / "shared" / "inputs" / "qms-openregulatory-ccby4"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("document-races"),
    pytest.mark.skipif(not SET.is_dir(), reason="the public set of documents is not beside the checkout"),
]
DAY = dt.date(2026, 6, 30)
DOCUMENTS = 85
ISO = known_catalogue().frameworks["iso13485"]
ON_PAPER = {State.PAPER_ONLY, State.NOT_YET_DUE, State.WRITTEN}
"""What "paper only" is called once it is known whether a record is asked for, and whether one is due."""


@pytest.fixture(scope="module")
def gathered() -> Gathered:
    return gather(SET, as_of=DAY, processes=1)


def claimed_here(source: str) -> Mapping[str, set[str]]:
    """Duty to the paths of the documents that claim it, by who says so."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = Claim.objects.standing().filter(framework=ISO.id, source=source)
    for duty, path in rows.values_list("duty", "record__as_document__imported_from"):
        found[duty].add(path.partition("/")[2])
    return found


def claimed_there(assessment: Assessment, source: str) -> Mapping[str, set[str]]:
    """The same as the assessment says it: of a clause that is not excluded, and so of each of its duties."""
    return {
        duty.id: set(getattr(clause, source))
        for clause in assessment.clauses
        for duty in ISO.duties_by_clause[clause.clause]
        if clause.state is not ClauseState.EXCLUDED and getattr(clause, source)
    }


def as_assessed(framework: Framework) -> Mapping[str, str]:
    """Duty to what the gap report here says of it, in the words of an assessment, as if every draft were in force."""
    found = {}
    for row in assess(framework, {}, drafts=True).rows:
        known = "paper only" if row.state in ON_PAPER else str(row.state)
        found[row.duty.id] = known if row.ground.claimed_since else "nobody claims it"
    return found


def states_there(assessment: Assessment) -> Mapping[str, str]:
    """Excluded clauses have no claims here: whether they apply is decided in the scope, by a person."""
    unclaimed = {ClauseState.EXCLUDED: "nobody claims it", ClauseState.MISSING: "nobody claims it"}
    conditional = {duty.id for duty in ISO.duties if duty.condition}
    found = {}
    for clause in assessment.clauses:
        for duty in ISO.duties_by_clause[clause.clause]:
            said = unclaimed.get(clause.state, str(clause.state))
            found[duty.id] = "undecided" if said == "paper only" and duty.id in conditional else said
    return found


def test_killed_in_the_middle_and_repeated_the_set_is_there_whole_with_the_gaps_that_were_assessed(
    gathered: Gathered, store: Path
) -> None:
    """M20, M71, FIL-15: 85 documents; each duty is claimed by the same documents, and its state is the same."""
    quality = person("Quentin", Role.QUALITY)
    with importing(quality, store, SET) as running:
        assert running.stdout is not None
        reached = [running.stdout.readline() for _ in range(DOCUMENTS // 2)]
        os.kill(running.pid, signal.SIGKILL)
    assert reached[-1] == f"{DOCUMENTS // 2} of {DOCUMENTS}\n"
    assert not Record._base_manager.exists()
    assert not Claim.objects.exists()

    decided = Import(**as_(quality)).execute(gathered)
    assert Document._base_manager.count() == Revision._base_manager.count() == len(decided.intended) == DOCUMENTS
    assert Attachment.objects.count() == DOCUMENTS
    assert [each.path for each in gathered.left] == ["LICENCE-NOTE.txt", "LICENSE.md", "README.md"]
    everything_as_it_was_assessed(gathered.assessment)
    with_findings = {each.path for each in gathered.assessment.findings}
    tasks = Task.objects.values_list("record__as_revision__document__imported_from", flat=True)
    assert with_findings <= {path.partition("/")[2] for path in tasks}

    events, claims = Event.objects.count(), Claim.objects.count()
    again = Import(**as_(quality)).execute(gathered)
    assert (again.intended, len(again.there)) == ((), DOCUMENTS)
    assert (Event.objects.count(), Claim.objects.count()) == (events, claims)


def everything_as_it_was_assessed(assessment: Assessment) -> None:
    assert claimed_here("map") == claimed_there(assessment, "mapped")
    assert claimed_here("document") == claimed_there(assessment, "stated")
    assert as_assessed(ISO) == states_there(assessment)
    clauses = {row.duty.clause for row in assess(ISO, {}, drafts=True).rows if row.ground.claimed_since}
    assert len(clauses) == assessment.totals.claimed
    now = assess(ISO, {}).overall
    assert (now.all_claimed, now.working) == (0, 0), "nothing counts before somebody here has approved it"
    assert not assess(ISO, {}, on=clock.today() - dt.timedelta(days=1), drafts=True).overall.all_claimed
