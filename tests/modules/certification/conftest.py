"""Who prepares a certificate, and a clock that can be moved."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from tests.kernel.people import person
from tests.modules.certification.making import START


@pytest.fixture
def quality() -> Person:
    return person("Aino Laine", Role.QUALITY)


@pytest.fixture
def manager() -> Person:
    return person("Marta Kovač", Role.MANAGEMENT)


@pytest.fixture
def moving() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller
