"""What browser tests of the application share: a company, its people's sessions, and pages that tolerate no error."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from gemba.kernel.people.models import Person
from tests.browser_support import DESKTOP, PATIENCE
from tests.web.seed import session_of

EXPECTED = (
    "Failed to load resource: the server responded with a status of 4",  # Chromium, of every refused request
    "htmx:sendAbort",  # a request that the browser ended because its page was left
)
"""Said of what is tested or of how the tests hurry; it is nothing that went wrong."""


def awake(page: Page) -> None:
    """Wait for the page's scripts; before they have begun, what asks in a dialog leads to a page of its own."""
    expect(page.locator("html[data-awake]")).to_be_attached()


def asked(link: Locator) -> Locator:
    """Click what asks in a dialog, and have the dialog."""
    awake(link.page)
    link.click()
    return link.page.locator("#sheet")


@contextmanager
def page_of(
    browser: Browser, server: str, who: Person, size: tuple[int, int] = DESKTOP, **options: Any
) -> Iterator[Page]:
    """A page in which this person is signed in. Console errors and requests to elsewhere fail the test."""
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(base_url=server, viewport=viewport, reduced_motion="reduce", **options)  # type: ignore[arg-type]
    context.add_cookies([{"name": "sessionid", "value": session_of(who), "url": server}])
    trouble: list[str] = []
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on(
        "console",
        lambda said: trouble.append(said.text) if said.type == "error" and not said.text.startswith(EXPECTED) else None,
    )
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda asked: trouble.append(asked.url) if not asked.url.startswith(server) else None)
    try:
        yield page
        assert not trouble, trouble
    finally:
        context.close()
