"""Complaints at each stage of their lives, for the tests of this module."""

import datetime as dt
from typing import Any

from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.modules.complaint.guards import decisions_on
from gemba.modules.complaint.models import Complaint, Feedback, FieldAction, Reportability
from tests.kernel.people import as_
from tests.kernel.samples import again, signed

NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
VALUES: dict[str, Any] = {
    "title": "Alarm came late", "details": "The ward waited four minutes for the alarm.", "device_name": "Pisara 2",
    "date_received": dt.date(2026, 3, 4), "event_date": dt.date(2026, 3, 3), "complainant": "Ward 4, Oulu",
    "complaint_reason": "The device did not do what it is for.", "problem": "alarm", "harm": "none",
    "no_report_reason": "Nobody was harmed and nobody could have been: the pump had stopped.",
}  # fmt: skip
INVESTIGATED = {
    "findings": "The lens was cloudy.", "cause": "Cleaner attacks the lens.", "risk_impact": "covered",
    "risk_reason": "Line 17 of the risk file.",
}  # fmt: skip
ANSWERED = {
    "action": "Lens replaced.", "capa_reason": "CAPA for the material of the lens is open already.",
    "reply": "Told the ward by telephone.", "replied_on": dt.date(2026, 3, 20),
}  # fmt: skip
AWARE = {"aware_at": NOON, "zone": "Europe/Helsinki", "aware_by": "Tomi Aalto", "aware_how": "By telephone"}


def complaint(who: Person, **values: Any) -> Complaint:
    return Raise(model=Complaint, values={**VALUES, **values}, **as_(who)).execute()


def feedback(who: Person, **values: Any) -> Feedback:
    given = {"title": "Light too bright", "details": "At night it wakes people.", **values}
    return Raise(model=Feedback, values=given, **as_(who)).execute()


def edited(record: Any, who: Person, **values: Any) -> Any:
    return Edit(record=again(record), values=values, **as_(who)).execute()


def moved(record: Any, step: str, who: Person, reason: str = "") -> Any:
    """Take an unsigned step."""
    return Advance(record=again(record), name=step, reason=reason, **as_(who)).execute()


def sign(record: Any, step: str, who: Person, reason: str = "") -> Any:
    return signed(again(record), step, who, reason)


def done(record: Any, verb: str, who: Person, **values: Any) -> Any:
    return Do(record=again(record), name=verb, values=values, **as_(who)).execute()


def clocks(record: Any, who: Person, *markets: str, **aware: Any) -> list[Reportability]:
    """Start the clocks of these markets."""
    done(record, "clocks", who, markets=list(markets), **{**AWARE, **aware})
    return list(decisions_on(record))


def field_action(who: Person, **values: Any) -> FieldAction:
    given = {
        "title": "Replace cloudy lenses", "why": "Lenses go cloudy.", "affected": "Lots 12 to 19",
        "hazard": "A missed alarm harms a patient.", "plan": "Send lenses to each ward.", "no_report_reason": "None",
        **values,
    }  # fmt: skip
    return Raise(model=FieldAction, values=given, **as_(who)).execute()
