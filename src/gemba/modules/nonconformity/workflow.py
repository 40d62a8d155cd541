"""How a nonconformity, a concession and a rework go on, who may say so, and what must be known first."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.lifecycle.machine import VOID, Effect, Lifecycle, State, Transition, filled
from gemba.kernel.links.models import Link
from gemba.kernel.records.models import Record
from gemba.kernel.roles import STAFF, Role
from gemba.modules.nonconformity.models import Concession, Nonconformity, Rework, YesNo

REPORTED = State("reported", _("Reported"))
CONTAINED = State("contained", _("Contained"))
EVALUATED = State("evaluated", _("Evaluated"))
DECIDED = State("decided", _("Being carried out"))
CLOSED = State("closed", _("Closed"), final=True, tone="good")

ASKED = State("asked", _("Asked for"))
GRANTED = State("granted", _("Granted"), final=True, tone="good")
REFUSED = State("refused", _("Refused"), final=True, tone="bad")

PLANNED = State("planned", _("Planned"))
APPROVED = State("approved", _("To be done"))
DONE = State("done", _("To be verified"))
VERIFIED = State("verified", _("Verified"), final=True, tone="good")
FAILED = State("failed", _("Failed"), final=True, tone="bad")

WORKERS = (Role.OPERATIONS, Role.ENGINEER, Role.QUALITY)
DECIDERS = (Role.QUALITY, Role.MANAGEMENT)


def dated(column: str) -> Effect[Record]:
    """The day of the step goes into a column, where evidence and figures find it."""

    def note(record: Record, doing: Doing) -> None:
        Edit(
            record=record, fixed={column: clock.today()}, verb="date", **doing.following(_now("The day of the step."))
        ).execute()

    return note


def contained_or_reasoned(record: Nonconformity) -> str | None:
    if record.about in (Nonconformity.About.SYSTEM, Nonconformity.About.PROCESS) or record.contained:
        return None
    return _now("Say what was done at once, so that nothing is used or delivered by mistake.")


def answers_belong_together(record: Nonconformity) -> str | None:
    """A concession needs no decision against itself, and what touches no product cannot be scrapped."""
    if record.found == Nonconformity.Found.NONE and record.disposition not in ("", Nonconformity.Disposition.CORRECT):
        return _now("No product is affected, so only “put right” can be decided.")
    return None


def _linked(record: Record, kind: str, role: str) -> list[Record]:
    links = Link.objects.standing().filter(target=record, role=role, source__kind=kind).select_related("source")
    return [link.source for link in links if link.source.state != VOID]


def disposition_carried_out(record: Nonconformity) -> str | None:
    """A concession is granted, a rework verified, before the nonconformity can be closed."""
    if record.disposition == Nonconformity.Disposition.CONCESSION:
        granted = [found for found in _linked(record, "concession", "concerns") if found.state == GRANTED.name]
        return None if granted else _now("There is no granted concession for this nonconformity yet.")
    return _rework_verified(record) if record.disposition == Nonconformity.Disposition.REWORK else None


def _rework_verified(record: Nonconformity) -> str | None:
    found = _linked(record, "rework", "concerns")
    if any(rework.open for rework in found):
        return _now("Rework is still open.")
    if any(rework.state == VERIFIED.name for rework in found):
        return None
    return _now("There is no rework that was verified with success yet.")


def outside_was_told(record: Nonconformity) -> str | None:
    if record.notify == YesNo.YES and not record.notices:
        return _now("Somebody outside was to be told. Say who was told, and when.")
    return None


def capa_is_there(record: Nonconformity) -> str | None:
    if record.capa_decision == YesNo.YES and not _linked(record, "capa", "raised_from"):
        return _now("A CAPA was decided. Open it from here, so that it is linked.")
    return None


nonconformity_lifecycle = Lifecycle[Nonconformity](
    Transition(
        "contain", _("Contained"), REPORTED, CONTAINED, by=STAFF,
        guards=(filled("segregated", "segregation"), contained_or_reasoned),
    ),
    Transition(
        "evaluate", _("Evaluated"), CONTAINED, EVALUATED, by=(Role.ENGINEER, Role.QUALITY),
        guards=(
            filled("reach", "severity", "risk_impact", "risk_reason", "investigate", "investigate_reason",
                   "notify", "notify_reason"),
        ), effects=(dated("evaluated_on"),),
    ),
    Transition(
        "decide", _("Approve the disposition"), EVALUATED, DECIDED, by=DECIDERS, independent_of=("raiser",),
        guards=(filled("disposition", "disposition_reason", "capa_decision", "capa_reason"), answers_belong_together),
        signature=_("I approve the disposition and the decision about corrective action."),
        meaning=_("Disposition"), effects=(dated("decided_on"),),
    ),
    Transition(
        "return", _("Send back"), EVALUATED, CONTAINED, by=DECIDERS, reason=True, rejects=True,
        signature=_("I send this evaluation back."), meaning=_("Rejection"),
    ),
    Transition(
        "close", _("Close"), DECIDED, CLOSED, by=DECIDERS, independent_of=("owner",),
        guards=(filled("outcome"), disposition_carried_out, outside_was_told, capa_is_there),
        signature=_("I confirm that the disposition was carried out as approved."), meaning=_("Closure"),
        effects=(dated("closed_on"),),
    ),
)  # fmt: skip

concession_lifecycle = Lifecycle[Concession](
    Transition(
        "grant", _("Grant"), ASKED, GRANTED, by=DECIDERS, independent_of=("raiser", "editor"),
        guards=(filled("regulatory", "risk_effect"),),
        signature=_("I grant this concession. I looked at risk and at the legal requirements."),
        meaning=_("Concession"), effects=(dated("granted_on"),),
    ),
    Transition(
        "refuse", _("Refuse"), ASKED, REFUSED, by=DECIDERS, reason=True,
        signature=_("I refuse this concession."), meaning=_("Refusal"),
    ),
)  # fmt: skip

rework_lifecycle = Lifecycle[Rework](
    Transition(
        "approve", _("Approve the rework"), PLANNED, APPROVED, by=DECIDERS, independent_of=("raiser",),
        guards=(filled("harm_weighed", "to_verify"),),
        signature=_("I approve this rework. The harm it could do to the product was weighed."), meaning=_("Approval"),
    ),
    Transition(
        "finish", _("Rework done"), APPROVED, DONE, by=WORKERS, guards=(filled("done_on", "done"),),
        signature=_("I did this rework as approved."), meaning=_("Execution"),
    ),
    Transition(
        "verify", _("Verified: it meets its requirements"), DONE, VERIFIED, by=WORKERS, independent_of=("finish",),
        guards=(filled("verified", "result"), lambda rework: _judged(rework, Rework.Result.PASS)),
        signature=_("I verified the items again after the rework. They meet their requirements."),
        meaning=_("Verification"), effects=(dated("verified_on"),),
    ),
    Transition(
        "fail", _("Failed: it does not meet them"), DONE, FAILED, by=WORKERS, independent_of=("finish",),
        guards=(filled("verified", "result"), lambda rework: _judged(rework, Rework.Result.FAIL)),
        signature=_("I verified the items again after the rework. They do not meet their requirements."),
        meaning=_("Verification"), effects=(dated("verified_on"),),
    ),
)  # fmt: skip


def _judged(rework: Rework, wanted: str) -> str | None:
    if rework.result == wanted or not rework.result:
        return None
    return _now("The result says: %s.") % rework.get_result_display()
