"""Every screen in a real browser: accessible in light and dark, wide and narrow, by keyboard, without JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from gemba.modules.objective.models import Objective
from tests.browser.support import asked, awake, page_of
from tests.browser_support import DESKTOP, PHONE, needs_chromium, violations
from tests.kernel.people import PASSWORD
from tests.web.seed import Company, many
from tests.web.test_record_screens import address

pytestmark = [pytest.mark.browser, needs_chromium]
LIST = "/records/objective/"


def screens(firm: Company) -> list[str]:
    draft = address(firm.draft)
    rests = ("", "/edit/0", "/history", "/void", "/extend", "/assign", "/attach", "/comment", "/task")
    return [
        "/", LIST, f"{LIST}?q=zzz", f"{LIST}?state=draft&owner=me", f"{LIST}new", "/records/",
        *(draft + rest for rest in rests), address(firm.review), address(firm.pursued), address(firm.void),
        address(firm.measurement), address(firm.measurement, "/link"), address(firm.review, "/step/approve"),
        address(firm.review, "/step/reject"), "/search?q=answer", "/search", "/notices", "/style", "/nowhere",
    ]  # fmt: skip


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_is_accessible_and_fits(
    chromium: Browser, live_server: LiveServer, firm: Company, size: tuple[int, int], scheme: str
) -> None:
    """WCAG 2.2 AA: axe finds nothing, nothing scrolls sideways, nothing is said on the console."""
    many(firm.quality, 20)
    options: dict[str, Any] = {"color_scheme": scheme}
    found = []
    with page_of(chromium, live_server.url, firm.manager, size, **options) as page:
        for url in screens(firm):
            page.goto(url)
            found += [f"{url}: {what}" for what in violations(page)]
            found += [] if fits(page) else [f"{url}: wider than the window"]
    with page_of(chromium, live_server.url, firm.administrator, size, **options) as page:
        page.goto("/health")
        found += [f"/health: {what}" for what in violations(page)]
    assert not found


def test_three_people_raise_reject_mend_and_sign(chromium: Browser, live_server: LiveServer, firm: Company) -> None:
    """SIG-01, M149: raise, edit, submit; sent back with a signature; mended; signed by somebody else."""
    with page_of(chromium, live_server.url, firm.quality) as page:
        page.goto(f"{LIST}new")
        page.get_by_label("Title").fill("Ship no unsterile set")
        page.get_by_label("Why it matters").fill("One is too many")
        page.get_by_label("How it is measured").fill("Sets returned as unsterile")
        page.get_by_label("Target").fill("0")
        page.get_by_label("Unit").fill("sets")
        page.get_by_role("button", name="Raise").click()
        expect(page.get_by_role("status")).to_contain_text("is raised")
        url = page.url
        page.get_by_role("link", name="Edit Responsibility").click()
        page.locator("#section-2 input[type=date]").fill("2027-06-30")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("button", name="Send to review").click()
        expect(page.locator(".way [aria-current]")).to_contain_text("In review")
    with page_of(chromium, live_server.url, firm.manager) as page:
        page.goto(url)
        sign(page, "Send back", reason="Say over which period")
        expect(page.locator("#signatures")).to_contain_text("Say over which period")
    with page_of(chromium, live_server.url, firm.quality) as page:
        page.goto(url)
        page.get_by_role("link", name="Edit Measure and target").click()
        page.get_by_label("How it is measured").fill("Sets returned as unsterile in a quarter")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("button", name="Send to review").click()
        expect(page.locator(".next")).to_contain_text("Approve needs the role Top management.")
    with page_of(chromium, live_server.url, firm.manager) as page:
        page.goto("/")
        page.get_by_role("link", name="Read OBJ-2026-0005").click()
        sign(page, "Approve")
        expect(page.locator(".way [aria-current]")).to_contain_text("Pursued")
        expect(page.locator("#signatures")).to_contain_text("Marta Kovač")


def sign(page: Page, step: str, reason: str = "") -> None:
    """In the dialog; once with a wrong password, which must change nothing but the sentence."""
    sheet = asked(page.locator(".next").get_by_role("link", name=f"{step} "))
    expect(sheet).to_contain_text("What you sign, exactly")
    sheet.get_by_label("Reason").fill(reason)
    sheet.get_by_label("Password").fill("not this one")
    sheet.get_by_role("button", name="Sign: ").click()
    expect(sheet.get_by_role("alert")).to_contain_text("could not be confirmed")
    expect(sheet.get_by_label("Reason")).to_have_value(reason)
    sheet.get_by_label("Password").fill(PASSWORD)
    sheet.get_by_role("button", name="Sign: ").click()
    expect(page.get_by_role("status")).to_contain_text("Signed.")


def test_ctrl_k_jumps_anywhere_by_keyboard_alone(chromium: Browser, live_server: LiveServer, firm: Company) -> None:
    """M44: type, arrow, Enter; Escape leaves everything as it was."""
    with page_of(chromium, live_server.url, firm.quality) as page:
        page.goto("/")
        page.keyboard.press("Control+k")
        page.keyboard.type("pouch seals")
        expect(page.locator("#palette-hits")).to_contain_text(firm.review.number)
        assert not violations(page)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(firm.review.title)
        page.keyboard.press("Control+k")
        page.keyboard.press("Escape")
        expect(page.locator("#palette")).not_to_be_visible()


def test_a_record_is_worked_on_by_keyboard_alone(chromium: Browser, live_server: LiveServer, firm: Company) -> None:
    """WCAG 2.1.1: the first stop is the way past the navigation; a dialog gives the focus back."""
    with page_of(chromium, live_server.url, firm.quality) as page:
        page.goto(address(firm.draft))
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("To the content")
        page.keyboard.press("Enter")
        link = page.get_by_role("link", name="Move the due date")
        awake(page)
        link.focus()
        page.keyboard.press("Enter")
        sheet = page.locator("#sheet")
        expect(sheet).to_be_visible()
        page.keyboard.press("Escape")
        expect(sheet).not_to_be_visible()
        expect(link).to_be_focused()


def test_the_dialog_is_accessible_and_fits_a_phone(chromium: Browser, live_server: LiveServer, firm: Company) -> None:
    """WCAG: the sign dialog open, in light and dark, at 360 pixels."""
    for scheme in ("light", "dark"):
        with page_of(chromium, live_server.url, firm.manager, PHONE, color_scheme=scheme) as page:
            page.goto(address(firm.review))
            expect(asked(page.get_by_role("link", name="Approve (with"))).to_be_visible()
            assert not violations(page)
            assert fits(page)


def test_on_a_phone_the_menu_opens_and_leads_on(chromium: Browser, live_server: LiveServer, firm: Company) -> None:
    """M205: also without JavaScript."""
    for scripts in (True, False):
        with page_of(chromium, live_server.url, firm.employee, PHONE, java_script_enabled=scripts) as page:
            page.goto("/")
            expect(page.get_by_role("link", name="Quality objectives")).not_to_be_visible()
            page.get_by_role("button", name="Menu").click()
            page.get_by_role("link", name="Quality objectives").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Quality objectives")


def test_the_essential_writes_work_without_javascript(
    chromium: Browser, live_server: LiveServer, firm: Company
) -> None:
    """OPS-09: edit, comment, attach, submit, filter and sign with pages alone."""
    with page_of(chromium, live_server.url, firm.quality, java_script_enabled=False) as page:
        page.goto(address(firm.draft))
        page.get_by_role("link", name="Edit Measure and target").click()
        page.get_by_label("Unit").fill("working days")
        page.get_by_role("button", name="Save").click()
        page.locator("#comment-text").fill("Without any script")
        page.get_by_role("button", name="Comment").click()
        expect(page.locator("#comments")).to_contain_text("Without any script")
        page.get_by_role("link", name="Attach a file").click()
        file: Any = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}
        page.get_by_label("File", exact=True).set_input_files(file)
        page.get_by_role("button", name="Attach").click()
        expect(page.locator("#files")).to_contain_text("a.csv")
        page.get_by_role("button", name="Send to review").click()
        page.goto(LIST)
        page.get_by_label("State").select_option("review")
        page.get_by_role("button", name="Show").click()
        expect(page.locator("tbody tr")).to_have_count(2)
    with page_of(chromium, live_server.url, firm.manager, java_script_enabled=False) as page:
        page.goto(address(firm.draft))
        page.get_by_role("link", name="Approve (with").click()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign: ").click()
        expect(page.get_by_role("status")).to_contain_text("Signed.")
    assert Objective._base_manager.get(pk=firm.draft.pk).state == "pursued"


def test_a_record_is_picked_by_words_for_a_link(chromium: Browser, live_server: LiveServer, firm: Company) -> None:
    """The picker offers numbers for the words typed."""
    with page_of(chromium, live_server.url, firm.quality) as page:
        page.goto(address(firm.measurement))
        sheet = asked(page.get_by_role("link", name="Link a record"))
        page.get_by_label("Number of the other record").fill("pouch")
        option = page.locator(f"datalist option[value='{firm.review.number}']")
        expect(option).to_be_attached()
        page.get_by_label("Number of the other record").fill(firm.review.number)
        sheet.get_by_role("button", name="Link").click()
        expect(page.locator("#links")).to_contain_text(firm.review.number)


def test_a_printed_record_shows_the_record_and_no_buttons(
    chromium: Browser, live_server: LiveServer, firm: Company
) -> None:
    """A print is an acceptable paper record: content and signatures, no navigation."""
    with page_of(chromium, live_server.url, firm.quality) as page:
        page.goto(address(firm.pursued))
        page.emulate_media(media="print")
        expect(page.locator("#signatures")).to_be_visible()
        for gone in (".side", ".side-steps", "a.button"):
            expect(page.locator(gone).first).not_to_be_visible()


def test_what_was_typed_survives_a_sign_out(chromium: Browser, live_server: LiveServer, firm: Company) -> None:
    """Nothing typed is lost: the form comes back filled after signing in again."""
    with page_of(chromium, live_server.url, firm.quality) as page:
        page.goto(f"{LIST}new")
        page.get_by_label("Why it matters").fill("A long thought")
        cookies = page.context.cookies()
        page.context.clear_cookies(name="sessionid")
        page.get_by_role("button", name="Raise").click()
        page.wait_for_url("**/accounts/login/**")
        page.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "sessionid"])  # type: ignore[misc]
        page.goto(f"{LIST}new")
        expect(page.get_by_label("Why it matters")).to_have_value("A long thought")


def test_a_comment_and_an_answer_in_a_dialog_survive_a_sign_out(
    chromium: Browser, live_server: LiveServer, firm: Company
) -> None:
    """AUT-07: both come back on the page that asks the same; what has arrived is not offered again."""
    with page_of(chromium, live_server.url, firm.quality) as page:
        signed_in = [each for each in page.context.cookies() if each["name"] == "sessionid"]
        page.goto(address(firm.draft))
        awake(page)
        page.locator("#comment-text").fill("Seen on the line")
        page.context.clear_cookies(name="sessionid")
        page.locator("#comments").get_by_role("button", name="Comment").click()
        page.wait_for_url("**/accounts/login/**")
        page.context.add_cookies(signed_in)  # type: ignore[arg-type]
        page.goto(address(firm.draft, "/comment"))
        expect(page.get_by_label("Comment", exact=True)).to_have_value("Seen on the line")
        page.get_by_role("button", name="Comment").click()
        expect(page.locator("#comments .comment").last).to_have_text("Seen on the line")
        expect(page.locator("#comment-text")).to_have_value("")
        sheet = asked(page.get_by_role("link", name="Ask somebody"))
        sheet.get_by_label("What is to be done").fill("Count the boxes")
        page.context.clear_cookies(name="sessionid")
        sheet.get_by_role("button", name="Ask").click()
        page.wait_for_url("**/accounts/login/**")
        page.context.add_cookies(signed_in)  # type: ignore[arg-type]
        page.goto(address(firm.draft, "/task"))
        expect(page.get_by_label("What is to be done")).to_have_value("Count the boxes")


def test_mistakes_are_under_the_keyboard_and_two_clicks_raise_one_record(
    chromium: Browser, live_server: LiveServer, firm: Company
) -> None:
    """M205: the list of mistakes leads to each field by Enter; an impatient second click sends nothing."""
    with page_of(chromium, live_server.url, firm.quality, PHONE) as page:
        page.goto(f"{LIST}new")
        awake(page)
        page.get_by_role("button", name="Raise", exact=True).click()
        expect(page.locator(".errors a").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_label("Title")).to_be_focused()
        sent = page.evaluate("""() => {
            const form = document.querySelector("main form.form");
            const went = [];
            document.addEventListener("submit", (event) => {
                went.push(!event.defaultPrevented);
                event.preventDefault();
            });
            form.requestSubmit();
            form.requestSubmit();
            return went;
        }""")
        assert sent == [True, False]
