"""People that training tests share."""

import pytest

from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from tests.kernel.people import person


@pytest.fixture
def mikael(db: None) -> Person:
    return person("Mikael", Role.QUALITY)


@pytest.fixture
def jussi(db: None) -> Person:
    return person("Jussi", Role.OPERATIONS)


@pytest.fixture
def noora(db: None) -> Person:
    return person("Noora", Role.EMPLOYEE)


@pytest.fixture
def root(db: None) -> Person:
    return person("Root", Role.ADMINISTRATOR)
