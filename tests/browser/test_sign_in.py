"""Signing in with a real browser: password, authenticator app, passkey, one-time link; and standing in for somebody."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from gemba.kernel.entrance.links import make_link
from gemba.kernel.entrance.models import OneTimeLink
from gemba.kernel.people.models import Absence, Person
from gemba.kernel.signing.models import Signature
from tests.browser.support import EXPECTED
from tests.browser_support import DESKTOP, PATIENCE, PHONE, needs_chromium, violations
from tests.kernel.people import PASSWORD
from tests.web.seed import Company
from tests.web.signing_in import code, totp_of
from tests.web.test_record_screens import address

pytestmark = [pytest.mark.browser, needs_chromium]
GOOD = "seven purple otters sing"


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@contextmanager
def stranger(browser: Browser, server: str, size: tuple[int, int] = DESKTOP, **options: Any) -> Iterator[Page]:
    """A page in which nobody is signed in. Passkeys belong to a host name, so it is `localhost`."""
    base = server.replace("127.0.0.1", "localhost")
    viewport: Any = {"width": size[0], "height": size[1]}
    context = browser.new_context(base_url=base, viewport=viewport, reduced_motion="reduce", **options)
    trouble: list[str] = []
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda asked: trouble.append(asked.url) if not asked.url.startswith((base, "data:")) else None)
    try:
        yield page
        assert not [text for text in trouble if not text.startswith(EXPECTED)]
    finally:
        context.close()


def virtual_key(page: Page) -> None:
    """A passkey inside the browser that always verifies its holder."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def type_in(page: Page, who: Person, password: str = PASSWORD) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(who.email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm_identity(page: Page) -> None:
    """Changing a second factor asks for the password once more."""
    if "reauthenticate" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()


def test_somebody_sets_up_an_app_and_signs_in_with_its_code(
    chromium: Browser, live_server: LiveServer, firm: Company
) -> None:
    """AUT-10: the app is set up on screen; afterwards the password alone does not get in."""
    with stranger(chromium, live_server.url) as page:
        type_in(page, firm.quality)
        page.goto("/accounts/2fa/totp/activate/")
        confirm_identity(page)
        secret = page.locator("#authenticator_secret").input_value()
        page.locator("[name=code]").fill(code(secret))
        page.get_by_role("button", name="Activate").click()
        page.wait_for_url("**/recovery-codes/")
        sign_out(page)
        cache.clear()
        type_in(page, firm.quality)
        expect(page.get_by_role("heading", name="One more step")).to_be_visible()
        page.locator("[name=code]").fill(code(secret))
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: url.endswith("/"))
        assert "accounts" not in page.url


def test_somebody_adds_a_passkey_signs_in_and_signs_a_record_with_it(
    chromium: Browser, live_server: LiveServer, firm: Company
) -> None:
    """AUT-10, SIG-02: nothing typed at all; the key verifies its holder for the sign-in and for the signature."""
    with stranger(chromium, live_server.url) as page:
        virtual_key(page)
        type_in(page, firm.manager)
        page.goto("/accounts/2fa/webauthn/add/")
        confirm_identity(page)
        page.locator("[name=name]").fill("Laptop")
        page.locator("[name=passwordless]").check()
        page.locator("#mfa_webauthn_add").click()
        page.wait_for_url("**/recovery-codes/")
        sign_out(page)
        page.goto("/accounts/login/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(lambda url: "accounts" not in url)
        page.goto(address(firm.review, "/step/approve"))
        page.get_by_role("button", name="passkey").click()
        page.wait_for_url(f"**{address(firm.review)}*")
        assert Signature.objects.get(record=firm.review, transition="approve").factors == "passkey"


def test_a_deputy_finds_and_signs_the_work_of_somebody_away(
    chromium: Browser, live_server: LiveServer, firm: Company
) -> None:
    """GXP-16: in the deputy's own name and with the deputy's own proof."""
    today = timezone.localdate()
    Absence.objects.create(
        person=firm.manager, deputy=firm.employee, valid_from=today, valid_to=today + dt.timedelta(days=3)
    )
    secret = totp_of(firm.employee)
    with stranger(chromium, live_server.url) as page:
        type_in(page, firm.employee)
        page.locator("[name=code]").fill(code(secret))
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "accounts" not in url)
        expect(page.get_by_text(firm.review.number).first).to_be_visible()
        cache.clear()
        page.goto(address(firm.review, "/step/approve"))
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=code]").fill(code(secret))
        page.locator("main").get_by_role("button", name="Sign").first.click()
        page.wait_for_url(f"**{address(firm.review)}*")
    signature = Signature.objects.get(record=firm.review, transition="approve")
    assert (signature.name, signature.on_behalf_of) == (firm.employee.name, firm.manager)


def test_an_invited_person_comes_in_on_a_phone_without_javascript(
    chromium: Browser, live_server: LiveServer, firm: Company
) -> None:
    """AUT-09, OPS-09: the link, a password, the sign-in."""
    path = make_link(OneTimeLink.Purpose.INVITE, firm.employee).url.removeprefix(settings.GEMBA_URL)
    with stranger(chromium, live_server.url, PHONE, java_script_enabled=False) as page:
        page.goto(path)
        page.get_by_label("New password").fill(GOOD)
        page.get_by_label("The same once more").fill(GOOD)
        page.get_by_role("button", name="Set this password").click()
        page.get_by_label("E-mail").fill(firm.employee.email)
        page.get_by_label("Password").fill(GOOD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert "accounts" not in page.url


ENTRANCE = ("/accounts/login/", "/accounts/login/?ended=idle", "/accounts/password/reset/", "/welcome/x/y/")
INSIDE = (
    "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/",
    "/accounts/password/change/", "/accounts/sessions/", "/accounts/logout/", "/my/tokens/", "/people/",
    "/people/?text=zzz", "/people/new", "/people/waiting", "/people/organisation", "/people/organisation/name",
    "/people/organisation/sites/new", "/people/organisation/departments/new",
)  # fmt: skip
OF_A_PERSON = ("/", "/edit", "/end", "/grant", "/job", "/factors")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_sign_in_and_people_is_accessible_and_fits(
    chromium: Browser, live_server: LiveServer, firm: Company, size: tuple[int, int], scheme: str
) -> None:
    """WCAG 2.2 AA: axe finds nothing, nothing scrolls sideways, nothing is said on the console."""
    first = make_link(OneTimeLink.Purpose.START).url.removeprefix(settings.GEMBA_URL)
    invited = make_link(OneTimeLink.Purpose.INVITE, firm.employee).url.removeprefix(settings.GEMBA_URL)
    found: list[str] = []

    def look(page: Page, url: str) -> None:
        page.goto(url)
        confirm_identity(page)
        found.extend(f"{url}: {what}" for what in violations(page))
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        found.extend([f"{url}: wider than the window"] if wide else [])

    options: dict[str, Any] = {"color_scheme": scheme}
    with stranger(chromium, live_server.url, size, **options) as page:
        for url in (*ENTRANCE, first, invited):
            look(page, url)
        type_in(page, firm.administrator)
        page.goto("/accounts/reauthenticate/")
        found.extend(f"reauthenticate: {what}" for what in violations(page))
        for url in (*INSIDE, *(f"/people/{firm.quality.uid}{rest}" for rest in OF_A_PERSON)):
            look(page, url)
    assert not found
