"""The invented company, made once for all tests that only look at it."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from gemba.demo.company.make import make_company
from gemba.kernel import clock
from gemba.kernel.people.organisation import forget

NOW = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def remembered_company() -> Iterator[None]:
    """Each process remembers the company's name for a while; here not every test has the same."""
    forget()
    yield
    forget()


@pytest.fixture(scope="module")
def company_made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Two years in one transaction around all tests of a module; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_company(NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def company(company_made: None, db: None) -> Iterator[None]:
    """The company, and the clock on the day for which it was made."""
    with clock.shifted(NOW):
        yield
