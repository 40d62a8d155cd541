"""The figures of a management review and the pages that show them."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gemba.export.document import record_data
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.types import registry
from gemba.modules.managementreview.gathering import Period, gather, rows_of
from gemba.modules.managementreview.inputs import BY_NAME, INPUTS
from gemba.modules.managementreview.shown import pack
from gemba.modules.nonconformity.models import Nonconformity
from tests.contract.values import put_in_state, raised
from tests.kernel.people import access, as_, person
from tests.kernel.samples import again, signed
from tests.modules.managementreview.making import closed, filled, held, of, visiting  # fmt: skip

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MOST_STATEMENTS = 27


def test_figures_come_from_rows_and_open_them(quality: Person, leader: Person) -> None:
    """M142, M147: nobody types a figure; each opens the rows it counts."""
    late = raised(registry.named("nonconformity"), quality, due=clock.today() - 3 * DAY, event_date=clock.today())
    raised(registry.named("nonconformity"), quality, due=None, event_date=clock.today() - 900 * DAY)
    period = Period(clock.today() - 30 * DAY, clock.today())
    values = {each.name: each for each in gather(period)["product"]}
    counts = {name: values[f"nonconformity:{name}"].value for name in ("new", "open", "overdue")}
    assert counts == {"new": "1", "open": "2", "overdue": "1"}
    assert values["nonconformity:overdue"].amiss
    with seeing(access(quality)):
        assert [row.pk for row in rows_of("nonconformity:overdue", period)] == [late.pk]
        flagged = [name for name in values if ":flag." in name]
        assert [rows_of(name, period).count() for name in flagged] == [int(values[name].value) for name in flagged]
        assert rows_of("nonconformity:everything", period) is None
        assert rows_of("no-such-kind:new", period) is None


def test_the_figures_of_the_meeting_stay_whatever_happens_to_the_rows(quality: Person, leader: Person) -> None:
    """M147: the kept figures equal the numbers on that date, also after the rows have changed."""
    made = raised(registry.named("nonconformity"), quality, event_date=clock.today())
    before = {each.name: each.value for each in gather(Period(clock.today() - 200 * DAY, clock.today()))["product"]}
    record = held(quality, leader, since=clock.today() - 200 * DAY)
    put_in_state(made, "closed", final=True)
    raised(registry.named("nonconformity"), quality, event_date=clock.today())
    found = pack(again(record))
    assert found.kept
    kept = next(each for each in found.looked if each.input.name == "product")
    assert {each.name: each.value for each in kept.figures} == before
    assert before["nonconformity:open"] == "1"


def test_a_figure_that_only_its_own_type_knows_is_told_by_it(quality: Person, leader: Person) -> None:
    """M24, M140: an objective's last confirmed value stands beside its target."""
    objective = put_in_state(raised(registry.named("objective"), quality, title="Fast"), "pursued", final=False)
    signed(_measured(quality, objective), "confirm", leader)
    told = [each for each in gather(Period(clock.today() - DAY, clock.today()))["objectives"] if "Fast" in each.label]
    assert [(each.value.split()[0], each.name) for each in told] == [("9.5", f"record:{objective.pk}")]


def _measured(who: Person, objective: Any) -> Any:
    model = registry.named("measurement").model
    values = {"title": "Third quarter", "value": "9.5", "source": "List", "event_date": clock.today()}
    made = Raise(model=model, values=values, links=[("measures", objective)], **as_(who)).execute()
    return again(made)


def test_inputs_are_filled_in_on_one_page_beside_their_figures(quality: Person, leader: Person) -> None:
    """M140, M147: a page with every input, kept as a whole; a reader without the right sees it and changes nothing."""
    record = held(quality, leader)
    address = reverse("managementreview.pack", args=[record.number])
    client: Client = visiting(quality)
    page = client.get(address).content.decode()
    assert all(str(each.label).capitalize() in page for each in INPUTS)
    given = {f"says_{each.name}": f"About {each.name}" for each in INPUTS}
    assert client.post(address, given).status_code == 302
    assert {line["says"] for line in again(record).inputs} == {f"About {name}" for name in BY_NAME}
    reader: Client = visiting(person("Rhea Only", Role.AUDITOR))
    assert "Save the inputs" not in reader.get(address).content.decode()
    reader.post(address, {f"says_{each.name}": "Mine" for each in INPUTS})
    assert again(record).inputs[0]["says"] == "About earlier"


def test_figures_lie_folded_on_the_page_and_open_before_signing(quality: Person, leader: Person) -> None:
    """M141, SIG-04: the page stays short; whoever signs sees every line."""
    record = filled(held(quality, leader), quality)
    address = f"/records/managementreview/{record.number}"
    folded = "<details><summary>Show</summary>"
    page = visiting(leader).get(address).content.decode()
    assert page.count(folded) == 1
    assert page.index(folded) < page.index("Figures taken on")
    signing = visiting(leader).get(f"{address}/step/close").content.decode()
    assert "Figures taken on" in signing
    assert folded not in signing


def test_rows_behind_a_figure_are_only_those_the_reader_may_see(quality: Person, leader: Person, buyer: Person) -> None:
    """M147: the count is the same for everybody; the rows are not."""
    raised(registry.named("nonconformity"), quality, title="Open one", confidential=False)
    hidden: Nonconformity = raised(registry.named("nonconformity"), quality, title="Secret one")
    Edit(record=hidden, values={"confidential": True}, **as_(quality)).execute()
    record = held(quality, leader, since=clock.today() - 9000 * DAY)
    address = reverse("managementreview.behind", args=[record.number])
    page = visiting(buyer).get(address, {"figure": "nonconformity:open"}).content.decode()
    assert "Open one" in page
    assert "Nonconformities: open" in page
    assert "Secret one" not in page
    for name in ("nonconformity:bad", "", "x:y:z", "record:" + "9" * 40, "\0:new", "evidence:nothing"):
        answer = visiting(quality).get(address, {"figure": name})
        assert answer.status_code in (200, 404), name


def test_all_reviews_stand_side_by_side_with_who_took_part(quality: Person, leader: Person, buyer: Person) -> None:
    """M103, M146: cadence, participation by department and what became of decisions, on one page."""
    held(quality, leader, quality, due=clock.today() - 20 * DAY)
    held(quality, leader, quality, buyer)
    page = visiting(quality).get(reverse("managementreview.over_time")).content.decode()
    assert "20 days late" in page
    assert page.count("missing</span>") == 1
    assert "Marta Kovač" in page


def test_closure_is_a_share_of_what_ended_only_where_enough_ended(quality: Person, leader: Person) -> None:
    """M142, M145: CAPAs and trainings closed by their first due date, with the share from five on."""
    period = Period(clock.today() - 30 * DAY, clock.today() + DAY)
    found: list[dict[str, str]] = []
    for n in range(5):
        due = clock.today() + (DAY if n else -3 * DAY)
        made = raised(registry.named("capa"), quality, event_date=clock.today(), due=due)
        put_in_state(made, "declined", final=True)
        found.append({each.name: each.value for each in gather(period)["corrective"]})
    few, many = found[-2:]
    assert (few["capa:ended"], few["capa:in-time"]) == ("4", "3")
    assert (many["capa:ended"], many["capa:in-time"]) == ("5", "4 (80 %)")
    late = raised(registry.named("training"), quality, due=clock.today() - DAY, event_date=clock.today())
    training = {each.name: each.value for each in gather(period)["training"]}
    assert (training["training:open"], training["training:overdue"]) == ("1", "1")
    assert late.open


def test_what_lies_with_top_management_is_counted_by_role_and_never_by_name(quality: Person, leader: Person) -> None:
    """M148: overdue tasks and records of those who lead, in the review itself."""
    raised(registry.named("nonconformity"), quality, owner=leader, due=clock.today() - DAY)
    record = held(quality, leader)
    lines = [line for line in record.figures if line["input"] == "leaders"]
    assert [line["value"] for line in lines] == ["0", "1"]
    assert not any(leader.name in line["figure"] for line in lines)


def test_the_page_of_inputs_costs_the_same_with_few_and_many_records(quality: Person, leader: Person) -> None:
    """M147: a fixed number of statements, whatever the rows."""
    for name in ("nonconformity", "capa"):
        raised(registry.named(name), quality, event_date=clock.today())
    with CaptureQueriesContext(connection) as few:
        gather(Period(clock.today() - DAY, clock.today()))
    for name in ("nonconformity", "capa") * 3:
        raised(registry.named(name), quality, event_date=clock.today())
    with CaptureQueriesContext(connection) as many:
        gather(Period(clock.today() - DAY, clock.today()))
    assert len(few) == len(many) <= MOST_STATEMENTS


def test_a_review_is_printed_with_its_figures_and_who_was_missing(quality: Person, leader: Person) -> None:
    """M147: what was signed is what is printed."""
    of(person("Tomás Ribeiro", Role.OPERATIONS), "Purchasing")
    record = closed(held(quality, leader, quality), quality, leader)
    with seeing(access(quality)):
        found = json.dumps(record_data(again(record), by="Aino", at=clock.now()), default=str)
    assert "Purchasing" in found
    assert "complaints: open" in found
    assert "It works; the policy stays." in found


def test_a_process_tells_its_last_figure_beside_its_target(quality: Person, leader: Person) -> None:
    """M140, M21: monitoring of processes with values, and what misses its target stands out."""
    values: dict[str, Any] = {"metric": "Late answers", "target": Decimal(2), "direction": "at_most", "unit": "cases"}
    process = raised(registry.named("process"), quality, title="Answer", **values)
    process = put_in_state(process, "in_force", final=False)
    given = {"title": "May", "value": Decimal(5), "source": "List", "event_date": clock.today()}
    model = registry.named("processmeasurement").model
    made = Raise(model=model, values=given, links=[("figure_of", process)], **as_(quality)).execute()
    put_in_state(made, "confirmed", final=True)
    found = gather(Period(clock.today() - DAY, clock.today()))["processes"]
    [told] = [each for each in found if each.name == f"record:{process.pk}"]
    assert (told.label, told.value, told.amiss) == ("Answer: Late answers (at most 2)", "5 cases", True)
