"""Declarations: reports of anything (M205) and improvements (ISO 13485 8.5.1)."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.roles import READERS, STAFF
from gemba.kernel.types import Area, Flag, LinkRole, Permissions, RecordType, Screen, Section, Yields
from gemba.modules.report import screens, sorting
from gemba.modules.report import workflow as way
from gemba.modules.report.models import Improvement, Report

WEEK = dt.timedelta(days=7)


def waiting(_today: dt.date) -> Q:
    return Q(state=way.NEW.name, entered_at__lt=clock.now() - WEEK)


report = RecordType(
    model=Report, prefix="REP", label=_("report"), plural=_("reports"),
    area=Area.IMPROVEMENT,
    purpose=_("Anything that somebody noticed, in their own words. Quality decides what becomes of it (8.2.1)."),
    lifecycle=way.report_lifecycle, columns=("about", "event_date", "owner"),
    sections=(
        Section(_("What was reported"), ("title", "about", "description", "where", "event_date"), (way.NEW,)),
        Section(_("Answer"), ("answer",), (way.NEW,), help=_("Only where nothing else comes of it.")),
        Section(_("Place"), ("site", "product", "confidential", "owner"), (way.NEW,)),
    ),
    links=(
        LinkRole(sorting.BECAME, _("became"), back=_("was reported as")),
        LinkRole("seen_at", _("was seen at"), back=_("reported about it")),
    ),
    flags=(
        Flag("waiting", _("Nobody has looked for a week"), _("Decide what becomes of it, or answer it."), waiting),
    ),
    verbs=sorting.verbs(),
    screens=(
        Screen(name="report_anything", path="report", view=screens.report_anything, menu=_("Report something"),
               roles=STAFF, first=True),
        Screen(name="team", path="team", view=screens.team, menu=_("My team's open work"), roles=READERS),
    ),
    permissions=Permissions(create=STAFF),
)  # fmt: skip

improvement = RecordType(
    model=Improvement, prefix="IMP", label=_("improvement"), plural=_("improvements"),
    area=Area.IMPROVEMENT,
    purpose=_("An idea that is decided, carried out and looked at afterwards, with its source (8.5.1)."),
    lifecycle=way.improvement_lifecycle, columns=("source", "event_date", "due", "owner"),
    sections=(
        Section(_("Idea"), ("title", "description", "source", "benefit", "event_date"), (way.PROPOSED,)),
        Section(_("Decision"), ("decided",), (way.PROPOSED,)),
        Section(_("What came of it"), ("done", "done_on", "brought"), (way.DOING,)),
        Section(_("Responsibility"), ("owner", "due", "site", "product", "confidential"), (way.PROPOSED, way.DOING)),
    ),
    links=(
        LinkRole("comes_from", _("comes from"), back=_("led to the improvement"), offer=_("Propose an improvement")),
    ),
    yields=(Yields("improvement_record", (way.DONE,), on="done_on"),),
    permissions=Permissions(create=STAFF),
)  # fmt: skip
