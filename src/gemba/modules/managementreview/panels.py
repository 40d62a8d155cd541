"""What the page of a review shows beside its fields."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gemba.kernel.access.scope import Access
from gemba.kernel.types import Panel
from gemba.modules.managementreview.guards import open_inputs, open_outputs
from gemba.modules.managementreview.inputs import BY_NAME
from gemba.modules.managementreview.models import About, ManagementReview
from gemba.modules.managementreview.shown import actions_of, still_open
from gemba.modules.managementreview.states import PLANNED


def at_a_glance(review: ManagementReview, _access: Access) -> Mapping[str, Any]:
    """What is open before it can be closed; who was missing; decisions, its own and earlier ones not yet done."""
    return {
        "review": review, "inputs": [BY_NAME[name].label for name in open_inputs(review) if name in BY_NAME],
        "of": len(review.inputs), "outputs": [About(name).label for name in open_outputs(review)],
        "decisions": actions_of(review), "earlier": still_open(review) if review.open else [],
        "planned": review.state == PLANNED.name, "late": lateness(review),
        "pack": reverse("managementreview.pack", args=[review.number]),
    }  # fmt: skip


def lateness(review: ManagementReview) -> int:
    """Days that it was held after the day planned."""
    if review.held_on is None or review.due is None:
        return 0
    return max((review.held_on - review.due).days, 0)


PANELS: tuple[Panel[ManagementReview], ...] = (
    Panel(name="glance", title=_("The review"), template="managementreview/glance.html", context=at_a_glance,
          place="top", statements=4),
)  # fmt: skip
