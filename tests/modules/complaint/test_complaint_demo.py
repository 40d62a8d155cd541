"""Two years of complaints in the invented company: made through actions, good and bad."""

import datetime as dt
from collections import Counter

import pytest

from gemba.demo.company import founding
from gemba.demo.company.complaints import ACTION, complaint_lives
from gemba.demo.company.days import Calendar
from gemba.demo.company.stage import Stage, play
from gemba.demo.company.voices import VOICES
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.records.models import Record
from gemba.kernel.signing.models import Signature
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.types import registry
from gemba.modules.complaint.choices import Verdict
from gemba.modules.complaint.models import Complaint, ComplaintTrend, Feedback, FieldAction, Reportability

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)


@pytest.fixture
def played() -> Stage:
    stage, days = Stage(), Calendar(NOW)
    lives = [founding.founding(stage, days), founding.leeds(stage, days), *complaint_lives(stage, days)]
    play(lives, until=NOW)
    return stage


def flagged(model: type[Record], name: str) -> list[str]:
    flag = next(each for each in registry.named(str(model._meta.model_name)).flags if each.name == name)
    with seeing_everything(), clock.shifted(NOW):
        return [record.title for record in model.objects.filter(flag.rows(clock.today()))]


def test_the_company_has_complaints_of_every_kind_and_end(played: Stage) -> None:
    """M22, M30: closed, not investigated, no complaint, in work, waiting; each chain of events holds."""
    states = Counter(Complaint._base_manager.values_list("state", flat=True))
    assert sum(states.values()) == len(VOICES)
    assert set(states) == {"received", "investigated", "closed", "not_complaint"}
    kinds = Counter(Record._base_manager.values_list("kind", flat=True))
    assert {"feedback", "complaint", "reportability", "vigilancereport", "fieldaction", "complainttrend"} <= set(kinds)
    for record in Record._base_manager.order_by("?")[:15]:
        assert verify_chain(record.subject) == []
    assert Signature.objects.filter(record__kind="complaint").count() > 30


def test_the_bad_examples_are_found_by_flags_and_rules(played: Stage) -> None:
    """GXP-06, GXP-07: late reports, feedback nobody decides on, late entries, a signal that only the trend shows."""
    assert len(flagged(Reportability, "reported-late")) == 2
    assert flagged(Feedback, "waiting") == ["Sometimes it is just off"]
    assert "Switches itself off" in flagged(Complaint, "to-decide")
    late = [c.title for c in Complaint._base_manager.all() if (c.entered_at.date() - c.date_received).days > 10]
    assert len(late) == 3
    closed = Counter(s.at.date() for s in Signature.objects.filter(record__kind="complaint", transition="close"))
    assert max(closed.values()) >= 3, "closed in one afternoon before the audit"
    signal = ComplaintTrend._base_manager.get(problem="electrical")
    assert (signal.verdict, signal.state) == (Verdict.SIGNAL, "draft")
    assert ComplaintTrend._base_manager.filter(verdict=Verdict.NOT_EVALUABLE).exists()


def test_the_field_action_reached_all_but_one_and_the_drill_is_a_drill(played: Stage) -> None:
    """M120: the real one is closed with its answers; the exercise is numbered apart and still runs."""
    real = FieldAction._base_manager.get(title=ACTION)
    assert (real.state, real.unanswered) == ("done", [])
    assert [line["name"] for line in real.recipients if not line["answered"]] == ["Clinique Exemple"]
    drill = FieldAction._base_manager.get(exercise=True)
    assert (drill.number[:3], drill.state, len(drill.unanswered)) == ("EX-", "running", 1)
