"""Every address, method and kind of visitor of the running app: how the file access_matrix.csv is made and compared."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from gemba.kernel.actions.people import SetAbsence
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.entrance.models import FactorReset, OneTimeLink
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import JobAssignment, JobRole, Person, RoleGrant
from gemba.kernel.roles import Role
from gemba.kernel.search.models import SavedFilter
from gemba.kernel.tasks.models import Task
from tests.kernel.people import as_, person
from tests.soft_key import SoftKey
from tests.web.seed import Company, session_of

FILE = Path(__file__).with_suffix(".csv")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
VISITORS = ("anonymous", "ended", "expired_auditor", "no_role", *(str(role) for role in Role))
Matrix = dict[tuple[str, str], dict[str, int]]
"""Route and method to the status per visitor."""


@dataclass(frozen=True)
class World:
    """A company with one of everything an address can name, and a session per visitor."""

    arguments: dict[str, dict[str, Any]]
    sessions: dict[str, str]


API_OF_KIND = re.compile(r"api/v1/records/([a-z]+)(?=/|$)")
STANDING_FOR_ALL = ("objective", "trial")
"""The interface of every kind is made by the same code from its declaration; that it is the same is tested apart."""


def routes() -> Iterator[tuple[str, str]]:
    """Name and route of every address; of the interface to records those of two kinds stand for all."""
    for name, route in all_routes():
        found = API_OF_KIND.match(route)
        if found is None or found[1] in STANDING_FOR_ALL:
            yield name, route


def routes_of_kinds() -> dict[str, set[str]]:
    """By kind, what comes after its name in the addresses of the interface."""
    kinds: dict[str, set[str]] = {}
    for _name, route in all_routes():
        if found := API_OF_KIND.match(route):
            kinds.setdefault(found[1], set()).add(route[found.end() :])
    return kinds


def all_routes() -> Iterator[tuple[str, str]]:
    """Name and route of every address; one that has no name is called by its route."""

    def walk(patterns: list[Any], prefix: str, space: str) -> Iterator[tuple[str, str]]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield f"{space}{pattern.name or ''}", route
            else:
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from walk(pattern.url_patterns, route, inner)

    seen = set()
    for name, route in walk(get_resolver(settings.GEMBA_API_URLCONF).url_patterns, "", ""):
        if route not in seen:
            seen.add(route)
            yield name, route


def visitors(firm: Company) -> dict[str, Person]:
    """Somebody of each role, and those who had one."""
    found = {
        str(Role.QUALITY): firm.quality, str(Role.MANAGEMENT): firm.manager, str(Role.EMPLOYEE): firm.employee,
        str(Role.AUDITOR): firm.auditor, str(Role.ADMINISTRATOR): firm.administrator,
        str(Role.OPERATIONS): person("Olli", Role.OPERATIONS), str(Role.ENGINEER): person("Enni", Role.ENGINEER),
        "no_role": person("Nobody"), "ended": person("Leaver", Role.QUALITY),
        "expired_auditor": person("Past", Role.AUDITOR),
    }  # fmt: skip
    RoleGrant.objects.filter(person=found["expired_auditor"]).update(valid_to="2020-12-31")
    return found


def world(firm: Company) -> World:
    people = visitors(firm)
    subject = person("Subject", Role.EMPLOYEE)
    waiting = RoleGrant.objects.create(
        person=subject, role=Role.QUALITY, granted_by=firm.administrator, awaits_confirmation=True
    )
    job = JobAssignment.objects.create(person=subject, job_role=JobRole.objects.create(name="Assembler"))
    day = firm.pursued.event_date
    absence = SetAbsence(
        person=subject, deputy=firm.quality, valid_from=day, valid_to=day.replace(year=day.year + 1), **as_(subject)
    ).execute()
    reset = FactorReset.objects.create(person=subject, asked_by=person("Second", Role.ADMINISTRATOR))
    key = SoftKey("matrix").enrol(firm.quality)
    link = OneTimeLink.objects.create(purpose="reset", person=subject, digest="0" * 64, ends_at=absence_end(absence))
    mine = SavedFilter.objects.create(person=firm.quality, kind="objective", name="Mine", query="state=draft")
    sessions = {name: session_of(who) for name, who in people.items()}
    Person.objects.filter(pk=people["ended"].pk).update(ended="2020-12-31")
    record = {"kind": "objective", "number": firm.review.number}
    file, connection = Attachment.objects.order_by("pk").first(), Link.objects.order_by("pk").first()
    task = Task.objects.order_by("pk").first()
    assert file
    assert connection
    assert task
    on_file = {"kind": file.record.kind, "number": file.record.number, "uid": file.uid}
    on_link = {"kind": connection.source.kind, "number": connection.source.number, "pk": connection.pk}
    here = {"uid": subject.uid}
    by_name: dict[str, dict[str, Any]] = {
        "welcome": {"uid": link.uid, "secret": "guessed"}, "confirm_grant": {"uid": waiting.uid},
        "withdraw_grant": {"uid": waiting.uid}, "end_job": {"uid": job.uid}, "cancel_absence": {"uid": absence.uid},
        "confirm_factor_reset": {"uid": reset.uid}, "add_to_organisation": {"part": "sites"},
        "change_in_organisation": {"part": "sites", "uid": firm.site.uid}, "sign_in_help": {**here, "what": "unlock"},
        "mfa_remove_webauthn": {"pk": key.pk}, "mfa_edit_webauthn": {"pk": key.pk},
        "finish_task": {"pk": task.pk}, "file": {"uid": file.uid}, "detach": on_file, "end_link": on_link,
        "look_again": on_link, "drop_filter": {"kind": "objective", "pk": mine.pk},
    }  # fmt: skip
    common = {
        **record, **here, "index": 0, "name": "approve", "transition": "approve", "form": "csv", "pk": 1, "id": 1,
        "part": "sites", "secret": "x", "what": "unlock",
    }  # fmt: skip
    return World({"": common, **by_name}, sessions)


def absence_end(absence: Any) -> str:
    return f"{absence.valid_to.isoformat()}T00:00:00Z"


def path_of(name: str, route: str, known: World) -> str:
    """The route with its places filled in."""
    path, values = route, {**known.arguments[""], **known.arguments.get(name, {})}
    for field, value in values.items():
        path = _filled_group(path, field, str(value))
        for kind in ("", "str:", "int:", "slug:", "number:", "uuid:", "path:"):
            path = path.replace(f"<{kind}{field}>", str(value))
    return "/" + path.replace("^", "").replace("$", "").replace("\\.", ".")


def _filled_group(path: str, field: str, value: str) -> str:
    """Fill in `(?P<field>…)` of a regular expression."""
    start = path.find(f"(?P<{field}>")
    if start < 0:
        return path
    return path[:start] + value + path[path.index(")", start) + 1 :]


def statuses(visitor: str, known: World) -> dict[tuple[str, str], int]:
    """What the app answers to one visitor at every address with every method; each answer's effects are undone."""
    client = Client(raise_request_exception=False)
    found = {}
    for name, route in routes():
        path = path_of(name, route, known)
        for method in METHODS:
            client.cookies.clear()
            if visitor in known.sessions:
                client.cookies[settings.SESSION_COOKIE_NAME] = known.sessions[visitor]
            cache.clear()
            with transaction.atomic():
                found[route, method] = client.generic(method, path, data="", content_type="").status_code
                transaction.set_rollback(True)
    return found


def read() -> Matrix:
    with FILE.open(newline="") as file:
        return {
            (row["route"], row["method"]): {visitor: int(row[visitor]) for visitor in VISITORS}
            for row in csv.DictReader(file)
        }


def write(visitor: str, column: dict[tuple[str, str], int]) -> None:
    """Replace one column, for a person to read the difference before it is checked in."""
    old = read() if FILE.exists() else {}
    with FILE.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("route", "method", *VISITORS))
        for key, status in column.items():
            known = {**dict.fromkeys(VISITORS, 0), **old.get(key, {}), visitor: status}
            rows.writerow((*key, *(known[name] for name in VISITORS)))
