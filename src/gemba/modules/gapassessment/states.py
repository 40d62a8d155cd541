"""The states of campaigns, answers and procedure reviews, and who leads."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import State
from gemba.kernel.roles import Role

DRAFT = State("draft", _("Draft"), tone="calm")
RUNNING = State("running", _("People answer"))
REVIEW = State("review", _("Waits for approval"))
ENDED = State("ended", _("Ended"), final=True, tone="good")
ASKED = State("asked", _("Asked"))
ANSWERED = State("answered", _("Answered"), tone="good")
CLOSED = State("closed", _("Closed"), final=True, tone="calm")
LEADERS = (Role.QUALITY, Role.MANAGEMENT)
FROZEN = frozenset({REVIEW.name, ENDED.name})
"""While it waits for approval and afterwards, answers say what was summed up."""
