"""The report in a real browser: accessible, usable by keyboard, on a phone, in print, and without a program."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from gemba.assess.report import html
from tests.assess.report.samples import company_view
from tests.browser_support import DESKTOP, PHONE, launched, needs_chromium, opened, violations

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as running:
        yield running


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(html.render(company_view()), encoding="utf-8")
    return file


def shown(page: Page, selector: str) -> int:
    return sum(1 for element in page.locator(selector).all() if element.is_visible())


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_has_no_accessibility_violation(
    browser: Browser, report: Path, scheme: Literal["light", "dark"], size: tuple[int, int]
) -> None:
    """M80: usable by everyone, in light and dark, on a desktop and on a phone."""
    with opened(browser, report, size, color_scheme=scheme) as page:
        assert violations(page) == []


def test_a_phone_never_scrolls_sideways(browser: Browser, report: Path) -> None:
    """M80: 360 pixels are enough, also with the duties opened."""
    with opened(browser, report, PHONE) as page:
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_the_first_screen_shows_the_map_the_pair_and_what_to_do(browser: Browser, report: Path) -> None:
    """M20, M80: the picture people remember, without scrolling."""
    with opened(browser, report) as page:
        last_cell = page.locator(".cell").last.bounding_box()
        pair = page.locator("#pair").bounding_box()
        first = page.locator(".things li").first.bounding_box()
        assert last_cell
        assert pair
        assert first
        assert last_cell["y"] + last_cell["height"] <= DESKTOP[1]
        assert max(pair["y"], first["y"]) < DESKTOP[1]


def test_each_cell_tells_its_state_by_colour_symbol_and_word(browser: Browser, report: Path) -> None:
    """M80: colour alone says nothing to many people."""
    with opened(browser, report) as page:
        cells = page.evaluate(
            "[...document.querySelectorAll('.cell')].map(cell => [cell.querySelector('.word').firstChild.textContent,"
            " cell.children[1].textContent, getComputedStyle(cell).backgroundColor])"
        )
        looks = {tuple(cell) for cell in cells}
        assert len(looks) == len({look[0] for look in looks}) == len({look[1] for look in looks}) == 5
        assert len({look[2] for look in looks}) == 5


def test_the_findings_are_filtered_without_a_program(browser: Browser, report: Path) -> None:
    """M79: by severity, by kind of gap and by code, with JavaScript switched off."""
    with opened(browser, report, java_script_enabled=False) as page:
        everything = shown(page, ".finding")
        page.locator("#show-low").uncheck()
        without_low = shown(page, ".finding")
        page.locator("#gap-traceability").check()
        traceability = shown(page, ".finding")
        page.locator("#only-missing-document").check()
        missing = shown(page, ".finding")
        assert everything > without_low > traceability > missing == 2
        assert shown(page, ".group") == 1
        page.locator("#show-high").uncheck()
        page.locator("#show-medium").uncheck()
        assert shown(page, ".group") == 0


def test_a_number_opens_the_rows_behind_it(browser: Browser, report: Path) -> None:
    """M20, M81: paper and practice each lead to their clauses, without a program."""
    totals = company_view().assessment.totals
    with opened(browser, report, java_script_enabled=False) as page:
        page.locator(".pair dd a").first.click()
        assert shown(page, "tr.clause") == totals.claimed
        page.locator(".pair dd a").last.click()
        assert shown(page, "tr.clause") == totals.with_evidence
        page.locator('.chips a[href="#clauses"]').click()
        assert shown(page, "tr.clause") == len(company_view().assessment.clauses)


def test_a_cell_opens_its_clause_and_the_clause_its_duties(browser: Browser, report: Path) -> None:
    """M80: each cell leads to its duties, each clause to its procedure and its records."""
    with opened(browser, report, java_script_enabled=False) as page:
        page.locator('.cell[href="#c-6.2"]').click()
        row = page.locator("tr:target")
        row.locator("summary").first.click()
        assert row.locator(".duties li").first.is_visible()
        assert "SOP-004 Training" in row.inner_text()
        assert "Training records 2026" in row.inner_text()


def test_the_keyboard_reaches_skip_link_map_and_filters(browser: Browser, report: Path) -> None:
    """M80: everything works without a mouse."""
    with opened(browser, report) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.locator("#show-high").focus()
        page.keyboard.press("Space")
        assert not page.locator("#show-high").is_checked()
        page.locator("#only-all").focus()
        page.keyboard.press("ArrowDown")
        assert not page.locator("#only-all").is_checked()
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"


def test_headings_never_skip_a_level(browser: Browser, report: Path) -> None:
    """M80: the outline is readable by ear."""
    with opened(browser, report) as page:
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(each => Number(each.tagName[1]))")
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_link_inside_the_report_leads_somewhere(browser: Browser, report: Path) -> None:
    """M81: drill-down without dead ends."""
    with opened(browser, report) as page:
        dead = page.evaluate(
            "[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"
            ".filter(href => !href.startsWith('#') || !document.getElementById(href.slice(1)))"
        )
        assert dead == []
        assert page.evaluate(
            "(() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);"
            " return ids.length === new Set(ids).size; })()"
        )


def test_print_shows_the_rows_and_no_controls(browser: Browser, report: Path) -> None:
    """M22: a printed report is an acceptable paper record, with what the figures mean."""
    with opened(browser, report, color_scheme="dark") as page:
        page.emulate_media(media="print", color_scheme="dark")
        assert shown(page, ".filters") == 0
        assert shown(page, "tr.clause") == len(company_view().assessment.clauses)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.locator("#meaning").is_visible()
        assert len(page.pdf(format="A4")) > 20_000


def test_hostile_names_stay_text(browser: Browser, report: Path) -> None:
    """M22: nothing a document is called can run."""
    with opened(browser, report) as page:
        assert page.locator("script").count() == 0
        assert page.locator("img").count() == 0
        assert page.get_by_text("<script>alert(2)</script>").first.count() == 1
