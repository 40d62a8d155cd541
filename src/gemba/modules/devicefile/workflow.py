"""A file is filled, confirmed as a whole, confirmed again when it changed, and closed with its version."""

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.lifecycle.machine import Lifecycle, Transition, filled
from gemba.kernel.roles import Role
from gemba.modules.devicefile.finding import Index, index_of
from gemba.modules.devicefile.models import DesignFile, DeviceFile
from gemba.modules.devicefile.states import CLOSED, CURRENT, FILLING

KEEPERS = (Role.ENGINEER, Role.QUALITY, Role.MANAGEMENT)
MOST_NAMED = 6


def whole(file: DesignFile | DeviceFile) -> Index:
    """The index of today past the viewer's scope: what the signer may not see counts all the same."""
    if file.pk is None:
        raise ValueError("The file is not stored yet.")
    with seeing_everything():
        return index_of(file, clock.today())


def complete(file: DesignFile | DeviceFile) -> str | None:
    missing = [str(part.label) for part in whole(file).missing]
    if not missing:
        return None
    return _t("Nothing is there for: %s. Link it, or say why the part does not apply.") % "; ".join(missing)


def under_control(file: DesignFile | DeviceFile) -> str | None:
    """M50: nothing without number, revision and signature is confirmed."""
    index = whole(file)
    named = [*(item.record.number for item in index.faulty), *index.loose]
    if not named:
        return None
    shown = ", ".join(named[:MOST_NAMED])
    more = len(named) - MOST_NAMED
    shown = _t("%(shown)s and %(more)d more") % {"shown": shown, "more": more} if more > 0 else shown
    return _t("Not under control: %s. The index says why.") % shown


def note_confirming(file: DesignFile | DeviceFile, doing: Doing) -> None:
    fixed: dict[str, object] = {"confirmed_at": clock.now()}
    if file.valid_from is None:
        fixed["valid_from"] = clock.today()
    Edit(record=file, fixed=fixed, verb="note", **doing.following(_t("Index confirmed"))).execute()


GUARDS = (filled("product"), complete, under_control)
STATEMENT = _("I looked through the index: it is complete, and everything in it is the revision that is in force.")


def lifecycle() -> Lifecycle[DesignFile | DeviceFile]:
    """The same for both files."""
    return Lifecycle(
        Transition(
            "confirm", _("Confirm the index"), FILLING, CURRENT, by=KEEPERS, guards=GUARDS, signature=STATEMENT,
            meaning=_("Confirmation"), effects=(note_confirming,),
        ),
        Transition(
            "confirm_again", _("Confirm again"), CURRENT, CURRENT, by=KEEPERS, guards=GUARDS, signature=STATEMENT,
            meaning=_("Confirmation"), effects=(note_confirming,),
        ),
        Transition("take_up", _("Take up again"), CURRENT, FILLING, by=KEEPERS, reason=True),
        Transition(
            "close", _("Close"), CURRENT, CLOSED, by=KEEPERS, reason=True, meaning=_("Closing"),
            signature=_("I confirm that this version is no longer designed or made, and that its file is kept."),
        ),
    )  # fmt: skip
