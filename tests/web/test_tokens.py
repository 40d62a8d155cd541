"""The page of one's API tokens."""

import re

import pytest
from django.test import Client

from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.tokens.models import ApiToken
from gemba.kernel.trail.models import Event
from tests.kernel.people import PASSWORD, person
from tests.web.signing_in import try_in

pytestmark = pytest.mark.django_db
GIVEN = {"name": "Test bench", "days": "30"}


def signed_in(who: Person, *, seconds_ago: float = 0) -> Client:
    """Signed in at a screen, and proved once more who it is so long ago."""
    client = Client()
    try_in(client, who.account.email)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    session = client.session
    for entry in session["account_authentication_methods"]:
        entry["at"] -= seconds_ago
    session.save()
    return client


@pytest.fixture
def quality() -> Person:
    return person("Aino", Role.QUALITY)


def test_a_token_is_made_shown_once_used_and_withdrawn(quality: Person) -> None:
    """AUT-13: read-only unless asked for, with an end, and an event for its making and its end."""
    client = signed_in(quality)
    made = client.post("/my/tokens/", GIVEN).content.decode()
    secret = re.search(r"gemba_[\w-]+", made)
    assert secret
    assert secret[0] not in client.get("/my/tokens/").content.decode()
    token = ApiToken.objects.get()
    assert (token.name, token.may_write, secret[0] in token.digest) == ("Test bench", False, False)
    header = {"Authorization": f"Bearer {secret[0]}"}
    assert Client().get("/api/v1/me", headers=header).json()["person"]["name"] == "Aino"
    assert client.post(f"/my/tokens/{token.pk}/withdraw").status_code == 302
    assert Client().get("/api/v1/me", headers=header).status_code == 401
    acts = Event.objects.filter(subject=f"person/{quality.uid}").values_list("act", flat=True)
    assert list(acts) == ["token.make", "token.withdraw"]
    assert client.post(f"/my/tokens/{token.pk}/withdraw").status_code == 404


@pytest.mark.parametrize("wrong", [{"name": ""}, {"days": "0"}, {"days": "400"}, {"days": "x"}, {"name": "a\0"}])
def test_what_cannot_be_made_is_said_beside_the_field(quality: Person, wrong: dict[str, str]) -> None:
    assert signed_in(quality).post("/my/tokens/", GIVEN | wrong).status_code == 422
    assert not ApiToken.objects.exists()


def test_a_token_needs_somebody_who_proved_who_they_are_just_now(quality: Person) -> None:
    """AUT-06: an unattended screen gives nobody a key for a year."""
    late = signed_in(quality, seconds_ago=3600)
    assert late.post("/my/tokens/", GIVEN)["Location"] == "/my/tokens/"
    assert "/reauthenticate/" in late.get("/my/tokens/")["Location"]
    just_signed_in = Client()
    try_in(just_signed_in, quality.account.email)
    assert "/reauthenticate/" in just_signed_in.get("/my/tokens/")["Location"]
    assert not ApiToken.objects.exists()


def test_nobody_withdraws_the_token_of_somebody_else(quality: Person) -> None:
    """ACL-03."""
    signed_in(quality).post("/my/tokens/", GIVEN)
    token = ApiToken.objects.get()
    other = signed_in(person("Ville", Role.OPERATIONS))
    assert other.post(f"/my/tokens/{token.pk}/withdraw").status_code == 404
    assert "Test bench" not in other.get("/my/tokens/").content.decode()


def test_an_auditor_makes_no_token() -> None:
    """ACL-10: a way in for programs is not part of an audit."""
    assert signed_in(person("Beatrix", Role.AUDITOR)).post("/my/tokens/", GIVEN).status_code == 403
    assert not ApiToken.objects.exists()
