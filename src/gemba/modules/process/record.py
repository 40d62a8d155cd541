"""Declarations: processes (4.1.2, 4.1.3, 5.5.1; M8, M23, M28), their risks (M82), figures and acceptances (M111)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.facts import Facts
from gemba.kernel.links.measured import measured
from gemba.kernel.numbering.models import count_on
from gemba.kernel.roles import STAFF, Role
from gemba.kernel.types import Area, LinkRole, Permissions, RecordType, Section, Yields
from gemba.modules.process import jobs, panels, screens
from gemba.modules.process.conditions import FIGURE_OF, PROCESS_FLAGS, RISK_FLAGS
from gemba.modules.process.models import Acknowledgement, Process, ProcessMeasurement, ProcessRisk
from gemba.modules.process.states import ACCEPTED, ASKED, CONFIRMED, DRAFT, ENTERED, IN_FORCE, RATED, RISK_DRAFT
from gemba.modules.process.workflow import (
    DECIDERS,
    acknowledgement_lifecycle,
    measurement_lifecycle,
    process_lifecycle,
    risk_lifecycle,
)


def process_number(process: Process) -> str:
    """`PROC-001`: processes are few and stand for years, so their numbers have no year."""
    start = "EX-PROC" if process.exercise else "PROC"
    return f"{start}-{count_on(start):03d}"


process = RecordType(
    model=Process, prefix="PROC", label=_("process"), plural=_("processes"),
    area=Area.DOCUMENTS,
    purpose=_("How the company works, who answers for it, what it needs and gives, and how it is known to work."),
    lifecycle=process_lifecycle, columns=("area", "accountable", "metric", "monitored"), number=process_number,
    sections=(
        Section(_("Process"), ("title", "purpose", "area", "position", "site", "confidential"), (DRAFT,)),
        Section(_("Responsibilities"), ("accountable", "raci"), (DRAFT,),
                help=_("One person answers for the process; one role or person answers for each activity.")),
        Section(_("Inputs and outputs"), ("inputs", "outputs"), (DRAFT,),
                help=_("Name for each the process it comes from or goes to; the process map is drawn from them.")),
        Section(_("Measure"), ("metric", "direction", "target", "unit", "metric_source", "monitored"), (DRAFT,)),
        Section(_("What shows that it is lived"), ("governs", "outsourced"), (DRAFT,)),
    ),
    yields=(Yields("process_map", (IN_FORCE,), on="valid_from"),),
    facts=Facts(figures=measured(
        Process, IN_FORCE, FIGURE_OF, ProcessMeasurement, CONFIRMED, only=~Q(metric=""), named="metric"
    )),
    flags=tuple(PROCESS_FLAGS), panels=panels.PROCESS, screens=screens.SCREENS, verbs=(jobs.ASK,),
    permissions=Permissions(create=DECIDERS, change=DECIDERS, void=DECIDERS, company_wide=True),
)  # fmt: skip

process_risk = RecordType(
    model=ProcessRisk, prefix="PRISK", label=_("process risk"), plural=_("process risks"),
    area=Area.DOCUMENTS, part_of="process",
    purpose=_("What can go wrong in a process of the quality system; it decides how tightly the process is held."),
    lifecycle=risk_lifecycle, columns=("severity", "likelihood", "treatment", "due", "owner"),
    sections=(
        Section(_("Risk"), ("title", "cause", "effect", "affects", "event_date", "site"), (RISK_DRAFT,)),
        Section(_("Rating"), ("severity", "likelihood"), (RISK_DRAFT,)),
        Section(_("Treatment"), ("treatment", "measures", "severity_after", "likelihood_after"), (RISK_DRAFT,)),
        Section(_("Review"), ("owner", "due"), (RISK_DRAFT, RATED),
                help=_("The due date is the day by which the risk is looked at again.")),
    ),
    links=(LinkRole("risk_of", _("risk of"), to=("process",), back=_("can go wrong"), offer=_("Assess a risk of it")),),
    yields=(Yields("process_risk", (RATED,)),),
    flags=tuple(RISK_FLAGS), panels=panels.RISK, permissions=Permissions(create=STAFF, change=DECIDERS, void=DECIDERS),
)  # fmt: skip

process_measurement = RecordType(
    model=ProcessMeasurement, prefix="PMES", label=_("process figure"), plural=_("process figures"),
    area=Area.DOCUMENTS, part_of="process",
    purpose=_("How well a process ran in one period. Data analysis and management review build on it."),
    lifecycle=measurement_lifecycle, columns=("event_date", "value", "owner"),
    sections=(
        Section(_("Figure"), ("title", "event_date", "value", "source", "site"), (ENTERED,)),
        Section(_("Meaning"), ("remark",), (ENTERED,)),
    ),
    links=(LinkRole("figure_of", _("measures"), to=("process",), back=_("measured by"), offer=_("Enter a figure")),),
    yields=(Yields("process_kpi", (CONFIRMED,)),),
)  # fmt: skip

acknowledgement = RecordType(
    model=Acknowledgement, prefix="ACK", label=_("accepted responsibility"), plural=_("accepted responsibilities"),
    area=Area.DOCUMENTS, part_of="process",
    purpose=_("Each person has read and accepted what the processes ask of them, and is asked again when it changes."),
    lifecycle=acknowledgement_lifecycle, columns=("person", "of_process", "due", "valid_from"),
    sections=(
        Section(_("Responsibility"), ("title", "of_process", "person"), (ASKED,)),
        Section(_("Remark"), ("remark", "due", "site", "confidential"), (ASKED,)),
    ),
    yields=(Yields("job_description", (ACCEPTED,), on="valid_from"), Yields("comms", (ACCEPTED,), on="valid_from")),
    panels=panels.ACKNOWLEDGEMENT,
    permissions=Permissions(create=(Role.QUALITY,), change=(Role.QUALITY,), void=(Role.QUALITY,)),
)  # fmt: skip
