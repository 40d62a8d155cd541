"""How many clicks a stranger needs for what people do with documents most (look.md: at most three steps)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.modules.document.models import Reading, Revision
from tests.browser.support import awake
from tests.browser_support import PATIENCE, needs_chromium
from tests.kernel.people import PASSWORD, person
from tests.modules.document import life
from tests.web.seed import session_of

pytestmark = [pytest.mark.django_db(transaction=True), needs_chromium]


class Hand:
    """Clicks, and counts them. What is typed is not counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, target: Locator) -> None:
        awake(self.page)
        target.click()
        self.clicks += 1


@contextmanager
def at(browser: Browser, server: LiveServer, who: Person, address: str = "/") -> Iterator[Hand]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(who), "url": server.url}]
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(server.url + address)
    try:
        yield Hand(page)
    finally:
        context.close()


@pytest.fixture
def people(transactional_db: None) -> tuple[Person, Person, Person]:
    return person("Aino", Role.ENGINEER), person("Quentin", Role.QUALITY), person("Lea", Role.EMPLOYEE)


@pytest.fixture
def released(people: tuple[Person, Person, Person]) -> Revision:
    author, approver, reader = people
    family = life.document(author, readers=[{"group": "", "person": reader.uid}])
    return life.released(author, approver, family)


def test_a_procedure_is_found_in_two_clicks_and_read_at_once(
    chromium: Browser, live_server: LiveServer, people: tuple[Person, Person, Person], released: Revision
) -> None:
    """M44: the list, the document; its text stands there."""
    with at(chromium, live_server, people[2]) as hand:
        hand.click(hand.page.get_by_role("navigation", name="Main").get_by_role("link", name="Documents", exact=True))
        hand.click(hand.page.get_by_role("link", name="POL-001", exact=True))
        expect(hand.page.get_by_text("Everybody answers complaints in the same way.")).to_be_visible()
        assert hand.clicks == 2


def test_a_reading_is_signed_in_three_clicks_from_home(
    chromium: Browser, live_server: LiveServer, people: tuple[Person, Person, Person], released: Revision
) -> None:
    """M41: my work, the text with its button, the signature."""
    with at(chromium, live_server, people[2]) as hand:
        hand.click(hand.page.get_by_role("main").get_by_role("link", name=re.compile("Read POL-001-R1")).first)
        expect(hand.page.get_by_text("Everybody answers complaints in the same way.")).to_be_visible()
        hand.click(hand.page.get_by_role("link", name=re.compile("^Read and understood")))
        hand.page.get_by_label("Password").fill(PASSWORD)
        hand.click(hand.page.get_by_role("dialog").get_by_role("button", name=re.compile("^Sign")))
        expect(hand.page.get_by_text("Signed.")).to_be_visible()
        assert hand.clicks == 3
    assert Reading._base_manager.get().state == "read"


def test_a_revision_is_started_in_two_clicks_and_its_changes_seen_in_one(
    chromium: Browser, live_server: LiveServer, people: tuple[Person, Person, Person], released: Revision
) -> None:
    """M43, M101: with its reason; and it goes to review with one click more."""
    with at(chromium, live_server, people[0], "/records/document/POL-001") as hand:
        page = hand.page
        hand.click(page.get_by_role("link", name="Start a revision"))
        page.get_by_label("Why it changes").fill("Two days are too long")
        hand.click(page.get_by_role("dialog").get_by_role("button", name="Start a revision"))
        expect(page.get_by_text("DRAFT", exact=True)).to_be_visible()
        assert hand.clicks == 2
        life.edit(Revision._base_manager.get(sequence=2), people[0], body="<p>Everybody answers within a day.</p>")
        hand.click(page.get_by_role("link", name="What changed"))
        expect(page.locator("ins").first).to_be_visible()
        assert hand.clicks == 3
        page.go_back()
        page.reload()
        hand.click(page.get_by_role("button", name="Send to review"))
        expect(page.get_by_text("Two days are too long").first).to_be_visible()
        assert hand.clicks == 4
    assert Revision._base_manager.get(sequence=2).state in ("review", "approval")
