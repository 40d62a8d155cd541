"""What only shows for a moment: a passkey asked for in the dialog, a file on its way, two versions, mistakes."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from gemba.kernel.actions.write import Edit
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.signing.models import Signature
from tests.browser.support import asked, page_of
from tests.browser.test_screens import LIST, fits
from tests.browser.test_sign_in import confirm_identity, stranger, type_in, virtual_key
from tests.browser_support import DESKTOP, PHONE, needs_chromium, violations
from tests.kernel.people import as_
from tests.web.seed import Company
from tests.web.test_record_screens import address

pytestmark = [pytest.mark.browser, needs_chromium]
BYTES, BYTES_A_SECOND = 3_000_000, 1_000_000
NOTED = """
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("progress");
  if (bar) requestAnimationFrame(() => (window.seen ??= []).push([bar.checkVisibility(), bar.value]));
});
"""


def with_passkey(page: Page, firm: Company) -> None:
    virtual_key(page)
    type_in(page, firm.manager)
    page.goto("/accounts/2fa/webauthn/add/")
    confirm_identity(page)
    page.locator("[name=name]").fill("Laptop")
    page.locator("[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/")


def test_a_record_is_signed_with_a_passkey_in_the_dialog(
    chromium: Browser, live_server: LiveServer, firm: Company
) -> None:
    """AUT-10, SIG-02: nothing typed, the page of the record never left; the signature says what proved the signer."""
    with stranger(chromium, live_server.url) as page:
        with_passkey(page, firm)
        page.goto(address(firm.review))
        sheet = asked(page.get_by_role("link", name="Approve (with"))
        expect(sheet).to_contain_text("What you sign, exactly")
        assert page.url.endswith(address(firm.review))
        sheet.get_by_role("button", name="Sign with a passkey").click()
        expect(page.get_by_role("status")).to_contain_text("Signed.")
    made = Signature.objects.get(record=firm.review, transition="approve")
    assert (made.factors, made.person) == ("passkey", firm.manager)


def test_how_much_of_a_file_has_arrived_is_shown(chromium: Browser, live_server: LiveServer, firm: Company) -> None:
    """M44: on a slow line the bar appears and grows; the file is there in the end, whole."""
    content = b"week,count\n" + b"1,4\n" * (BYTES // 4)
    file: Any = {"name": "counts.csv", "mimeType": "text/csv", "buffer": content}
    with page_of(chromium, live_server.url, firm.quality) as page:
        page.goto(address(firm.draft))
        page.evaluate(NOTED)
        sheet = asked(page.get_by_role("link", name="Attach a file"))
        sheet.get_by_label("File", exact=True).set_input_files(file)
        slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": BYTES_A_SECOND}
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", slow)
        sheet.get_by_role("button", name="Attach").click()
        expect(sheet.locator("progress")).to_be_visible()
        page.wait_for_function("window.seen?.some(([shown, value]) => shown && value > 0 && value < 1)")
        expect(page.locator("#files")).to_contain_text("counts.csv")
    assert Attachment.objects.get(record=firm.draft, name="counts.csv").blob.size == len(content)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_versions_and_mistakes_are_accessible_and_fit(
    chromium: Browser, live_server: LiveServer, firm: Company, size: tuple[int, int], scheme: str
) -> None:
    """WCAG 2.2 AA, CON-03: two versions side by side, sentences beside their fields, nothing sideways."""
    options: dict[str, Any] = {"color_scheme": scheme}
    with page_of(chromium, live_server.url, firm.quality, size, **options) as page:
        page.goto(address(firm.draft, "/edit/0"))
        page.get_by_label("Why it matters").fill("What I think of it")
        Edit(record=firm.draft, values={"why": "What others think of it"}, **as_(firm.manager)).execute()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Somebody else was faster")
        found = [f"conflict: {what}" for what in looked_at(page)]
        page.goto(f"{LIST}new")
        page.get_by_label("Title").fill("Only a title")
        page.get_by_role("button", name="Raise").click()
        expect(page.get_by_role("alert")).to_contain_text("Please look at:")
        expect(page.locator("[aria-invalid=true]").first).to_be_visible()
        found += [f"mistakes: {what}" for what in looked_at(page)]
    assert not found


def looked_at(page: Page) -> list[str]:
    return [*violations(page), *([] if fits(page) else ["wider than the window"])]
