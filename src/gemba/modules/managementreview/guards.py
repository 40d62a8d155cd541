"""What speaks against holding and closing a review, and against calling a decision done."""

from typing import Any

from django.utils.translation import gettext as _now

from gemba.kernel import clock
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.people.models import Person
from gemba.modules.managementreview.holding import attendance
from gemba.modules.managementreview.inputs import BY_NAME
from gemba.modules.managementreview.models import About, ManagementAction, ManagementReview


def has_been(review: ManagementReview) -> str | None:
    if review.held_on is not None and review.held_on > clock.today():
        return _now("It cannot have been held on a day that lies ahead.")
    return None


def led(review: ManagementReview) -> str | None:
    """Somebody of top management was there; without it, it is no management review (M146)."""
    if not any(line["present"] for line in review.participants):
        return _now("Tick who was there.")
    if any(line["present"] and line["top"] for line in attendance(review)):
        return None
    return _now("Nobody of top management was there, so it is no management review.")


def open_inputs(review: ManagementReview) -> list[str]:
    """The inputs that say nothing and are not reasoned away (M140)."""
    return [line["input"] for line in review.inputs if not (line["says"].strip() or line["left_out"].strip())]


def looked_at(review: ManagementReview) -> str | None:
    names = [str(BY_NAME[name].label) for name in open_inputs(review) if name in BY_NAME]
    if not names:
        return None
    return _now("Say what each input tells you, or why it was left out. Open: %s.") % ", ".join(names)


def open_outputs(review: ManagementReview) -> list[str]:
    """The kinds of decision that have none and no reason for none."""
    rows = ManagementAction._base_manager.filter(review=review.pk).exclude(state=VOID) if review.pk else None
    taken = set(rows.values_list("about", flat=True)) if rows is not None else set()
    taken |= {line["about"] for line in review.nothing if line["why"].strip()}
    return [value for value in About.values if value not in taken]


def decided(review: ManagementReview) -> str | None:
    names = [str(About(name).label) for name in open_outputs(review)]
    if not names:
        return None
    return _now("Take a decision, or say why there was nothing to decide. Open: %s.") % ", ".join(names)


def was_there(review: ManagementReview, person: Person) -> str | None:
    there = {line["person"] for line in review.participants if line["present"]}
    return None if person.uid in there else _now("Whoever signs the minutes was there.")


def own(action: Any, person: Person) -> str | None:
    return None if action.owner_id == person.pk else _now("Whoever has taken it on says that it is done.")
