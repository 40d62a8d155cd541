"""Pages as a signed-in person gets them."""

from typing import Any

from django.conf import settings
from django.test import Client

from gemba.kernel.people.models import Person
from tests.web.seed import session_of


def signed_in(who: Person) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(who)
    return client


def page(who: Person, address: str) -> str:
    """The text of a page that must be there."""
    answer = signed_in(who).get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def streamed(who: Person, address: str) -> bytes:
    """A download as a whole."""
    answer: Any = signed_in(who).get(address)
    return b"".join(answer.streaming_content)
