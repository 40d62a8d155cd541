"""A change says what becomes different, what it touches, and afterwards what really changed; its tasks do it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gemba.kernel.records.fields import LineColumn, LinesField
from gemba.kernel.records.models import Record

DIMENSIONS = (
    ("regulatory", _("Law, registrations, what authorities were told")),
    ("risk", _("Risks, risk controls, reasons in the risk file")),
    ("design", _("Devices in design, in stock and in use")),
    ("validation", _("Validations, verifications and tests to repeat")),
    ("software", _("Software of the product and of our processes")),
    ("documents", _("Documents and records")),
    ("training", _("What people must know or be able to do")),
    ("suppliers", _("Suppliers and outsourced work")),
    ("production", _("Production, equipment and stock")),
    ("labelling", _("Labels, instructions for use, UDI")),
)  # fmt: skip
"""What every change is held against; none is skipped silently (M109)."""
YES, NO = "yes", "no"


def unanswered() -> list[dict[str, str]]:
    """A line for each dimension, still to be answered."""
    return [{"dimension": name, "affected": "", "why": "", "by": ""} for name, _label in DIMENSIONS]


class Change(Record):
    """Asked for, thought through, approved, made, put into effect, looked at, closed."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"approved_at", "emergency", "review_due", "reviewed_on"})

    class Type(models.TextChoices):
        DOCUMENT = "document", _("document")
        DESIGN = "design", _("design")
        SUPPLIER = "supplier", _("supplier")
        PROCESS = "process", _("process")
        SOFTWARE = "software", _("software")

    class Size(models.TextChoices):
        SMALL = "small", _("small: one process, easily undone")
        MEDIUM = "medium", _("medium: several processes, a supplier, validated equipment")
        LARGE = "large", _("large: product, risk control, intended use, site, law")

    class Outside(models.TextChoices):
        NOBODY = "nobody", _("nobody outside must know")
        TELL = "tell", _("somebody outside must be told")
        APPROVAL = "approval", _("somebody outside must approve first")

    class Result(models.TextChoices):
        REACHED = "reached", _("reached")
        PARTLY = "partly", _("partly reached, and that is accepted")
        MISSED = "missed", _("missed")

    type = models.CharField(_("what kind of change"), max_length=10, choices=Type)
    what = models.TextField(_("what will be different, from what to what"))
    why = models.TextField(_("why"))
    aim = models.TextField(_("how we shall see that it worked"))
    size = models.CharField(_("size"), max_length=8, choices=Size, blank=True)
    impact = LinesField(
        _("what it touches"),
        columns=(
            LineColumn(name="dimension", label=_("Touches"), kind="choice", choices=DIMENSIONS),
            LineColumn(name="affected", label=_("Yes or no"), kind="choice", required=False,
                       choices=((YES, _("yes")), (NO, _("no")))),
            LineColumn(name="why", label=_("How, or why not"), kind="long", required=False),
            LineColumn(name="by", label=_("Answered by"), kind="person", required=False),
        ),
    )  # fmt: skip
    outside = models.CharField(_("outside the company"), max_length=10, choices=Outside, blank=True)
    outside_reference = models.CharField(_("who was told or asked, and their reference"), max_length=200, blank=True)
    outside_on = models.DateField(_("told or approved on"), null=True, blank=True)
    plan = models.TextField(_("how it is made, in order"), blank=True)
    way_back = models.TextField(_("way back if it fails"), blank=True)
    planned_for = models.DateField(_("to be in effect on"), null=True, blank=True)
    look_on = models.DateField(_("look whether it worked on"), null=True, blank=True)
    differences = models.TextField(_("what was made differently than planned, and why"), blank=True)
    result = models.CharField(_("the aim was"), max_length=8, choices=Result, blank=True)
    seen = models.TextField(_("what was seen"), blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)
    """From then on a new task is one that was not planned."""
    emergency = models.BooleanField(_("made before it was approved"), default=False, editable=False)
    review_due = models.DateField(_("to be reviewed afterwards by"), null=True, blank=True, editable=False)
    reviewed_on = models.DateField(_("reviewed afterwards on"), null=True, blank=True, editable=False)


class ChangeTask(Record):
    """Something to be done for a change by somebody by a day, and what was done in fact."""

    class Outcome(models.TextChoices):
        AS_PLANNED = "as_planned", _("as planned")
        DIFFERENTLY = "differently", _("differently")

    detail = models.TextField(_("what is to be changed"), blank=True)
    outcome = models.CharField(_("done"), max_length=12, choices=Outcome, blank=True)
    made = models.TextField(_("what was changed in fact"), blank=True)
