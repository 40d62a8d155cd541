"""People that decision tests share."""

import pytest

from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from tests.kernel.people import person


@pytest.fixture
def mikael(db: None) -> Person:
    return person("Mikael", Role.QUALITY)


@pytest.fixture
def aino(db: None) -> Person:
    return person("Aino", Role.MANAGEMENT)


@pytest.fixture
def noora(db: None) -> Person:
    return person("Noora", Role.EMPLOYEE)
