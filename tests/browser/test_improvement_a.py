"""Report, nonconformity and CAPA in a real browser: reported on a phone, carried on by three other people."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.people.models import Department
from gemba.modules.capa.models import Capa
from gemba.modules.report.models import Report
from tests.browser.support import asked, page_of
from tests.browser_support import DESKTOP, PHONE, needs_chromium, violations
from tests.kernel.people import PASSWORD
from tests.modules.capa.life import Team, opened, planned, step, submitted, team, watched
from tests.modules.report.test_report import PNG

pytestmark = [pytest.mark.browser, needs_chromium]
PICTURES = os.environ.get("GEMBA_PICTURES", "")
"""A folder for pictures of every screen, for those who change them."""
SECONDS = 30


@pytest.fixture
def people(transactional_db: None, settings: Settings, tmp_path: Path) -> Team:
    settings.GEMBA_FILES = str(tmp_path / "files")
    made = team()
    shop = Department.objects.create(name="Production")
    for who in (made.owner, made.worker, made.quality):
        who.department = shop
        who.save()
    return made


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "IMG_2041.png"
    file.write_bytes(PNG)
    return file


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def sign(page: Page, label: str, reason: str = "") -> None:
    sheet = asked(page.get_by_role("link", name=label).first)
    expect(sheet).to_contain_text("What you sign, exactly")
    if reason:
        sheet.get_by_label("Reason").fill(reason)
    if sheet.get_by_label("Password").count():
        sheet.get_by_label("Password").fill(PASSWORD)
    sheet.get_by_role("button", name="Sign: ").click()
    expect(page.get_by_role("status")).to_contain_text("Signed.")


def test_something_is_reported_from_a_phone_in_three_steps(
    chromium: Browser, live_server: LiveServer, people: Team, photo: Path
) -> None:
    """M205: what it is, words, photo, sent: within 30 seconds, at 360 px, by somebody who never saw it."""
    with page_of(chromium, live_server.url, people.worker, PHONE, has_touch=True) as page:
        page.goto("/report")
        started = dt.datetime.now(dt.UTC)
        page.get_by_text("Something is wrong").tap()
        page.get_by_label("Say it in your own words").fill("Box 14 was wet.\nThe roof leaks above rack 3.")
        page.get_by_label("Photo or file").set_input_files(photo)
        picture(page, "report-phone")
        assert not violations(page)
        page.get_by_role("button", name="Send").tap()
        expect(page.get_by_role("status")).to_contain_text("REP-")
        assert (dt.datetime.now(dt.UTC) - started).total_seconds() < SECONDS
        picture(page, "thanks-phone")
        page.get_by_role("link", name="See the report").tap()
        expect(page.locator("#files")).to_contain_text("IMG_2041.png")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_report_is_written_without_javascript(
    chromium: Browser, live_server: LiveServer, people: Team, photo: Path
) -> None:
    """M205: the essential write works with the page alone."""
    with page_of(chromium, live_server.url, people.worker, PHONE, java_script_enabled=False) as page:
        page.goto("/report")
        page.get_by_label("Say it in your own words").fill("A customer likes the new clip")
        page.get_by_label("Photo or file").set_input_files(photo)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status")).to_contain_text("REP-")


def test_a_report_becomes_a_nonconformity_and_that_a_capa(
    chromium: Browser, live_server: LiveServer, people: Team, photo: Path
) -> None:
    """M205, M150: each person finds the next step from where they stand."""
    with page_of(chromium, live_server.url, people.worker, PHONE) as page:
        page.goto("/report")
        page.get_by_label("Say it in your own words").fill("Housing leaks at the seam")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status")).to_contain_text("REP-")
    with page_of(chromium, live_server.url, people.quality) as page:
        page.goto("/")
        page.get_by_role("link", name="Housing leaks at the seam").or_(
            page.get_by_role("link", name="Answer it, nothing more")
        ).first.click()
        picture(page, "report-page")
        page.get_by_role("link", name="It is a nonconformity").click()
        expect(page.get_by_label("what was found, and what should have been", exact=False)).to_have_value(
            "Housing leaks at the seam"
        )
        page.get_by_label("Requirement not met").fill("Leak test SP-12")
        picture(page, "triage")
        page.get_by_role("button", name="It is a nonconformity").click()
        expect(page.get_by_role("status")).to_contain_text("Done: It is a nonconformity")
        expect(page.locator("main")).to_contain_text("was reported as")
        picture(page, "nonconformity-page")
        page.get_by_role("link", name="Open a CAPA").click()
        expect(page.locator(".origin")).to_contain_text("Housing leaks at the seam")
        page.get_by_label("Title").fill("Housings leak at the seam")
        page.get_by_label("The problem", exact=True).fill("Seven of 400 leak")
        page.get_by_label("Requirement not met, or at risk").fill("SP-12")
        page.get_by_label("Figure that shows the problem").fill("Leaks per 1,000")
        picture(page, "capa-new")
        page.get_by_role("button", name="Raise", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("is raised")
        expect(page.locator("main")).to_contain_text("was raised from")


def test_the_investigation_is_drawn_while_it_is_typed(chromium: Browser, live_server: LiveServer, people: Team) -> None:
    """M108: the chain of whys appears as one types; a slip as root cause is answered at once; it is saved as typed."""
    with seeing_everything():
        capa = opened(people)
        step(capa, "accept", people.quality)
    with page_of(chromium, live_server.url, people.owner) as page:
        page.goto(f"/records/capa/{capa.number}")
        page.get_by_role("link", name="Investigate and draw").click()
        page.locator("[name=whys-0-why]").press_sequentially("The seam is thin on the left")
        expect(page.locator("#sketch svg.whys")).to_contain_text("The seam is thin on the left")
        page.locator("[name=whys-1-why]").fill("The left jaw of the fixture is worn")
        for row, (branch, cause) in enumerate(CAUSES):
            if not page.locator(f"[name=fishbone-{row}-branch]").count():
                page.get_by_role("group", name="Fishbone").get_by_role("button", name="More lines").click()
            page.locator(f"[name=fishbone-{row}-branch]").select_option(branch)
            page.locator(f"[name=fishbone-{row}-cause]").fill(cause)
        expect(page.locator("#sketch svg.fishbone")).to_contain_text("Resin")
        page.get_by_label("Root cause", exact=False).last.fill("x")
        page.locator("[name=root_cause]").fill("Human error of the welder")
        expect(page.locator("#sketch [role=status]")).to_contain_text("What made the slip possible")
        picture(page, "investigate-1280")
        assert not violations(page)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved.")
        expect(page.locator("main")).to_contain_text("Root cause in doubt")
        picture(page, "capa-investigated")


CAUSES = (
    ("machine", "Left jaw of the fixture is worn by the clamp"), ("method", "No one measures the jaw gap"),
    ("material", "Resin with more moisture"),
)  # fmt: skip


def test_a_plan_is_approved_by_another_person_and_an_action_is_done_by_its_owner(
    chromium: Browser, live_server: LiveServer, people: Team, photo: Path
) -> None:
    """M149, M151: approver, worker and verifier each find their step."""
    with seeing_everything():
        capa, action = submitted(people)
    with page_of(chromium, live_server.url, people.quality) as page:
        page.goto(f"/records/capa/{capa.number}")
        picture(page, "capa-approval")
        sign(page, "Approve the plan")
        expect(page.locator("main")).to_contain_text("Implementation")
    with page_of(chromium, live_server.url, people.worker, PHONE) as page:
        page.goto("/")
        page.get_by_role("link", name=action.title).first.click()
        page.get_by_role("link", name="Edit What was done").click()
        page.get_by_label("Done on").fill(clock.today().isoformat())
        page.get_by_label("What was done, and where it can be seen").fill("Gauge G-77 hangs at station 2")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved.")
        page.goto(f"/records/capaaction/{action.number}/attach")
        page.get_by_label("File", exact=True).set_input_files(photo)
        page.get_by_role("button", name="Attach").click()
        expect(page.locator("#files")).to_contain_text("IMG_2041.png")
        sign(page, "Done")
        picture(page, "action-phone")
    with page_of(chromium, live_server.url, people.owner) as page:
        page.goto(f"/records/capaaction/{action.number}")
        sign(page, "Verified")
        expect(page.locator(".record-head")).to_contain_text("Verified")


@pytest.fixture
def shown(people: Team) -> Iterator[tuple[Team, Capa]]:
    """CAPAs in every state, so that overviews have something to show."""
    with seeing_everything():
        capa = watched(people, fishbone=[{"branch": b, "cause": c} for b, c in CAUSES])
        planned(opened(people, title="Labels in the wrong language", due=clock.today() - dt.timedelta(days=4)), people)
        opened(people, title="Pump housing leaks at its seam", event_date=clock.today() - dt.timedelta(days=200))
        yield people, capa


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_of_it_is_accessible_and_fits(
    chromium: Browser, live_server: LiveServer, shown: tuple[Team, Capa], size: tuple[int, int], scheme: str
) -> None:
    """WCAG 2.2 AA: axe finds nothing, nothing scrolls sideways."""
    people, capa = shown
    assert Report._base_manager.count() == 0
    record = f"/records/capa/{capa.number}"
    urls = {
        "report": "/report", "team": "/team", "age": "/capa/age?rows=age-181", "log": "/capa/log", "capa": record,
        "investigate": f"{record}/investigate", "nc-new": "/records/nonconformity/new", "capa-list": "/records/capa/",
    }  # fmt: skip
    options: dict[str, Any] = {"color_scheme": scheme}
    found = []
    with page_of(chromium, live_server.url, people.quality, size, **options) as page:
        for name, url in urls.items():
            page.goto(url)
            picture(page, f"{name}-{size[0]}-{scheme}")
            found += [f"{url}: {what}" for what in violations(page)]
            if not page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"):
                found.append(f"{url}: wider than the window")
    assert not found
