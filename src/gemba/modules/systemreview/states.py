"""The states of a review."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import State

OPEN = State("open", _("To be done"))
DONE = State("done", _("Reviewed"), final=True, tone="good")
