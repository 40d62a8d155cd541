"""The people of `benchmarks.crowd`: what each does over HTTP, and what the rows must say afterwards."""

import http.client
import json
import random
import re
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from tests.kernel.people import PASSWORD, person
from tests.kernel.samples import bodies, raised
from tests.web.seed import session_of

from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.signing.models import Signature
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.keys import make_key
from gemba.modules.objective.models import Objective

SHARED, ALONE_ROUNDS = 3, 12
TOKEN = "x" * 32
"""What the cookie and the form both say; who can set neither cannot forge a request."""
HIDDEN = re.compile(r'name="(seen|seq|version)" value="([^"]*)"|value="([^"]*)" [^>]*name="(seen|seq|version)"')
SAVED, CONFLICT, GONE = 302, 409, 410
LIST = "/records/objective/"
DUE = "2030-06-30"


def prepare() -> None:
    """Tables, keys, the people and the records that all of them edit."""
    call_command("migrate", verbosity=0)
    for path in (Path(settings.GEMBA_TRAIL_KEY), Path(settings.GEMBA_ENTRANCE_KEY)):
        if not path.exists():
            make_key(path)
    crowd = [person(f"Person {n:02}", Role.QUALITY, Role.MANAGEMENT) for n in range(int(sys.argv[1]))]
    with seeing_everything():
        for n in range(SHARED):
            raised(crowd[0], title=f"Shared {n}")


@dataclass
class Told:
    """What the server answered, from which it follows what the rows must hold."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    raised: list[str] = field(default_factory=list)
    saved: list[tuple[str, str]] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)


class Waiting:
    """Records sent to review, for somebody else to sign."""

    def __init__(self) -> None:
        self._numbers: list[tuple[str, int]] = []
        self._lock = threading.Lock()

    def put(self, number: str, owner: int) -> None:
        with self._lock:
            self._numbers.append((number, owner))

    def take(self, me: int) -> str | None:
        """The oldest of somebody else. Every third stays there, so that two sign the same one at once."""
        with self._lock:
            for place, (number, owner) in enumerate(self._numbers):
                if owner != me:
                    if random.random() > 1 / 3:  # noqa: S311  no secret
                        del self._numbers[place]
                    return number
        return None


class Somebody:
    """One signed-in person at one window."""

    def __init__(self, port: int, who: Person, told: Told, waiting: Waiting, dice: random.Random) -> None:
        self.who, self.told, self.waiting, self.dice = who, told, waiting, dice
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies = f"sessionid={session_of(who)}; csrftoken={TOKEN}"
        self.mine: list[str] = []

    def asks(self, url: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, address to go on at, and page."""
        headers = {"Cookie": self.cookies, "Host": "localhost"}
        if form is None:
            self.line.request("GET", url, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            self.line.request("POST", url, urlencode({**form, "csrfmiddlewaretoken": TOKEN}), headers)
        answer = self.line.getresponse()
        return answer.status, answer.headers.get("Location", ""), answer.read().decode()

    def timed(self, act: str, url: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        started = time.perf_counter()
        found = self.asks(url, form)
        self.told.times[act].append(time.perf_counter() - started)
        self.told.answers[f"{act} {found[0]}"] += 1
        return found

    def acts(self) -> list[Callable[[], None]]:
        return [self.look, self.raise_one, self.edit_shared, self.advance, self.sign]

    def look(self) -> None:
        self.timed("my work", "/")

    def raise_one(self) -> None:
        form = {
            "title": f"Answer faster {self.dice.random()}", "why": "People wait", "measure": "Median days",
            "direction": "at_most", "target": "10", "unit": "days", "period": "3", "due": DUE,
            "event_date": "2026-01-05", "owner": str(self.who.pk),
        }  # fmt: skip
        status, location, page = self.timed("raise", f"{LIST}new", form)
        if status != SAVED:
            raise RuntimeError(f"Raising was answered with {status}: {page[:2000]}")
        number = location.partition("#")[0].rstrip("/").rpartition("/")[2]
        self.mine.append(number)
        self.told.raised.append(number)

    def edit_shared(self) -> None:
        """The version that the form showed is sent with it: the later of two is told so."""
        url = f"{LIST}{self.shared()}/edit/1"
        _status, _location, page = self.timed("edit form", url)
        unit = f"{self.dice.getrandbits(60):x}"
        form = {"measure": "Median days", "direction": "at_most", "target": "10", "unit": unit, "period": "3"}
        status, _location, page = self.timed("edit", url, {**form, **hidden(page)})
        if status == SAVED:
            self.told.saved.append((url.split("/")[3], unit))
        elif status != CONFLICT:
            raise RuntimeError(f"Editing was answered with {status}: {page[:2000]}")

    def shared(self) -> str:
        return self.dice.choice(SHARED_NUMBERS)

    def advance(self) -> None:
        if not self.mine:
            return
        number = self.mine.pop()
        status, _location, page = self.timed("advance", f"{LIST}{number}/step/submit", {})
        if status != SAVED:
            raise RuntimeError(f"Advancing was answered with {status}: {page[:2000]}")
        self.waiting.put(number, self.who.pk)

    def sign(self) -> None:
        number = self.waiting.take(self.who.pk)
        if number is None:
            return
        url = f"{LIST}{number}/step/approve"
        status, _location, page = self.timed("sign page", url)
        if status != 200:  # signed by somebody else meanwhile
            return
        status, _location, page = self.timed("sign", url, {**hidden(page), "password": PASSWORD})
        if status == SAVED:
            self.told.signed.append(number)
        elif status != CONFLICT:
            raise RuntimeError(f"Signing was answered with {status}: {page[:2000]}")


SHARED_NUMBERS: list[str] = []


def hidden(page: str) -> dict[str, str]:
    return {first or last: value or other for first, value, other, last in HIDDEN.findall(page)}


def alone(port: int, people: list[Person]) -> Told:
    """Two take turns, so that one can sign what the other raised; never two at once."""
    told, waiting, dice = Told(), Waiting(), random.Random(5)  # noqa: S311
    pair = [Somebody(port, who, told, waiting, dice) for who in people[:2]]
    for turn in range(ALONE_ROUNDS + 2):
        if turn == 2:  # the first rounds warm the server up
            told.times.clear()
        for somebody in pair:
            for act in somebody.acts():
                act()
    return told


def together(port: int, people: list[Person], seconds: int, pause: float) -> tuple[Told, list[str]]:
    told, waiting, wrong = Told(), Waiting(), []
    crowd = [
        Somebody(port, who, told, waiting, random.Random(n))  # noqa: S311
        for n, who in enumerate(people)
    ]
    _all_at_once([partial(_warm_up, somebody) for somebody in crowd])
    until = time.monotonic() + seconds

    def live(somebody: Somebody) -> None:
        time.sleep(somebody.dice.random() * pause)
        try:
            while time.monotonic() < until:
                for act in somebody.acts():
                    act()
                    time.sleep(somebody.dice.uniform(0, 2 * pause))
                    if time.monotonic() > until:
                        return
        except (RuntimeError, OSError, http.client.HTTPException) as error:
            wrong.append(f"{somebody.who}: {error}")

    _all_at_once([partial(live, somebody) for somebody in crowd])
    return told, wrong


def _warm_up(somebody: Somebody) -> None:
    """Not measured: afterwards every thread of the server is connected to the database, as in one that runs all day."""
    for url in ("/", LIST, f"{LIST}{SHARED_NUMBERS[0]}/edit/1"):
        somebody.asks(url)


def _all_at_once(lives: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=life) for life in lives]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def lost_or_doubled(*tolds: Told) -> list[str]:
    """What the rows say against what people were told."""
    wrong = []
    rows = {row.number: row for row in Objective._base_manager.all()}
    places = sorted(int(number.rpartition("-")[2]) for number in rows)
    if places != list(range(1, len(places) + 1)):
        wrong.append("a number is missing or was given twice")
    answered = [number for told in tolds for number in told.raised]
    if len(answered) != len(set(answered)) or set(answered) - set(rows):
        wrong.append("two people got the same number, or a record is gone")
    if len(rows) != len(answered) + SHARED:
        wrong.append(f"{len(rows)} records, but {len(answered)} were answered as raised")
    for number in SHARED_NUMBERS:
        wrong += _edits(rows[number], [unit for told in tolds for where, unit in told.saved if where == number])
    signed = [number for told in tolds for number in told.signed]
    stored = Counter(Signature.objects.values_list("record__number", flat=True))
    if Counter(signed) != stored or set(stored.values()) - {1}:
        wrong.append("a signature is missing, or a step was signed twice")
    wrong += [f"{row.number}: {problem}" for row in rows.values() for problem in verify_chain(row.subject)]
    return wrong


def _edits(record: Objective, saved: list[str]) -> list[str]:
    """Each edit answered as saved is in exactly one event, and the last of them is what the row says."""
    written = [change[2] for body in bodies(record) for change in body["chg"] if change[0] == "unit"][1:]
    if sorted(written) != sorted(saved):
        return [f"{record.number}: {len(saved)} edits were answered as saved, {len(written)} are in the history"]
    return [f"{record.number} does not say what was saved last"] if written and record.unit != written[-1] else []


def figures(times: list[float]) -> dict[str, float]:
    return {"count": len(times), "median": median(times), "p95": quantiles(times, n=20, method="inclusive")[-1]}


def main() -> None:
    """Print one line of JSON: per act the unloaded figures and those with the crowd, and whatever is wrong."""
    port, seconds, pause = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    people = list(Person.objects.filter(name__startswith="Person ").select_related("account").order_by("pk"))
    SHARED_NUMBERS.extend(Objective._base_manager.order_by("pk").values_list("number", flat=True))
    quiet = alone(port, people)
    crowd, wrong = together(port, people, seconds, pause)
    connections.close_all()
    wrong += lost_or_doubled(quiet, crowd)
    acts = [act for act in quiet.times if len(crowd.times[act]) > 1]
    times = {act: (figures(quiet.times[act]), figures(crowd.times[act])) for act in acts}
    counted = {"raised": len(crowd.raised), "signed": len(crowd.signed), "saved": len(crowd.saved)}
    conflicts = {"told of a conflict": crowd.answers["edit 409"] + crowd.answers["sign 409"]}
    print(json.dumps({"times": times, "counted": {**counted, **conflicts}, "wrong": wrong}))
