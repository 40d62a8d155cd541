"""Faults are planted one at a time, and each time a test of the suite must fail: what guards the guards."""

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, transaction

from tests.faults.planted import FAULTS, Fault

Failure = (AssertionError, pytest.fail.Exception)
QUICK = [fault for fault in FAULTS if not fault.commits]
SLOW = [fault for fault in FAULTS if fault.commits]


class _Undone(Exception):  # noqa: N818  a way out that rolls back
    """Ends a run of a test."""


def prepared(fault: Fault, request: pytest.FixtureRequest, patch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The test that is to catch the fault, with everything it asks for."""
    module, _colon, name = fault.caught_by.partition(":")
    test: Any = getattr(import_module(module), name)
    given: dict[str, Any] = dict(fault.given)
    for wanted in inspect.signature(test).parameters:
        if wanted == "monkeypatch":
            given[wanted] = patch
        elif wanted not in given:
            given[wanted] = request.getfixturevalue(wanted)
    return lambda: test(**given)


def undone(test: Callable[[], None]) -> None:
    """Run it, and leave nothing of it in the database."""
    try:
        with transaction.atomic():
            test()
            raise _Undone
    except _Undone:
        pass


def test_there_are_twelve_faults_and_each_is_its_own() -> None:
    """VAL-05: twelve of them, with a test of the suite for each."""
    assert len(FAULTS) == len({fault.name for fault in FAULTS}) == len({fault.plant for fault in FAULTS}) == 12


@pytest.mark.django_db
@pytest.mark.parametrize("fault", QUICK, ids=[fault.name for fault in QUICK])
def test_the_suite_catches(fault: Fault, request: pytest.FixtureRequest) -> None:
    """The test passes as the product is, and fails as soon as the fault is there."""
    with pytest.MonkeyPatch.context() as own:
        test = prepared(fault, request, own)
        undone(test)
    with pytest.MonkeyPatch.context() as patch, pytest.MonkeyPatch.context() as own:
        test = prepared(fault, request, own)
        fault.plant(patch)
        with pytest.raises(Failure):
            undone(test)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", SLOW, ids=[fault.name for fault in SLOW])
def test_the_suite_catches_with_transactions_of_its_own(fault: Fault, request: pytest.FixtureRequest) -> None:
    """The same for what needs several writers at once."""
    assert connection.vendor in ("sqlite", "postgresql")
    with pytest.MonkeyPatch.context() as patch, pytest.MonkeyPatch.context() as own:
        test = prepared(fault, request, own)
        fault.plant(patch)
        with pytest.raises(Failure):
            test()


def test_no_fault_can_be_had_in_the_product() -> None:
    """No module of the product knows of planted faults."""
    for fault in FAULTS:
        assert fault.plant.__module__ == "tests.faults.planted"
