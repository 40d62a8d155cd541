"""The improvement loop in a real browser: four people, each finding the next step from where they stand.

Nobody types an address but that of the start page. What somebody has to do next stands in the work list, or is a button
or a link on the page at hand.
"""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from gemba.kernel import clock
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.modules.capa.models import Capa
from gemba.modules.document.models import Document, Revision
from gemba.modules.nonconformity.models import Nonconformity
from tests.browser.support import asked, page_of
from tests.browser_support import needs_chromium
from tests.kernel.people import PASSWORD, as_
from tests.modules.test_loop import People, four, welding

pytestmark = [pytest.mark.browser, needs_chromium]
PICTURES = os.environ.get("GEMBA_PICTURES", "")
"""A folder for pictures of every station, for those who change the screens."""
DAY = dt.timedelta(days=1)
WELDED = "Measure the jaw gap every week and write it down."


class Walk:
    """One person at one window, who begins at the start page and goes on by what is offered there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.goto("/")

    def picture(self, name: str) -> None:
        if PICTURES:
            self.page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)

    def work(self, words: str) -> None:
        """Open something from the work list."""
        self.page.locator("ol.work li").filter(has_text=words).get_by_role("link").first.click()
        self.page.wait_for_selector(".record-head")

    def link(self, name: str) -> None:
        self.page.locator("main").get_by_role("link", name=name).first.click()

    def to(self, record: Record) -> None:
        """Along a link of the page at hand."""
        self.page.locator("main").locator(f"a[href$='/{record.number}']").first.click()
        expect(self.page.locator(".record-head")).to_contain_text(record.number)

    def press(self, label: str, *, inside: str = "main") -> None:
        """A step that asks for nothing, or the button of a form."""
        self.page.locator(inside).get_by_role("button", name=label, exact=True).first.click()

    def step(self, label: str) -> None:
        self.press(label)
        expect(self.page.locator(".next").get_by_role("button", name=label, exact=True)).to_have_count(0)

    def edit(self, section: str, **values: str) -> None:
        self.page.get_by_role("link", name=f"Edit {section}", exact=True).click()
        save = self.page.get_by_role("button", name="Save", exact=True)
        expect(save).to_be_visible()
        self.fill(**values)
        save.click()
        expect(save).to_have_count(0)

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self._enter(self.page.locator(f"[name='{name.replace('__', '-')}']").first, value)

    def _enter(self, control: Locator, value: str) -> None:
        if control.evaluate("field => field.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)

    def raise_it(self, owner: Person | None = None, **values: str) -> None:
        self.fill(**values)
        if owner is not None:
            self.page.locator("[name=owner]").select_option(label=owner.name)
        self.press("Raise")
        expect(self.page.get_by_role("status")).to_contain_text("is raised")

    def sign(self, label: str) -> None:
        sheet = asked(self.page.locator(".next").get_by_role("link", name=label).first)
        expect(sheet).to_contain_text("What you sign, exactly")
        if sheet.get_by_label("Password").count():
            sheet.get_by_label("Password").fill(PASSWORD)
        sheet.get_by_role("button", name="Sign: ").click()
        expect(self.page.get_by_role("status")).to_contain_text("Signed.")

    def tie(self, role: str, far: Record) -> None:
        """Link the record at hand to another one, by its number."""
        sheet = asked(self.page.get_by_role("link", name="Link a record"))
        sheet.get_by_label("This record").select_option(label=role)
        sheet.get_by_label("Number of the other record").fill(far.number)
        sheet.get_by_role("button", name="Link", exact=False).first.click()
        expect(self.page.locator("#links")).to_contain_text(far.number)


@pytest.fixture
def people(transactional_db: None, settings: Settings, tmp_path: Path) -> People:
    settings.GEMBA_FILES = str(tmp_path / "files")
    return four()


@pytest.fixture
def procedure(people: People) -> Document:
    return welding(people)


class Windows:
    """Opens a window for one person after the other."""

    def __init__(self, chromium: Browser, server: str) -> None:
        self.chromium, self.server = chromium, server

    @contextmanager
    def of(self, who: Person) -> Iterator[Walk]:
        with page_of(self.chromium, self.server, who) as page:
            yield Walk(page)


@pytest.fixture
def walks(chromium: Browser, live_server: LiveServer) -> Windows:
    return Windows(chromium, live_server.url)


def newest(kind: str) -> Record:
    return Record._base_manager.filter(kind=kind).latest("pk")


def in_days(days: int) -> str:
    return (clock.today() + days * DAY).isoformat()


def a_customer_complains(walks: Windows, people: People) -> None:
    with walks.of(people.care) as tomi:
        tomi.page.get_by_role("link", name="All registers").first.click()
        tomi.link("Raise a complaint")
        tomi.raise_it(
            people.quality, title="Pump leaks after two days", details="The ward found the housing wet.",
            device_name="Pisara 2", complainant="Ward 4, Oulu", complaint_reason="The housing leaks",
            problem="mechanical", harm="none", no_report_reason="Nobody was harmed or could have been",
        )  # fmt: skip


def quality_decides_about_reporting(walks: Windows, people: People) -> None:
    with walks.of(people.quality) as aino:
        aino.work("Pump leaks after two days")
        complaint = newest("complaint")
        aino.link("Start reporting clocks")
        aino.page.get_by_label("European Union").check()
        aino.fill(aware_by="Tomi Care")
        aino.press("Start reporting clocks", inside="form:has([name=aware_by])")
        expect(aino.page.locator("main")).to_contain_text("RPD-")
        aino.picture("1-complaint")
        aino.to(newest("reportability"))
        aino.edit("Decision", rationale="The pump had stopped; nobody was or could have been harmed.")
        aino.sign("It is not reportable")
        aino.to(complaint)
        aino.step("Investigate")
        aino.link("Report a nonconformity")
        aino.raise_it(
            people.engineer, title="Housings leak at the seam", description="A gap of 0.4 mm", unmet="SP-12",
            source="complaint", found="after",
        )  # fmt: skip


def the_engineer_evaluates(walks: Windows, people: People) -> None:
    with walks.of(people.engineer) as olli:
        olli.work("Housings leak at the seam")
        olli.edit("Containment", contained__0__what="Lot 0309 held", contained__0__on=in_days(0), segregated="yes",
                  segregation="Red box, rack 2")  # fmt: skip
        olli.step("Contained")
        olli.edit(
            "Evaluation", reach="Lot 0309 alone", severity="major", risk_impact="none", risk_reason="RM-031",
            investigate="no", investigate_reason="In the CAPA", notify="no", notify_reason="Made here",
        )  # fmt: skip
        olli.step("Evaluated")
        olli.edit("Decision", disposition="scrap", disposition_reason="Cannot be mended", capa_decision="yes",
                  capa_reason="Third lot this year")  # fmt: skip
        olli.picture("2-nonconformity")
        olli.link("Open a CAPA")
        olli.raise_it(
            title="Seams leak on the left", symptom="Seven of 400 housings leak at the seam", unmet="SP-12",
            measure="Leaking housings per 1,000", before="17.5", source="nonconformity",
        )  # fmt: skip


def management_decides(walks: Windows, people: People) -> None:
    with walks.of(people.manager) as marta:
        marta.work("Housings leak at the seam")
        marta.sign("Approve the disposition")
        marta.to(newest("capa"))
        marta.step("Start the investigation")


def the_cause_is_found(walks: Windows, people: People) -> None:
    with walks.of(people.engineer) as olli:
        olli.work("Seams leak on the left")
        olli.edit("Problem", extent="All housings of station 2 since January")
        olli.edit("Risk and people", risk_level="high", risk_reason="RM-014", team__0__who=people.care.name)
        olli.edit("Correction", corrected="Lot 0309 scrapped", corrected_on=in_days(0))
        olli.edit(
            "Investigation and root cause", method="whys", examined="Station 2", whys__0__why="The seam is thin",
            whys__1__why="The left jaw is worn", cause="equipment", cause_known="Gap measured: 0.4 mm left",
            root_cause="The fixture wears on its left jaw; nobody measures the gap between its yearly services.",
        )  # fmt: skip
        olli.edit(
            "Plan and criterion", justification="Wear is found in time", side_effects="None on the product",
            criterion="Fewer than 2 leaks per 1,000 in ten weeks", target="2", records_needed="2",
        )  # fmt: skip
        olli.edit("When the effect is observed", check_from=in_days(40), check_due=in_days(110))
        olli.link("Plan an action")
        olli.raise_it(people.care, title="Measure the jaw gap", what="With a gauge", type="process", due=in_days(20))
        olli.to(newest("capa"))
        olli.step("Send the plan to approval")
    with walks.of(people.quality) as aino:
        aino.work("Seams leak on the left")
        aino.picture("3-capa")
        aino.sign("Approve the plan")


def a_change_is_asked_for_and_approved(walks: Windows, people: People, procedure: Document) -> None:
    impact = {f"impact__{row}__affected": "no" for row in range(10)}
    impact |= {f"impact__{row}__why": "Looked at it" for row in range(10)}
    with walks.of(people.engineer) as olli:
        olli.work("Seams leak on the left")
        olli.link("Ask for a change")
        olli.raise_it(title="Measure the jaw gap weekly", type="process", what="A weekly line in the log",
                      why="Wear is seen too late", aim="No open seam")  # fmt: skip
        olli.step("Think it through")
        olli.edit("What it touches", size="small", **impact)
        olli.edit("Plan", plan="Revise, train, begin", way_back="Keep the old text", planned_for=in_days(10),
                  look_on=in_days(60))  # fmt: skip
        olli.tie("plans to change", procedure)
        olli.step("Put up for decision")
    with walks.of(people.quality) as aino:
        aino.work("Decide about this change")
        aino.picture("4-change")
        aino.sign("Approve")


def the_procedure_is_revised_under_it(walks: Windows, people: People, procedure: Document) -> None:
    with walks.of(people.engineer) as olli:
        olli.work("Measure the jaw gap weekly")
        olli.to(procedure)
        sheet = asked(olli.page.get_by_role("link", name="Start a revision").first)
        sheet.get_by_label("Why it changes").fill("The jaw gap is measured")
        sheet.get_by_role("button", name="Start a revision").click()
        expect(olli.page.locator(".record-head")).to_contain_text("-R2")
        olli.page.get_by_role("link", name="Edit Text").click()
        olli.page.locator("[contenteditable=true]").first.fill(WELDED)
        olli.press("Save")
        expect(olli.page.get_by_text(WELDED).first).to_be_visible()
        olli.tie("under the change", newest("change"))
        olli.step("Send to review")
    with walks.of(people.quality) as aino:
        aino.work("-R2")
        aino.sign("Approve")
        expect(aino.page.locator("main")).to_contain_text("put into effect")
        aino.picture("5-revision")
    assert (newest("revision").state, newest("training").state) == ("approved", "done")


def it_takes_effect(walks: Windows, people: People) -> None:
    with walks.of(people.care) as tomi:
        tomi.work("Measure the jaw gap")
        tomi.edit("What was done", done_on=in_days(0), outcome="Gauge G-77 hangs at station 2")
        tomi.tie("can be seen in", newest("revision"))
        tomi.sign("Done")
    with walks.of(people.engineer) as olli:
        olli.work("Verified: your signature")
        olli.sign("Verified")
        olli.page.goto("/")
        olli.work("Measure the jaw gap weekly")
        olli.sign("Put into effect")
    assert newest("revision").state == "effective"


def people_are_trained(walks: Windows, people: People) -> None:
    with walks.of(people.care) as tomi:
        tomi.work("Welding")
        tomi.picture("6-training")
        tomi.sign("I have read and understood it")
    training = newest("training")
    assert (training.state, training.owner) == ("done", people.care)
    with walks.of(people.engineer) as olli:
        olli.work("Seams leak on the left")
        olli.tie("revised", newest("revision"))
        olli.tie("was understood through", training)
        olli.tie("is carried out by the change", newest("change"))
        olli.sign("Implemented")


def the_effect_is_judged(walks: Windows, people: People) -> None:
    capa = Capa._base_manager.get()
    for week in (1, 2):
        values = {"title": f"Leak test {week}", "description": "One leak of 600", "unmet": "SP-12"}
        Raise(model=Nonconformity, values=values, **as_(people.quality)).execute()
    first, second = Nonconformity._base_manager.order_by("-pk")[:2]
    with walks.of(people.engineer) as olli:
        olli.work("Seams leak on the left")
        olli.tie("its effect is seen in", first)
        olli.tie("its effect is seen in", second)
        olli.edit("Effect", after="1.5", result="Three lots, one leak")
    with walks.of(people.quality) as aino:
        aino.work("Judge from records whether it worked")
        aino.sign("It worked")
        aino.picture("7-effect")
        expect(aino.page.locator(".record-head")).to_contain_text("Effective and closed")
    capa.refresh_from_db()
    assert (capa.state, capa.checked_on) == ("closed", clock.today())


def test_the_loop_is_walked_by_four_people(walks: Windows, people: People, procedure: Document) -> None:
    """M108, M149, M99, M101, M41, 8.2.2, 8.5.2: complaint, decision, nonconformity, CAPA, change, revised procedure,
    training, effect: nobody has to be told where to go.
    """
    a_customer_complains(walks, people)
    quality_decides_about_reporting(walks, people)
    the_engineer_evaluates(walks, people)
    management_decides(walks, people)
    the_cause_is_found(walks, people)
    a_change_is_asked_for_and_approved(walks, people, procedure)
    the_procedure_is_revised_under_it(walks, people, procedure)
    it_takes_effect(walks, people)
    people_are_trained(walks, people)
    with time_machine.travel(dt.datetime.now(dt.UTC) + 100 * DAY):
        the_effect_is_judged(walks, people)
    assert Revision._base_manager.get(document=procedure, in_force=True).sequence == 2
