"""The states of a review and of the decisions taken in it."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import State

PLANNED = State("planned", _("Planned"), tone="calm")
HELD = State("held", _("Held, minutes are written"))
CLOSED = State("closed", _("Closed"), final=True, tone="good")
PROPOSED = State("proposed", _("Proposed"), tone="calm")
AGREED = State("agreed", _("Agreed"))
DONE = State("done", _("Done"), final=True, tone="good")
DROPPED = State("dropped", _("Dropped"), final=True, tone="bad")
