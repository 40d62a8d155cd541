"""What documents prove: the evidence types that each of them yields, named in the catalogue's vocabulary."""

from django.db.models import Q

from gemba.kernel.types import Yields
from gemba.modules.document.choices import evidence_choices
from gemba.modules.document.states import EFFECTIVE, IN_FORCE, OBSOLETE, READ, RETIRED, REVIEWED, SUPERSEDED

WAS_IN_FORCE = (EFFECTIVE, SUPERSEDED, OBSOLETE)


def _of_type(*types: str) -> Q:
    return Q(document__type__in=types)


OF_REVISIONS = (
    Yields("doc_approved", WAS_IN_FORCE, "valid_from"),
    Yields("esignature", WAS_IN_FORCE, "valid_from"),
    Yields("doc_change", WAS_IN_FORCE, "valid_from", where=Q(sequence__gt=1)),
    Yields("obsolete_archive", (SUPERSEDED, OBSOLETE), "valid_to"),
    Yields("quality_manual", WAS_IN_FORCE, "valid_from", where=_of_type("manual")),
    Yields("quality_policy", WAS_IN_FORCE, "valid_from", where=_of_type("policy")),
)
OF_DOCUMENTS = (
    Yields("external_doc_register", (IN_FORCE, RETIRED), "valid_from", where=Q(type="external")),
    Yields("record_register", (IN_FORCE, RETIRED), "valid_from", where=Q(type="paper")),
    # A paper record is evidence of what it was registered as (M45), on the day it was made.
    *(Yields(name, (IN_FORCE,), where=Q(type="paper"), by="proves") for name, _label in evidence_choices()),
)
OF_READINGS = (Yields("doc_distribution", (READ,), "read_on"), Yields("training_record", (READ,), "read_on"))
OF_REVIEWS = (Yields("doc_review", (REVIEWED,), "reviewed_on"),)
