"""How a process comes into force and changes, how a risk is rated, and how responsibilities are accepted."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import Guard, Lifecycle, Transition, filled
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.roles import STAFF, Role
from gemba.modules.process.effects import (
    accepted,
    begin_edition,
    carries_nothing,
    come_into_force,
    end_acceptance,
    retire,
)
from gemba.modules.process.models import Acknowledgement, Process, ProcessMeasurement, ProcessRisk
from gemba.modules.process.states import (
    ACCEPTED,
    ASKED,
    CLOSED,
    CONFIRMED,
    DRAFT,
    ENTERED,
    IN_FORCE,
    OUTDATED,
    RATED,
    RETIRED,
    REVIEW,
    RISK_DRAFT,
    RISK_REVIEW,
)

DECIDERS = (Role.QUALITY, Role.MANAGEMENT)


def somebody_in_it(process: Process) -> str | None:
    """A process nobody works in is not described yet."""
    return None if process.raci else _now("Say first who does what: at least one line of responsibilities.")


def whole_rating(risk: ProcessRisk) -> str | None:
    """A decision other than to accept says what is done and how the risk stands afterwards."""
    if risk.treatment != ProcessRisk.Treatment.ACCEPT:
        if not risk.measures or risk.severity_after is None or risk.likelihood_after is None:
            return _now("Say what is done about it, and rate the risk as it is afterwards.")
    elif risk.severity and risk.likelihood and risk.before.name == "high":
        return _now("A high risk is not accepted as it is: decide what is done about it.")
    return None


def not_worse(risk: ProcessRisk) -> str | None:
    """What is done about a risk does not make it bigger."""
    if None in (risk.severity_after, risk.likelihood_after, risk.severity, risk.likelihood):
        return None
    before, after = risk.severity * risk.likelihood, (risk.severity_after or 0) * (risk.likelihood_after or 0)
    return _now("Afterwards the risk would be bigger than before. Check both ratings.") if after > before else None


def about_a_process(role: str) -> Guard[Record]:
    """The record must name the process it is about."""

    def guard(record: Record) -> str | None:
        if Link.objects.standing().filter(source=record, role=role).exists():
            return None
        return _now("Link the process it is about first.")

    return guard


def for_oneself(given: Acknowledgement, person: Person) -> str | None:
    sentence: str = _now("Only %s can accept this.") % given.person
    return None if given.person_id == person.pk else sentence


process_lifecycle = Lifecycle[Process](
    Transition(
        "submit", _("Send to review"), DRAFT, REVIEW, by=STAFF, guards=(filled("purpose", "area"), somebody_in_it)
    ),
    Transition(
        "approve", _("Approve"), REVIEW, IN_FORCE, by=DECIDERS, independent_of=("editor",),
        signature=_("I approve this description of the process and of who carries it."), meaning=_("Approval"),
        effects=(come_into_force,),
    ),
    Transition(
        "reject", _("Send back"), REVIEW, DRAFT, by=DECIDERS, reason=True, rejects=True,
        signature=_("I send this description back."), meaning=_("Rejection"),
    ),
    Transition("revise", _("Change it"), IN_FORCE, DRAFT, by=DECIDERS, reason=True, effects=(begin_edition,)),
    Transition(
        "retire", _("Retire"), IN_FORCE, RETIRED, by=DECIDERS, reason=True,
        signature=_("I confirm that this process is no longer part of the quality system."),
        meaning=_("End of the process"), effects=(retire,),
    ),
)  # fmt: skip
risk_lifecycle = Lifecycle[ProcessRisk](
    Transition(
        "submit", _("Send to review"), RISK_DRAFT, RISK_REVIEW, by=STAFF,
        guards=(filled("due"), about_a_process("risk_of"), whole_rating, not_worse),
    ),
    Transition(
        "rate", _("Confirm the rating"), RISK_REVIEW, RATED, by=DECIDERS, independent_of=("editor",),
        signature=_("I agree with the rating of this risk and with what is done about it."), meaning=_("Approval"),
    ),
    Transition(
        "reject", _("Send back"), RISK_REVIEW, RISK_DRAFT, by=DECIDERS, reason=True, rejects=True,
        signature=_("I do not agree with this rating."), meaning=_("Rejection"),
    ),
    Transition("reassess", _("Assess again"), RATED, RISK_DRAFT, by=STAFF, reason=True),
    Transition(
        "close", _("Close"), RATED, CLOSED, by=DECIDERS, reason=True,
        signature=_("I confirm that this risk no longer exists in the process."), meaning=_("End of the risk"),
    ),
)  # fmt: skip
measurement_lifecycle = Lifecycle[ProcessMeasurement](
    Transition(
        "confirm", _("Confirm"), ENTERED, CONFIRMED, by=DECIDERS, independent_of=("editor",),
        guards=(about_a_process("figure_of"),), meaning=_("Confirmation"),
        signature=_("I confirm that the figure comes from the source named."),
    ),
)  # fmt: skip
acknowledgement_lifecycle = Lifecycle[Acknowledgement](
    Transition(
        "accept", _("Accept"), ASKED, ACCEPTED, by=STAFF, guards=(carries_nothing,), personal=(for_oneself,),
        signature=_("I have read these responsibilities, understand them and accept them as mine."),
        meaning=_("Acceptance"), effects=(accepted,),
    ),
    Transition(
        "witness", _("Accepted on paper"), ASKED, ACCEPTED, by=(Role.QUALITY,), guards=(carries_nothing,), reason=True,
        signature=_("I have seen this person's own signature on paper; the reason says where it is kept."),
        meaning=_("Acceptance on paper"), effects=(accepted,),
    ),
    Transition(
        "outdate", _("Outdated"), (ASKED, ACCEPTED), OUTDATED, by=(), automatic=True, effects=(end_acceptance,)
    ),
)  # fmt: skip
