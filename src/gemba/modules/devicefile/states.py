"""Where a file can stand."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import State

FILLING = State("filling", _("Being filled"), tone="calm")
CURRENT = State("current", _("Current"), tone="good")
"""Not final: what it holds goes on changing, and each change asks for a new confirmation."""
CLOSED = State("closed", _("Closed"), final=True, tone="calm")
