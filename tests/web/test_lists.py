"""Registers, my work, search and what stands around every page."""

import hashlib
import itertools
import json
import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Raise
from gemba.kernel.lists.filters import Filters, sortable
from gemba.kernel.people.models import Absence, Person
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.kernel.search.models import SavedFilter
from gemba.kernel.types import RecordType, registry
from gemba.modules.objective.models import Objective
from gemba.web.display import to_raise
from tests.kernel.people import as_, person
from tests.web.conftest import SignIn
from tests.web.seed import Company, many, values
from tests.web.test_record_screens import address, text_of

LIST = "/records/objective/"


def numbers(body: str) -> list[str]:
    return re.findall(r'<td role="cell" class="key"><a href="[^"]*">([^<]+)</a>', body)


def walk(client: Client, url: str, way: str) -> list[list[str]]:
    """The numbers on every page from here, following `next` or `prev`."""
    found = []
    for _page in itertools.count():
        body = client.get(url).content.decode()
        found.append(numbers(body))
        step = re.search(rf'href="(\?[^"]*)" rel="{way}"', body)
        if not step:
            return found
        url = LIST + step[1].replace("&amp;", "&")
    return found


@pytest.mark.parametrize("sort", ["-number", "number", "due", "-due", "title", "-owner", "target", "-state_since"])
def test_pages_show_every_record_once_in_order_and_back_again(firm: Company, sign_in: SignIn, sort: str) -> None:
    """SPD: pages by key, also over equal and empty values; going back shows the same pages."""
    many(firm.quality, 110)
    client = sign_in(firm.quality)
    forth = walk(client, f"{LIST}?sort={sort}", "next")
    assert [len(page) for page in forth] == [50, 50, 14]
    assert len(set(itertools.chain(*forth))) == 114
    last_of_second = Objective._base_manager.get(number=forth[2][0]).pk
    back = walk(client, f"{LIST}?sort={sort}&before={last_of_second}", "prev")
    assert back[:2] == [forth[1], forth[0]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=review", ["review"]), ("show=finished", ["void"]), ("owner=me&show=open&due=overdue", []),
        ("q=pouch+seals", ["review"]), ("flag=not-measured", []), ("q=zzz", []), ("due=week&state=draft", ["draft"]),
        ("site={site}", ["review", "draft"]), ("owner={manager}", ["void"]), ("state=nonsense&due=never&flag=x", None),
    ],
)  # fmt: skip
def test_filters_in_the_address_narrow_the_list(
    firm: Company, sign_in: SignIn, query: str, expected: list[str] | None
) -> None:
    """Filters live in the URL; what is not understood is left out."""
    address_ = query.format(site=firm.site.uid, manager=firm.manager.uid)
    found = numbers(sign_in(firm.quality).get(f"{LIST}?{address_}").content.decode())
    everything = ["void", "pursued", "review", "draft"]
    assert found == [getattr(firm, name).number for name in (everything if expected is None else expected)]


def test_an_empty_list_teaches_the_next_step(firm: Company, sign_in: SignIn) -> None:
    """Nothing fits: loosen; nothing there: what it is for, and who may, can begin."""
    client = sign_in(firm.quality)
    assert "Nothing fits these filters." in client.get(f"{LIST}?q=zzz").content.decode()


def test_filters_are_kept_under_a_name_and_forgotten(firm: Company, sign_in: SignIn) -> None:
    """M44: saved views, one's own only."""
    client = sign_in(firm.quality)
    client.post(f"{LIST}filters", {"name": "Mine and late", "owner": "me", "due": "overdue", "state": "forged"})
    kept = SavedFilter.objects.get()
    assert kept.query == "owner=me&due=overdue"
    assert "Mine and late" in client.get(LIST).content.decode()
    assert "Mine and late" not in sign_in(firm.manager).get(LIST).content.decode()
    assert sign_in(firm.manager).post(f"{LIST}filters/{kept.pk}").status_code == 404
    client.post(f"{LIST}filters/{kept.pk}")
    assert not SavedFilter.objects.exists()


def test_my_work_shows_first_what_is_mine_to_do(firm: Company, sign_in: SignIn) -> None:
    """M154: late before soon; tasks of my roles; what waits for my signature; then what I own; each once."""
    mine = text_of(sign_in(firm.quality).get("/").content.decode())
    assert mine.index("Name the means for this objective") < mine.index("Without a date")
    boss = text_of(sign_in(firm.manager).get("/").content.decode())
    assert "Approve: your signature" in boss
    assert "Confirm: your signature" in boss
    assert "Nothing waits for you." in text_of(sign_in(firm.administrator).get("/").content.decode())


def test_twenty_alike_are_one_line_and_the_rest_below_it(firm: Company, sign_in: SignIn) -> None:
    """M60: forty records of a kind that wait for the same do not hide the one that is different."""
    for number in range(5):
        again = Raise(model=Objective, values=values(number, due=firm.review.event_date), **as_(firm.quality)).execute()
        Advance(record=again, name="submit", **as_(firm.quality)).execute()
    page = sign_in(firm.manager).get("/").content.decode()
    assert "5 more like this" in text_of(page)
    assert page.count("Approve: your signature") >= 6


def test_a_deputy_sees_what_waits_for_the_absent_person(firm: Company, sign_in: SignIn) -> None:
    """GXP-16: named, within the dates of the absence; never the deputy's own record to approve."""
    deputy = person("Paula", Role.ENGINEER)
    today = firm.review.event_date
    assert "your signature" not in sign_in(deputy).get("/").content.decode()
    Absence.objects.create(person=firm.manager, deputy=deputy, valid_from=today, valid_to=today)
    words = text_of(sign_in(deputy).get("/").content.decode())
    assert "Approve: your signature for Marta Kovač" in words


def test_search_and_palette_find_records_pages_and_actions(firm: Company, sign_in: SignIn) -> None:
    """M44: by number, by word without accents, and what may be raised; nothing that may not be seen."""
    client = sign_in(firm.quality)
    assert firm.review.title in client.get("/search?q=POUCH+seal").content.decode()
    palette = text_of(client.get("/search/jump?q=qual").content.decode())
    assert "Raise a quality objective action" in palette
    assert firm.draft.number in client.get(f"/search/jump?q={firm.draft.number}").content.decode()
    nobody = sign_in(firm.administrator)
    assert firm.review.title not in nobody.get("/search?q=pouch").content.decode()
    assert firm.draft.number in client.get("/search/candidates?to=answer&kinds=objective").content.decode()
    assert firm.draft.number not in client.get("/search/candidates?to=answer&kinds=measurement").content.decode()


def everything_stored() -> str:
    """A digest of every table that pages could change by being looked at."""
    ignored = {"SecurityEvent", "Session"}
    rows = [
        [model.__name__, [list(map(str, row)) for row in model._base_manager.order_by("pk").values_list()]]
        for model in apps.get_models()
        if model.__name__ not in ignored
    ]
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()


def test_web_01_looking_changes_nothing(firm: Company, sign_in: SignIn) -> None:
    """WEB-01: every GET, by somebody who may do everything, leaves the database as it was."""
    before = everything_stored()
    for who in (firm.quality, firm.manager):
        client = sign_in(who)
        for url in every_page(firm):
            assert client.get(url).status_code in (200, 302, 403, 404, 405, 409), url
    assert everything_stored() == before


def every_page(firm: Company) -> list[str]:
    draft, review = address(firm.draft), address(firm.review)
    rests = ("", "/history", "/edit/0", "/step/submit", "/void", "/extend", "/assign", "/attach", "/comment", "/task")
    return [
        *(draft + rest for rest in rests), f"{review}/step/approve", f"{review}/step/reject",
        address(firm.measurement, "/link"), LIST, f"{LIST}new", "/", "/records/", "/search?q=a", "/search/jump",
        "/search/candidates", "/notices", "/style", f"/r/{firm.draft.number}", "/tasks/1", "/notices/seen",
    ]  # fmt: skip


def test_web_01_no_change_without_a_token(firm: Company) -> None:
    """WEB-01: every address that writes refuses a request from elsewhere."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(firm.quality.account, backend="gemba.web.accounts.backend.AccountBackend")
    for url in (address(firm.draft, "/void"), address(firm.draft, "/comment"), f"{LIST}new", "/notices/seen", "/theme"):
        assert client.post(url, {"reason": "x", "text": "x"}).status_code == 403


def test_web_05_headers_on_every_page(firm: Company, sign_in: SignIn) -> None:
    """WEB-05: no inline code or style is allowed, nothing private is kept by caches, no other site may frame it."""
    client = sign_in(firm.quality)
    for url in (*every_page(firm)[:8], "/nowhere"):
        answer = client.get(url)
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        body = answer.content.decode()
        assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)|https?://", body), url


def test_web_08_an_error_says_what_to_do_and_nothing_else(
    firm: Company, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WEB-08: an identifier, no path, no stack; also where the page itself cannot be made."""
    client = sign_in(firm.quality)
    client.raise_request_exception = False

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("secret/path.py")

    monkeypatch.setattr("gemba.web.views.home.my_work", broken)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
    assert re.search(r"<code>[0-9A-Z]{26}</code>", answer.content.decode())
    monkeypatch.setattr("gemba.web.errors.loader.render_to_string", broken)
    bare = client.get("/")
    assert (bare.status_code, "secret" in bare.content.decode()) == (500, False)


def test_acl_02_hidden_and_missing_are_one_page(firm: Company, sign_in: SignIn) -> None:
    """ACL-02: the same words and, but for the identifier and the address, the same bytes."""
    client = sign_in(firm.administrator)
    differing = r"[0-9A-HJKMNP-TV-Z]{26}|csrf\S+ value=\S+|OBJ-[\d-]+"
    bodies = [
        re.sub(differing, "", client.get(f"{LIST}{number}").content.decode())
        for number in (firm.draft.number, "OBJ-2026-9999")
    ]
    assert bodies[0] == bodies[1]


def test_the_look_is_chosen_and_kept(firm: Company, sign_in: SignIn) -> None:
    """Light, dark, or as the device says; the way back stays on this site."""
    client = sign_in(firm.quality)
    answer = client.post("/theme", {"theme": "dark", "next": "/records/"})
    assert answer["Location"] == "/records/"
    assert '<html lang="en-gb" data-theme="dark">' in client.get("/").content.decode()
    assert client.post("/theme", {"theme": "auto", "next": "https://evil.example/"})["Location"] == "/"
    assert "data-theme" not in client.get("/").content.decode().split(">")[1]


def test_the_health_page_is_for_those_who_run_it(firm: Company, sign_in: SignIn) -> None:
    """What is looked at, and that no witness is set up."""
    assert sign_in(firm.quality).get("/health").status_code == 404
    words = text_of(sign_in(firm.administrator).get("/health").content.decode())
    for name in ("Append-only guards", "Seals", "Not protected", "Mail", "Disk", "Trail", "go unseen"):
        assert name in words


def test_demonstration_is_said_on_every_page(firm: Company, sign_in: SignIn, settings: Any) -> None:
    """AUT-16: nobody takes made-up records for real ones."""
    settings.GEMBA_MODE = "demo"
    client = sign_in(firm.quality)
    for url in (*every_page(firm)[:6], "/nowhere"):
        assert "Demonstration: nothing here is real." in client.get(url).content.decode()


def everybody() -> Person:
    """Holds every role that works with records."""
    return person("Everybody", *(role for role in Role if role not in (Role.AUDITOR, Role.ADMINISTRATOR)))


@pytest.mark.django_db
@pytest.mark.parametrize("declared", list(registry), ids=lambda declared: str(declared.kind))
def test_every_declared_type_has_its_screens(declared: RecordType[Any], sign_in: SignIn) -> None:
    """Screens follow from the declaration: register, raise form with every field, sorting by every column."""
    client = sign_in(everybody())
    listed = client.get(reverse("register", args=[declared.kind]))
    assert str(declared.purpose) in listed.content.decode().replace("&#x27;", "'")
    form = client.get(reverse("raise", args=[declared.kind])).content.decode()
    start = declared.lifecycle.start.name
    for name in declared.editable_fields(start):
        assert f'name="{name}' in form
    for name in sortable(declared):
        for sort in (name, f"-{name}"):
            assert client.get(reverse("register", args=[declared.kind]), {"sort": sort}).status_code == 200
            assert Filters.read(declared, {"sort": sort}).sort == sort


def test_kinds_one_may_not_read_are_not_there(firm: Company, sign_in: SignIn) -> None:
    """ACL-11: neither in the menu nor under their address."""
    client = sign_in(firm.administrator)
    assert "Quality objectives" not in client.get("/records/").content.decode()
    assert client.get(LIST).status_code == client.get("/records/nonsense/").status_code == 404
    assert Record._base_manager.exists()


@pytest.mark.parametrize(
    ("kind", "said"),
    [("complaint", "Raise a complaint"), ("improvement", "Raise an improvement"), ("feedback", "Raise feedback")],
)
def test_a_button_that_raises_a_record_speaks_english(kind: str, said: str) -> None:
    """M205: what a button says is a sentence, whatever the record is called."""
    assert to_raise(registry.named(kind)) == said


def test_whoever_noticed_something_reports_it_from_the_start_page(firm: Company, sign_in: SignIn) -> None:
    """M205: the first button of the start page and of the list of everything; an auditor is shown neither."""
    ordinary = sign_in(firm.quality).get("/").content.decode()
    assert re.search(r'<a class="button primary" href="/report">Report something</a>', ordinary)
    assert ordinary.index('href="/report"') < ordinary.index('href="/records/')
    assert 'href="/report"' not in sign_in(firm.auditor).get("/").content.decode()
