"""Declarations: nonconformities, concessions and rework (ISO 13485 8.3.1-8.3.4; M149-M151, M155)."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.roles import Role
from gemba.kernel.types import Area, Flag, LinkRole, Permissions, RecordType, Section, Yields
from gemba.modules.nonconformity import workflow as way
from gemba.modules.nonconformity.models import Concession, Nonconformity, Rework, YesNo

UNEVALUATED_DAYS = 10
"""From then on a nonconformity that nobody has evaluated stands out (practice check of 8.3.1)."""
BEFORE_DECISION = (way.REPORTED, way.CONTAINED, way.EVALUATED)


def _capa_linked() -> Exists:
    links = Link.objects.standing().filter(role="raised_from", source__kind="capa", target=OuterRef("pk"))
    return Exists(links.exclude(source__state=VOID))


def audit_without_capa(_today: dt.date) -> Q:
    """From an audit, and neither a CAPA nor a signed reason against one (M150)."""
    reasoned = Q(capa_decision=YesNo.NO, decided_on__isnull=False)
    return Q(source__in=Nonconformity.AUDITS) & ~Q(state=VOID) & ~reasoned & ~Q(_capa_linked())


def capa_owed(_today: dt.date) -> Q:
    return Q(capa_decision=YesNo.YES, decided_on__isnull=False) & ~Q(state=VOID) & ~Q(_capa_linked())


def unevaluated(today: dt.date) -> Q:
    waiting = [way.REPORTED.name, way.CONTAINED.name]
    return Q(state__in=waiting, event_date__lt=today - dt.timedelta(days=UNEVALUATED_DAYS))


concession = RecordType(
    model=Concession, prefix="CON", label=_("concession"), plural=_("concessions"),
    area=Area.IMPROVEMENT, part_of="nonconformity",
    purpose=_("Leave to use or deliver what does not meet a requirement, justified and signed (8.3.2)."),
    lifecycle=way.concession_lifecycle, columns=("items", "until", "owner"),
    sections=(
        Section(_("What is conceded"), ("title", "deviation", "items", "quantity", "until", "event_date"),
                (way.ASKED,)),
        Section(_("Why that is right"), ("justification", "risk_effect", "regulatory", "customer_agrees"),
                (way.ASKED,)),
        Section(_("Responsibility"), ("owner", "due", "site", "product"), (way.ASKED,)),
    ),
    links=(
        LinkRole("concerns", _("concerns"), to=("nonconformity",), back=_("conceded by"),
                 offer=_("Ask for a concession")),
    ),
    yields=(Yields("concession", (way.GRANTED,), on="granted_on"),),
    permissions=Permissions(create=(Role.OPERATIONS, Role.ENGINEER, Role.QUALITY, Role.MANAGEMENT)),
)  # fmt: skip

rework = RecordType(
    model=Rework, prefix="RWK", label=_("rework"), plural=_("rework"),
    area=Area.IMPROVEMENT, part_of="nonconformity",
    purpose=_("Work that makes a nonconforming product conform, approved before and verified after (8.3.4)."),
    lifecycle=way.rework_lifecycle, columns=("items", "quantity", "owner"),
    sections=(
        Section(_("What is reworked, and how"),
                ("title", "items", "quantity", "instruction", "harm_weighed", "to_verify", "event_date"),
                (way.PLANNED,)),
        Section(_("What was done"), ("done_on", "done"), (way.APPROVED,)),
        Section(_("Verified again"), ("verified", "result"), (way.DONE,)),
        Section(_("Responsibility"), ("owner", "due", "site", "product"), (way.PLANNED, way.APPROVED, way.DONE)),
    ),
    links=(
        LinkRole("concerns", _("concerns"), to=("nonconformity",), back=_("reworked by"), offer=_("Plan rework")),
    ),
    yields=(Yields("rework_record", (way.VERIFIED, way.FAILED), on="verified_on"),),
    permissions=Permissions(create=(Role.OPERATIONS, Role.ENGINEER, Role.QUALITY)),
)  # fmt: skip

nonconformity = RecordType(
    model=Nonconformity, prefix="NC", label=_("nonconformity"), plural=_("nonconformities"),
    area=Area.IMPROVEMENT,
    purpose=_("A requirement that was not met: contained, evaluated, decided and closed with reasons (8.3)."),
    lifecycle=way.nonconformity_lifecycle, columns=("severity", "event_date", "owner"),
    sections=(
        Section(_("What was found"),
                ("title", "description", "unmet", "about", "source", "found", "part", "lots", "quantity",
                 "event_date"), (way.REPORTED, way.CONTAINED)),
        Section(_("Containment"), ("contained", "segregated", "segregation"), (way.REPORTED,),
                help=_("What keeps it from being used or delivered by mistake.")),
        Section(_("Evaluation"),
                ("reach", "severity", "risk_impact", "risk_reason", "investigate", "investigate_reason",
                 "notify", "notify_reason"), (way.CONTAINED,)),
        Section(_("Decision"), ("disposition", "disposition_reason", "capa_decision", "capa_reason"),
                (way.EVALUATED,), help=_("One yes or no about a CAPA, and why: an auditor asks for both.")),
        Section(_("Carried out"), ("notices", "outcome"), (way.EVALUATED, way.DECIDED)),
        Section(_("Responsibility"), ("owner", "due", "site", "product", "confidential"),
                (*BEFORE_DECISION, way.DECIDED)),
    ),
    links=(
        LinkRole("found_on", _("found on"), back=_("nonconformity"), offer=_("Report a nonconformity")),
        LinkRole("repeats", _("repeats"), to=("nonconformity",), back=_("repeated by")),
    ),
    yields=(
        Yields("nc_record", (way.DECIDED, way.CLOSED), on="decided_on"),
        Yields("nc_notification", (way.CLOSED,), on="closed_on", where=Q(notify=YesNo.YES)),
        Yields("audit_finding", (way.CLOSED,), on="closed_on", where=Q(source__in=Nonconformity.AUDITS)),
    ),
    flags=(
        Flag("audit-without-capa", _("From an audit, without CAPA or reason"),
             _("Decide about a CAPA, with the reason, and open it from here if one is needed."), audit_without_capa),
        Flag("capa-owed", _("A CAPA was decided and is not open"), _("Open the CAPA from this page."), capa_owed),
        Flag("unevaluated", _("Not evaluated for more than ten days"),
             _("Contain it and evaluate how far it reaches."), unevaluated),
    ),
)  # fmt: skip
