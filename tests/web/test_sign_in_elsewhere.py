"""Sessions somewhere else: ended where one is demanded, and never opened by another provider. AUT-12, AUT-14."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from gemba.kernel.notices.models import Notice
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from tests.kernel.people import person
from tests.web.signing_in import is_in, security, try_in

pytestmark = pytest.mark.django_db
GOOD = "seven purple otters sing"


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def mia() -> Person:
    return person("Mia", Role.EMPLOYEE)


def test_aut_14_one_session_per_person_where_it_is_demanded(mia: Person, settings: Settings) -> None:
    """AUT-14: GEMBA_ONE_SESSION: the newest sign-in ends the others of that person, and of nobody else; it is noted."""
    other = person("Otto", Role.EMPLOYEE)
    first, second, third, elsewhere = Client(), Client(), Client(), Client()
    try_in(elsewhere, other.account.email)
    try_in(first, "mia@example.com")
    try_in(second, "mia@example.com", REMOTE_ADDR="192.0.2.7")
    assert is_in(first)
    assert security("session.replaced") == []
    settings.GEMBA_ONE_SESSION = True
    epoch = mia.account.session_epoch
    try_in(third, "mia@example.com")
    assert [is_in(each) for each in (first, second, third, elsewhere)] == [False, False, True, True]
    (told,) = security("session.replaced")
    assert (told.person, told.detail) == (mia, "127.0.0.1, 192.0.2.7")
    assert "signed out elsewhere (127.0.0.1, 192.0.2.7)" in Notice.objects.get(person=mia).text
    mia.account.refresh_from_db()
    assert mia.account.session_epoch == epoch, "tokens of programs hang on it, and are no sessions"
    try_in(first, "mia@example.com", "wrong wrong wrong")
    assert is_in(third), "an attempt is no sign-in"
    try_in(first, "mia@example.com")
    assert [is_in(first), is_in(third)] == [True, False]


def test_aut_12_no_other_provider_opens_a_session(client: Client, mia: Person) -> None:
    """AUT-12: there is no single sign-on: no address of one answers, and what such an answer holds opens nothing."""
    answer = {"code": "x", "state": "y", "id_token": "a.b.c", "email": "mia@example.com", "SAMLResponse": "PHg+"}
    for path in ("oidc/company/login/", "oidc/company/login/callback/", "google/login/callback/", "saml/company/acs/",
                 "social/connections/", "3rdparty/", "3rdparty/login/cancelled/", "3rdparty/signup/"):  # fmt: skip
        for ask in (client.get, client.post):
            assert ask(f"/accounts/{path}", answer).status_code == 404, path
    assert client.post(
        "/accounts/signup/", {"email": "new@example.com", "password1": GOOD, "password2": GOOD}
    ).status_code in (403, 404, 405)
    assert not is_in(client)
