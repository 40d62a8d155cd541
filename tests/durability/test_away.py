"""The database is away for a while: a sentence, nothing half-stored, and it goes on by itself. DUR-11, WEB-08."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event
from gemba.kernel.trouble import trouble_of
from tests.api.callers import BASE, OBJECTIVE, Caller
from tests.kernel.people import person
from tests.web.seed import session_of

pytestmark = pytest.mark.xdist_group("durability")
LOST = "connection to server at 127.0.0.1, port 5432 failed: Connection refused"


@contextmanager
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No connection can be made, and the one there was is lost."""

    def refuses(*_given: Any, **_named: Any) -> None:
        raise OperationalError(LOST)

    connection.close()
    with monkeypatch.context() as patched:
        patched.setattr(connection, "connect", refuses)
        yield


@pytest.mark.django_db(transaction=True)
def test_dur_11_people_and_programs_are_told_and_it_goes_on_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """DUR-11, WEB-08: 503 with the time to ask again, no address of the database; then all as before."""
    quality = person("Aino", Role.QUALITY)
    browser = Client(raise_request_exception=False)
    browser.cookies[settings.SESSION_COOKIE_NAME] = session_of(quality)
    call = Caller(quality)
    assert call("post", BASE, OBJECTIVE)[0] == 201
    before = Event.objects.count()
    with away(monkeypatch):
        for answer in (browser.get("/"), browser.post("/records/objective/new", {"title": "x"})):
            text = answer.content.decode()
            assert (answer.status_code, answer["Retry-After"]) == (503, "10")
            assert "cannot reach its records" in text
            assert "127.0.0.1" not in text
            assert "<script" not in text
        assert "http-equiv=refresh" in browser.get("/").content.decode()
        assert "http-equiv=refresh" not in browser.post("/theme", {}).content.decode()
        status, told = call("post", BASE, OBJECTIVE)
        assert status == 503
        assert "127.0.0.1" not in str(told)
    assert browser.get("/").status_code == 200
    assert Event.objects.count() == before
    assert call("post", BASE, OBJECTIVE)[0] == 201


@pytest.mark.parametrize(("error", "status"), [
    (OperationalError("server closed the connection unexpectedly"), 503),
    (InterfaceError("connection already closed"), 503),
    (OperationalError("unable to open database file"), 503),
    (OperationalError("database is locked"), 503),
    (OperationalError("database or disk is full"), 507),
    (OSError(28, "No space left on device"), 507),
    (OperationalError("no such table: kernel_event"), None),
    (ValueError("connection"), None),
    (None, None),
])  # fmt: skip
def test_dur_11_only_what_passes_by_itself_is_called_so(error: BaseException | None, status: int | None) -> None:
    """DUR-05, DUR-11: a missing table or a mistake of ours is a failure with an identifier, not a pause."""
    found = trouble_of(error)
    assert (found.status if found else None) == status
    wrapped = RuntimeError("outside")
    wrapped.__context__ = error
    again = trouble_of(wrapped)
    assert (again.status if again else None) == status
