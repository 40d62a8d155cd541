"""What belongs to no site is everybody's to read; what belongs to one stays there."""

import pytest
from django.test import Client

from gemba.kernel.access.viewer import seeing
from gemba.kernel.people.models import Person, Site
from gemba.kernel.roles import Role
from gemba.modules.document.models import Document
from gemba.modules.document.reading import readers_of
from tests.kernel.people import access, person
from tests.modules.document.life import document, released
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sites() -> tuple[Site, Site]:
    return Site.objects.create(name="Tampere"), Site.objects.create(name="Leeds")


def test_somebody_bound_to_one_site_reads_the_procedures_of_the_whole_company(
    sites: tuple[Site, Site], author: Person, approver: Person
) -> None:
    """M42, ACL-02: in lists, on the page and once loaded alike; a procedure of another site is not there."""
    here, there = sites
    everybodys = released(author, approver)
    theirs = released(author, approver, document(author, site=there), site=there)
    reader = person("Noora Lahti", Role.EMPLOYEE, site=here)
    eyes = access(reader)
    with seeing(eyes):
        assert set(Document.objects.values_list("pk", flat=True)) == {everybodys.document_id}
    assert eyes.sees(everybodys)
    assert not eyes.sees(theirs)
    client = Client()
    client.cookies["sessionid"] = session_of(reader)
    assert client.get(f"/records/document/{everybodys.document.number}").status_code == 200
    assert client.get(f"/records/document/{theirs.document.number}").status_code == 404


def test_reading_everywhere_is_no_right_to_change_anything(author: Person, sites: tuple[Site, Site]) -> None:
    """ACL-02: a quality manager of one site revises nothing that is the whole company's."""
    local = access(person("Linnea Local", Role.QUALITY, site=sites[0]))
    assert local.grant_for((Role.QUALITY,), site_id=None) is None
    assert local.grant_for((Role.QUALITY,), site_id=sites[0].pk) is not None


def test_who_only_runs_the_system_is_asked_to_read_nothing(author: Person) -> None:
    """M41, ACL-11: everybody who works here reads; an administrator, who reads no record, is asked for no signature."""
    employee = person("Lea Reader", Role.EMPLOYEE)
    person("Sami Systems", Role.ADMINISTRATOR)
    family = document(author, readers=[{"group": "everybody", "person": ""}])
    assert [each.name for each in readers_of(family)] == [author.name, employee.name]
