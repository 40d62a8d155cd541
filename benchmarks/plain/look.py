"""What is timed: our pages and plain ones in turn, through all the layers of each, in one process."""

import json
import sys
import time
from pathlib import Path
from statistics import median

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from tests.web.seed import session_of

from benchmarks.plain.load import fill
from benchmarks.plain.models import PlainRecord
from gemba.kernel.people.models import Person
from gemba.kernel.trail.keys import make_key
from gemba.kernel.trail.models import Event
from gemba.modules.objective.models import Objective

PLAIN_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]  # fmt: skip
WARM_UP = 5


def pages() -> dict[str, tuple[str, str]]:
    """Our address and the plain one it is compared with."""
    middle = Objective._base_manager.order_by("pk")[Objective._base_manager.count() // 2]
    detail = f"/plain/{PlainRecord.objects.get(number=middle.number).pk}"
    deep = Objective._base_manager.order_by("pk")[60].pk
    base = "/records/objective/"
    return {
        "list of 50": (base, "/plain/"), "list, last page": (f"{base}?after={deep}", "/plain/"),
        "list, filtered": (f"{base}?show=open&due=overdue&owner=me", "/plain/"),
        "record page": (f"{base}{middle.number}", detail), "my work": ("/", "/plain/"),
        "search": ("/search?q=sealing+pumping", "/plain/"), "palette": ("/search/jump?q=sealing", "/plain/"),
    }  # fmt: skip


def clients(who: Person) -> tuple[Client, Client]:
    """One client with everything in its way, one with what a plain site has. Layers are loaded once each."""
    ours, plain = (Client(SERVER_NAME="localhost") for _side in range(2))
    for client in (ours, plain):
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(who)
    ours.handler.load_middleware()
    with override_settings(MIDDLEWARE=PLAIN_MIDDLEWARE):
        plain.handler.load_middleware()
    return ours, plain


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
    addresses = pages()
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in addresses}
    for turn in range(rounds + WARM_UP):
        for name, (url, floor) in addresses.items():
            pair = (taken(ours, url), taken(plain, floor))
            if turn >= WARM_UP:
                times[name][0].append(pair[0])
                times[name][1].append(pair[1])
    found = {name: [median(mine), median(floor)] for name, (mine, floor) in times.items()}
    print(json.dumps({"times": found, "events": Event.objects.count(), "vendor": connection.vendor}))
