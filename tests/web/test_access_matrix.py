"""Who gets which answer at which address: the checked-in file against the running app (ACL-01).

After a change of addresses or rights, `GEMBA_WRITE_MATRIX=1 python -m pytest -n0 tests/web/test_access_matrix.py`
writes the file anew; what changed in it is then read by a person. The rules below hold whatever the file says.
"""

import os

import pytest

from gemba.kernel.types import registry
from tests.web.access_matrix import METHODS, VISITORS, Matrix, read, routes, routes_of_kinds, statuses, world, write
from tests.web.seed import Company

RECORDS = ("records/", "r/", "^records/", "^r/", "files/", "api/v1/records", "tasks/", "search/candidates")
DESCRIPTION = "api/v1/openapi.json"
"""What the API can do, without any record; it answers every method with itself."""
OPEN = (
    DESCRIPTION,
    "accounts/login/",
    "accounts/inactive/",
    "accounts/password/reset/",
    "accounts/2fa/webauthn/login/",
)
OWN = ("accounts/", "people/waiting", "people/grants/<str:uid>/confirm", "theme", "welcome/")
REFUSED = (302, 401, 403, 404, 405)


@pytest.mark.django_db
@pytest.mark.parametrize("visitor", VISITORS)
def test_acl_01_every_address_answers_every_visitor_as_the_matrix_says(firm: Company, visitor: str) -> None:
    """ACL-01: a missing address, a changed status and an error of the program all fail."""
    found = statuses(visitor, world(firm))
    if os.environ.get("GEMBA_WRITE_MATRIX"):
        write(visitor, found)
    assert not [key for key, status in found.items() if status >= 500]
    expected = {key: row[visitor] for key, row in read().items()}
    changed = {key: (expected.get(key), found.get(key)) for key in expected.keys() | found.keys()}
    assert not {key: pair for key, pair in changed.items() if pair[0] != pair[1]}


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return read()


def test_acl_01_the_matrix_holds_every_address_and_method(matrix: Matrix) -> None:
    """ACL-01: nothing forgotten, nothing left over."""
    assert set(matrix) == {(route, method) for _name, route in routes() for method in METHODS}


def test_acl_01_every_kind_has_the_interface_that_stands_for_all() -> None:
    """ACL-01: the same addresses, and one for each verb it declares; nothing more."""
    found = routes_of_kinds()
    assert set(found) == {declared.kind for declared in registry}
    common = found["objective"]
    for declared in registry:
        assert found[declared.kind] == common | {f"/<number>/{verb.name}" for verb in declared.verbs}, declared.kind


def test_strangers_and_those_who_left_get_the_entrance_only(matrix: Matrix) -> None:
    """ACL-01, ACL-09: nothing but the sign-in answers with content; who left is a stranger."""
    for (route, method), row in matrix.items():
        if not route.startswith(OPEN):
            assert row["anonymous"] in (*REFUSED, 400), (route, method)
        assert row["ended"] == row["anonymous"], (route, method)


def test_acl_10_who_has_no_role_in_force_sees_nothing(matrix: Matrix) -> None:
    """ACL-10: 403 after expiry, except for one's own sign-in."""
    for (route, method), row in matrix.items():
        for visitor in ("no_role", "expired_auditor"):
            if not route.startswith(OWN):
                assert row[visitor] in (401, 403, 404, 405), (route, method, visitor)


def test_acl_10_an_auditor_writes_nowhere(matrix: Matrix) -> None:
    """ACL-10: every method but GET is refused outside the auditor's own sign-in."""
    for (route, method), row in matrix.items():
        if method != "GET" and not route.startswith(OWN):
            assert row["auditor"] in (401, 403, 404, 405), (route, method)


def test_acl_11_the_administrator_reaches_no_record(matrix: Matrix) -> None:
    """ACL-11: neither page nor file, endpoint nor export of any record; a senseless body is not read at all."""
    for (route, method), row in matrix.items():
        if route.startswith(RECORDS) and route != "records/":
            unread = (400,) if route.startswith("api/") and method != "GET" else ()
            assert row["administrator"] in (401, 403, 404, 405, *unread), (route, method)


def test_web_01_nothing_answers_to_methods_it_was_not_made_for(matrix: Matrix) -> None:
    """WEB-01: PUT, PATCH and DELETE are for the API, which wants a token."""
    for (route, method), row in matrix.items():
        if method in ("PUT", "PATCH", "DELETE") and not route.startswith(("accounts/", DESCRIPTION)):
            assert set(row.values()) <= {302, 400, 401, 403, 404, 405}, (route, method)
            assert 400 not in row.values() or route.startswith("api/v1/"), (route, method)
