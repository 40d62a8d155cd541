"""All tables of the evidence layer, gathered for Django."""

from gemba.evidence.claims.models import Claim
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.practice.models import Doubt, Holding, Progress, Snapshot
from gemba.evidence.scope.models import Applicability, Applied

__all__ = ["Applicability", "Applied", "Claim", "Doubt", "Expectation", "Holding", "Progress", "Snapshot"]
