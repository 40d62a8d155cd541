"""Where documents, revisions and what is asked about them can stand."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import State

PREPARATION = State("preparation", _("In preparation"), tone="calm")
IN_FORCE = State("in_force", _("In force"), tone="good")
RETIRED = State("retired", _("Retired"), final=True, tone="bad")

DRAFT = State("draft", _("Draft"), tone="calm")
REVIEW = State("review", _("In review"))
APPROVAL = State("approval", _("Waiting for approval"))
APPROVED = State("approved", _("Approved, not yet in effect"), tone="calm")
EFFECTIVE = State("effective", _("Effective"), final=True, tone="good")
"""Final: nothing is left to be done about it. That a later revision takes its place is no work of its own."""
SUPERSEDED = State("superseded", _("Superseded"), final=True, tone="bad")
OBSOLETE = State("obsolete", _("Obsolete"), final=True, tone="bad")
SEALED_STATES = (APPROVED, EFFECTIVE, SUPERSEDED, OBSOLETE)

ASKED = State("asked", _("To be read"))
READ = State("read", _("Read and understood"), final=True, tone="good")
LAPSED = State("lapsed", _("No longer needed"), final=True, tone="calm")

QUESTION = State("question", _("Waiting for an answer"))
ANSWERED = State("answered", _("Answered"), final=True, tone="good")
UNANSWERED = State("unanswered", _("Not answered in time"), final=True, tone="calm")

LOOKING = State("looking", _("Being looked over"), tone="calm")
REVIEWED = State("reviewed", _("Reviewed"), final=True, tone="good")
