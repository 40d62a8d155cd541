"""Paper and practice on screen: the map, its clauses and duties, and the rows behind each figure."""

import datetime as dt
import re
from dataclasses import replace
from typing import Any, cast

import pytest
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gemba.evidence.catalogue.load import framework, shipped_frameworks
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.practice.models import Snapshot
from gemba.evidence.practice.refresh import recompute
from gemba.evidence.practice.snapshots import keep
from gemba.evidence.signals.all import SIGNALS
from gemba.evidence.signals.signal import Finding, Row
from gemba.kernel import clock
from gemba.kernel.people.models import Site
from gemba.kernel.roles import Role
from gemba.kernel.types import registry
from tests.contract.values import raised
from tests.kernel.people import person
from tests.kernel.samples import figure, signed
from tests.web.conftest import SignIn
from tests.web.seed import Company
from tests.web.test_record_screens import text_of

pytestmark = pytest.mark.django_db
ISO = framework("iso13485")
KPI = next(duty for duty in ISO.duties if "objective_kpi" in duty.evidence)


def page(client: Client, name: str, *args: object, query: str = "") -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_map_has_a_cell_for_every_clause_with_duties(firm: Company, sign_in: SignIn) -> None:
    """M65, M66: each by word as well as colour, paper and practice apart."""
    body = page(sign_in(firm.quality), "practice_map", "iso13485")
    for clause in {duty.clause for duty in ISO.duties}:
        assert f">{clause}</b>" in body
    assert "On paper" in body
    assert "In practice" in body
    assert "compliant" not in body.lower()


def test_every_framework_has_its_map(firm: Company, sign_in: SignIn) -> None:
    """M11: frameworks are data; the screen knows none of them."""
    client = sign_in(firm.quality)
    for each in shipped_frameworks():
        assert each.designation in page(client, "practice_map", each.id)


def test_a_duty_page_shows_the_records_that_prove_it_and_why_others_do_not(firm: Company, sign_in: SignIn) -> None:
    """M65: behind the figure stand its rows; a doubtful one says what is wrong with it."""
    record = signed(figure(firm.quality, title="Answered in nine days"), "confirm", firm.manager)
    client = sign_in(firm.quality)
    body = page(client, "practice_duty", "iso13485", KPI.id)
    assert record.number in body
    assert "Unwritten practice" in body
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_record SET digest = %s WHERE id = %s", ["0" * 64, record.pk])
    recompute()  # as every night: nothing tells of a change past the program
    assert "does not stand for what the record says" in page(client, "practice_duty", "iso13485", KPI.id)


def test_a_clause_lists_its_duties_with_their_state(firm: Company, sign_in: SignIn) -> None:
    """M46, M66: from the clause to the duty in one step."""
    body = page(sign_in(firm.quality), "practice_clause", "iso13485", "8.5.2")
    for duty in ISO.duties_by_clause["8.5.2"]:
        assert duty.id in body
    assert "Missing" in body


def test_a_clause_shows_where_its_evidence_lies_with_live_counts(firm: Company, sign_in: SignIn) -> None:
    """M17: clause 4 leads to the scope, the documents and the processes, each with how many there are now."""
    body = text_of(page(sign_in(firm.quality), "practice_clause", "iso13485", "4"))
    assert "Scopes 0" in body
    assert "Documents 0" in body
    assert "Processes 0" in body


def test_a_clause_shows_what_lies_below_it_however_a_law_numbers_it(firm: Company, sign_in: SignIn) -> None:
    """M3: Article 10 has its paragraphs below it, and its page shows their duties."""
    mdr = framework("mdr")
    body = page(sign_in(firm.quality), "practice_clause", "mdr", "Article 10")
    below = [duty for duty in mdr.duties if duty.clause == "Article 10(9)"]
    assert below
    assert all(reverse("practice_duty", args=["mdr", duty.id]) in body for duty in below)


def test_the_map_can_be_seen_as_it_was_and_never_as_it_will_be(firm: Company, sign_in: SignIn) -> None:
    """M63: an earlier day says so; a later one is today, and nonsense too."""
    client = sign_in(firm.quality)
    assert "as it was known on" in page(client, "practice_map", "iso13485", query="?on=2025-01-01")
    for asked in ("2099-01-01", "2026-02-31", "%00", "yesterday"):
        assert "as it was known on" not in page(client, "practice_map", "iso13485", query=f"?on={asked}")


def test_the_trend_is_drawn_from_days_that_were_kept(firm: Company, sign_in: SignIn) -> None:
    """M63: two days make a line, with the same figures as a table; keeping a day twice keeps it once."""
    client = sign_in(firm.quality)
    assert "a line needs two of them" in page(client, "practice_map", "iso13485")
    today = clock.today()
    for day in (today - dt.timedelta(days=30), today, today):
        keep(day)
    assert Snapshot.objects.filter(framework="iso13485", site=None).count() == 2
    body = page(client, "practice_map", "iso13485")
    assert "<polyline" in body
    assert "The same as a table" in body


def test_what_the_map_says_can_be_taken_along_as_rows(firm: Company, sign_in: SignIn) -> None:
    """M65: one line for each duty."""
    body = page(sign_in(firm.quality), "practice_export", "iso13485")
    assert len(body.splitlines()) == len(ISO.duties) + 1


@pytest.mark.parametrize("address", ["/practice/iso9999/", "/practice/iso13485/9.9.9", "/practice/iso13485/duty/x-1"])
def test_what_is_not_there_is_not_found(firm: Company, sign_in: SignIn, address: str) -> None:
    """M11: an unknown framework, clause or duty."""
    assert sign_in(firm.quality).get(address).status_code == 404


def test_the_administrator_of_the_system_reads_no_figures(db: None, sign_in: SignIn) -> None:
    """ACL-11: who reads no records reads nothing they add up to."""
    client = sign_in(person("Otto Admin", Role.ADMINISTRATOR))
    assert client.get(reverse("practice")).status_code == 404


def test_the_map_costs_the_same_with_few_and_many_records(firm: Company, sign_in: SignIn) -> None:
    """M67: statements do not grow with records."""
    client = sign_in(firm.quality)
    page(client, "practice_map", "iso13485")
    few = _statements(client)
    for index in range(8):
        signed(figure(firm.quality, title=f"Figure {index}"), "confirm", firm.manager)
    page(client, "practice_map", "iso13485")
    assert _statements(client) == few


def _statements(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        page(client, "practice_map", "iso13485")
    return len(captured)


def test_signals_have_a_page_each(firm: Company, sign_in: SignIn) -> None:
    """M72: what it says, its window and threshold, its rows, and what it does not mean."""
    client = sign_in(firm.quality)
    listed = page(client, "practice_signals")
    for name in SIGNALS:
        assert reverse("practice_signal", args=[name]) in listed
        assert "Window:" in page(client, "practice_signal", name)
    assert client.get("/practice/signals/none").status_code == 404


def test_the_ledger_opens_its_rows_and_asks_why_something_is_waived(firm: Company, sign_in: SignIn) -> None:
    """M62: counts are filters; waiving without a reason comes back with the form, and with one it is kept."""
    today = clock.today()
    each = Expectation.objects.create(
        framework="iso13485", duty=KPI.id, since=today - dt.timedelta(days=500), due=today - dt.timedelta(days=135)
    )
    client = sign_in(firm.quality)
    assert KPI.id in page(client, "practice_ledger", "iso13485", query="?end=open")
    assert KPI.id not in page(client, "practice_ledger", "iso13485", query="?end=met")
    asked = reverse("practice_waive", args=["iso13485", each.uid])
    assert client.post(asked, {"reason": " "}).status_code == 422
    assert client.post(asked, {"reason": "The line stood still."}).status_code == 302
    assert "The line stood still." in page(client, "practice_ledger", "iso13485")
    assert sign_in(firm.auditor).post(asked, {"reason": "Because"}).status_code in (403, 409)


def test_a_duty_that_works_today_says_what_was_missed_in_its_window(firm: Company, sign_in: SignIn) -> None:
    """M62, M65: one new record does not hide what did not come; the rows of this duty alone are one step away."""
    signed(figure(firm.quality), "confirm", firm.manager)
    other = next(each for each in ISO.duties if each.id == "8.2.4-b")
    client = sign_in(firm.quality)
    assert "Fell due" not in page(client, "practice_duty", "iso13485", KPI.id)
    for name, end in ((KPI.id, "missed"), (KPI.id, "met"), (other.id, "late")):
        due = clock.today() - dt.timedelta(days=40)
        because = figure(firm.quality)
        Expectation.objects.create(
            framework="iso13485", duty=name, since=due - dt.timedelta(days=90), due=due, end=end, because=because
        )
    assert "Fell due and ended since then: 2; missed: 1; late: 0." in page(client, "practice_duty", "iso13485", KPI.id)
    rows = page(client, "practice_ledger", "iso13485", query=f"?duty={KPI.id}").partition("<tbody")[2]
    assert KPI.id in rows
    assert other.id not in rows
    assert other.id in page(client, "practice_ledger", "iso13485", query="?duty=nothing").partition("<tbody")[2]


def test_a_duty_tells_what_proves_it_from_what_only_belongs_to_it(firm: Company, sign_in: SignIn) -> None:
    """M65: a complaint belongs to the input of the management review, and is none."""
    body = page(sign_in(firm.quality), "practice_duty", "iso13485", "5.6.2-b")
    proves, _title, around = body.partition("Belongs to it, and is not enough")
    assert "Management review minutes" in proves
    assert "Complaint record" in around
    assert "Belongs to it" not in page(sign_in(firm.quality), "practice_duty", "iso13485", "5.1-d")


def test_the_ledger_begins_with_what_is_due_next(firm: Company, sign_in: SignIn) -> None:
    """M62: open ones by their day, then how the others ended, the latest first."""
    today = clock.today()
    for days, end in ((-300, "missed"), (200, "open"), (-30, "late"), (20, "open"), (300, "met")):
        due = today + dt.timedelta(days=days)
        Expectation.objects.create(
            framework="iso13485", duty=KPI.id, since=due - dt.timedelta(days=365), due=due, end=end
        )
    body = page(sign_in(firm.quality), "practice_ledger", "iso13485")
    shown = re.findall(r'datetime="([\d-]+)">', body.partition("<tbody")[2])
    assert shown == [(today + dt.timedelta(days=days)).isoformat() for days in (20, 200, 300, -30, -300)]


def test_a_duty_shows_the_day_on_which_a_record_proves_it(firm: Company, sign_in: SignIn) -> None:
    """M65: the day of the check, not the day on which its CAPA was opened; the newest first."""
    capa = registry.named("capa")
    effect = next(each for each in capa.yields if each.evidence == "capa_effectiveness")
    made = []
    for n, seen in enumerate((dt.date(2026, 3, 2), dt.date(2026, 7, 15))):
        record = raised(capa, firm.quality, title=f"CAPA {n}", event_date=dt.date(2026, 2 - n, 1))
        models.QuerySet(capa.model).filter(pk=record.pk).update(state=effect.states[0].name, **{effect.on: seen})
        made.append(record.number)
    body = page(sign_in(firm.quality), "practice_duty", "iso13485", "8.5.2-i").partition("Practice: what")[2]
    assert body.index(made[1]) < body.index("15 Jul 2026") < body.index(made[0]) < body.index("2 Mar 2026")


@pytest.mark.parametrize(
    ("typed", "leads"),
    [("8.5.2-i", "/practice/iso13485/duty/8.5.2-i"), ("8.5.2", "/practice/iso13485/8.5.2"),
     (" 8.5.2-I ", "/practice/iso13485/duty/8.5.2-i")],
)  # fmt: skip
def test_a_duty_is_one_jump_away(firm: Company, sign_in: SignIn, typed: str, leads: str) -> None:
    """M65: typed as it is cited; from My work to the records that prove it in one step, by clicks in three."""
    client = sign_in(firm.quality)
    assert f'href="{leads}"' in client.get(reverse("jump"), {"q": typed}).content.decode()
    assert "/practice/iso13485" not in client.get(reverse("jump"), {"q": "8.99.1"}).content.decode()
    for here, there in (
        ("/", "/practice/"), ("/practice/", "/practice/iso13485/8.5.2"),
        ("/practice/iso13485/8.5.2", "/practice/iso13485/duty/8.5.2-i"),
    ):  # fmt: skip
        assert f'href="{there}"' in client.get(here).content.decode()


def test_the_ledger_does_not_name_a_record_that_the_reader_may_not_see(firm: Company, sign_in: SignIn) -> None:
    """ACL-04: that it was met is a figure; by which record is for those who may see it."""
    today = clock.today()
    second = person("Oskari", Role.QUALITY, confidential=True)
    confirmed = signed(figure(firm.quality, title="Secret", confidential=True), "confirm", second)
    Expectation.objects.create(
        framework="iso13485", duty=KPI.id, since=today - dt.timedelta(days=90), due=today, end="met", record=confirmed,
        because=confirmed, ended_on=today,
    )  # fmt: skip
    hidden = page(sign_in(firm.employee), "practice_ledger", "iso13485")
    assert confirmed.number not in hidden
    assert "a record that you may not see" in hidden
    assert "because of a record that you may not see" in hidden
    shown = page(sign_in(firm.quality), "practice_ledger", "iso13485")
    assert shown.count(f">{confirmed.number}</a>") == 2


def test_a_signal_hides_rows_about_records_that_the_reader_may_not_see(
    firm: Company, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ACL-04: a bundle that names one hidden record among others is only counted."""
    hidden = figure(firm.quality, title="Secret", confidential=True)
    open_one = figure(firm.quality, title="For all")
    row = Row(f"{open_one.number}, {hidden.number}", "written in one go", open_one.pk, others=(hidden.pk,))
    told = Finding(about="measurements", n=2, value=1, unit="", fired=True, sentence="Two.", rows=(row,))
    made = replace(SIGNALS["silence"](clock.today()), findings=(told,))
    monkeypatch.setitem(cast("dict[str, Any]", SIGNALS), "silence", lambda _today: made)
    body = page(sign_in(firm.employee), "practice_signal", "silence")
    assert hidden.number not in body
    assert "One more row is about a record that you may not see" in body
    assert hidden.number in page(sign_in(firm.quality), "practice_signal", "silence")


def test_the_matrix_has_every_requirement_with_what_belongs_to_it(firm: Company, sign_in: SignIn) -> None:
    """M76, M46: hundreds of rows, walked with the arrow keys, as CSV, XLSX and PDF."""
    signed(figure(firm.quality), "confirm", firm.manager)
    client = sign_in(firm.quality)
    body = page(client, "practice_matrix", "iso13485")
    assert body.count('<th scope="row">') == len(ISO.duties) > 100
    assert "data-walk" in body
    assert "gemba/practice.js" in body
    for form, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        response: Any = client.get(reverse("practice_matrix_file", args=["iso13485", form]))
        content = b"".join(response.streaming_content) if response.streaming else response.content
        assert content.startswith(start)
    assert client.get("/matrix/iso9999.csv").status_code == 404


def test_the_matrix_costs_the_same_with_few_and_many_records(firm: Company, sign_in: SignIn) -> None:
    """M67: and the processes too."""
    client = sign_in(firm.quality)
    names = ("practice_matrix", "practice_processes", "practice_first", "practice_ledger")
    signed(figure(firm.quality), "confirm", firm.manager)
    few = [_asked(client, name) for name in names]
    for _ in range(5):
        signed(figure(firm.quality), "confirm", firm.manager)
    assert [_asked(client, name) for name in names] == few


def _asked(client: Client, name: str) -> int:
    page(client, name, "iso13485")
    with CaptureQueriesContext(connection) as captured:
        page(client, name, "iso13485")
    return len(captured)


def test_what_an_auditor_finds_first_says_what_to_do_next(firm: Company, sign_in: SignIn) -> None:
    """M66: the worst first, all of them, page by page."""
    client = sign_in(firm.quality)
    body = page(client, "practice_first", "iso13485")
    assert "Write down how it is done" in body
    assert "?page=2" in body
    assert page(client, "practice_first", "iso13485", query="?page=2") != body


def test_figures_can_be_narrowed_to_a_site(firm: Company, sign_in: SignIn) -> None:
    """M66: evidence of another site does not count; the choice stays in every address; nonsense narrows nothing."""
    record = signed(figure(firm.quality, site=firm.site), "confirm", firm.manager)
    other = Site.objects.exclude(pk=firm.site.pk).get()
    client = sign_in(firm.quality)
    here = page(client, "practice_duty", "iso13485", KPI.id, query=f"?site={firm.site.uid}")
    there = page(client, "practice_duty", "iso13485", KPI.id, query=f"?site={other.uid}")
    assert record.number in here
    assert record.number not in there
    mapped = page(client, "practice_map", "iso13485", query=f"?site={other.uid}")
    assert f"?site={other.uid}" in mapped
    assert other.name in mapped
    narrowed = f"{reverse('practice_first', args=['iso13485'])}?site="
    assert narrowed in mapped
    assert narrowed not in page(client, "practice_map", "iso13485", query="?site=%00nowhere")
