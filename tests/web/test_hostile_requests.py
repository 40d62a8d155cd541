"""Requests that are meant to do harm. WEB-04, WEB-06, WEB-07, WEB-09, WEB-10, WEB-11, WEB-12, FIL-11."""

import re
import tomllib
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import gemba
from gemba.kernel.trail.models import Event
from gemba.modules.objective.models import Objective
from tests.api.callers import BASE, OBJECTIVE, Caller
from tests.kernel.samples import raised
from tests.web.conftest import SignIn
from tests.web.seed import Company

SOURCE = Path(gemba.__file__).parent
ROOT = SOURCE.parents[1]
NETWORK = re.compile(
    r"^\s*(?:import|from) (socket|ssl|ftplib|smtplib|imaplib|telnetlib|xmlrpc|urllib\.request|http\.client|requests"
    r"|httpx|aiohttp|urllib3|pycurl)\b",
    re.MULTILINE,
)
MAY_CALL = {"kernel/log/timestamp.py", "demo/server.py"}
"""The time-stamping authority that the operator names in the environment; the demonstration's own free port."""
SPLIT = ["' OR 1=1 --", "1; DROP TABLE kernel_event", "%27%20UNION%20SELECT", "\\'); --", "pk__gt", "owner__password"]
SCRIPT = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.mark.django_db
def test_web_06_addresses_are_never_statements(firm: Company, sign_in: SignIn) -> None:
    """WEB-06: filters, order, search and pages with text meant for the database: no failure, nothing changed, and as
    few statements as ever."""
    client, before = sign_in(firm.quality), Event.objects.count()
    with CaptureQueriesContext(connection) as usual:
        client.get("/records/objective/")
    for text in SPLIT:
        for name in ("sort", "state", "owner", "after", "before", "text", text):
            with CaptureQueriesContext(connection) as asked:
                answer = client.get("/records/objective/", {name: text})
            assert answer.status_code in (200, 302, 400, 404), (name, text)
            assert len(asked) <= len(usual) + 8, (name, text)
        assert client.get("/search", {"q": text}).status_code == 200
        assert client.get(f"/records/objective/{text}").status_code == 404
        assert client.get("/people/", {"text": text, "state": text}).status_code == 200
    assert Event.objects.count() == before


@pytest.mark.django_db
def test_web_04_what_is_typed_comes_back_as_text(firm: Company, sign_in: SignIn) -> None:
    """WEB-04: in search, filters, the way back and error pages, for whole pages and for parts of them."""
    client = sign_in(firm.quality)
    for address in ("/search?q=", "/records/objective/?text=", "/people/?text=", "/nothing/here?x=", "/search/jump?q="):
        for headers in ({}, {"HX-Request": "true"}):
            page = client.get(address + SCRIPT, headers=headers).content.decode()
            assert "<script>alert" not in page, address
            assert "<img src=x" not in page, address


@pytest.mark.django_db
def test_web_04_no_way_leads_out_of_the_house(firm: Company, sign_in: SignIn) -> None:
    """WEB-04: neither the page to go back to nor the look leads elsewhere."""
    client = sign_in(firm.quality)
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        for address, typed in (("/theme", {"theme": "dark", "next": target}), ("/notices/seen", {"next": target})):
            where = client.post(address, typed, headers={"Referer": target}).headers.get("Location", "/")
            assert where.startswith("/"), (address, where)
            assert not where.startswith(("//", "/\\")), (address, where)


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "9999-12-31", "2026-02-30"])
def test_web_11_a_day_out_of_reach_asks_for_today(firm: Company, sign_in: SignIn, day: str) -> None:
    """WEB-11: windows reckoned back from it would leave the calendar."""
    client = sign_in(firm.quality)
    for address in ("/practice/", "/practice/iso13485/", "/practice/iso13485/first"):
        assert client.get(f"{address}?on={day}").status_code == 200, address


@pytest.mark.django_db
def test_web_07_the_name_of_the_host_is_that_of_the_settings(firm: Company, sign_in: SignIn) -> None:
    """WEB-07: other names, also forwarded ones, are refused or ignored; no page repeats them."""
    client = sign_in(firm.quality)
    for name in ("evil.example", "localhost.evil.example", "localhost:80@evil.example", "localhost\tevil"):
        assert client.get("/", headers={"host": name}).status_code == 400, name
    page = client.get("/", headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
    assert (page.status_code, b"evil.example" in page.content) == (200, False)


@pytest.mark.django_db
def test_web_09_nothing_private_is_kept_by_caches(firm: Company, sign_in: SignIn) -> None:
    """WEB-09: pages, parts, files, exports, errors and the interface say so; two people never share an answer."""
    client = sign_in(firm.quality)
    for address in (
        "/", "/records/objective/", "/search?q=a", "/search/jump?q=a", "/people/", "/notices", "/nothing/here",
        "/audit-trail?form=csv", "/api/v1/types",
    ):  # fmt: skip
        assert "no-store" in client.get(address).headers.get("Cache-Control", ""), address


@pytest.mark.django_db
def test_web_10_names_that_people_give_stay_text_in_dialogs_and_messages(firm: Company, sign_in: SignIn) -> None:
    """WEB-10: a title with markup in the question, the confirmation and the banner."""
    client = sign_in(firm.quality)
    record = raised(firm.quality, title=f"Bad {SCRIPT}")
    base = f"/records/objective/{record.number}"
    for address in (base, f"{base}/void", f"{base}/assign", f"{base}/extend", f"{base}/step/submit", f"{base}/history"):
        for headers in ({}, {"HX-Request": "true"}):
            page = client.get(address, headers=headers).content.decode()
            assert "<script>alert" not in page, address
            assert "<img src=x" not in page, address
    done = client.post(f"{base}/void", {"reason": SCRIPT, "version": "1"}, follow=True).content.decode()
    assert "<script>alert" not in done
    assert Objective._base_manager.get(pk=record.pk).state in ("void", "draft")


BODIES = [
    b"{" * 5000, b'{"title": ' * 3000, b"[" * 100_000, b'{"title": "\\ud800"}', b'{"title": "a\\u0000b"}',
    b'{"target": 1e999999}', b'{"target": NaN}', b"\xff\xfe", b'{"a":1,"a":2}', b"null", b'"text"', b"9" * 50_000,
]  # fmt: skip


@pytest.mark.django_db
def test_web_11_a_body_that_is_meant_to_break_the_reader_is_refused(firm: Company) -> None:
    """WEB-11: too deep, too large, half characters, NUL, not-a-number: refused, nothing stored, no failure."""
    call = Caller(firm.quality)
    assert call("post", BASE, OBJECTIVE)[0] == 201
    before = Event.objects.count()
    for body in BODIES:
        answer = call.send("post", BASE, data=body, content_type="application/json")
        assert 400 <= answer.status_code < 500, body[:40]
    assert Event.objects.count() == before


@pytest.mark.django_db
def test_web_11_too_many_fields_are_refused(firm: Company, sign_in: SignIn) -> None:
    """WEB-11: a form with ten thousand and one fields."""
    answer = sign_in(firm.quality).post("/records/objective/new", {f"f{n}": "x" for n in range(10_001)})
    assert answer.status_code == 400


def test_fil_11_only_named_modules_speak_to_other_machines() -> None:
    """FIL-11: there is no import by address, no webhook, no logo and no metadata by URL; what the operator names in the
    environment (mail server, time stamps) is all that is ever called."""
    found = {
        str(path.relative_to(SOURCE).as_posix())
        for path in SOURCE.rglob("*.py")
        if NETWORK.search(path.read_text("utf-8"))
    }
    assert found == MAY_CALL


def test_web_12_every_dependency_is_locked_by_its_digest() -> None:
    """WEB-12: what is installed is what was looked at; nothing comes without a hash."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    locks = sorted((ROOT / "requirements").glob("*.txt")) if (ROOT / "requirements").is_dir() else []
    locks = locks or sorted(ROOT.glob("*.lock")) + sorted(ROOT.glob("requirements*.txt"))
    assert locks, "no lock file"
    text = "\n".join(path.read_text("utf-8") for path in locks)
    for each in wanted:
        name = re.split(r"[\[<>=~! ]", each)[0]
        assert re.search(rf"(?im)^(?:name = \"{name}\"|{name}(?:\[[^\]]*\])?==)", text), name
    assert text.count("sha256:") > len(wanted)


PINNED = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._-]*(\[[a-z0-9,_-]+\])?==[0-9][A-Za-z0-9.!+_-]*( ; [^#@]+)?( --hash=sha256:[0-9a-f]{64})+"
)
"""One exact version, and the digest of each file it may come as."""


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_web_12_nothing_unpinned_unhashed_or_from_elsewhere_is_ever_installed(lock: str) -> None:
    """WEB-12: no range, no address, no folder, no editable, no index; and the installer is told to refuse without."""
    lines = (ROOT / lock).read_text("utf-8").replace("\\\n", " ").splitlines()
    stated = [" ".join(line.split()) for line in lines if line.strip() and not line.lstrip().startswith("#")]
    assert len(stated) > 40
    assert [line[:80] for line in stated if not PINNED.fullmatch(line)] == []
    names = [re.split(r"[\[=]", line)[0].lower() for line in stated]
    twice = {name for name in names if names.count(name) > 1}
    assert all(" ; " in line for line in stated if re.split(r"[\[=]", line)[0].lower() in twice), twice
    assert '"--require-hashes", "-r", str(ROOT / lock)' in (ROOT / "run.py").read_text("utf-8")
    for broken in ("a>=1", "a==1", "a @ https://x/a.whl", "-e .", "--index-url https://x", "a==1 --hash=md5:00"):
        assert not PINNED.fullmatch(broken)
