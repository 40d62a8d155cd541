"""The screens of complaints in a real browser: accessible, within the window, and an import watched to its end."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from gemba.kernel import clock
from gemba.kernel.actions.write import Raise
from gemba.kernel.jobs.worker import run_all_waiting
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.modules.complaint.models import ComplaintTrend
from tests.browser.support import page_of
from tests.browser_support import DESKTOP, PHONE, launched, needs_chromium, violations
from tests.kernel.people import as_, person
from tests.modules.complaint.support import clocks, complaint, edited, feedback, field_action, sign
from tests.modules.complaint.tables import rows, table

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]
Pages = dict[str, str]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> Path:
    settings.GEMBA_FILES = str(tmp_path / "files")
    return tmp_path


def address(record: Any, rest: str = "") -> str:
    return f"/records/{record.kind}/{record.number}{rest}"


def scene(quality: Person, second: Person) -> Pages:
    """One record of each kind that has something of its own to show."""
    today = clock.today()
    for ago in (1, 2, 3, 4, 5, 6, 40, 250, 400):
        complaint(quality, title=f"Ago {ago}", date_received=today - dt.timedelta(days=ago))
    made = complaint(quality, harm="serious", patient_initials="AB", patient_age="old")
    aware = {"aware_at": clock.now() - dt.timedelta(days=1)}
    decision = clocks(made, quality, "US", "EU", "AU", **aware)[-1]
    edited(decision, quality, rationale="It could happen again.")
    sign(decision, "reportable", quality)
    lines = [
        {"name": "Ward 4", "country": "FI", "units": 12, "sent": "2026-03-05"},
        {"name": "Clinic Nord", "units": 3},
    ]
    action = sign(field_action(quality, notice="<p>Look.</p>", recipients=lines), "approve", second)
    edited(action, quality, started_on=dt.date(2026, 3, 5), notice_on=dt.date(2026, 3, 5))
    sign(action, "begin", quality)
    trend = Raise(model=ComplaintTrend, values={"title": "All of them"}, **as_(quality)).execute()
    return {
        "complaint": address(made), "clocks": address(made, "/do/clocks"), "decision": address(decision),
        "report": address(decision, "/do/report"), "action": address(action), "answer": address(action, "/do/answer"),
        "trend": address(trend), "trends": "/complaints/trend?group=all&span=recent", "import": "/complaints/import",
        "feedback": address(feedback(quality)), "list": "/records/complaint/", "new": "/records/complaint/new",
    }  # fmt: skip


def people() -> tuple[Person, Person]:
    return (person("Mikael", Role.QUALITY, confidential=True), person("Oskari", Role.QUALITY, confidential=True))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_of_complaints_is_accessible_and_fits(
    chromium: Browser, live_server: LiveServer, files: Path, size: tuple[int, int], scheme: str
) -> None:
    """WCAG 2.2 AA: axe finds nothing, nothing scrolls sideways, nothing is said on the console."""
    quality, second = people()
    found = []
    options: dict[str, Any] = {"color_scheme": scheme}
    with page_of(chromium, live_server.url, quality, size, **options) as page:
        for url in scene(quality, second).values():
            page.goto(url)
            found += [f"{url}: {what}" for what in violations(page)]
            fits = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            found += [] if fits else [f"{url}: wider than the window"]
    assert not found


def test_an_import_is_watched_to_its_end(chromium: Browser, live_server: LiveServer, files: Path) -> None:
    """M30: the bar moves by itself, and the page says what came of it."""
    quality, _second = people()
    path = files / "reports.txt"
    path.write_bytes(table(rows(30)))
    with page_of(chromium, live_server.url, quality) as page:
        page.goto("/complaints/import")
        page.get_by_label("Table of reports").set_input_files(path)
        page.get_by_role("button", name="Import").click()
        expect(page.get_by_text("0 of 30")).to_be_visible()
        run_all_waiting()
        expect(page.get_by_text("30 of 30")).to_be_visible()
        expect(page.get_by_text("Put up for decision")).to_be_visible()
