"""States of the record types of this module."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import State

PROPOSED = State("proposed", _("Proposed"), tone="calm")
APPROVED = State("approved", _("Approved"), tone="good")
CONDITIONAL = State("conditional", _("Approved with conditions"), tone="calm")
SUSPENDED = State("suspended", _("Suspended"), tone="bad")
DISQUALIFIED = State("disqualified", _("Disqualified"), tone="bad")
"""Not final: a supplier may qualify again."""
LEFT = State("left", _("No longer used"), final=True, tone="calm")
STATUS = {"approve": APPROVED, "conditions": CONDITIONAL, "suspend": SUSPENDED, "disqualify": DISQUALIFIED}
"""The state that follows from each ruling."""
MAY_SUPPLY = (APPROVED.name, CONDITIONAL.name)

OPEN = State("open", _("Being written"), tone="calm")
SIGNED = State("signed", _("Signed"), final=True, tone="good")
DROPPED = State("dropped", _("Dropped"), final=True, tone="calm")

ASKED = State("asked", _("To be decided"), tone="busy")
DECIDED = State("decided", _("Decided"), final=True, tone="good")
REFUSED = State("refused", _("Refused"), final=True, tone="calm")
