"""The states of plans, visits and certificates. A certificate has none that says that anything is finished."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import State
from gemba.kernel.roles import Role

DRAFT = State("draft", _("Draft"), tone="calm")
UNDER_WAY = State("under_way", _("Under way"))
ENDED = State("ended", _("Ended"), final=True, tone="calm")
EXPECTED = State("expected", _("Expected"), tone="calm")
HELD = State("held", _("Held"), final=True, tone="good")
LAPSED = State("lapsed", _("No longer expected"), final=True, tone="calm")
VALID = State("valid", _("Valid"), tone="good")
SUSPENDED = State("suspended", _("Suspended"), tone="bad")
REPLACED = State("replaced", _("Replaced by another certificate"), final=True, tone="calm")
BY = (Role.QUALITY, Role.MANAGEMENT)
