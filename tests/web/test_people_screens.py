"""People and rights on screen, and what a visitor learns of what is hidden. ACL-02, 03, 08, 10, 12, 13, 14, AUT-09."""

import re

import pytest
from django.conf import settings as active
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from gemba.kernel.attachments.models import Attachment
from gemba.kernel.entrance.links import fill_in, make_link
from gemba.kernel.entrance.models import OneTimeLink
from gemba.kernel.notices.models import OutgoingMail
from gemba.kernel.people.models import Absence, Account, Person, RoleGrant, Site
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import SecurityEvent
from tests.kernel.people import person
from tests.web.conftest import SignIn
from tests.web.seed import Company
from tests.web.signing_in import try_in

pytestmark = pytest.mark.django_db
ERROR = re.compile(rb"[0-9A-HJKMNP-TV-Z]{26}")
GOOD = "seven purple otters sing"


def shape(content: bytes) -> bytes:
    """A page without what differs at every request: error identifiers and form tokens."""
    content = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", content)
    return ERROR.sub(b"ID", content)


def elsewhere() -> Person:
    """Somebody whose role reaches another site only."""
    stranger = person("Stranger")
    site = Site.objects.create(name="Reykjavik")
    RoleGrant.objects.create(person=stranger, role=Role.EMPLOYEE, site=site, valid_from=timezone.localdate())
    return stranger


@pytest.mark.parametrize(
    "address", ["record", "history", "by_number", "step", "void", "assign", "comment", "attach", "export-record"]
)
def test_acl_02_hidden_and_missing_records_cannot_be_told_apart(firm: Company, sign_in: SignIn, address: str) -> None:
    """ACL-02: 404 with the same body and the same size, and one `denied` event."""
    client = sign_in(elsewhere())
    kind, hidden = "objective", firm.review.number
    answers = []
    for number in (hidden, re.sub(r"\d{4}$", "9999", hidden)):
        arguments = {"by_number": [number], "export-record": [number], "step": [kind, number, "approve"]}
        path = reverse(address, args=arguments.get(address, [kind, number]))
        response = client.get(path)
        answers.append((response.status_code, shape(response.content.replace(number.encode(), b"")), path))
    assert answers[0][0] == answers[1][0] == 404
    assert answers[0][1] == answers[1][1]
    denied = SecurityEvent.objects.filter(what="denied", person__name="Stranger")
    assert [event.target for event in denied.order_by("pk")] == [answers[0][2], answers[1][2]]


def test_acl_03_files_and_parts_are_reached_through_a_visible_parent_only(firm: Company, sign_in: SignIn) -> None:
    """ACL-03: not by their own identifier, and not through another record."""
    file = Attachment.objects.select_related("record").first()
    assert file is not None
    stranger, quality = sign_in(elsewhere()), sign_in(firm.quality)
    assert stranger.get(reverse("file", args=[file.uid])).status_code == 404
    other = firm.draft if file.record_id != firm.draft.pk else firm.review
    for number in (other.number, firm.void.number):
        path = reverse("detach", args=["objective", number, file.uid])
        assert quality.post(path, {"reason": "x"}).status_code == 404
    assert stranger.post(reverse("detach", args=[file.record.kind, file.record.number, file.uid])).status_code == 404


def test_acl_08_a_withdrawn_role_counts_at_the_next_click(firm: Company, sign_in: SignIn) -> None:
    """ACL-08: in the same session, on pages, files and endpoints."""
    client = sign_in(firm.employee)
    paths = [
        reverse("record", args=["objective", firm.review.number]), "/api/v1/records/objective",
        "/records/objective/export.csv", f"/r/{firm.review.number}/record.pdf",
    ]  # fmt: skip
    assert {client.get(path).status_code for path in paths} == {200}
    RoleGrant.objects.filter(person=firm.employee).update(withdrawn=timezone.now())
    assert {client.get(path).status_code for path in paths} == {403}


def test_acl_10_every_page_an_auditor_reads_is_noted(firm: Company, sign_in: SignIn) -> None:
    """ACL-10: who looked at what, when; a post is refused and noted too."""
    client = sign_in(firm.auditor)
    path = reverse("record", args=["objective", firm.review.number])
    assert client.get(path).status_code == 200
    assert client.post(reverse("comment", args=["objective", firm.review.number]), {"text": "Hi"}).status_code == 403
    noted = SecurityEvent.objects.filter(person=firm.auditor).order_by("pk").values_list("what", "target")
    assert ("viewed", path) in noted
    assert "denied" in {what for what, _target in noted}
    assert firm.review.comments.filter(person=firm.auditor).count() == 0


def test_acl_14_there_is_no_other_way_to_the_rows(client: Client) -> None:
    """ACL-14: no model-editing administration, no debug pages, no files by path."""
    assert "django.contrib.admin" not in active.INSTALLED_APPS
    assert not active.DEBUG
    assert not getattr(active, "MEDIA_URL", "").strip("/")
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")
    for path in ("/admin/", "/media/x", "/__debug__/", "/files/../keys/trail.key", "/static/../keys/trail.key"):
        assert client.get(path).status_code in (302, 404), path
    assert get_user_model() is Account


def test_an_administrator_adds_invites_and_grants_and_the_person_comes_in(firm: Company, sign_in: SignIn) -> None:
    """AUT-09, ACL-12: from nobody to somebody with a confirmed role, on screen."""
    admin = sign_in(firm.administrator)
    added = admin.post(reverse("add_person"), {"name": "Nora New", "email": "nora@example.com", "kind": "consultant"})
    assert added["Location"] == reverse("people")
    nora = Person.objects.get(name="Nora New")
    page = reverse("person", args=[nora.uid])
    assert b"Consultant" in admin.get(page).content
    assert admin.post(reverse("sign_in_help", args=[nora.uid, "invite"])).status_code == 302
    today = timezone.localdate().isoformat()
    admin.post(reverse("grant_role", args=[nora.uid]), {"role": "quality", "valid_from": today, "reason": "New head"})
    assert b"waits for a second person" in admin.get(page).content
    body = fill_in(OutgoingMail.objects.get(to="nora@example.com").body)
    path = next(word for word in body.split() if "/welcome/" in word).removeprefix(active.GEMBA_URL)
    stranger = Client()
    assert b"Welcome, Nora New" in stranger.get(path).content
    assert stranger.post(path, {"password": GOOD, "again": GOOD}).status_code == 302
    assert try_in(stranger, "nora@example.com", GOOD).status_code == 302
    assert stranger.get(reverse("people")).status_code == 403
    grant = RoleGrant.objects.get(person=nora)
    confirm = reverse("confirm_grant", args=[grant.uid])
    assert admin.post(confirm).status_code == 404
    quality = sign_in(firm.quality)
    assert b"Nora New" in quality.get(reverse("waiting")).content
    assert quality.post(confirm).status_code == 302
    assert stranger.get(reverse("people")).status_code == 200


def test_the_first_quality_person_confirms_on_a_page_that_needs_no_role() -> None:
    """ACL-12: the receiver is the second person while nobody holds quality; nothing else opens before."""
    admin, nora = person("Root", Role.ADMINISTRATOR), person("Nora")
    grant = RoleGrant.objects.create(person=nora, role=Role.QUALITY, granted_by=admin, awaits_confirmation=True)
    client = Client()
    try_in(client, "nora@example.com")
    assert client.get("/").status_code == 403
    assert b"Quality" in client.get(reverse("waiting")).content
    client.post(reverse("confirm_grant", args=[grant.uid]))
    assert client.get("/").status_code == 200


def test_somebody_enters_the_own_absence_and_cancels_it(firm: Company, sign_in: SignIn) -> None:
    """GXP-16: the deputy is chosen among the people who are here."""
    client = sign_in(firm.employee)
    path, today = reverse("set_absence", args=[firm.employee.uid]), timezone.localdate().isoformat()
    given = {"deputy": firm.quality.pk, "valid_from": today, "valid_to": today}
    assert client.post(path, {**given, "deputy": firm.employee.pk}).status_code == 422
    assert client.post(path, given).status_code == 302
    absence = Absence.objects.get(person=firm.employee)
    assert b"stands in" in client.get(reverse("person", args=[firm.employee.uid])).content
    assert client.post(reverse("cancel_absence", args=[absence.uid])).status_code == 302
    assert client.get(reverse("set_absence", args=[firm.quality.uid])).status_code == 404


def test_refused_and_wrong_input_keeps_what_was_typed(firm: Company, sign_in: SignIn) -> None:
    """Errors say what to do and lose nothing; hostile text is shown and never run."""
    admin = sign_in(firm.administrator)
    evil = '"><script>alert(1)</script>'
    page = admin.post(reverse("add_person"), {"name": evil, "email": "no address", "kind": "employee"})
    assert page.status_code == 422
    assert b"&lt;script&gt;" in page.content
    assert evil.encode() not in page.content
    for text in ("a\0b", "x" * 5_000, "'; DROP TABLE kernel_person; --", "%00", "../../etc/passwd"):
        assert admin.get(reverse("people"), {"text": text, "page": text, "state": text}).status_code == 200
        assert admin.get(f"/people/{text.replace(chr(0), '')[:60].replace('/', '')}/").status_code == 404
    answer = admin.post(
        reverse("grant_role", args=[firm.employee.uid]), {"role": "emperor", "valid_from": "31.13.2026"}
    )
    assert answer.status_code == 422


def test_people_and_organisation_pages_cost_the_same_with_many_rows(
    firm: Company, sign_in: SignIn, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    """No statement per row."""
    client = sign_in(firm.quality)
    for number in range(40):
        person(f"P{number}", Role.EMPLOYEE)
        Site.objects.create(name=f"Site {number}")
    for path in (reverse("people"), reverse("organisation"), reverse("waiting")):
        with django_assert_max_num_queries(16):  # type: ignore[operator]
            assert client.get(path).status_code == 200


def test_the_first_administrators_page_works_once_and_looks_like_any_other(client: Client) -> None:
    """AUT-16: a name, an address, a password; then the ordinary sign-in."""
    path = make_link(OneTimeLink.Purpose.START).url.removeprefix(active.GEMBA_URL)
    assert b"Become the administrator" in client.get(path).content
    given = {"name": "Ada", "email": "ada@example.com", "password": "ada@example.com", "again": "ada@example.com"}
    assert client.post(path, given).status_code == 422
    assert client.post(path, {**given, "password": GOOD, "again": GOOD})["Location"] == "/accounts/login/"
    assert client.get(path).status_code == 404
    assert try_in(client, "ada@example.com", GOOD).status_code == 302
    assert client.get(reverse("people")).status_code == 200
    assert client.get(reverse("register", args=["objective"])).status_code == 404
