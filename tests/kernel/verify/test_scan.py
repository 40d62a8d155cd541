"""The quick pass over events: the same whether it is done at once or in parts, and nothing altered escapes it."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemba.kernel.people.models import Person
from gemba.kernel.trail.keys import all_keys
from gemba.kernel.verify.events import bounds, through_django
from gemba.kernel.verify.reach import chunks
from gemba.kernel.verify.scan import Part, Row, hmac_of, merge, same_moment, scan, seconds_back
from tests.tamper.histories import Company, wander


class Read:
    """The events of a small history, and what is known about keys and people."""

    def __init__(self) -> None:
        wander(Company(), 3, 40)
        low, high, _count = bounds()
        self.rows = [row for found in chunks(through_django, low, high) for row in found]
        self.keys = {name: key.secret for name, key in all_keys().items()}
        self.people = dict(Person.objects.values_list("pk", "uid"))

    def scan(self, rows: Sequence[Row]) -> Part:
        return scan(rows, self.keys, self.people)


@pytest.fixture
def read(db: None, store: Path) -> Read:
    return Read()


def test_parts_make_the_same_whole(read: Read) -> None:
    """Wherever the events are divided between processes, the chains are the same and none is suspect."""
    whole = read.scan(read.rows)
    assert whole.suspects == set()
    for cut in range(0, len(read.rows), 7):
        first = read.scan(read.rows[:cut])
        merge(first, read.scan(read.rows[cut:]))
        assert (first.tails, first.suspects, first.events) == (whole.tails, set(), whole.events)
        assert sorted(first.signed) == sorted(whole.signed)


@pytest.mark.parametrize("column", range(1, 11))
def test_no_column_of_an_event_can_be_altered_unseen(read: Read, column: int) -> None:
    """TMP-01 to TMP-03: each column of each event, one at a time, makes its chain or another one suspect."""
    strange = {2: 77, 5: -1, 6: -1}
    for place, row in enumerate(read.rows):
        altered: Any = [*row]
        altered[column] = strange.get(column, "2020-01-01 00:00:00.000001")
        rows = [*read.rows[:place], altered, *read.rows[place + 1 :]]
        found = read.scan(rows)
        odd = {subject for subject, tail in found.tails.items() if tail != read.scan(read.rows).tails.get(subject)}
        assert found.suspects or (odd and _last_of_chain(read.rows, place)), (place, column)


def _last_of_chain(rows: Sequence[Row], place: int) -> bool:
    """What is altered in a last event's link to its record shows where rows are compared."""
    return all(row[1] != rows[place][1] for row in rows[place + 1 :])


def test_an_altered_text_is_suspect_even_when_its_hash_was_made_anew(read: Read) -> None:
    """TMP-01, level 2: without the key there is no MAC for it."""
    row = next(row for row in read.rows if row[3])
    body = json.loads(row[7]) | {"reason": "Forged"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(b"gemba-event-v1\n" + text.encode()).hexdigest()
    rows = [(*one[:7], text, digest, *one[9:]) if one is row else one for one in read.rows]
    assert row[1] in read.scan(rows).suspects


@given(st.binary(min_size=1, max_size=100), st.binary(max_size=200))
@settings(max_examples=50, deadline=None)
def test_the_quick_mac_is_the_librarys(secret: bytes, message: bytes) -> None:
    """M199: HMAC-SHA-256 as RFC 2104 says."""
    assert hmac_of(secret)(message) == hmac.new(secret, message, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("told", "column", "same"),
    [
        ("2026-11-22T08:29:11.123456Z", "2026-11-22 08:29:11.123456", True),
        ("2026-11-22T08:29:11.123456Z", "2026-11-22 08:29:11.123456+00", True),
        ("2026-11-22T08:29:11.120000Z", "2026-11-22 08:29:11.12+00", True),
        ("2026-11-22T08:29:11.000000Z", "2026-11-22 08:29:11", True),
        ("2026-11-22T08:29:11.000000Z", "2026-11-22 08:29:11+00", True),
        ("2026-11-22T08:29:11.000000Z", "2026-11-22 08:29:11.000001", False),
        ("2026-11-22T08:29:11.100000Z", "2026-11-22 08:29:11.01", False),
        ("2026-11-22T08:29:11.100000Z", "2026-11-23 08:29:11.1", False),
        ("", "2026-11-23 08:29:11.1", False),
    ],
)
def test_times_are_compared_as_databases_write_them(told: str, column: str, same: bool) -> None:
    """TMP-03: to the microsecond, on both databases."""
    assert same_moment(told, column) is same


def test_what_is_no_time_is_not_behind_another() -> None:
    """TMP-03: hostile texts are no crash."""
    assert seconds_back("2026-11-22T08:29:11Z", "2026-11-22T08:28:11Z") == 60
    assert seconds_back("nonsense", "2026-11-22T08:28:11Z") == 0
    assert seconds_back("2026-11-22T08:29:11Z", "2026-11-22T08:29:12Z") == 0
