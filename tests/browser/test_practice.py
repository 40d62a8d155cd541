"""Paper and practice by keyboard: from My work to the records behind a duty, and through the matrix cell by cell."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from gemba.evidence.catalogue.load import framework
from tests.browser.support import page_of
from tests.browser_support import PHONE, needs_chromium, violations
from tests.kernel.samples import figure, signed
from tests.web.seed import Company

pytestmark = [pytest.mark.browser, needs_chromium]
ISO = framework("iso13485")
KPI = next(duty for duty in ISO.duties if "objective_kpi" in duty.evidence)
HERE = "document.activeElement.closest('td, th')?.parentElement.rowIndex"


def test_from_my_work_to_the_records_behind_a_duty_and_through_the_matrix(
    chromium: Browser, live_server: LiveServer, firm: Company
) -> None:
    """M65, M76: the duty is typed as it is cited, Enter opens it; in the matrix arrows walk hundreds of rows."""
    record = signed(figure(firm.quality, title="Answered in nine days"), "confirm", firm.manager)
    with page_of(chromium, live_server.url, firm.quality) as page:
        page.goto("/")
        page.keyboard.press("Control+k")
        page.keyboard.type(KPI.id)
        expect(page.locator("#palette-hits")).to_contain_text(KPI.text)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(KPI.text)
        expect(page.get_by_role("link", name=record.number)).to_be_visible()
        assert not violations(page)

        page.goto("/practice/iso13485/matrix")
        assert page.locator("table[data-walk] tbody tr").count() == len(ISO.duties) > 100
        page.locator("table[data-walk] tbody th").first.focus()
        start = page.evaluate(HERE)
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("End")
        assert page.evaluate(HERE) == start + 3
        assert page.evaluate("document.activeElement.closest('td, th').cellIndex") == 6
        page.keyboard.press("Home")
        assert page.evaluate("document.activeElement.closest('td, th').cellIndex") == 0
    with page_of(chromium, live_server.url, firm.quality, PHONE, color_scheme="dark") as page:
        for address in ("/practice/iso13485/matrix", f"/practice/iso13485/duty/{KPI.id}", "/practice/iso13485/ledger"):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], address
