"""Tables to fill in, texts to write, verbs and panels in a real browser: by hand, by keyboard, wide and narrow."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from gemba.kernel.actions.write import Edit
from tests.browser.support import page_of
from tests.browser.test_screens import fits
from tests.browser_support import DESKTOP, PHONE, needs_chromium, violations
from tests.kernel.people import as_, person
from tests.sample.models import Trial
from tests.web.sample_world import address, fresh, trial
from tests.web.seed import Company

pytestmark = [pytest.mark.browser, needs_chromium]
NEW = "/records/trial/new"
LEADS = 'rel="noopener noreferrer"'
EVERYTHING = (
    '<h2 id="s-why">Why</h2><p>A <strong>bold</strong>, <em>slanted</em> <u>line</u><br>with '
    f'<a href="https://example.com/" {LEADS}>a link</a>, <a href="#s-why" {LEADS}>a way back</a>, H<sub>2</sub>O and '
    '<mark data-gap="date">to be filled in</mark>.</p><ul><li><p>One</p><ol start="3" type="a"><li><p>Two</p></li>'
    "</ol></li></ul><blockquote><p>Said</p></blockquote><pre><code>x = 1\n y</code></pre><hr><table><thead><tr>"
    '<th scope="col"><p>A</p></th><th scope="col"><p>B</p></th></tr></thead><tbody><tr><td colspan="2"><p>C</p></td>'
    "</tr></tbody></table>"
)


def screens(record: Trial) -> list[str]:
    rests = ("", "/edit/0", "/edit/1", "/do/try_again", "/do/branch", "/sheet", "/history", "/step/close")
    return [NEW, "/trials/board", *(address(record, rest) for rest in rests),
            f"/records/offshoot/new?role=from_trial&from={record.number}"]  # fmt: skip


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_of_a_module_is_accessible_and_fits(
    chromium: Browser, live_server: LiveServer, firm: Company, size: tuple[int, int], scheme: str
) -> None:
    """WCAG 2.2 AA: axe finds nothing, nothing scrolls sideways, nothing is said on the console."""
    record = trial(firm.quality, body=EVERYTHING)
    Edit(
        record=record, fixed={"tries": 1}, values={"body": EVERYTHING.replace("One", "Other")}, **as_(firm.quality)
    ).execute()
    options: dict[str, Any] = {"color_scheme": scheme}
    found = []
    with page_of(chromium, live_server.url, firm.quality, size, **options) as page:
        for url in screens(record):
            page.goto(url)
            if page.locator("textarea[data-richtext]").count():
                page.locator(".ProseMirror").wait_for()
            found += [f"{url}: {what}" for what in violations(page)]
            found += [] if fits(page) else [f"{url}: wider than the window"]
    assert not found


def test_a_text_is_written_with_the_tools(chromium: Browser, live_server: LiveServer, firm: Company) -> None:
    """M47, M25: headings, marks, lists, links, tables and gaps; what is stored is what was seen."""
    with page_of(chromium, live_server.url, firm.quality) as page:
        page.goto(NEW)
        page.get_by_label("Title").fill("Fold a box")
        page.get_by_text("Text (optional)").click()
        type_ = page.keyboard.type
        page.get_by_label("Style of the paragraph").select_option("2")
        type_("Why")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Bold").click()
        type_("Fold")
        page.get_by_role("button", name="Bold").click()
        type_(" it, see ")
        page.get_by_role("button", name="Link").click()
        page.get_by_label("Address").fill("javascript:alert(1)")
        page.keyboard.press("Enter")
        expect(page.get_by_text("A link leads to https")).to_be_visible()
        page.get_by_label("Address").fill("https://example.com/")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="List with dots").click()
        type_("One")
        page.keyboard.press("Enter")
        type_("until ")
        page.get_by_role("button", name="Gap to be filled in").click()
        page.get_by_label("What belongs there").fill("date")
        page.get_by_role("button", name="Set").click()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Insert a table").click()
        for word in ("First", "Second", "Third"):
            type_(word)
            page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        page.get_by_role("button", name="Take the column out").click()
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("button", name="Redo").click()
        page.get_by_role("button", name="Raise", exact=True).click()
        expect(page.get_by_text("is raised")).to_be_visible()
    stored = Trial._base_manager.get().body
    assert re.match(r'<h2 id="s-why">Why</h2><p><strong>Fold</strong> it, see <a href="https://example.com/"', stored)
    assert '<li><p>One</p></li><li><p>until <mark data-gap="date">date</mark></p></li></ul>' in stored
    head = re.search(r"<thead>.*</thead>", stored)
    assert head
    assert re.findall(r"<p>(\w+)</p>", head[0]) == ["First", "Second"]


def test_what_is_stored_survives_the_editor_unchanged(
    chromium: Browser, live_server: LiveServer, firm: Company
) -> None:
    """M47: opening a text and saving it changes nothing, whatever the list allows."""
    record = trial(firm.quality, body=EVERYTHING)
    assert record.body == EVERYTHING
    with page_of(chromium, live_server.url, firm.quality) as page:
        page.goto(address(record, "/edit/0"))
        page.locator(".ProseMirror").click()
        page.keyboard.press("Control+End")
        page.keyboard.type("!")
        page.keyboard.press("Backspace")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Nothing had changed.").wait_for()
    assert fresh(record).body == EVERYTHING


def test_too_long_a_paste_is_refused_and_what_stood_there_stays(
    chromium: Browser, live_server: LiveServer, firm: Company
) -> None:
    """WEB: ten megabytes get a sentence, nothing is lost, nothing hangs; a dropped file does not replace the page."""
    with page_of(chromium, live_server.url, firm.quality) as page:
        page.goto(NEW)
        page.locator(".ProseMirror").click()
        page.keyboard.type("Kept")
        paste(page, "x" * 10_000_000)
        expect(page.get_by_text("This is too long")).to_be_visible()
        expect(page.locator(".ProseMirror")).to_have_text("Kept")
        paste(page, "<p>and <b class='x'>more</b></p>", "text/html")
        expect(page.locator(".ProseMirror")).to_have_text("Keptand more")


def paste(page: Page, text: str, kind: str = "text/plain") -> None:
    page.locator(".ProseMirror").evaluate(
        """(element, [text, kind]) => {
            const data = new DataTransfer(); data.setData(kind, text);
            element.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        [text, kind],
    )


def test_rows_are_added_moved_and_taken_out_by_keyboard(
    chromium: Browser, live_server: LiveServer, firm: Company
) -> None:
    """WCAG, M47: at phone width too; names and spoken labels follow."""
    with page_of(chromium, live_server.url, firm.quality, PHONE) as page:
        page.goto(NEW)
        page.get_by_label("Title").fill("Fold a box")
        for number, word in enumerate(("Cut", "Fold", "Glue", "Dry"), 1):
            page.get_by_label(f"What, line {number}").fill(word)
        rows = page.locator("[data-lines=steps]")
        rows.get_by_label("Move line 4 up").press("Enter")
        expect(page.get_by_label("What, line 3")).to_have_value("Dry")
        rows.get_by_label("Take line 1 out").press("Enter")
        expect(page.get_by_label("What, line 1")).to_have_value("Fold")
        page.get_by_label("Done, line 2").check()
        page.get_by_label("Who, line 2").select_option(label="Aino Laine")
        page.get_by_label("Title").press("Enter")
        page.get_by_text("is raised").wait_for()
    lines = Trial._base_manager.get().steps
    assert [(line["what"], line["done"], line["who"]) for line in lines] == [
        ("Fold", False, ""), ("Dry", True, firm.quality.uid), ("Glue", False, ""),
    ]  # fmt: skip


def test_lines_and_text_typed_survive_a_sign_out(chromium: Browser, live_server: LiveServer, firm: Company) -> None:
    """AUT-07, M47: after signing in again everything stands where it stood."""
    with page_of(chromium, live_server.url, firm.quality) as page:
        page.goto(NEW)
        page.get_by_label("Title").fill("Fold a box")
        page.locator(".ProseMirror").click()
        page.keyboard.type("A long thought")
        for number in range(1, 7):
            page.get_by_label(f"What, line {number}").fill(f"Step {number}")
        page.get_by_label("Done, line 6").check()
        cookies = page.context.cookies()
        page.context.clear_cookies()
        page.get_by_role("button", name="Raise", exact=True).click()
        page.wait_for_url(re.compile("accounts/login|new"))
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        page.goto(NEW)
        expect(page.get_by_label("What, line 6")).to_have_value("Step 6")
        expect(page.get_by_label("Done, line 6")).to_be_checked()
        expect(page.locator(".ProseMirror")).to_have_text("A long thought")


def test_a_verb_opens_as_a_page_and_a_section_is_edited_in_place(
    chromium: Browser, live_server: LiveServer, firm: Company
) -> None:
    """M149: the editor comes with the section that htmx brings; the verb's table has its page."""
    record = trial(firm.quality)
    with page_of(chromium, live_server.url, firm.quality) as page:
        page.goto(address(record))
        page.get_by_role("link", name="Edit Trial").click()
        page.locator(".ProseMirror").click()
        page.keyboard.press("Control+End")
        page.keyboard.type(" Again.")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Saved.").wait_for()
        page.get_by_role("link", name="Try again").click()
        page.wait_for_url(re.compile("do/try_again"))
        page.get_by_label("Reason").fill("Once more")
        page.get_by_label("Why, line 1").fill("Rain")
        page.get_by_role("button", name="Try again").click()
        page.get_by_text("Done: Try again.").wait_for()
        page.get_by_role("button", name="Branch off").click()
        page.get_by_text("This is what came of it.").wait_for()
    now = fresh(record)
    assert (now.tries, now.causes) == (1, [{"why": "Rain"}])
    assert now.body == "<p>Fold <strong>twice</strong>. Again.</p>"


def test_many_people_are_found_as_one_types(chromium: Browser, live_server: LiveServer, firm: Company) -> None:
    """M149: the list beside the field holds the names that fit."""
    for number in range(40):
        person(f"Colleague {number}")
    with page_of(chromium, live_server.url, firm.quality) as page:
        page.goto(NEW)
        box = page.get_by_label("Checked by")
        box.press_sequentially("colleague 39")
        option = page.locator("#id_checker_list option")
        expect(option).to_have_count(1)
        expect(option).to_have_attribute("value", "Colleague 39")
