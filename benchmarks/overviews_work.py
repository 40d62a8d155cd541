"""What `benchmarks.overviews` runs in a process of its own: the same pages with few documents and with many."""

import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.kernel.people import person
from tests.web.seed import session_of

from benchmarks.retrieval_work import BATCH, spent, store, texts
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.trail.keys import make_key

ROUNDS = 9
PER_PAGE = 50
Numbered = tuple[str, str, list[str]]


def numbered(count: int) -> Iterator[Numbered]:
    for index, (body, rare, _clauses) in enumerate(texts(count)):
        yield f"SOP-{index + 1:05d}", body, rare


def fill(rows: Iterator[Numbered], owner: Person) -> None:
    while portion := list(itertools.islice(rows, BATCH)):
        store(portion, owner)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def addresses(count: int) -> dict[str, str]:
    """The first page and the last of each overview, and the register beside them."""
    last = f"after=SOP-{count - PER_PAGE:05d}"
    return {
        "matrix, first page": "/documents/matrix", "matrix, last page": f"/documents/matrix?{last}",
        "consistency, first page": "/documents/consistency", "consistency, last page": f"/documents/consistency?{last}",
        "register": reverse("register", args=["document"]),
    }  # fmt: skip


def asked(client: Client, count: int) -> dict[str, tuple[float, int]]:
    """Seconds of the quickest round and number of statements, by page."""
    pages = addresses(count)
    best = dict.fromkeys(pages, float("inf"))
    statements = {}
    for name, url in pages.items():
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            if client.get(url).status_code != 200:
                raise SystemExit(f"{url} is no page")
        statements[name] = len(queries)
    for _round in range(ROUNDS):
        for name, url in pages.items():
            best[name] = min(best[name], spent(lambda url=url: client.get(url)))
    return {name: (best[name], statements[name]) for name in pages}


def main() -> None:
    few, many = int(sys.argv[1]), int(sys.argv[2])
    call_command("migrate", verbosity=0)
    if not Path(settings.GEMBA_TRAIL_KEY).exists():
        make_key(Path(settings.GEMBA_TRAIL_KEY))
    who = person("Aino", Role.QUALITY)
    client = Client(SERVER_NAME="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(who)
    rows = numbered(many)
    fill(itertools.islice(rows, few), who)
    before = asked(client, few)
    fill(rows, who)
    after = asked(client, many)
    print(json.dumps({name: (before[name], after[name]) for name in before}))
