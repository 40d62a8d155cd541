"""How plans, certificates and visits go on. No step of theirs ends anything that is due elsewhere."""

import datetime as dt

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.lifecycle.machine import Lifecycle, Transition, filled
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.modules.certification.effects import begin, held, issued, over, plan_over
from gemba.modules.certification.models import Certificate, CertificationPlan, CertificationVisit
from gemba.modules.certification.states import (
    BY,
    DRAFT,
    ENDED,
    EXPECTED,
    HELD,
    LAPSED,
    REPLACED,
    SUSPENDED,
    UNDER_WAY,
    VALID,
)


def file_attached(record: Record) -> str | None:
    if record.pk and Attachment.objects.filter(record_id=record.pk, removed=None).exists():
        return None
    return _now("Attach the file of the certificate first.")


def looked_after(certificate: Certificate) -> str | None:
    """A certificate has somebody who looks after it, and somebody else for when that person cannot (M188)."""
    if certificate.deputy_id is None:
        return _now("Name a deputy: whoever looks after the certificate is away at times.")
    if certificate.deputy_id == certificate.owner_id:
        return _now("The deputy is somebody else than the owner.")
    return None


def already_issued(certificate: Certificate) -> str | None:
    issued_on: dt.date | None = certificate.issued
    ahead = issued_on is not None and issued_on > clock.today()
    return _now("It is issued on a day that lies ahead.") if ahead else None


def has_been(visit: CertificationVisit) -> str | None:
    ahead = visit.held_on is not None and visit.held_on > clock.today()
    return _now("It cannot have been held on a day that lies ahead.") if ahead else None


def counted(visit: CertificationVisit) -> str | None:
    """Every grade has a number, also where it is none."""
    if None in (visit.majors, visit.minors, visit.observations):
        return _now("Say how many major and minor nonconformities and observations there were; 0 is an answer.")
    return None


plan_lifecycle = Lifecycle[CertificationPlan](
    Transition(
        "begin", _("Begin"), DRAFT, UNDER_WAY, by=BY, guards=(filled("stage1_on", "stage2_on"),), effects=(begin,)
    ),
    Transition(
        "end", _("End the plan"), UNDER_WAY, ENDED, by=(Role.MANAGEMENT,), reason=True, effects=(plan_over,),
        signature=_("This plan is not followed any longer."), meaning=_("End of the plan"),
    ),
)  # fmt: skip
certificate_lifecycle = Lifecycle[Certificate](
    Transition(
        "confirm", _("Confirm"), DRAFT, VALID, by=BY, guards=(already_issued, looked_after, file_attached),
        independent_of=("raiser",), effects=(issued,), meaning=_("Confirmation"),
        signature=_("I have compared this record with the certificate attached."),
    ),
    Transition(
        "suspend", _("It was suspended"), VALID, SUSPENDED, by=BY, reason=True,
        signature=_("The certification body has suspended this certificate."), meaning=_("Suspension"),
    ),
    Transition(
        "restore", _("It is valid again"), SUSPENDED, VALID, by=BY, reason=True,
        signature=_("The certification body has lifted the suspension."), meaning=_("End of the suspension"),
    ),
    Transition(
        "end", _("It has ended"), (VALID, SUSPENDED), ENDED, by=(Role.MANAGEMENT,), reason=True, effects=(over,),
        signature=_("This certificate was withdrawn, given back or has expired."), meaning=_("End"),
    ),
    Transition(
        "replace", _("Replaced by another certificate"), (VALID, SUSPENDED), REPLACED, by=(), automatic=True,
        effects=(over,),
    ),
)  # fmt: skip
visit_lifecycle = Lifecycle[CertificationVisit](
    Transition(
        "held", _("It was held"), EXPECTED, HELD, by=BY, guards=(filled("held_on", "conclusion"), has_been, counted),
        effects=(held,), signature=_("I was told these results, and they are complete."), meaning=_("Results"),
    ),
    Transition("lapse", _("No longer expected"), EXPECTED, LAPSED, by=(), automatic=True),
)  # fmt: skip
