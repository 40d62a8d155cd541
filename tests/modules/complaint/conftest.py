"""People of the complaint tests."""

import pytest

from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from tests.kernel.people import person


@pytest.fixture
def quality() -> Person:
    return person("Mikael", Role.QUALITY, confidential=True)


@pytest.fixture
def second() -> Person:
    """The other one of the quality unit."""
    return person("Oskari", Role.QUALITY, confidential=True)


@pytest.fixture
def manager() -> Person:
    return person("Aino", Role.MANAGEMENT, confidential=True)


@pytest.fixture
def care() -> Person:
    return person("Tomi", Role.EMPLOYEE)
