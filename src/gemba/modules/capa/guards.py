"""What must be true before a step of a CAPA, each with the sentence that the reader gets."""

import datetime as dt

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gemba.kernel import clock
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.modules.capa.actions_of import actions_of, capas_of
from gemba.modules.capa.models import Capa, CapaAction
from gemba.modules.capa.states import AGREED, IMPLEMENTATION, PLANNED

DRAWN = {
    Capa.Method.WHYS: "whys", Capa.Method.FISHBONE: "fishbone", Capa.Method.IS_IS_NOT: "is_is_not",
    Capa.Method.TIMELINE: "timeline",
}  # fmt: skip


def method_was_used(capa: Capa) -> str | None:
    """A method that is named and left empty was not used."""
    name = DRAWN.get(Capa.Method(capa.method)) if capa.method else None
    if name and not getattr(capa, name):
        return _("The method is “%s”, but its table is empty.") % capa.get_method_display()
    if capa.method == Capa.Method.SEVERAL and sum(bool(getattr(capa, each)) for each in DRAWN.values()) <= 1:
        return _("Several methods are named, but at most one of their tables is filled in.")
    return None


def team_named(capa: Capa) -> str | None:
    return None if capa.team else _("Say who takes part in the investigation, at least one person.")


def action_planned(capa: Capa) -> str | None:
    """A plan after a failed check needs an action of its own."""
    if actions_of(capa).filter(state__in=[PLANNED.name, AGREED.name]).exists():
        return None
    return _("Plan at least one action, with an owner and a day.")


def check_after_actions(capa: Capa) -> str | None:
    if not (capa.check_from and capa.check_due):
        return None
    if capa.check_due <= capa.check_from:
        return _("The effect must be observed for some time: judge it after the day from which it is observed.")
    last: dt.date | None = actions_of(capa).filter(open=True).aggregate(last=Max("due"))["last"]
    if last and capa.check_from <= last:
        return _("The last action is due on %s; observe the effect from a later day.") % clock.in_words(last)
    if actions_of(capa).filter(open=True, due=None).exists():
        return _("Every action needs a day by which it is done.")
    return None


def actions_verified(capa: Capa) -> str | None:
    waiting = list(actions_of(capa).filter(open=True).values_list("number", flat=True)[:5])
    return _("Not done and verified yet: %s.") % ", ".join(waiting) if waiting else None


def _links(record: Record, role: str) -> bool:
    return Link.objects.standing().filter(source=record, role=role).exclude(target__state=VOID).exists()


def documents_followed(capa: Capa) -> str | None:
    if capa.no_document.strip() or _links(capa, "revises"):
        return None
    return _("Link the procedure that was revised, or say why none had to be.")


def people_told(capa: Capa) -> str | None:
    if capa.no_training.strip() or _links(capa, "understood"):
        return None
    return _("Link the training or announcement by which people understood, or say why nobody had to be told.")


def observed_after_today(capa: Capa) -> str | None:
    """The observation begins after the implementation, not before it."""
    if capa.check_from is None or capa.check_due is None or capa.check_from > clock.today():
        return check_order(capa)
    return _("The effect can only be observed after the implementation. Move that day to one after today.")


def check_order(capa: Capa) -> str | None:
    if capa.check_from and capa.check_due and capa.check_due > capa.check_from:
        return None
    return _("Say from which day the effect is observed, and by when it is judged.")


def time_has_passed(capa: Capa) -> str | None:
    if capa.check_from is None or clock.today() >= capa.check_from:
        return None
    return _("The effect is observed from %s; it cannot be judged before.") % clock.in_words(capa.check_from)


def records_seen(capa: Capa) -> int:
    """Linked records that happened while the effect was observed: what the verdict rests on."""
    seen = Link.objects.standing().filter(source=capa, role="seen_in").exclude(target__state=VOID)
    return seen.filter(target__event_date__gte=capa.check_from, target__exercise=False).count()


def enough_records(capa: Capa) -> str | None:
    seen, needed = records_seen(capa) if capa.check_from else 0, capa.records_needed
    if seen >= needed:
        return None
    return ngettext(
        "The plan asks for %(needed)d record since %(day)s; linked are %(seen)d.",
        "The plan asks for %(needed)d records since %(day)s; linked are %(seen)d.",
        needed,
    ) % {"needed": needed, "seen": seen, "day": clock.in_words(capa.check_from) if capa.check_from else ""}  # fmt: skip


def target_reached(capa: Capa) -> str | None:
    if capa.reached is not False:
        return None
    return _("The figure misses the target that was set before. By its own criterion it did not work.")


def plan_is_approved(action: CapaAction) -> str | None:
    if any(capa.state == IMPLEMENTATION.name for capa in capas_of(action)):
        return None
    return _("Actions begin when the plan of their CAPA is approved.")


def only_its_owner(action: CapaAction, person: Person) -> str | None:
    return None if action.owner_id == person.pk else _("Only %s can say that this is done.") % action.owner


def can_be_seen(action: CapaAction) -> str | None:
    """An action leaves a trace: a file or a record."""
    if Attachment.objects.filter(record_id=action.pk, removed=None).exists() or _links(action, "shown_by"):
        return None
    return _("Attach a file or link a record in which one can see that it was done.")
