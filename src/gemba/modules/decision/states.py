"""The states of decisions, announcements and receipts."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import State

OPEN = State("open", _("Being prepared"), tone="calm")
PROPOSED = State("proposed", _("To be decided"))
DECIDED = State("decided", _("Decided"), final=True, tone="good")
DROPPED = State("dropped", _("Not decided"), final=True, tone="calm")

DRAFT = State("draft", _("Draft"), tone="calm")
PUBLISHED = State("published", _("Published"), tone="good")
CLOSED = State("closed", _("Closed"), final=True, tone="calm")

ASKED = State("asked", _("To be acknowledged"))
SEEN = State("seen", _("Acknowledged"), final=True, tone="good")
UNSEEN = State("unseen", _("Not acknowledged"), final=True, tone="bad")
