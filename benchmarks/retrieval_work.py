"""What `benchmarks.retrieval` runs in a process of its own: many documents, and questions about them."""

import datetime as dt
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from tests.kernel.people import access, person
from tests.web.seed import session_of

from gemba.kernel.access.viewer import seeing
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record, store_many
from gemba.kernel.roles import Role
from gemba.kernel.search.engine import match
from gemba.kernel.search.index import index_many
from gemba.kernel.search.models import SearchEntry
from gemba.kernel.search.query import Found, search
from gemba.kernel.search.words import words
from gemba.kernel.trail.keys import make_key
from gemba.modules.document.models import Document, Revision
from gemba.web.views import home

SMALL, PAGE, MOST_PAGES = 3_000, 3_000, 60
"""Characters of the smallest document and of a page."""
BATCH, ONE_REPLACED_IN = 200, 10
ROUNDS = 5
START = dt.date(2026, 1, 5)
BARE = {
    "sqlite": "SELECT rowid FROM kernel_search_fts WHERE kernel_search_fts MATCH %s "
    "ORDER BY bm25(kernel_search_fts, 8.0, 4.0, 1.0) LIMIT 20",
    "postgresql": "SELECT record_id FROM kernel_searchentry, to_tsquery('simple', %s) wanted WHERE found @@ wanted "
    "ORDER BY ts_rank(found, wanted) DESC LIMIT 20",
}


@dataclass(frozen=True, slots=True)
class Needle:
    """What is known of one document: its number, the number of its text in force, rare words, clauses it cites."""

    document: str
    revision: str
    rare: Sequence[str]
    clauses: Sequence[str]


def vocabulary() -> list[str]:
    """Some 20,000 words from syllables; the first ones are used far more often than the last."""
    dice = random.Random(11)  # noqa: S311  words, not secrets
    syllables = [a + b for a in "bdfgklmnprstv" for b in "aeiou"]
    return ["".join(dice.choices(syllables, k=dice.randint(2, 5))) for _ in range(20_000)]


def texts(count: int) -> Iterator[tuple[str, list[str], list[str]]]:
    """Bodies with three rare words together in the middle, and the clauses they cite there."""
    dice, known = random.Random(5), vocabulary()  # noqa: S311
    weights = [1 / (rank + 3) for rank in range(len(known))]
    said = dice.choices(known, weights, k=2_000_000)
    for index in range(count):
        pages = MOST_PAGES if index % 500 == 0 else min(MOST_PAGES, dice.paretovariate(1.1))
        rare = dice.sample(known[5_000:], k=3)
        clauses = [f"{dice.randint(4, 8)}.{dice.randint(1, 6)}.{dice.randint(1, 12)}" for _ in range(3)]
        begin, length = dice.randrange(1_900_000), max(SMALL, int(pages * PAGE)) // 7
        half = said[begin : begin + length // 2]
        rest = said[begin + length // 2 : begin + length]
        yield f"<p>{' '.join([*half, *rare, 'clause', *clauses, *rest])}</p>", rare, clauses


def fill(count: int, owner: Person) -> list[Needle]:
    """Rows and search entries, without events: only finding is looked at here."""
    needles, waiting = [], []
    for index, (body, rare, clauses) in enumerate(texts(count)):
        number = f"SOP-{index + 1:05d}"
        waiting.append((number, body, rare))
        replaced = index % ONE_REPLACED_IN == 0
        needles.append(Needle(number, f"{number}-R{2 if replaced else 1}", rare, clauses))
        if len(waiting) == BATCH or index + 1 == count:
            store(waiting, owner)
            waiting = []
    return needles


def store(waiting: Sequence[tuple[str, str, list[str]]], owner: Person) -> None:
    spine: dict[str, Any] = {"owner": owner, "raised_by": owner, "valid_from": START, "digest": "0" * 64}
    families = [
        Document(
            kind="document", number=number, title=f"Procedure for {rare[0]}", state="in_force", type="procedure",
            area="quality", **spine,
        )
        for number, _body, rare in waiting
    ]  # fmt: skip
    store_many(Document, families)
    index_many(families)
    texts_of: list[Revision] = []
    for family, (number, body, _rare) in zip(families, waiting, strict=True):
        replaced = int(number.rpartition("-")[2]) % ONE_REPLACED_IN == 1
        for sequence in (1, 2) if replaced else (1,):
            last = sequence == (2 if replaced else 1)
            texts_of.append(
                Revision(
                    kind="revision", number=f"{number}-R{sequence}", title=family.title, document=family, body=body,
                    sequence=sequence, state="effective" if last else "superseded", open=False, working=False,
                    in_force=last, **{**spine, "valid_to": None if last else START},
                )
            )  # fmt: skip
    store_many(Revision, texts_of)
    index_many(texts_of)


def questions(needles: Sequence[Needle], count: int) -> Iterator[tuple[str, str, Needle]]:
    dice = random.Random(3)  # noqa: S311
    for needle in dice.sample(list(needles), k=count):
        yield "words", " ".join(needle.rare), needle
        yield "number", needle.document, needle
        yield "clause", f"clause {needle.clauses[0]}", needle


def missed(kind: str, asked: str, needle: Needle, cites: dict[str, set[str]]) -> bool:
    """Whether the answer is not what somebody who asked so was looking for."""
    found = [each.record.number for each in search(asked)]
    if kind == "clause":
        clause = asked.split()[1]
        wrong = [number for number in found if clause not in cites[number.partition("-R")[0]]]
        return not found or bool(wrong)
    return not found or found[0] not in (needle.document, needle.revision)


def spent(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def known(client: Client, asked: str, found: Sequence[Found]) -> float:
    """The same page when nothing has to be looked for: its records are loaded by their ids."""
    texts = {each.record.pk: each for each in found}

    def by_ids(_words: str, **_more: Any) -> list[Found]:
        rows = Record.objects.select_related("owner").in_bulk(list(texts))
        return [Found(rows[pk], each.before, each.hit, each.after) for pk, each in texts.items()]

    with mock.patch.object(home, "find", by_ids):
        return spent(lambda: client.get("/search", {"q": asked}))


def bare(asked: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE[connection.vendor], [match(connection.vendor, words(asked))])
        cursor.fetchall()


def main() -> None:
    documents, count = int(sys.argv[1]), int(sys.argv[2])
    call_command("migrate", verbosity=0)
    if not Path(settings.GEMBA_TRAIL_KEY).exists():
        make_key(Path(settings.GEMBA_TRAIL_KEY))
    who = person("Aino", Role.QUALITY)
    needles = fill(documents, who)
    cites = {needle.document: set(needle.clauses) for needle in needles}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(SERVER_NAME="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(who)
    asked = list(questions(needles, count))
    best: dict[tuple[str, str], list[float]] = {}
    misses = {"words": 0, "number": 0, "clause": 0}
    answers: dict[str, list[Found]] = {}
    with seeing(access(who)):
        for kind, text, needle in asked:
            answers[text] = search(text, limit=home.RESULTS)
            misses[kind] += missed(kind, text, needle, cites)
    for _turn in range(ROUNDS):
        for kind, text, _needle in asked:
            taken = (
                spent(lambda text=text: client.get("/search", {"q": text})), known(client, text, answers[text]),
                spent(lambda text=text: bare(text)),
            )  # fmt: skip
            before = best.setdefault((kind, text), list(taken))
            best[kind, text] = [min(pair) for pair in zip(before, taken, strict=True)]
    size = sum(len(entry.text) for entry in SearchEntry.objects.only("text").iterator(chunk_size=500))
    found = {
        kind: [median(each[n] for (of, _text), each in best.items() if of == kind) for n in range(3)] for kind in misses
    }
    rows = Record._base_manager.filter(kind="revision").count()
    print(json.dumps({"times": found, "misses": misses, "asked": count, "revisions": rows, "bytes": size}))
