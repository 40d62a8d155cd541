"""Imports in the background, in the name of whoever started them and with the rights they have then."""

import logging

from django_tasks import task

from gemba.kernel.access.scope import access_of
from gemba.kernel.actor import Actor, Via
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Refused
from gemba.kernel.types import registry
from gemba.modules.complaint.arrivals import bring_in
from gemba.modules.complaint.models import ComplaintImport

log = logging.getLogger("gemba.jobs")


@task()
def import_table(import_uid: str, person_uid: str) -> None:
    """Bears being run twice: what is in already stays as it is."""
    record = ComplaintImport._base_manager.get(uid=import_uid)
    person = Person.objects.get(uid=person_uid)
    try:
        bring_in(record, Actor(person, Via.IMPORT), access_of(person, registry.readers()))
    except Refused as refusal:
        # Trying again by itself would be refused again; the page offers to.
        log.warning("the import %s was refused: %s", record.number, refusal)
