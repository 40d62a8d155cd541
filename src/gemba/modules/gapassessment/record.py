"""Declarations: gap assessments, the answers to their questions and the reviews of procedures (M73-M79, M84)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.roles import READERS
from gemba.kernel.types import After, Area, Flag, LinkRole, Permissions, RecordType, Section
from gemba.modules.gapassessment import panels, screens, verbs
from gemba.modules.gapassessment import workflow as way
from gemba.modules.gapassessment.effects import campaign_voided
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment, GapReview
from gemba.modules.gapassessment.states import ANSWERED, ASKED, DRAFT, LEADERS, RUNNING

LEAD = Permissions(create=LEADERS, change=LEADERS, void=LEADERS, read=READERS)

gap_assessment = RecordType(
    model=GapAssessment, prefix="GAP", label=_("gap assessment"), plural=_("gap assessments"),
    area=Area.SYSTEM,
    purpose=_("How far the way of working is from what a framework asks: said by people, held against records."),
    lifecycle=way.campaign_lifecycle, columns=("framework", "edition", "audit_on", "due", "owner"),
    sections=(
        Section(_("What is assessed"), ("title", "framework", "clauses", "covers", "edition", "baseline"), (DRAFT,)),
        Section(_("Scale"), ("scale_name", "scale"), (DRAFT,), help=_("Defined before anybody answers.")),
        Section(_("People"), ("assessors", "owner", "site", "confidential"), (DRAFT, RUNNING)),
        Section(_("Dates"), ("due", "audit_on", "event_date"), (DRAFT, RUNNING),
                help=_("Answers are asked for by the due date.")),
        Section(_("Conclusion"), ("conclusion",), (RUNNING,)),
        Section(_("Result"), ("summary", "found"), (), help=_("Filled in when it is summed up.")),
    ),
    verbs=verbs.VERBS, panels=panels.OF_CAMPAIGN, screens=screens.SCREENS, permissions=LEAD,
)  # fmt: skip


def falls_short(_today: object) -> Q:
    return ~Q(discrepancy="")


def unplanned(_today: object) -> Q:
    return ~Q(discrepancy="") & (Q(action="") | Q(effort=None))


gap_answer = RecordType(
    model=GapAnswer, prefix="GAPQ", label=_("gap question"), plural=_("gap questions"),
    area=Area.SYSTEM, part_of="gapassessment",
    purpose=_("One duty, answered by who owns it: how it is done today, how well, and where it falls short."),
    lifecycle=way.answer_lifecycle, columns=("duty", "score", "severity", "gap_type", "effort", "owner"),
    sections=(
        Section(_("Question"), ("title", "campaign", "duty"), (ASKED,)),
        Section(_("What is asked"), ("clause", "asks"), (), help=_("In our own words.")),
        Section(_("Practice today"), ("practice", "score"), (ASKED,)),
        Section(_("Gap"), ("discrepancy", "evidence", "severity", "gap_type"), (ASKED,),
                help=_("Where it falls short and what that was seen in: neither without the other.")),
        Section(_("Plan"), ("action", "effort", "relevance"), (ASKED, ANSWERED)),
        Section(_("Responsibility"), ("owner", "site", "confidential"), (ASKED, ANSWERED)),
    ),
    links=(
        LinkRole("seen_in", _("was seen in"), back=_("named by the gap assessment")),
        LinkRole("closed_by", _("is closed by"), back=_("closes the gap")),
    ),
    flags=(
        Flag("gap", _("Falls short"), _("Plan what closes it."), falls_short),
        Flag("unplanned", _("Gap without action or effort"), _("Say what would close it, and in how many days."),
             unplanned),
    ),
    panels=panels.OF_ANSWER, permissions=LEAD, after=(After("gapassessment", "void", campaign_voided),),
)  # fmt: skip

gap_review = RecordType(
    model=GapReview, prefix="GAPR", label=_("procedure review"), plural=_("procedure reviews"),
    area=Area.SYSTEM, part_of="gapassessment",
    purpose=_("One procedure read against what it claims and against how people work."),
    lifecycle=way.review_lifecycle, columns=("score", "owner"),
    sections=(
        Section(_("Procedure"), ("title", "campaign"), (ASKED,)),
        Section(_("Questions"), ("checks",), (ASKED,)),
        Section(_("Readiness"), ("score", "remark"), (ASKED,)),
        Section(_("Responsibility"), ("owner", "site", "confidential"), (ASKED, ANSWERED)),
    ),
    panels=panels.OF_REVIEW, permissions=LEAD,
)  # fmt: skip
