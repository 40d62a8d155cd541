"""Who takes part in a management review."""

import pytest

from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from tests.kernel.people import person
from tests.modules.managementreview.making import of


@pytest.fixture
def quality() -> Person:
    return of(person("Aino Laine", Role.QUALITY), "Quality")


@pytest.fixture
def leader() -> Person:
    return of(person("Marta Kovač", Role.MANAGEMENT), "Management")


@pytest.fixture
def buyer() -> Person:
    return of(person("Tomás Ribeiro", Role.OPERATIONS), "Purchasing")
