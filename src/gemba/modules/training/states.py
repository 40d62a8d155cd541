"""The states of competences, tests, courses, trainings and overrides."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import State

DRAFT = State("draft", _("Draft"), tone="calm")
IN_FORCE = State("in_force", _("In force"), tone="good")
ENDED = State("ended", _("Ended"), final=True, tone="calm")

ASSIGNED = State("assigned", _("Assigned"))
COMPLETED = State("completed", _("Completed, effectiveness pending"))
DONE = State("done", _("Completed"), final=True, tone="good")
EFFECTIVE = State("effective", _("Effective on the job"), final=True, tone="good")
INEFFECTIVE = State("ineffective", _("Did not help on the job"), final=True, tone="bad")
NOT_PASSED = State("not_passed", _("Not passed"), final=True, tone="bad")
EXCUSED = State("excused", _("Excused"), final=True, tone="calm")
LEFT = State("left", _("Ended: the person left"), final=True, tone="calm")
HOLDS = (COMPLETED.name, DONE.name, EFFECTIVE.name)
"""States in which the person holds what the course gives, on the days from `valid_from` to `valid_to`."""

ASKED = State("asked", _("Asked for"))
GRANTED = State("granted", _("Granted"), final=True, tone="bad")
REFUSED = State("refused", _("Refused"), final=True, tone="calm")
