"""How Kuvitelma really works, seen by its rows: the evening before, more time, a bought text, paper kept on paper."""

import datetime as dt
from typing import Any

from gemba.demo.company.colleagues import HOME
from gemba.demo.company.days import Calendar
from gemba.demo.company.papers import MIKAEL, PAPER, PROCEDURE, PRODUCTION, QUALITY_SYSTEM, Paper
from gemba.demo.company.stage import Life, Stage
from gemba.demo.company.writing import appear
from gemba.kernel.actions.talk import Say
from gemba.kernel.actions.write import Raise
from gemba.modules.complaint.models import Complaint, Feedback
from gemba.modules.document.models import Document

DAY = dt.timedelta(days=1)
EVENING = 64
SAID = (
    (9, "Asks for a longer cable"), (16, "Likes the new clip"), (23, "Wants the pouch in boxes of twenty"),
    (30, "Would pay for a version with a louder alarm"), (37, "Asks whether the light can be dimmed"),
    (44, "Thanks for the visit in spring"),
)  # fmt: skip
"""What customers said, and how many days before it was written down."""
AUDITED, REVIEWED = 31, 386
MORE_TIME = (118, 71, 38)
"""Days ago on which complaints got more time."""
STERILISING = Paper(
    "SOP-STERILE", "Validation of Sterilisation", PROCEDURE, PRODUCTION, "Jussi",
    "../templates/T-11 Vigilance and Advisory Notices.md",
    template="T-11 Vigilance and Advisory Notices.md", raised=125, clauses=("7.5.7",), review_months=36,
    bypass="Nobody does this work yet. The text came with the set that was bought.",
)  # fmt: skip


def habits(stage: Stage, days: Calendar) -> list[Life]:
    """Every life of this file."""
    return [evening_before(stage, days), kept_on_paper(stage, days), more_time(stage, days), *bought(stage, days)]


def evening_before(stage: Stage, days: Calendar) -> Life:
    """Tomi writes down in one go what was said over six weeks: his list is looked at tomorrow."""
    yield days.ago(EVENING, 18, 10)
    for before, title in SAID:
        values = {
            "title": title, "details": f"{title}. From the list beside the telephone.", "sort": "wish",
            "event_date": days.day(EVENING + before), "site": stage.sites[HOME],
        }  # fmt: skip
        stage.records[title] = stage.do("Tomi", Raise, model=Feedback, values=values)


def kept_on_paper(stage: Stage, days: Calendar) -> Life:
    """Minutes of an extra review and the report of the last audit lie in a cabinet; both are registered."""
    yield days.ago(REVIEWED - 3, 10)
    _registered(stage, "Minutes of the management review", "mgmt_review", days.day(REVIEWED))
    yield days.ago(AUDITED - 2, 10)
    _registered(stage, "Report of the audit by the notified body", "audit_report", days.day(AUDITED))


def _registered(stage: Stage, title: str, proves: str, day: dt.date) -> None:
    values: dict[str, Any] = {
        "title": title, "type": PAPER, "area": QUALITY_SYSTEM, "owner": stage.person(MIKAEL), "site": stage.sites[HOME],
        "place": "Office, cabinet of the quality manager", "custodian": stage.person(MIKAEL), "proves": proves,
        "event_date": day, "retention": "record", "retention_years": 10,
    }  # fmt: skip
    made = stage.do(MIKAEL, Raise, model=Document, values=values)
    stage.records[title] = made
    stage.sign(MIKAEL, made, "register")


def more_time(stage: Stage, days: Calendar) -> Life:
    """Complaints that wait for a unit to come back get more time, again and again."""
    for ago in MORE_TIME:
        yield days.ago(ago, 16, 40)
        waiting: Any = Complaint._base_manager.filter(open=True, due__isnull=False).order_by("pk")
        for complaint in waiting:
            stage.put_off(MIKAEL, complaint, complaint.due + 30 * DAY, "The unit has not come back yet")
            stage.do(MIKAEL, Say, record=complaint, text="Asked the hospital again for the unit.")


def bought(stage: Stage, days: Calendar) -> list[Life]:
    """A procedure that was bought, approved as it came, and never used."""
    return [appear(stage, days, STERILISING, 0)]
