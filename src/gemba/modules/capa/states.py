"""The states of a CAPA and of its actions."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import VOID, State

OPENED = State("opened", _("Opened"))
INVESTIGATION = State("investigation", _("Investigation"), tone="calm")
APPROVAL = State("approval", _("Plan in approval"))
IMPLEMENTATION = State("implementation", _("Implementation"), tone="calm")
WATCHED = State("watched", _("Effect is observed"))
CLOSED = State("closed", _("Effective and closed"), final=True, tone="good")
DECLINED = State("declined", _("Not taken further"), final=True, tone="calm")

PLANNED = State("planned", _("Planned"), tone="calm")
AGREED = State("agreed", _("To be done"), tone="calm")
DONE = State("done", _("To be verified"))
VERIFIED = State("verified", _("Verified"), final=True, tone="good")

_OF_CAPA = (OPENED, INVESTIGATION, APPROVAL, IMPLEMENTATION, WATCHED, CLOSED, DECLINED)
_OF_ACTION = (PLANNED, AGREED, DONE, VERIFIED)
NAMED = {state.name: state for state in (*_OF_CAPA, *_OF_ACTION, State(VOID, _("Void"), final=True, tone="bad"))}
