"""The process register: life, owner, measure, flags (ISO 13485 4.1.2 to 4.1.4; M8, M23, M28)."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Assign, Edit, Raise
from gemba.kernel.history import as_of
from gemba.kernel.refusals import Invalid, NotAllowed, Refused
from gemba.kernel.signing.models import Signature
from gemba.kernel.trail.chain import verify_chain
from gemba.modules.process.conditions import PROCESS_FLAGS
from gemba.modules.process.models import Process, ProcessMeasurement
from tests.kernel.people import as_, person
from tests.modules.process.firm import (
    Firm,
    approved,
    changed,
    described,
    documented,
    firm,
    fresh,
    in_force,
    line,
    procedure,
    rated,
    signed,
    values,
)

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).resolve().parents[3] / "src" / "gemba" / "modules" / "process"


@pytest.fixture
def made() -> Firm:
    return firm()


def flags(process: Process) -> set[str]:
    rows = Process._base_manager.filter(pk=process.pk)
    return {flag.name for flag in PROCESS_FLAGS if rows.filter(flag.rows(clock.today())).exists()}


def test_processes_are_numbered_without_a_year(made: Firm) -> None:
    """M23: few and standing for years, so PROC-001; an exercise counts apart."""
    numbers = [described(made).number, described(made).number, described(made, exercise=True).number]
    assert numbers == ["PROC-001", "PROC-002", "EX-PROC-001"]


def test_a_process_comes_into_force_by_a_second_persons_signature(made: Firm) -> None:
    """M23: described by one, approved by another, valid from that day; the signature stays valid afterwards."""
    process = described(made)
    Advance(record=process, name="submit", **as_(made.quality)).execute()
    with pytest.raises(NotAllowed):
        signed(fresh(process), made.quality, "approve")
    standing = signed(fresh(process), made.manager, "approve")
    assert (standing.state, standing.valid_from, standing.edition) == ("in_force", clock.today(), 1)
    assert Signature.objects.get(record=process, transition="approve").valid
    assert verify_chain(process.subject) == []


def test_a_change_is_a_new_edition_and_the_one_before_stays_in_the_history(made: Firm) -> None:
    """M23: nothing of a process in force is edited; the change has a reason, a number and a signature of its own."""
    process = in_force(made)
    before = clock.now()
    with pytest.raises(Invalid):
        Edit(record=process, values={"metric": "Other"}, **as_(made.quality)).execute()
    with pytest.raises(Refused):
        Advance(record=process, name="revise", **as_(made.quality)).execute()
    process = changed(process, made, metric="Other")
    assert (process.edition, process.metric) == (2, "Other")
    then = as_of(process, before)
    assert then is not None
    assert (then["edition"], then["metric"]) == (1, "Lots accepted at first inspection")


def test_a_process_nobody_works_in_is_not_reviewed(made: Firm) -> None:
    """M111: at least one line says who does what."""
    with pytest.raises(Refused, match="who does what"):
        Advance(record=described(made, raci=[]), name="submit", **as_(made.quality)).execute()


def test_a_process_with_everything_carries_no_flag(made: Firm) -> None:
    """M8, M23, M82: owner, measure with figure, procedure in force, current risk."""
    process = in_force(made)
    assert flags(process) == {"no-procedure", "risk-not-rated", "not-measured"}
    documented(process, procedure(made), made)
    rated(made, process)
    figure = {"title": "Q1", "value": Decimal(97), "source": "Log"}
    Raise(
        model=ProcessMeasurement, values=figure, links=[("figure_of", process)], **as_(made.buyer)
    ).execute()  # fmt: skip
    assert flags(process) == set()


def test_a_process_without_exactly_one_owner_is_flagged(made: Firm) -> None:
    """M8: nobody, somebody who has left, or two different people; a person owns what that person answers for."""
    process = described(made)
    assert process.owner == made.buyer
    assert "no-owner" not in flags(process)
    Assign(record=process, owner=made.clerk, **as_(made.quality)).execute()
    assert "no-owner" in flags(process)
    Edit(record=process, values={"accountable": None}, **as_(made.quality)).execute()
    assert "no-owner" in flags(process)
    process = Edit(record=process, values={"accountable": made.buyer}, **as_(made.quality)).execute()
    assert (process.owner, "no-owner" in flags(process)) == (made.buyer, False)
    made.buyer.ended = timezone.localdate()
    made.buyer.save()
    assert "no-owner" in flags(process)


@pytest.mark.parametrize("gone", [{"metric": ""}, {"target": None}, {"metric_source": ""}, {"monitored": None}])
def test_a_process_without_a_whole_measure_is_flagged(made: Firm, gone: dict[str, object]) -> None:
    """M23: what, target, source and interval; one missing is none."""
    process = described(made)
    assert "no-metric" not in flags(process)
    assert "no-metric" in flags(Edit(record=process, values=gone, **as_(made.quality)).execute())


@pytest.mark.parametrize("months", [1, 3, 6, 12])
def test_a_process_is_flagged_until_its_period_is_measured(made: Firm, months: int) -> None:
    """M23, 8.2.5: a figure of an earlier period does not count for this one."""
    process = in_force(made, monitored=months)
    today = clock.today()
    for days, flagged in ((months * 31 + 1, True), (5, False)):
        on = today - dt.timedelta(days=days)
        figure = {"title": "Period", "value": Decimal(97), "source": "Log", "event_date": on}
        Raise(
            model=ProcessMeasurement, values=figure, links=[("figure_of", process)], **as_(made.buyer)
        ).execute()  # fmt: skip
        assert ("not-measured" in flags(process)) is flagged


def test_a_document_that_is_not_in_force_documents_nothing(made: Firm) -> None:
    """M21: a draft, and something that has ended, are no procedure."""
    process, document = described(made), procedure(made)
    documented(process, document, made)
    assert "no-procedure" not in flags(process)
    signed(fresh(document), made.manager, "retire", "Replaced")
    assert "no-procedure" in flags(process)


def test_a_retired_process_is_flagged_for_nothing(made: Firm) -> None:
    """M23: what is over asks for nothing."""
    process = signed(in_force(made, metric=""), made.manager, "retire", "Given to a partner")
    assert (process.state, process.valid_to, flags(process)) == ("retired", clock.today(), set())


@pytest.mark.parametrize(
    ("field", "lines", "sentence"),
    [
        ("raci", [line("Buy", "Astronaut", "Purchaser")], "Astronaut"),
        ("raci", [line("Buy", "Purchaser", "")], "Accountable"),
        ("raci", [line("", "Purchaser", "Purchaser")], "Activity"),
        ("inputs", [{"what": "Needs", "process": "PROC-999", "outside": ""}], "PROC-999"),
        ("outputs", "everything", "list of lines"),
        ("raci", [{"activity": "x" * 6000, "responsible": "Purchaser", "accountable": "Purchaser"}], "characters"),
    ],
)
def test_lines_that_name_nothing_are_refused_with_a_sentence(
    made: Firm, field: str, lines: object, sentence: str
) -> None:
    """M111, M47: exactly one accountable for each activity, and only roles, people and processes that exist."""
    with pytest.raises(Invalid) as refusal:
        Raise(model=Process, values=values(made.buyer, **{field: lines}), **as_(made.quality)).execute()
    assert sentence in str(refusal.value.fields[field])


def test_two_people_of_one_name_are_told_apart(made: Firm) -> None:
    """M111: a line never means two people by accident."""
    twin = person("Another")
    twin.name = "Kim Clerk"
    twin.save()
    with pytest.raises(Invalid):
        described(made, raci=[line("File", "Kim Clerk", "Purchaser")])
    named = described(made, raci=[line("File", "Kim Clerk (another@example.com)", "Purchaser")])
    assert named.raci[0]["responsible"].endswith("(another@example.com)")


def test_a_figure_is_confirmed_by_a_second_person_and_names_its_process(made: Firm) -> None:
    """M23: a process indicator is evidence once confirmed, and of one process."""
    figure = {"title": "Q1", "value": Decimal(97), "source": "Log"}
    entered = Raise(model=ProcessMeasurement, values=figure, **as_(made.buyer)).execute()
    with pytest.raises(Refused, match="Link the process"):
        signed(entered, made.quality, "confirm")
    MakeLink(record=entered, role="figure_of", to=described(made), **as_(made.buyer)).execute()
    assert signed(fresh(entered), made.quality, "confirm").state == "confirmed"


def test_a_target_is_reached_from_its_good_side(made: Firm) -> None:
    """M23: at least 95 is reached by 95; at most 2 is not reached by 3; without a target nothing is."""
    process = described(made)
    assert [process.reached(Decimal(n)) for n in (94, 95, 96)] == [False, True, True]
    process.direction, process.target = Process.Direction.AT_MOST, Decimal(2)
    assert [process.reached(Decimal(n)) for n in (1, 2, 3)] == [True, True, False]
    process.target = None
    assert not process.reached(Decimal(1))


def test_declarations_stay_short() -> None:
    """M23: models, workflow and declarations of four record types; each is a declaration of under 150 lines."""
    files = ("__init__.py", "models.py", "workflow.py", "states.py", "record.py")
    assert sum(len((FOLDER / name).read_text().splitlines()) for name in files) < 4 * 150


def test_a_rejected_description_goes_back_with_its_reason(made: Firm) -> None:
    """M23: the rejection stays, and the next round can be approved."""
    process = described(made)
    Advance(record=process, name="submit", **as_(made.quality)).execute()
    process = signed(fresh(process), made.manager, "reject", "Say who is accountable.")
    assert process.state == "draft"
    assert approved(process, made).state == "in_force"
    assert Signature.objects.filter(record=process, rejection=True).count() == 1
