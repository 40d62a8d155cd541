"""Declarations: certification plans, certificates and visits (M92, M104, M166, M171, M173, M188, M190, M191).

None of them yields evidence: that a body came or that a paper hangs on the wall proves nothing of daily work.
"""

import datetime as dt

from dateutil.relativedelta import relativedelta
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.roles import Role
from gemba.kernel.types import After, Area, Flag, LinkRole, Permissions, RecordType, Section
from gemba.modules.certification import panels, workflow
from gemba.modules.certification.effects import over, plan_over
from gemba.modules.certification.models import Certificate, CertificationPlan, CertificationVisit
from gemba.modules.certification.states import BY, DRAFT, EXPECTED, HELD, SUSPENDED, UNDER_WAY, VALID

MAY = Permissions(create=BY, change=BY, void=(Role.MANAGEMENT,))
MONTHS_BEFORE = 6
"""So long before its end a certificate is told."""

certificationplan = RecordType(
    model=CertificationPlan, prefix="CPL", label=_("certification plan"), plural=_("certification plans"),
    area=Area.SYSTEM,
    purpose=_("The way to a certificate on two tracks: what is written, and what records show is done."),
    lifecycle=workflow.plan_lifecycle, columns=("framework", "body", "stage1_on", "stage2_on", "owner"),
    sections=(
        Section(_("What is to be certified"), ("title", "framework", "body", "covers"), (DRAFT,)),
        Section(_("Days"), ("stage1_on", "stage2_on", "months_of_records", "targets"), (DRAFT, UNDER_WAY),
                help=_("How far each milestone is, nobody types: it is counted.")),
        Section(_("Responsibility"), ("owner", "due", "site", "confidential"), (DRAFT, UNDER_WAY)),
    ),
    panels=panels.OF_PLAN, permissions=MAY,
)  # fmt: skip


def expiring(today: dt.date) -> Q:
    return Q(state=VALID.name, expires__gte=today, expires__lt=today + relativedelta(months=MONTHS_BEFORE))


def expired(today: dt.date) -> Q:
    return Q(state__in=(VALID.name, SUSPENDED.name), expires__lt=today)


certificate = RecordType(
    model=Certificate, prefix="CERT", label=_("certificate"), plural=_("certificates"),
    area=Area.SYSTEM, part_of="certificationplan",
    purpose=_("A certificate as its body gave it, who looks after it, and the visits that it brings with it."),
    lifecycle=workflow.certificate_lifecycle, columns=("framework", "body", "issued", "expires", "owner"),
    sections=(
        Section(_("Certificate"), ("title", "framework", "body", "certificate", "issued", "expires"), (DRAFT,)),
        Section(_("Scope"), ("covers", "plan", "replaces"), (DRAFT,), help=_("In the words of the certificate.")),
        Section(_("Responsibility"), ("owner", "deputy", "site", "confidential"), (DRAFT, VALID, SUSPENDED)),
    ),
    flags=(
        Flag("expiring", _("Expires soon"), _("Prepare the recertification."), expiring),
        Flag("expired", _("Expired"), _("End it, or confirm the certificate that replaces it."), expired),
    ),
    panels=panels.OF_CERTIFICATE, permissions=MAY,
)  # fmt: skip


def overdue(today: dt.date) -> Q:
    return Q(state=EXPECTED.name, due__lt=today)


def near(today: dt.date) -> Q:
    return Q(state=EXPECTED.name, prepare_from__lte=today, due__gte=today)


def held_late(_today: dt.date) -> Q:
    return Q(state=HELD.name, held_on__gt=F("due"))


def majors_found(_today: dt.date) -> Q:
    return Q(state=HELD.name, majors__gt=0)


certificationvisit = RecordType(
    model=CertificationVisit, prefix="VIS", label=_("visit of a certification body"),
    plural=_("visits of certification bodies"), area=Area.SYSTEM, part_of="certificationplan",
    purpose=_("Stage 1, stage 2, surveillance and recertification: when, what was found, and how the system stood."),
    lifecycle=workflow.visit_lifecycle, columns=("stage", "due", "held_on", "majors", "minors", "owner"),
    sections=(
        Section(_("Visit"), ("title", "stage", "plan", "of_certificate"), (EXPECTED,)),
        Section(_("Dates"), ("due", "prepare_from", "held_on"), (EXPECTED,)),
        Section(_("Results"), ("auditors", "majors", "minors", "observations", "conclusion"), (EXPECTED,),
                help=_("Each finding is a nonconformity of its own, linked here.")),
        Section(_("Responsibility"), ("owner", "site", "confidential"), (EXPECTED,)),
        Section(_("As it stood on that day"), ("claimed", "working", "applicable"), ()),
    ),
    links=(LinkRole("found", _("found"), back=_("was found at")),),
    flags=(
        Flag("overdue", _("Visit overdue"), _("A visit left out can cost the certificate: call the body."), overdue),
        Flag("near", _("To be prepared"), _("See what lapses until then, and what was promised last time."), near),
        Flag("held-late", _("Held after its last day"), _("Ask the body whether the certificate still stands."),
             held_late),
        Flag("majors", _("Major nonconformities found"), _("Link each of them as a nonconformity."), majors_found),
    ),
    panels=panels.OF_VISIT, permissions=MAY,
    after=(After("certificate", "void", over), After("certificationplan", "void", plan_over)),
)  # fmt: skip
