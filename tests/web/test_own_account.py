"""What people see of their own sign-in: words they know, and devices they recognise."""

import pytest
from django.test import Client

from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.web.display import browser
from tests.kernel.people import person
from tests.web.signing_in import try_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia() -> Person:
    return person("Mia", Role.EMPLOYEE)


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36",
            "Chrome on Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0", "Firefox on Android"),
        ("measuring-station/2.1", "measuring-station/2.1"),
        ("", "not known"),
    ],
)
def test_a_session_is_named_so_that_its_owner_knows_it(agent: str, said: str) -> None:
    """M205: who is to recognise a device is told its browser and system, not what the browser says of itself."""
    assert browser(agent) == said


def test_the_page_of_sessions_and_of_the_password_speak_like_every_other(client: Client, mia: Person) -> None:
    """M205: no word of the program beneath, no name inside an empty field, no greeting that says what one sees."""
    try_in(client, "mia@example.com", HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Gecko/145.0 Firefox/145.0")
    assert "Successfully" not in client.get("/").content.decode()
    page = client.get("/accounts/password/change/").content.decode()
    assert "Password until now" in page
    assert "placeholder=" not in page.split("<main", 1)[1].split("</main>", 1)[0]
    assert "do not belong together" in try_in(Client(), "mia@example.com", "wrong wrong wrong").content.decode()
