"""What browser tests of the application share: a company, its people's sessions, and pages that tolerate no error."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from gemba.kernel.people.models import Person
from tests.browser_support import DESKTOP, PATIENCE
from tests.web.seed import session_of

EXPECTED = "Failed to load resource: the server responded with a status of 4"
"""Chromium says this of every refused request; refusals are part of what is tested."""


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
