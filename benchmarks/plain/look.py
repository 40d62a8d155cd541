"""What is timed: our pages and plain ones in turn, through all the layers of each, in one process."""

import json
import sys
import time
from decimal import Decimal
from pathlib import Path
from statistics import median

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone
from tests.kernel.people import as_, person
from tests.web.seed import approve, session_of, values

from benchmarks.plain.load import fill
from benchmarks.plain.models import PlainRecord
from benchmarks.plain.settings import PLAIN_BACKEND
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.talk import AskFor, Say
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.trail.keys import make_key
from gemba.kernel.trail.models import Event
from gemba.modules.objective.models import Measurement, Objective

PLAIN_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]  # fmt: skip
WARM_UP = 5


def full_record(me: Person) -> Objective:
    """One record with some of everything that its page shows."""
    with seeing_everything():
        made = Raise(model=Objective, values=values(0, due=timezone.localdate()), **as_(me)).execute()
        for index in range(3):
            Attach(record=made, name=f"figures {index}.csv", chunks=[b"week,count\n1,4\n"], **as_(me)).execute()
            Say(record=made, text="The figures of Porto come on Friday.", **as_(me)).execute()
            AskFor(record=made, what=f"Send the figures of week {index}", person=me, **as_(me)).execute()
            near = {"title": f"Quarter {index}", "value": Decimal(index), "source": "CAPA register"}
            measured = Raise(model=Measurement, values=near, **as_(me)).execute()
            MakeLink(record=measured, role="measures", to=made, **as_(me)).execute()
        other = person("Marta Kovač", Role.QUALITY, Role.MANAGEMENT)
        return approve(Objective._base_manager.get(pk=made.pk), me, other)


def pages(full: Objective) -> dict[str, tuple[str, str]]:
    """Our address and the plain one it is compared with."""
    middle = Objective._base_manager.order_by("pk")[Objective._base_manager.count() // 2]
    detail = f"/plain/{PlainRecord.objects.get(number=middle.number).pk}"
    deep = Objective._base_manager.order_by("pk")[60].pk
    base = "/records/objective/"
    return {
        "list of 50": (base, "/plain/"), "list, last page": (f"{base}?after={deep}", "/plain/"),
        "list, by due date": (f"{base}?sort=due&after={deep}", "/plain/"),
        "list, by owner": (f"{base}?sort=owner", "/plain/"),
        "list, filtered": (f"{base}?show=open&due=overdue&owner=me", "/plain/"),
        "record page": (f"{base}{middle.number}", detail),
        "full record": (f"{base}{full.number}", f"/plain/whole/{full.pk}"),
        "full, bare detail": (f"{base}{full.number}", detail), "my work": ("/", "/plain/"),
        "search": ("/search?q=sealing+pumping", "/plain/"), "palette": ("/search/jump?q=sealing", "/plain/"),
    }  # fmt: skip


def clients(who: Person) -> tuple[Client, Client]:
    """One client with everything in its way, one with what a plain site has. Layers are loaded once each."""
    ours, plain = (Client(SERVER_NAME="localhost") for _side in range(2))
    ours.cookies[settings.SESSION_COOKIE_NAME] = session_of(who)
    plain.cookies[settings.SESSION_COOKIE_NAME] = plain_session_of(who)
    ours.handler.load_middleware()
    with override_settings(MIDDLEWARE=PLAIN_MIDDLEWARE, SESSION_ENGINE="django.contrib.sessions.backends.db"):
        plain.handler.load_middleware()
    return ours, plain


def plain_session_of(who: Person) -> str:
    session = SessionStore(session_of(who))
    session[BACKEND_SESSION_KEY] = PLAIN_BACKEND
    session.save()
    return str(session.session_key)


def taken(client: Client, url: str) -> float:
    started = time.perf_counter()
    answer = client.get(url)
    spent = time.perf_counter() - started
    assert answer.status_code == 200, (url, answer.status_code)
    return spent


def main() -> None:
    records, rounds = int(sys.argv[1]), int(sys.argv[2])
    if not Path(settings.GEMBA_TRAIL_KEY).exists():
        make_key(Path(settings.GEMBA_TRAIL_KEY))
    who = fill(records, 10)
    ours, plain = clients(who)
    addresses = pages(full_record(who))
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in addresses}
    for turn in range(rounds + WARM_UP):
        for name, (url, floor) in addresses.items():
            pair = (taken(ours, url), taken(plain, floor))
            if turn >= WARM_UP:
                times[name][0].append(pair[0])
                times[name][1].append(pair[1])
    found = {name: [median(mine), median(floor)] for name, (mine, floor) in times.items()}
    print(json.dumps({"times": found, "events": Event.objects.count(), "vendor": connection.vendor}))
