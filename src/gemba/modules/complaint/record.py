"""Declarations: feedback (8.2.1), complaints (8.2.2), reporting (8.2.3), field actions (8.3.3) and trends (8.4)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.roles import Role
from gemba.kernel.types import Area, LinkRole, Permissions, RecordType, Section, Yields
from gemba.modules.complaint import flags, panels, screens, verbs
from gemba.modules.complaint import workflow as w
from gemba.modules.complaint.choices import GRAVE
from gemba.modules.complaint.effects import FROM_FEEDBACK
from gemba.modules.complaint.guards import CONCERNS, REPORTS
from gemba.modules.complaint.models import (
    Complaint,
    ComplaintImport,
    ComplaintTrend,
    Feedback,
    FieldAction,
    Reportability,
    VigilanceReport,
)  # fmt: skip

HANDLERS = Permissions(change=(Role.QUALITY,), void=(Role.QUALITY, Role.MANAGEMENT))

feedback = RecordType(
    model=Feedback, prefix="FB", label=_("feedback"), plural=_("feedback"),
    area=Area.IMPROVEMENT,
    purpose=_("What customers and our own production tell us (8.2.1). Somebody decides whether it is a complaint."),
    lifecycle=w.feedback_lifecycle, columns=("event_date", "sort", "channel", "device_name", "owner"),
    sections=(
        Section(_("What was said"), ("title", "details", "sort", "event_date", "channel", "said_by"), (w.SAID,)),
        Section(_("About what"), ("product", "device_name", "site"), (w.SAID,)),
        Section(
            _("Decision"), ("complaint_reason", "use_made", "owner", "due", "confidential"), (w.SAID,),
            help=_("A complaint says that something is wrong with quality, safety, use or delivery of a device."),
        ),
    ),
    links=(LinkRole("about", _("about"), back=_("feedback on it")),),
    yields=(
        Yields("feedback", (w.IS_COMPLAINT, w.KEPT)),
        Yields("pms_data", (w.IS_COMPLAINT, w.KEPT), where=Q(channel__in=("survey", "media", "service"))),
        Yields("customer_comm", (w.IS_COMPLAINT, w.KEPT), where=~Q(channel="production")),
    ),
    flags=flags.feedback_flags, permissions=HANDLERS,
)  # fmt: skip

AT_WORK = (w.RECEIVED, w.INVESTIGATED)
UNTIL_CLOSED = (*AT_WORK, w.CONCLUDING)
AFTER_DECISION = (w.INVESTIGATED, w.CONCLUDING)
"""What is known later is not asked for at the telephone."""
complaint = RecordType(
    model=Complaint, prefix="CMP", label=_("complaint"), plural=_("complaints"),
    area=Area.IMPROVEMENT,
    purpose=_("What is wrong with a device that is out, handled until it is answered (8.2.2; 21 CFR 820.35(a))."),
    lifecycle=w.complaint_lifecycle, columns=("date_received", "device_name", "harm", "problem", "due", "owner"),
    sections=(
        Section(
            _("Complaint"), ("title", "details", "date_received", "event_date", "channel", "complainant", "country"),
            (w.RECEIVED,),
        ),
        Section(
            _("Device"), ("product", "device_name", "udi", "identifiers", "manufacturer"), UNTIL_CLOSED,
        ),
        Section(
            _("Harm"), ("harm", "patient_initials", "patient_age", "outcome"), UNTIL_CLOSED,
            help=_("Never a patient's name. What tells of a patient makes the complaint confidential by itself."),
        ),
        Section(
            _("Evaluation"), ("complaint_reason", "problem", "no_report_reason", "no_investigation_reason"), AT_WORK,
            help=_("Is it a complaint? Must an authority be told? Is there a reason not to investigate, such as a like "
                   "complaint that was? Link that one."),
        ),
        Section(_("Returned device"), ("returned_on", "returned_how"), AFTER_DECISION),
        Section(_("Investigation"), ("findings", "cause", "contributor"), (w.INVESTIGATED,)),
        Section(_("Risk"), ("risk_impact", "risk_reason"), AFTER_DECISION),
        Section(_("Action and reply"), ("action", "capa_reason", "reply", "replied_on"), AFTER_DECISION),
        Section(_("Responsibility"), ("owner", "due", "site", "confidential"), UNTIL_CLOSED),
    ),
    links=(
        LinkRole(FROM_FEEDBACK, _("came as"), to=("feedback",), back=_("became")),
        LinkRole("like", _("like the complaint"), to=("complaint",), back=_("like the complaint")),
        LinkRole("risk", _("bears on the risk"), back=_("complaints bearing on it")),
        LinkRole("about", _("about"), back=_("complaints about it"), offer=_("Raise a complaint")),
    ),
    yields=(
        Yields("complaint", (w.CLOSED,), on="date_received"),
        Yields("complaint_rationale", (w.CONCLUDING, w.CLOSED), on="valid_from",
               where=~Q(no_investigation_reason="") & Q(findings="")),
        # Without grave harm the reason why no authority need be told is the decision; else each market has its own.
        Yields("reportability_decision", (w.CONCLUDING, w.CLOSED), on="valid_from",
               where=~Q(no_report_reason="") & ~Q(harm__in=GRAVE)),
        Yields("customer_comm", (w.CLOSED,), on="replied_on"),
        Yields("returned_goods", (w.CLOSED,), on="returned_on"),
        Yields("feedback", (w.CLOSED,), on="date_received"),
        Yields("pms_data", (w.CLOSED,), on="date_received", where=Q(channel__in=("media", "table", "service"))),
    ),
    flags=flags.complaint_flags, permissions=HANDLERS, verbs=(verbs.complaint_clocks,),
    panels=(panels.clocks_of_case, panels.origin), screens=(screens.trend, screens.import_table),
)  # fmt: skip

reportability = RecordType(
    model=Reportability, prefix="RPD", label=_("reporting decision"), plural=_("reporting decisions"),
    area=Area.IMPROVEMENT, part_of="complaint",
    purpose=_("Must the authority of one market be told? Each has its own clock from its own awareness (8.2.3)."),
    lifecycle=w.reportability_lifecycle, columns=("market", "aware_at", "report_by", "owner"),
    sections=(
        Section(
            _("Clock"), ("title", "market", "criterion", "aware_at", "zone", "aware_by", "aware_how"), (w.UNDECIDED,),
            help=_("The clock starts when the first of us, or of those who work for us, received the news."),
        ),
        Section(
            _("Decision"), ("rationale", "seen_reportable_on"), (w.UNDECIDED,),
            help=_("When unsure, report within the deadline and take it back later."),
        ),
        Section(_("Responsibility"), ("owner", "due", "site", "product", "confidential"), (w.UNDECIDED, w.REPORTABLE)),
    ),
    links=(LinkRole(CONCERNS, _("concerns"), to=("complaint", "fieldaction"), back=_("decided on in")),),
    yields=(
        Yields("reportability_decision", (w.NOT_REPORTABLE, w.REPORTABLE, w.REPORTED), on="valid_from"),
    ),
    flags=flags.decision_flags, permissions=HANDLERS, verbs=(verbs.report_verb,), panels=(panels.clock,),
)  # fmt: skip

vigilance_report = RecordType(
    model=VigilanceReport, prefix="VIG", label=_("report to an authority"), plural=_("reports to authorities"),
    area=Area.IMPROVEMENT, part_of="complaint",
    purpose=_("What an authority was told, when, and what it answered (8.2.3)."),
    lifecycle=w.report_lifecycle, columns=("market", "stage", "report_by", "submitted_on", "reference", "owner"),
    sections=(
        Section(_("Report"), ("title", "market", "stage", "authority", "wording", "informed_on"), (w.DRAFT,)),
        Section(_("Submission"), ("submitted_on", "channel"), (w.DRAFT,)),
        Section(_("Answer"), ("acknowledged_on", "reference", "answer"), (w.DRAFT, w.SUBMITTED)),
        Section(_("Responsibility"), ("owner", "due", "site", "product", "confidential"), (w.DRAFT, w.SUBMITTED)),
    ),
    links=(
        LinkRole(REPORTS, _("reports"), to=("reportability",), back=_("reported with")),
        LinkRole("follows", _("follows"), to=("vigilancereport",), back=_("followed by")),
    ),
    yields=(
        Yields("vigilance_report", (w.SUBMITTED, w.ACKNOWLEDGED), on="submitted_on"),
    ),
    flags=flags.report_flags, permissions=HANDLERS,
)  # fmt: skip

BEFORE_RUNNING = (w.DRAFT,)
field_action = RecordType(
    model=FieldAction, prefix="FCA", label=_("field action"), plural=_("field actions"),
    area=Area.PRODUCT,
    purpose=_("What is done about devices that are out already, and the notice that users get of it (8.3.3; 8.2.3)."),
    lifecycle=w.field_action_lifecycle, columns=("sort", "affected", "notice_on", "started_on", "due", "owner"),
    sections=(
        Section(_("What is wrong"), ("title", "why", "product", "affected", "units", "hazard"), BEFORE_RUNNING),
        Section(_("What is done"), ("sort", "plan", "no_report_reason"), BEFORE_RUNNING),
        Section(_("Notice"), ("notice",), BEFORE_RUNNING,
                help=_("Which devices, what can happen, what to do now, whom to ask: in words its readers know.")),
        Section(_("Beginning"), ("started_on", "urgent_reason", "notice_on"), (w.DRAFT, w.APPROVED)),
        Section(_("Recipients"), ("recipients",), (w.DRAFT, w.APPROVED, w.RUNNING)),
        Section(_("Effect"), ("effectiveness",), (w.RUNNING,)),
        Section(_("Responsibility"), ("owner", "due", "site", "event_date", "confidential"),
                (w.DRAFT, w.APPROVED, w.RUNNING)),
    ),
    links=(
        LinkRole("because_of", _("because of"), back=_("led to the field action"), offer=_("Raise a field action")),
        LinkRole("risk", _("bears on the risk"), back=_("field actions bearing on it")),
    ),
    yields=(
        Yields("field_action", (w.RUNNING, w.DONE), on="started_on"),
        Yields("advisory_notice", (w.RUNNING, w.DONE), on="notice_on"),
        Yields("customer_comm", (w.RUNNING, w.DONE), on="notice_on"),
    ),
    flags=flags.field_action_flags, verbs=(verbs.action_clocks, verbs.answer_verb),
    permissions=Permissions(create=(Role.QUALITY, Role.MANAGEMENT, Role.ENGINEER, Role.OPERATIONS)),
    panels=(panels.clocks_of_case, panels.reach),
)  # fmt: skip

complaint_trend = RecordType(
    model=ComplaintTrend, prefix="TRD", label=_("complaint trend"), plural=_("complaint trends"),
    area=Area.IMPROVEMENT, part_of="complaint",
    purpose=_("Whether complaints grew more than chance explains (8.4; MDR 88): counted here, concluded by somebody."),
    lifecycle=w.trend_lifecycle, columns=("event_date", "problem", "recent", "expected", "verdict", "owner"),
    sections=(
        Section(
            _("What is counted"), ("title", "problem", "product", "event_date"), (w.DRAFT,),
            help=_("The three months up to that day, against the twelve months before. Empty means all."),
        ),
        Section(_("Conclusion"), ("conclusion",), (w.DRAFT,)),
        Section(_("Responsibility"), ("owner", "due", "site", "confidential"), (w.DRAFT,)),
    ),
    links=(
        LinkRole("shows", _("counts"), to=("complaint",), back=_("counted in")),
        LinkRole("risk", _("bears on the risk"), back=_("trends bearing on it")),
    ),
    yields=(Yields("trend_analysis", (w.CONCLUDED,), on="valid_from"),),
    flags=flags.trend_flags, permissions=Permissions(create=(Role.QUALITY, Role.MANAGEMENT)), panels=(panels.figures,),
)  # fmt: skip

complaint_import = RecordType(
    model=ComplaintImport, prefix="CIM", label=_("import of complaints"), plural=_("imports of complaints"),
    area=Area.IMPROVEMENT, part_of="complaint",
    purpose=_("A table of reports on its way in. The same table, or the same report, never comes in twice."),
    lifecycle=w.import_lifecycle, columns=("event_date", "owner"),
    sections=(
        Section(_("Import"), ("title", "remark", "owner", "site", "product"), (w.READY,),
                help=_("The complaints get this owner, site and product.")),
    ),
    permissions=Permissions(create=(Role.QUALITY,)), panels=(panels.progress,), screens=(screens.progress_of_import,),
)  # fmt: skip
