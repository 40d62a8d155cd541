"""What browser tests share: Debian's Chromium, headless and offline, and accessibility by axe."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.tools import chromium

DESKTOP, PHONE = (1280, 900), (360, 780)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 20_000
"""Milliseconds a page may take on a busy machine before a test calls it broken."""
expect.set_options(timeout=PATIENCE)
needs_chromium = pytest.mark.skipif(
    chromium() is None, reason="Chromium is not installed; `python -m tests.tools` does"
)


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless browser that asks the network for nothing of its own accord.

    Playwright runs an event loop in this thread for as long; rows are still read in it, one thing at a time.
    """
    with patch.dict(os.environ, DJANGO_ALLOW_ASYNC_UNSAFE="1"), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, file: Path, size: tuple[int, int] = DESKTOP, **options: Any) -> Iterator[Page]:
    """A local file in a page of its own. Console errors and requests to anything else fail the test."""
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, reduced_motion="reduce", **options)  # type: ignore[arg-type]
    trouble: list[str] = []
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda request: trouble.append(request.url) if request.url != file.as_uri() else None)
    page.goto(file.as_uri())
    try:
        yield page
        assert not trouble, trouble
    finally:
        context.close()


def violations(page: Page) -> list[str]:
    """What axe objects to, one line for each element."""
    result = Axe().run(page)
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in result.response["violations"]
        for node in violation["nodes"]
    ]
