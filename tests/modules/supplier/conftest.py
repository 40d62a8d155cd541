"""People that supplier tests share."""

import pytest

from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from tests.kernel.people import person


@pytest.fixture
def elina(db: None) -> Person:
    return person("Elina", Role.OPERATIONS)


@pytest.fixture
def mikael(db: None) -> Person:
    return person("Mikael", Role.QUALITY)
