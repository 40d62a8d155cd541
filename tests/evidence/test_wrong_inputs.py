"""Wrong frameworks, contradictory scopes, impossible thresholds, a clock set back: a sentence, nothing half-stored."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import override_settings

from gemba.evidence.catalogue.errors import CatalogueError
from gemba.evidence.catalogue.load import catalogue, framework, load_framework
from gemba.evidence.checks import thresholds_can_be_used, unknown_evidence
from gemba.evidence.practice.models import Holding, Progress, Snapshot
from gemba.evidence.practice.refresh import catch_up
from gemba.evidence.practice.snapshots import keep
from gemba.evidence.scope.models import Applicability, Applied
from gemba.evidence.scope.proposals import contradictions
from gemba.evidence.signals.signal import Threshold
from gemba.evidence.signals.thresholds import ThresholdError, limit, limits, shipped, with_own
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.refusals import Invalid
from gemba.kernel.roles import Role
from gemba.kernel.types import registry
from gemba.modules.scope.models import Scope
from tests.evidence.frameworks import OWN
from tests.kernel.people import as_, person
from tests.kernel.samples import figure, signed

ISO = framework("iso13485")


@pytest.mark.parametrize("months", ["0", "-3", "1.5", "never"])
def test_a_cadence_of_nothing_is_refused_with_its_row(months: str, tmp_path: Path) -> None:
    """M11: zero months would make evidence due without end."""
    path = tmp_path / "house.yaml"
    path.write_text(OWN.replace("interval_months: 1", f"interval_months: {months}"), encoding="utf-8")
    with pytest.raises(CatalogueError, match="must be a whole number from 1"):
        load_framework(path, base=tuple(catalogue().frameworks.values()))


def test_an_unknown_evidence_type_stops_the_start_with_a_sentence() -> None:
    """M11: a type that no duty could ask for is a misspelling."""
    assert unknown_evidence(registry, catalogue().evidence_types) == []
    said = unknown_evidence([registry.named("measurement")], {})
    assert said == ["measurement: it yields 'objective_kpi', which is no evidence type of the catalogue."]


def test_a_framework_that_names_an_unknown_type_is_refused(tmp_path: Path) -> None:
    """M11: with the name, and nothing of it is known afterwards."""
    path = tmp_path / "house.yaml"
    path.write_text(OWN.replace("env_monitoring", "env_monitring"), encoding="utf-8")
    with pytest.raises(CatalogueError, match="env_monitring"):
        load_framework(path, base=tuple(catalogue().frameworks.values()))


@pytest.mark.django_db
def test_a_scope_that_contradicts_itself_is_refused_whole() -> None:
    """M18, M19: neither the decision nor anything else of the edit is stored."""
    who = person("Aino Laine", Role.QUALITY)
    given = {"title": "Bands", "purpose": "existing", "role": "manufacturer", "statement": "Design of bands."}
    scope = Raise(model=Scope, values=given, **as_(who)).execute()
    duty = next(each for each in ISO.duties if each.clause == "7.5.5").id
    line = {"framework": "iso13485", "duty": duty, "applies": True, "reason": ""}
    both = [line, {**line, "applies": False, "reason": "We sterilise nothing."}]
    with pytest.raises(Invalid, match="decided twice, and differently"):
        Edit(record=scope, values={"decisions": both, "statement": "Other"}, **as_(who)).execute()
    condition = next(iter(ISO.conditions))
    answers = [{"condition": condition, "answer": word, "remark": ""} for word in ("yes", "no")]
    with pytest.raises(Invalid, match="decided twice, and differently"):
        Edit(record=scope, values={"answers": answers}, **as_(who)).execute()
    stored = Scope._base_manager.get(pk=scope.pk)
    assert (stored.statement, stored.decisions, stored.answers) == ("Design of bands.", [], [])
    assert not Applied.objects.exists()
    assert not Applicability.objects.exists()


def test_the_same_said_twice_is_no_contradiction() -> None:
    """M18."""
    assert contradictions([("a", True), ("b", False), ("a", True)]) == []
    assert len(contradictions([("a", True), ("a", False), ("a", False)])) == 1


@pytest.mark.django_db
def test_a_clock_set_back_writes_nothing_twice_and_forgets_nothing() -> None:
    """CLK-01, M63: figures of the day before do not undo what was kept, and catching up stays where it was."""
    quality, manager = person("Aino Laine", Role.QUALITY), person("Marta Kovač", Role.MANAGEMENT)
    with time_machine.travel(dt.datetime(2026, 6, 2, 9, tzinfo=dt.UTC)):
        signed(figure(quality), "confirm", manager)
        keep(dt.date(2026, 6, 2))
        held, reached = Holding.objects.count(), Progress.objects.get().event
        kept = list(Snapshot.objects.filter(site=None).values_list("framework", "day", "working"))
    with time_machine.travel(dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)):
        assert not catch_up()
        keep(dt.date(2026, 5, 1))
    assert (Holding.objects.count(), Progress.objects.get().event) == (held, reached)
    later = Snapshot.objects.filter(site=None, day=dt.date(2026, 6, 2))
    assert list(later.values_list("framework", "day", "working")) == kept


def test_thresholds_are_data_within_bounds() -> None:
    """M72: each says what it is, and its own value is one that could be chosen."""
    for signal, each in shipped().items():
        for name, threshold in each.items():
            assert threshold.name, (signal, name)
            assert threshold.least <= threshold.value <= threshold.most, (signal, name)


def test_a_company_replaces_the_thresholds_it_knows_better() -> None:
    """M72: any part of them, the rest stays."""
    found = with_own(shipped(), b"backfill:\n  late_days: 21\n  share: {value: 30}\n")
    assert (found["backfill"]["late_days"].value, found["backfill"]["share"].value) == (21, 30)
    assert found["burst"] == shipped()["burst"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"backfil:\n  late_days: 3\n", "there is no threshold backfil / late_days"),
        (b"backfill:\n  late_days: 0\n", "must be a number from 1 to 365"),
        (b"backfill:\n  late_days: soon\n", "must be a number from 1 to 365"),
        (b"backfill:\n  late_days: yes\n", "must be a number"), (b"backfill:\n  share: .nan\n", "must be a number"),
        (b"- a\n- b\n", "must name signals"), (b"\xff\xfe", "no YAML in UTF-8"), (b"a: [", "no YAML in UTF-8"),
        (b"a: !!python/name:os.system x\n", "no YAML in UTF-8"), (b"x" * 70_000, "larger than 64 KB"),
        (b"'a\x1b[2Jb':\n  'c\\nd': 1\n", "no YAML in UTF-8"), (b"'A B':\n  'c d': 1\n", r"\(unreadable\)"),
    ],
)  # fmt: skip
def test_thresholds_that_cannot_be_used_are_sentences(content: bytes, said: str) -> None:
    """M72: hostile or mistaken, nothing of the file is used."""
    with pytest.raises(ThresholdError, match=said):
        with_own(shipped(), content)


def test_wrong_thresholds_stop_the_start(tmp_path: Path) -> None:
    """M72: with the sentence; a good file is used."""
    wrong, right = tmp_path / "wrong.yaml", tmp_path / "right.yaml"
    wrong.write_text("silence:\n  least: 0\n", encoding="utf-8")
    right.write_text("silence:\n  least: 12\n", encoding="utf-8")
    with override_settings(GEMBA_SIGNALS=str(wrong)):
        errors: list[Any] = list(thresholds_can_be_used(app_configs=None))
    assert [each.msg for each in errors] == ["signals.yaml: silence / least must be a number from 2 to 1000."]
    with override_settings(GEMBA_SIGNALS=str(right)):
        assert limit("silence", "least") == 12
        assert isinstance(limits()["silence"]["least"], Threshold)
        assert thresholds_can_be_used(app_configs=None) == []
