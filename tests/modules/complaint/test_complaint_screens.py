"""The screens of complaints as people use them: clocks, trend, import, and what they do not show."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from gemba.kernel import clock
from gemba.kernel.jobs.worker import run_all_waiting
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.modules.complaint.guards import decisions_on
from gemba.modules.complaint.models import Complaint, ComplaintImport, Reportability, VigilanceReport
from tests.kernel.people import person
from tests.kernel.samples import again
from tests.modules.complaint.support import clocks, complaint, edited, field_action, sign
from tests.modules.complaint.tables import rows, table
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
TREND, IMPORT = "/complaints/trend", "/complaints/import"


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.GEMBA_FILES = str(tmp_path / "files")


@pytest.fixture
def sign_in() -> SignIn:
    def signed_in(who: Person) -> Client:
        client = Client()
        client.cookies[django_settings.SESSION_COOKIE_NAME] = session_of(who)
        return client

    return signed_in


def address(record: Any, rest: str = "") -> str:
    return f"/records/{record.kind}/{record.number}{rest}"


def text(response: Any) -> str:
    found: str = response.content.decode()
    return found


def test_clocks_are_started_for_several_markets_on_one_page(quality: Person, sign_in: SignIn) -> None:
    """M205, M30: markets ticked, awareness once; the complaint's page then shows each clock with its deadline."""
    client, made = sign_in(quality), complaint(quality, harm="serious")
    asked = client.get(address(made, "/do/clocks"))
    assert "European Union" in text(asked)
    sent = {"aware_at": "2026-03-04T12:00", "zone": "Europe/Helsinki", "aware_by": "Tomi", "markets": ["US", "EU"]}
    assert client.post(address(made, "/do/clocks"), sent).status_code == 302
    page = text(client.get(address(made)))
    for decision in decisions_on(made):
        assert decision.number in page
    assert "passed" in page, "a deadline of March is over"
    again_asked = text(client.get(address(made, "/do/clocks")))
    assert "European Union" not in again_asked, "a market with an open decision is not offered twice"


def test_a_clock_without_a_market_is_asked_for_beside_its_field(quality: Person, sign_in: SignIn) -> None:
    """M47: nothing typed is lost."""
    client, made = sign_in(quality), complaint(quality)
    refused = client.post(address(made, "/do/clocks"), {"aware_at": "yesterday", "zone": "Mars", "aware_by": "Tomi"})
    assert refused.status_code == 422
    assert 'value="Tomi"' in text(refused)
    assert not Reportability._base_manager.exists()


def test_the_page_of_a_decision_says_how_its_deadline_came_about(quality: Person, sign_in: SignIn) -> None:
    """M13: length, authority, what starts it, and how sure the rule is."""
    [decision] = clocks(complaint(quality, harm="death"), quality, "BR")
    page = text(sign_in(quality).get(address(decision)))
    for words in ("72 hours", "ANVISA", "Secondary sources", "passed"):
        assert words in page


def test_a_report_is_written_from_its_decision(quality: Person, sign_in: SignIn) -> None:
    """M30: authority and stage are there already; the draft opens."""
    client = sign_in(quality)
    [decision] = clocks(complaint(quality, harm="death"), quality, "US")
    edited(decision, quality, rationale="Yes.")
    sign(decision, "reportable", quality)
    assert "FDA (CDRH)" in text(client.get(address(decision, "/do/report")))
    sent = {"stage": "first", "authority": "FDA", "wording": "What happened"}
    answer = client.post(address(decision, "/do/report"), sent)
    [report] = VigilanceReport._base_manager.all()
    assert answer["Location"].startswith(address(report))
    assert (report.due, report.report_by) == (decision.report_by, decision.report_by)


def test_the_answer_of_a_recipient_is_noted_in_a_dialog(quality: Person, second: Person, sign_in: SignIn) -> None:
    """M30; 8.3.3: by recipient, with a day or a reason."""
    lines = [{"name": "Ward 4", "sent": "2026-03-05"}, {"name": "Ward 5", "sent": "2026-03-05"}]
    action = sign(field_action(quality, notice="<p>Look.</p>", recipients=lines), "approve", second)
    edited(action, quality, started_on=dt.date(2026, 3, 5), notice_on=dt.date(2026, 3, 5))
    sign(action, "begin", quality)
    client = sign_in(quality)
    assert "Ward 5" in text(client.get(address(action, "/do/answer")))
    assert client.post(address(action, "/do/answer"), {"recipient": "1"}).status_code == 422
    assert client.post(address(action, "/do/answer"), {"recipient": "7", "answered": "2026-03-06"}).status_code == 422
    assert client.post(address(action, "/do/answer"), {"recipient": "1", "answered": "2026-03-06"}).status_code == 302
    assert [line["answered"] for line in again(action).recipients] == [None, "2026-03-06"]
    assert "1 of 2" in text(client.get(address(action)))


def test_the_trend_opens_the_rows_behind_each_figure(quality: Person, sign_in: SignIn) -> None:
    """M62, M69: window, n, chance and verdict; a figure leads to its complaints."""
    for ago in (1, 2, 3, 4, 5, 6, 250, 400):
        complaint(quality, title=f"Ago {ago}", date_received=clock.today() - dt.timedelta(days=ago))
    page = text(sign_in(quality).get(TREND))
    assert "more than chance explains" in page
    found = text(sign_in(quality).get(f"{TREND}?group=alarm&span=before"))
    assert "Ago 250" in found
    assert "Ago 3<" not in found


@pytest.mark.parametrize("query", ["group=x&span=recent", "group=all&span=x", "group=%00&span=%00", "span=recent"])
def test_the_trend_bears_any_address(quality: Person, sign_in: SignIn, query: str) -> None:
    """M30: whatever is typed there, the answer is the page."""
    assert sign_in(quality).get(f"{TREND}?{query}").status_code == 200


def test_the_trend_counts_only_what_the_reader_may_see(quality: Person, sign_in: SignIn) -> None:
    """ACL-12, PRV-01: confidential complaints are in nobody's figures who may not read them."""
    complaint(quality, patient_age="child", title="Of a child")
    engineer = person("Sanna", Role.ENGINEER)
    rows_of = f"{TREND}?group=all&span=recent"
    today = {"date_received": clock.today()}
    complaint(quality, title="Of nobody", **today)
    edited(Complaint._base_manager.get(title="Of a child"), quality, **today)
    assert "Of a child" in text(sign_in(quality).get(rows_of))
    page = text(sign_in(engineer).get(rows_of))
    assert "Of nobody" in page
    assert "Of a child" not in page


def upload(data: bytes, name: str = "reports.txt") -> dict[str, Any]:
    return {"table": SimpleUploadedFile(name, data), "remark": "From the web site"}


@pytest.mark.django_db(transaction=True)
def test_a_table_is_imported_in_the_background_with_progress(quality: Person, sign_in: SignIn) -> None:
    """M30: the page of the import shows how far it is, and what came of it."""
    client = sign_in(quality)
    answer = client.post(IMPORT, upload(table(rows(20))))
    [record] = ComplaintImport._base_manager.all()
    assert answer["Location"] == address(record)
    waiting = text(client.get(address(record)))
    assert 'hx-trigger="every 1s"' in waiting
    assert "0 of 20" in waiting
    run_all_waiting()
    assert Complaint._base_manager.count() == 20
    over = text(client.get(address(record)))
    assert "20 of 20" in over
    assert "hx-trigger" not in text(client.get(address(record, "/progress")))
    assert "imported before" in text(client.post(IMPORT, upload(table(rows(20))), follow=True))
    assert "maude:900000" in text(client.get(address(Complaint._base_manager.order_by("pk")[0])))


@pytest.mark.django_db(transaction=True)
def test_an_import_that_rests_is_started_again_from_its_page(quality: Person, sign_in: SignIn) -> None:
    """DUR-01: after two minutes without a step."""
    client = sign_in(quality)
    client.post(IMPORT, upload(table(rows(3))))
    [record] = ComplaintImport._base_manager.all()
    with clock.shifted(clock.now() + dt.timedelta(minutes=3)):
        assert "Go on" in text(client.get(address(record)))
    assert client.post(address(record, "/progress")).status_code == 302
    run_all_waiting()
    assert (again(record).state, Complaint._base_manager.count()) == ("imported", 3)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"hello\nworld", "no table of device reports"), (b"", "empty"), (table(rows(1)) + b"\x00", "cannot be stored")],
)
def test_what_is_no_table_comes_back_with_a_sentence(
    quality: Person, sign_in: SignIn, data: bytes, sentence: str
) -> None:
    """FIL-15: beside the field, nothing written."""
    answer = sign_in(quality).post(IMPORT, upload(data))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not ComplaintImport._base_manager.exists()


def test_only_the_quality_unit_finds_the_import(care: Person, manager: Person, sign_in: SignIn) -> None:
    """ACL-05: for others the page is not there."""
    for who in (care, manager):
        assert sign_in(who).get(IMPORT).status_code == 404
        assert sign_in(who).post(IMPORT, upload(table(rows(1)))).status_code == 404


def test_a_confidential_complaint_is_not_there_for_others(quality: Person, care: Person, sign_in: SignIn) -> None:
    """PRV-01: neither the page nor the list; the quality unit sees both."""
    made = complaint(quality, patient_initials="AB")
    for who, status in ((care, 404), (quality, 200)):
        assert sign_in(who).get(address(made)).status_code == status
    assert made.number not in text(sign_in(care).get("/records/complaint/"))


def test_the_register_shows_harm_and_flags_of_complaints(quality: Person, sign_in: SignIn) -> None:
    """M44, GXP-07: what nobody has asked about stands in a list of its own."""
    client = sign_in(quality)
    asked, waiting = complaint(quality, harm="serious"), complaint(quality, harm="death", title="Not asked")
    clocks(asked, quality, "EU")
    assert "serious injury" in text(client.get("/records/complaint/?q=alarm"))
    flagged = text(client.get("/records/complaint/?flag=to-decide"))
    assert waiting.number in flagged
    assert asked.number not in flagged
