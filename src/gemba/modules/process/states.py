"""The states of processes, their risks, figures and acceptances."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import State

DRAFT = State("draft", _("Being described"), tone="calm")
REVIEW = State("review", _("In review"))
IN_FORCE = State("in_force", _("In force"), tone="good")
RETIRED = State("retired", _("Retired"), final=True, tone="calm")

RISK_DRAFT = State("draft", _("Being assessed"), tone="calm")
RISK_REVIEW = State("review", _("In review"))
RATED = State("rated", _("Rated"), tone="good")
CLOSED = State("closed", _("Closed"), final=True, tone="calm")

ENTERED = State("entered", _("Entered"))
CONFIRMED = State("confirmed", _("Confirmed"), final=True, tone="good")

ASKED = State("asked", _("Asked"), tone="calm")
"""It waits for one person, who has a task for it, and for nobody else."""
ACCEPTED = State("accepted", _("Accepted"), final=True, tone="good")
OUTDATED = State("outdated", _("Outdated"), final=True, tone="calm")
