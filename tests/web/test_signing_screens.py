"""Signing on a screen: what is shown before, what is asked for, what is refused (21 CFR 11.50, 11.70, 11.200)."""

import json
import re

import pytest
from django.test import Client

from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Edit
from gemba.kernel.attachments.models import files_of
from gemba.kernel.records.models import content_digest
from gemba.kernel.rows import update
from gemba.kernel.signing.models import Signature
from gemba.kernel.trail.models import SecurityEvent
from tests.kernel.people import PASSWORD, as_
from tests.web.conftest import SignIn
from tests.web.seed import Company, proof
from tests.web.test_record_screens import address, fresh, text_of


def hidden(body: str) -> dict[str, str]:
    """The values a sign page sends back with the proof."""
    found = {}
    for name in ("seen", "seq"):
        value = re.search(rf'name="{name}" value="([^"]*)"', body)
        assert value
        found[name] = value[1]
    return found


@pytest.fixture
def manager(firm: Company, sign_in: SignIn) -> Client:
    return sign_in(firm.manager)


@pytest.fixture
def where(firm: Company) -> str:
    return address(firm.review, "/step/approve")


def test_the_sign_page_shows_exactly_what_is_signed(firm: Company, manager: Client, where: str) -> None:
    """SIG-01, CLK-03: statement, meaning, printed name, time of the server with its zone, content, files, digest."""
    body = manager.get(where).content.decode()
    words = text_of(body)
    for shown in (
        "I approve this quality objective and the means to reach it.", "Meaning Approval", "Signed by Marta Kovač",
        "Europe/Helsinki", firm.review.number, "counted at packing", "Files none", "Product",
    ):  # fmt: skip
        assert shown in words
    digest = content_digest(firm.review, files_of(firm.review))
    assert digest in words.replace(" ", "")
    assert hidden(body)["seen"] == digest


def test_sig_01_a_wrong_password_signs_nothing(manager: Client, where: str, firm: Company) -> None:
    """SIG-01: 403, no signature, a security event, and the page again."""
    given = hidden(manager.get(where).content.decode())
    answer = manager.post(where, {**given, "password": "wrong", "reason": "kept words"})
    assert answer.status_code == 403
    assert "could not be confirmed" in answer.content.decode()
    assert "kept words" in answer.content.decode()
    assert "wrong" not in answer.content.decode()
    assert fresh(firm.review).state == "review"
    assert SecurityEvent.objects.filter(what="signing.failed", person=firm.manager).count() == 1


def test_a_signature_moves_the_record_and_shows(manager: Client, where: str, firm: Company) -> None:
    """SIG-02, SIG-08: signed with the password alone where no second factor is set up."""
    given = hidden(manager.get(where).content.decode())
    answer = manager.post(where, {**given, "password": PASSWORD, "reason": ""}, follow=True)
    assert "Signed." in answer.content.decode()
    assert fresh(firm.review).state == "pursued"
    signature = Signature.objects.get(record=firm.review, transition="approve")
    assert (signature.name, signature.content, signature.time_zone) == ("Marta Kovač", given["seen"], "Europe/Helsinki")


def test_sig_03_content_that_changed_is_shown_and_not_signed(manager: Client, where: str, firm: Company) -> None:
    """SIG-03: 409, what changed as old and new value, nothing signed, and a fresh page to sign what stands now."""
    given = hidden(manager.get(where).content.decode())
    _change_in_review(firm)
    answer = manager.post(where, {**given, "password": PASSWORD, "reason": ""})
    words = text_of(answer.content.decode())
    assert answer.status_code == 409
    assert "The content changed while you were reading. Nothing is signed." in words
    assert "Unit pouches → became sets" in words
    assert not Signature.objects.filter(record=firm.review, transition="approve").exists()
    again = hidden(answer.content.decode())
    assert again["seen"] == fresh(firm.review).digest != given["seen"]
    assert manager.post(where, {**again, "password": PASSWORD, "reason": ""}).status_code == 302


def _change_in_review(firm: Company) -> None:
    """Sent back, changed and submitted again while somebody still reads the old page."""
    record = fresh(firm.review)
    back = Advance(
        record=record, name="reject", proof=proof(firm.manager), seen=record.digest, reason="?", **as_(firm.manager)
    ).execute()  # fmt: skip
    changed = Edit(record=back, values={"unit": "sets"}, **as_(firm.quality)).execute()
    Advance(record=changed, name="submit", **as_(firm.quality)).execute()


def test_a_signed_rejection_needs_a_reason_and_is_kept(manager: Client, firm: Company) -> None:
    """Rejections stay: the reason stands beside the signature."""
    where = address(firm.review, "/step/reject")
    given = hidden(manager.get(where).content.decode())
    assert manager.post(where, {**given, "password": PASSWORD, "reason": ""}).status_code == 422
    manager.post(where, {**given, "password": PASSWORD, "reason": "Not yet"})
    assert "Not yet" in manager.get(address(firm.review)).content.decode()
    assert Signature.objects.filter(record=firm.review, rejection=True).count() == 2


def test_nobody_is_asked_to_sign_what_is_not_his_to_sign(firm: Company, sign_in: SignIn) -> None:
    """SIG-07: the sentence instead of the form, for role, independence and state alike."""
    answer = sign_in(firm.quality).get(address(firm.review, "/step/approve"))
    assert answer.status_code == 403
    assert "needs the role" in answer.content.decode()
    assert sign_in(firm.manager).get(address(firm.draft, "/step/approve")).status_code == 409
    assert sign_in(firm.manager).get(address(firm.draft, "/step/nonsense")).status_code == 404
    own = sign_in(firm.quality).get(address(firm.measurement, "/step/confirm"))
    assert "second person" in own.content.decode()


def test_a_step_that_wants_a_signature_cannot_be_taken_without(manager: Client, where: str, firm: Company) -> None:
    """SIG-01: an empty proof is a failed one."""
    given = hidden(manager.get(where).content.decode())
    assert manager.post(where, {**given, "reason": ""}).status_code == 403
    assert manager.post(where, {}).status_code == 422
    assert fresh(firm.review).state == "review"


def test_sig_12_a_signature_cannot_be_forged_from_elsewhere(firm: Company, sign_in: SignIn, where: str) -> None:
    """SIG-12: no token, no signature; and no other site may frame the page."""
    client = sign_in(firm.manager)
    client.handler.enforce_csrf_checks = True
    answer = client.post(where, {"seen": firm.review.digest, "seq": 1, "password": PASSWORD})
    assert answer.status_code == 403
    assert "Nothing was changed." in answer.content.decode()
    page = sign_in(firm.manager).get(where)
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_sig_12_every_door_to_a_signature_asks_for_token_origin_and_proof(
    firm: Company, sign_in: SignIn, where: str
) -> None:
    """SIG-12: reading never signs, nor does a token from another site or without proof; no answer can be framed."""
    client = sign_in(firm.manager)
    client.handler.enforce_csrf_checks = True
    page = client.get(where)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert token is not None
    assert 'type="password"' in page.content.decode()
    given = {**hidden(page.content.decode()), "csrfmiddlewaretoken": token[1]}
    full = {**given, "password": PASSWORD}
    answers = [
        client.get(where, full), client.head(where, full), client.options(where),
        client.post(where, {**full, "csrfmiddlewaretoken": "x" * 64}),
        client.post(where, full, headers={"Origin": "https://evil.example"}),
        client.post(where, full, headers={"Origin": "null"}),
        client.post(where, given), client.post(where, {**given, "password": "wrong wrong wrong"}),
        client.post(where, json.dumps(full), content_type="application/json"),
    ]  # fmt: skip
    assert fresh(firm.review).state == "review"
    for answer in answers:
        assert (answer["X-Frame-Options"], "frame-ancestors 'none'" in answer["Content-Security-Policy"]) == (
            "DENY",
            True,
        )
        assert answer.status_code != 302
    assert client.post(where, full, headers={"Origin": "http://localhost:8000"}).status_code == 302
    assert fresh(firm.review).state != "review"


def test_in_a_dialog_the_same_page_comes_without_its_frame(manager: Client, where: str) -> None:
    """The dialog holds what the page holds; a done signature sends the whole window on."""
    htmx = {"HX-Request": "true"}
    body = manager.get(where, headers=htmx).content.decode()
    assert "<html" not in body
    assert "What you sign, exactly" in body
    answer = manager.post(where, {**hidden(body), "password": PASSWORD, "reason": ""}, headers=htmx)
    assert (answer.status_code, answer["HX-Redirect"].split("#")[1]) == (204, "signatures")


def test_a_signature_of_other_content_shows_as_not_valid(firm: Company, sign_in: SignIn) -> None:
    """SIG-04, SIG-05: the earlier signature stays readable; words beside it say that the content is another one."""
    client = sign_in(firm.manager)
    before = text_of(client.get(address(firm.pursued)).content.decode())
    assert "not valid: the content changed after signing" not in before
    other = fresh(firm.pursued)
    other.unit = "of something else"
    update(other, ["unit"])
    after = text_of(client.get(address(firm.pursued)).content.decode())
    assert "not valid: the content changed after signing" in after
