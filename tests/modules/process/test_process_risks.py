"""The risk of the quality system's own processes: rating, treatment, review (4.1.2; M82)."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance, Void
from gemba.kernel.actions.write import Raise
from gemba.kernel.refusals import NotAllowed, Refused
from gemba.modules.process.conditions import PROCESS_FLAGS, RISK_FLAGS
from gemba.modules.process.models import Process, ProcessRisk
from gemba.modules.process.rating import STEPS, band_of
from tests.kernel.people import as_
from tests.modules.process.firm import Firm, described, firm, fresh, rated, signed
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db
REDUCED = {"treatment": "reduce", "measures": "A second look", "severity_after": 3, "likelihood_after": 1}


@pytest.fixture
def made() -> Firm:
    return firm()


def flagged(process: Process, day: dt.date | None = None) -> bool:
    [flag] = [flag for flag in PROCESS_FLAGS if flag.name == "risk-not-rated"]
    return Process._base_manager.filter(flag.rows(day or clock.today()), pk=process.pk).exists()


def assessed(made: Firm, process: Process | None, **more: Any) -> ProcessRisk:
    values = {
        "title": "Late parts", "cause": "-", "effect": "-", "affects": "company", "severity": 2, "likelihood": 2,
        "due": clock.today() + dt.timedelta(days=300), **more,
    }  # fmt: skip
    links = [("risk_of", process)] if process else []
    return Raise(model=ProcessRisk, values=values, links=links, **as_(made.quality)).execute()


def test_every_process_has_a_current_rating_or_a_flag(made: Firm) -> None:
    """M82: only a rating that a second person confirmed, and whose day of review lies ahead, counts."""
    process = described(made)
    assert flagged(process)
    risk = assessed(made, process)
    Advance(record=risk, name="submit", **as_(made.quality)).execute()
    assert flagged(process)
    with pytest.raises(NotAllowed):
        signed(fresh(risk), made.quality, "rate")
    risk = signed(fresh(risk), made.manager, "rate")
    assert not flagged(process)
    assert flagged(process, risk.due + dt.timedelta(days=1))


def test_a_rating_assessed_again_closed_or_void_is_not_current(made: Firm) -> None:
    """M82: the flag returns with each of the three ways a rating ends."""
    process = described(made)
    first, second = rated(made, process), rated(made, process)
    Advance(record=first, name="reassess", reason="New supplier", **as_(made.quality)).execute()
    assert not flagged(process)
    signed(fresh(second), made.manager, "close", "No longer bought")
    assert flagged(process)
    Void(record=fresh(first), reason="Twice", **as_(made.quality)).execute()
    assert flagged(process)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"due": None}, "due"),
        ({"severity": 5, "likelihood": 2}, "not accepted as it is"),
        ({"treatment": "reduce"}, "rate the risk as it is afterwards"),
        ({**REDUCED, "measures": ""}, "what is done"),
        ({**REDUCED, "severity": 2, "likelihood": 1, "likelihood_after": 5}, "bigger than before"),
    ],
)
def test_a_rating_that_decides_nothing_is_not_reviewed(made: Firm, values: dict[str, Any], sentence: str) -> None:
    """M82: a day of review, a treatment for what is high, a rating afterwards that is not worse."""
    risk = assessed(made, described(made), **values)
    with pytest.raises(Refused, match=sentence):
        Advance(record=risk, name="submit", **as_(made.quality)).execute()


def test_a_risk_belongs_to_a_process(made: Firm) -> None:
    """M82: one of none is flagged and cannot be reviewed."""
    risk = assessed(made, None)
    with pytest.raises(Refused, match="Link the process"):
        Advance(record=risk, name="submit", **as_(made.quality)).execute()
    rows = ProcessRisk._base_manager.filter(RISK_FLAGS[1].rows(clock.today()))
    assert [each.pk for each in rows] == [risk.pk]


def test_a_rated_risk_past_its_day_is_flagged(made: Firm) -> None:
    """M82: it stays rated, and says that somebody must look again."""
    risk = rated(made, described(made))
    rows = ProcessRisk._base_manager
    assert not rows.filter(RISK_FLAGS[0].rows(risk.due or clock.today())).exists()
    assert rows.filter(RISK_FLAGS[0].rows((risk.due or clock.today()) + dt.timedelta(days=1))).exists()


def test_the_bands_cover_every_rating_and_grow_with_it() -> None:
    """M82: 25 ratings, each in one band; worse in one direction is never a lower band."""
    order = ["low", "medium", "high"]
    for severity in STEPS:
        for likelihood in STEPS:
            here = order.index(band_of(severity, likelihood).name)
            assert all(
                order.index(band_of(*worse).name) >= here
                for worse in ((severity + 1, likelihood), (severity, likelihood + 1))
                if max(worse) <= STEPS[-1]
            )
    assert [band_of(*pair).name for pair in ((1, 1), (2, 2), (1, 5), (3, 3), (2, 5), (5, 5))] == [
        "low", "low", "medium", "medium", "high", "high",
    ]  # fmt: skip


def test_the_rating_is_shown_before_and_after(made: Firm) -> None:
    """M82: what counts is the rating with what is done about it."""
    risk = rated(made, described(made), severity=3, likelihood=3, **REDUCED)
    assert (risk.before.name, risk.after.name) == ("medium", "low")
    browser = Client()
    browser.cookies["sessionid"] = session_of(made.quality)
    page = browser.get(f"/records/processrisk/{risk.number}").content.decode()
    assert page.count("●<span") == page.count("○<span") == 1
