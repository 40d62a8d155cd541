"""A document's whole life at the screens with four people, and the procedure beside the records made by it."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from gemba.kernel import clock
from gemba.kernel.roles import Role
from gemba.modules.document.models import Document, Reading, Revision
from tests.browser.support import asked, page_of
from tests.browser_support import needs_chromium
from tests.kernel.people import PASSWORD, person
from tests.kernel.samples import raised
from tests.modules.document import life

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, needs_chromium]
FIRST = "Everybody answers complaints within two days."
SECOND = "All employees answer complaints within two days."
THIRD = "All employees answer complaints within one day."


class People:
    """Who writes, who reviews, who approves, who reads."""

    def __init__(self) -> None:
        self.author = person("Aino Author", Role.ENGINEER)
        self.reviewer = person("Rita Reviewer", Role.OPERATIONS)
        self.approver = person("Quentin Quality", Role.QUALITY)
        self.reader = person("Lea Reader", Role.EMPLOYEE)


@pytest.fixture
def people(transactional_db: None) -> People:
    return People()


@pytest.fixture
def family(people: People) -> Document:
    return life.document(
        people.author, readers=[{"group": "role:employee", "person": ""}],
        signers=[
            {"task": "review", "role": "", "person": people.reviewer.uid, "order": None},
            {"task": "approve", "role": "quality", "person": "", "order": None},
        ],
    )  # fmt: skip


def sign(page: Page, step: str, reason: str = "") -> None:
    sheet = asked(page.locator(".next").get_by_role("link", name=re.compile(f"^{step}")).first)
    if reason:
        sheet.get_by_label("Reason").fill(reason)
    sheet.get_by_label("Password").fill(PASSWORD)
    sheet.get_by_role("button", name=re.compile("^Sign")).click()
    expect(page.get_by_role("status")).to_contain_text("Signed.")


def write(page: Page, text: str) -> None:
    """Into the editor of the section `Text`."""
    page.get_by_role("link", name="Edit Text").click()
    page.locator("[contenteditable=true]").first.fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(text).first).to_be_visible()


def state(page: Page) -> str:
    return page.locator(".way [aria-current]").inner_text()


FIRST_PAGE, SECOND_PAGE = "/records/revision/POL-001-R1", "/records/revision/POL-001-R2"


def test_a_document_lives_its_whole_life_at_the_screens(
    chromium: Browser, live_server: LiveServer, people: People, family: Document
) -> None:
    """M36, M41, M42, M43, M101, M200: written, commented, sent back, mended, reviewed, approved, read, revised with a
    redline, replaced and retired, each step by the person whose step it is.
    """
    to_the_first_approval(chromium, live_server.url, people, family)
    read_and_signed(chromium, live_server.url, people)
    replaced_and_retired(chromium, live_server.url, people, family)
    states = Revision._base_manager.order_by("sequence").values_list("state", flat=True)
    assert list(states) == ["superseded", "obsolete"]


def to_the_first_approval(chromium: Browser, server: str, people: People, family: Document) -> None:
    """Written, commented, sent back, mended, reviewed, approved."""
    with page_of(chromium, server, people.author) as page:
        page.goto(f"/records/document/{family.number}")
        asked(page.get_by_role("link", name="Start a revision")).get_by_role("button", name="Start a revision").click()
        expect(page).to_have_url(re.compile(FIRST_PAGE))
        write(page, FIRST)
        page.get_by_role("button", name="Send to review").click()
        assert "In review" in state(page)
        assert not page.get_by_role("link", name=re.compile("^Sign the review")).is_visible()
    with page_of(chromium, server, people.reviewer) as page:
        page.goto("/")
        page.get_by_role("link", name=re.compile("POL-001-R1")).first.click()
        page.get_by_label("Comment").fill("Who is meant by everybody?")
        page.get_by_role("button", name="Comment").click()
        expect(page.locator("#comments")).to_contain_text("Who is meant")
        sign(page, "Send back", reason="It does not say who")
        assert "Draft" in state(page)
    with page_of(chromium, server, people.author) as page:
        page.goto(FIRST_PAGE)
        sheet = asked(page.get_by_role("link", name="Resolve comments"))
        sheet.get_by_label(re.compile("Who is meant")).check()
        sheet.get_by_label("What was done about them").fill("Named the employees")
        sheet.get_by_role("button", name="Resolve comments").click()
        write(page, SECOND)
        page.get_by_role("button", name="Send to review").click()
    with page_of(chromium, server, people.reviewer) as page:
        page.goto(FIRST_PAGE)
        sign(page, "Sign the review")
        assert "Waiting for approval" in state(page)
    with page_of(chromium, server, people.approver) as page:
        page.goto("/")
        page.get_by_role("link", name=re.compile("POL-001-R1")).first.click()
        sign(page, "Approve")
        assert "Effective" in state(page)
        expect(page.locator("#panel-signing")).to_contain_text("Rita Reviewer")
        expect(page.get_by_role("link", name=re.compile("^Edit "))).to_have_count(0)


def read_and_signed(chromium: Browser, server: str, people: People) -> None:
    with page_of(chromium, server, people.reader) as page:
        page.goto("/")
        page.get_by_role("link", name=re.compile("Read POL-001-R1")).first.click()
        expect(page.get_by_text(SECOND).first).to_be_visible()
        sign(page, "Read and understood")
    assert Reading._base_manager.get().state == "read"


def replaced_and_retired(chromium: Browser, server: str, people: People, family: Document) -> None:
    """Revised with a reason, compared, approved; the former one says that it was replaced; then all is retired."""
    with page_of(chromium, server, people.author) as page:
        page.goto(f"/records/document/{family.number}")
        asked(page.get_by_role("link", name="Start a revision"))
        page.get_by_label("Why it changes").fill("Two days are too long")
        page.get_by_role("dialog").get_by_role("button", name="Start a revision").click()
        expect(page).to_have_url(re.compile(SECOND_PAGE))
        write(page, THIRD)
        page.get_by_role("link", name=re.compile("What changed|Redline")).first.click()
        expect(page.locator("ins", has_text="one").first).to_be_visible()
        expect(page.locator("del", has_text="two").first).to_be_visible()
        page.goto(SECOND_PAGE)
        page.get_by_role("button", name="Send to review").click()
    with page_of(chromium, server, people.reviewer) as page:
        page.goto(SECOND_PAGE)
        sign(page, "Sign the review")
    with page_of(chromium, server, people.approver) as page:
        page.goto(SECOND_PAGE)
        sign(page, "Approve")
        page.goto(FIRST_PAGE)
        assert "Superseded" in state(page)
        expect(page.locator("main")).to_contain_text(re.compile("superseded|replaced", re.IGNORECASE))
        page.goto(f"/records/document/{family.number}")
        expect(page.get_by_text(THIRD).first).to_be_visible()
        sign(page, "Retire", reason="Part of another policy now")
        assert "Retired" in state(page)
        page.goto(SECOND_PAGE)
        assert "Obsolete" in state(page)


def test_beside_a_record_stands_the_text_that_was_in_effect_on_its_day(
    chromium: Browser, live_server: LiveServer, people: People
) -> None:
    """M46: the record of March shows the text of March, and that there is another one today."""
    march, may = (dt.datetime(2026, month, 2, 9, tzinfo=dt.UTC) for month in (3, 5))
    governs = [{"kind": "objective"}]
    with clock.shifted(march):
        first = life.released(people.author, people.approver, life.document(people.author, governs=governs))
    with clock.shifted(may):
        life.revised(life.again(first.document), people.author, people.approver)
    shown = {dt.date(2026, 3, 20): "POL-001-R1", dt.date(2026, 6, 1): "POL-001-R2"}
    with page_of(chromium, live_server.url, people.approver) as page:
        for day, number in shown.items():
            record = raised(people.approver, event_date=day)
            page.goto(f"/records/objective/{record.number}")
            beside = page.locator("#panel-procedure")
            expect(beside.get_by_role("link").first).to_contain_text(number)
            assert beside.get_by_text("Today:").is_visible() is (number == "POL-001-R1")
