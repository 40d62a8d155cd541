"""How many months have records is asked of an index, so that a company with a million records waits no longer."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gemba.kernel.roles import Role
from gemba.modules.certification.tracks import months_with_records
from tests.kernel.people import person
from tests.kernel.samples import figure
from tests.plans import plan_of

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 10)


def test_months_with_records_are_ranges_of_an_index() -> None:
    """M92, SPD: one statement, and for each month one range of days of each kind; whichever months have records."""
    quality = person("Aino", Role.QUALITY)
    for on in (dt.date(2026, 4, 30), dt.date(2026, 2, 1), dt.date(2026, 5, 9)):
        figure(quality, event_date=on)
    with CaptureQueriesContext(connection) as asked:
        assert months_with_records(DAY, 3) == 2
    [statement] = [each["sql"] for each in asked]
    plan = plan_of(statement, "record_by_event")
    assert plan.count("record_by_event") == 3
    assert "expr>>?" in plan or "'2026-02-01'::date" in plan, plan


def test_no_month_asks_for_nothing() -> None:
    """M92: a plan that wants no months of records."""
    assert months_with_records(DAY, 0) == 0
