"""A scope in force replaces the one before it, and its decisions become what every figure is measured by."""

from django.utils.translation import gettext as _

from gemba.evidence.scope.standing import put_in_force
from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.doing import Doing
from gemba.modules.scope.models import Scope
from gemba.modules.scope.reading import decided


def come_into_force(scope: Scope, doing: Doing) -> None:
    """The former scope ends on the day this one begins."""
    today = clock.today()
    follows = doing.following(_("%s came into force.") % scope.number)
    for former in Scope._base_manager.filter(in_force=True).exclude(pk=scope.pk):
        ended = Edit(record=former, fixed={"in_force": False, "valid_to": today}, verb="end", **follows).execute()
        Advance(record=ended, name="replace", **follows).execute()
    Edit(record=scope, fixed={"in_force": True, "valid_from": today}, verb="begin", **follows).execute()
    put_in_force(scope, today, decided(scope))
