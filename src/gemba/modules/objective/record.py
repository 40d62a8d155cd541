"""Declarations: quality objectives (ISO 13485 5.4.1) and their measurements (8.4; M24)."""

import datetime as dt

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.facts import Facts
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.measured import measured
from gemba.kernel.links.models import Link
from gemba.kernel.roles import Role
from gemba.kernel.types import Area, Flag, LinkRole, Permissions, RecordType, Section, Yields
from gemba.modules.objective.models import Measurement, Objective
from gemba.modules.objective.workflow import (
    CONFIRMED,
    DRAFT,
    ENTERED,
    PURSUED,
    REVIEW,
    measurement_lifecycle,
    objective_lifecycle,
)  # fmt: skip

measurement = RecordType(
    model=Measurement, prefix="MEAS", label=_("measurement"), plural=_("measurements"),
    area=Area.SYSTEM, part_of="objective",
    purpose=_("How far an objective was reached in one period. Data analysis and management review build on it."),
    lifecycle=measurement_lifecycle, columns=("event_date", "value", "owner"),
    sections=(
        Section(_("Figure"), ("title", "event_date", "value", "source"), (ENTERED,)),
        Section(_("Meaning"), ("remark", "site"), (ENTERED,)),
    ),
    links=(LinkRole("measures", _("measures"), to=("objective",), back=_("measured by")),),
    yields=(Yields("objective_kpi", (CONFIRMED,)),),
)  # fmt: skip


def not_measured(today: dt.date) -> Q:
    """Pursued objectives whose last measurement is older than a period; one of 30 September holds until 31 December."""
    found: Q = Q(pk__in=[])
    for period in Objective.Period:
        since = today - relativedelta(months=period.value)
        measurements = (
            Link.objects.standing()
            .filter(role="measures", target=OuterRef("pk"), source__event_date__gte=since)
            .exclude(source__state=VOID)
        )
        found |= Q(Q(period=period) & ~Exists(measurements))
    return found & Q(state=PURSUED.name)


objective = RecordType(
    model=Objective, prefix="OBJ", label=_("quality objective"), plural=_("quality objectives"),
    area=Area.SYSTEM,
    purpose=_("What the quality system is to reach, measurable and owned. Top management approves each one."),
    lifecycle=objective_lifecycle, columns=("target", "unit", "period", "due", "owner"),
    sections=(
        Section(_("Objective"), ("title", "why", "site", "event_date"), (DRAFT,)),
        Section(_("Measure and target"), ("measure", "direction", "target", "unit", "period"), (DRAFT,)),
        Section(_("Responsibility"), ("owner", "due", "confidential"), (DRAFT, REVIEW)),
    ),
    yields=(Yields("quality_objectives", (PURSUED,)),),
    facts=Facts(figures=measured(Objective, PURSUED, "measures", Measurement, CONFIRMED)),
    flags=(
        Flag("not-measured", _("Not measured in its period"),
             _("Raise a measurement for the period that has ended and link it to this objective."), not_measured),
    ),
    permissions=Permissions(
        create=(Role.QUALITY, Role.MANAGEMENT), change=(Role.QUALITY, Role.MANAGEMENT), void=(Role.MANAGEMENT,)
    ),
)  # fmt: skip
