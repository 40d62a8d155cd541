"""What a verification says: for people, for programs, on the health page."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from gemba.kernel.attachments.models import Blob
from gemba.kernel.attachments.store import path_of
from gemba.kernel.notices.models import Notice
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.trail.finding import Finding
from gemba.kernel.trail.models import SecurityEvent
from gemba.kernel.verify import jobs, run
from gemba.kernel.verify.jobs import CLEAN, FOUND, keep_result, last_result, verify_all
from gemba.kernel.verify.run import Report, Wish, verify
from gemba.web.health import readings
from tests.tamper.attacker import sql
from tests.tamper.histories import Company, joined, wander

pytestmark = pytest.mark.django_db
KEYS = {
    "format", "result", "at", "seconds", "witness", "limits", "counts", "findings", "more_findings",
}  # fmt: skip
FINDING = {"code", "subject", "sentence", "seq", "field", "was", "now", "since"}


def damage(who: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_person SET name = 'Somebody' WHERE id = %s", [who.pk])


def test_a_report_for_programs_has_the_documented_names(store: Path) -> None:
    """M199: the names in the manual are those in the report."""
    somebody = joined("Oona")
    clean = verify(Wish()).told()
    assert (set(clean), clean["result"], clean["witness"]) == (KEYS, "clean", None)
    assert clean["limits"][0].startswith("Not checked against a witness")
    damage(somebody)
    told = json.loads(json.dumps(verify(Wish()).told()))
    [finding] = told["findings"]
    assert (told["result"], set(finding)) == ("findings", FINDING)
    page = (Path(__file__).resolve().parents[3] / "docs/how-to/verify.md").read_text("utf-8")
    for name in KEYS | FINDING:
        assert f"`{name}`" in page, name


def test_many_findings_are_counted_and_the_first_are_named(monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    """A ruined database gives a report that can still be read."""
    people = [joined(f"Person{n}") for n in range(4)]
    for somebody in people:
        damage(somebody)
    monkeypatch.setattr(run, "MOST", 2)
    report = verify(Wish())
    assert (len(report.findings), report.more, report.clean) == (2, 2, False)


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL keeps nothing that a column cannot hold")
@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("UPDATE kernel_rolegrant SET valid_from = '2020-13-45'", "rolegrant"),
        ("UPDATE kernel_organisation SET uid = 'nobody'", "organisation"),
        ("UPDATE kernel_signature SET at = '2020-13-45 00:00:00'", "signatures"),
    ],
)
def test_a_value_that_no_column_can_hold_hides_one_part_and_not_the_report(
    store: Path, statement: str, part: str
) -> None:
    """TMP-13, WEB-11: whoever breaks one row cannot silence what is said of all others."""
    Company().approved()
    somebody = joined("Oona")
    damage(somebody)
    sql(statement)
    found = {each.subject: each.code for each in verify(Wish()).findings}
    assert found[part] == "part-unreadable"
    assert found[f"person/{somebody.uid}"] == "row-altered"


def test_without_its_key_the_trail_cannot_be_verified_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: object, store: Path
) -> None:
    """AUD-02: a missing key is a finding and not a crash; every event then lacks the key it was sealed with."""
    joined("Oona")
    monkeypatch.setattr("django.conf.settings.GEMBA_TRAIL_KEY", str(tmp_path / "gone.key"))
    codes = {finding.code for finding in verify(Wish()).findings}
    assert {"key-unusable", "event-key"} <= codes


def test_very_many_files_are_compared_by_size_unless_all_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, store: Path
) -> None:
    """TMP-19: what was not read again is said."""
    company = Company()
    file = company.attach(company.raised(), "a.txt", b"real")
    path = path_of(file.blob_id)
    path.chmod(0o600)
    path.write_bytes(b"fake")
    assert Blob.objects.get().size == 4
    monkeypatch.setattr(run, "LARGE", 3)
    quick = verify(Wish())
    assert quick.clean
    assert any("by size alone" in limit for limit in quick.limits)
    assert {each.code for each in verify(Wish(full=True)).findings} == {"file-altered"}


def test_once_a_night_the_result_is_kept_and_stands_on_the_health_page(store: Path) -> None:
    """TMP-23, M199: that it happened, when, and what it found; a finding is told to quality."""

    def line() -> tuple[str, str]:
        found = next(each for each in readings() if each.name == "Verification")
        return found.tone, found.sentence

    quality = joined("Aino", Role.QUALITY)
    wander(Company(), 5, 5)
    assert line()[0] == "warn"
    verify_all.func()
    last = last_result()
    assert last is not None
    assert (last.what, line()[0]) == (CLEAN, "good")
    SecurityEvent.objects.create(what=CLEAN, at=timezone.now() - 2 * jobs.OLD, detail="1 event")
    assert line()[0] == "warn"
    damage(quality)
    verify_all.func()
    assert SecurityEvent.objects.latest("id").what == FOUND
    assert line()[0] == "bad"
    assert f"1 findings; the first is row-altered of person/{quality.uid}." in line()[1]
    assert "Somebody" not in line()[1]
    notices = Notice.objects.filter(person=quality, reason=Notice.Reason.SECURITY)
    assert any("Verification of the trail" in notice.text for notice in notices)


def test_a_long_finding_still_fits_where_results_are_kept() -> None:
    """A title of 200 letters and a longer value are no reason to keep nothing."""
    finding = Finding(code="x", subject="s" * 80, sentence="long " * 400)
    assert (
        len(keep_result(Report(at="", findings=[finding], counts={"events": 1, "rows": 1, "files": 0})).detail) <= 400
    )
