"""A corrective or preventive action with its investigation and its proof of effect, and the single actions in it."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import State
from gemba.kernel.records.fields import LineColumn, LinesField
from gemba.kernel.records.models import Record
from gemba.modules.capa.doubt import Doubt, doubt_about
from gemba.modules.capa.states import NAMED

BRANCHES = (
    ("method", _("Method")), ("machine", _("Machine")), ("material", _("Material")),
    ("people", _("People and knowledge")), ("measurement", _("Measurement")), ("environment", _("Environment")),
)  # fmt: skip
ASPECTS = (("what", _("What")), ("where", _("Where")), ("when", _("When")), ("extent", _("How much")))


class Capa(Record):
    """Why something went wrong or could, what removes the cause, and whether it did."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset(
        {"doubt", "planned_on", "implemented_on", "checked_on", "rounds", "check_from", "check_due"}
    )
    """What follows from steps, and the two days that may move as a due date does: in the open, without a new plan."""

    class Nature(models.TextChoices):
        CORRECTIVE = "corrective", _("corrective: it happened")
        PREVENTIVE = "preventive", _("preventive: it could happen")

    class Source(models.TextChoices):
        NONCONFORMITY = "nonconformity", _("a nonconformity")
        COMPLAINT = "complaint", _("complaints or feedback")
        INTERNAL_AUDIT = "internal_audit", _("an internal audit")
        EXTERNAL_AUDIT = "external_audit", _("an external audit or inspection by an authority")
        REVIEW = "review", _("management review")
        TREND = "trend", _("a trend in data")
        SUPPLIER = "supplier", _("a supplier")
        RISK = "risk", _("risk management")
        FIELD = "field", _("post-market surveillance")
        OTHER = "other", _("another source")

    class Risk(models.TextChoices):
        HIGH = "high", _("high")
        MEDIUM = "medium", _("medium")
        LOW = "low", _("low")

    class Direction(models.TextChoices):
        AT_MOST = "at_most", _("at most the target")
        AT_LEAST = "at_least", _("at least the target")

    class Method(models.TextChoices):
        WHYS = "whys", _("five whys")
        FISHBONE = "fishbone", _("fishbone")
        IS_IS_NOT = "is_is_not", _("is / is not")
        TIMELINE = "timeline", _("timeline")
        SEVERAL = "several", _("several of these")
        OTHER = "other", _("another method, described below")

    class Cause(models.TextChoices):
        DESIGN = "design", _("design or specification")
        MATERIAL = "material", _("material or purchased part")
        EQUIPMENT = "equipment", _("equipment, tool or software")
        METHOD = "method", _("method or instruction")
        ENVIRONMENT = "environment", _("environment")
        MEASUREMENT = "measurement", _("measurement or inspection")
        COMPETENCE = "competence", _("knowledge or training not provided")
        MANAGEMENT = "management", _("resources, planning or priorities")

    symptom = models.TextField(_("the problem"))
    unmet = models.CharField(_("requirement not met, or at risk"), max_length=300)
    source = models.CharField(_("source"), max_length=20, choices=Source, default=Source.NONCONFORMITY)
    nature = models.CharField(_("kind of action"), max_length=12, choices=Nature, default=Nature.CORRECTIVE)
    extent = models.TextField(_("how far it reaches: products, lots, sites, since when"), blank=True)

    measure = models.CharField(_("figure that shows the problem"), max_length=200)
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    before = models.DecimalField(_("figure before"), max_digits=14, decimal_places=3, null=True, blank=True)
    period = models.CharField(_("over which period or how many cases"), max_length=200, blank=True)

    risk_level = models.CharField(
        _("risk"), max_length=8, choices=Risk, blank=True, help_text=_("What can happen if nothing is done.")
    )
    risk_reason = models.TextField(_("why this risk, with the entry of the risk file"), blank=True)
    team = LinesField(
        _("who takes part"),
        columns=(
            LineColumn(name="who", label=_("person"), kind="person"),
            LineColumn(name="part", label=_("what they bring"), required=False),
        ),
    )

    corrected = models.TextField(_("correction: what put this case right"), blank=True)
    corrected_on = models.DateField(_("corrected on"), null=True, blank=True)

    method = models.CharField(_("method"), max_length=12, choices=Method, blank=True)
    examined = models.TextField(_("what was investigated, where and with whom"), blank=True)
    whys = LinesField(
        _("five whys"),
        columns=(
            LineColumn(name="why", label=_("why?"), kind="long"),
            LineColumn(name="known", label=_("how we know"), required=False),
        ),
    )
    fishbone = LinesField(
        _("fishbone"),
        columns=(
            LineColumn(name="branch", label=_("branch"), kind="choice", choices=BRANCHES),
            LineColumn(name="cause", label=_("possible cause")),
            LineColumn(name="ruled_out", label=_("ruled out, because"), required=False),
        ),
    )
    is_is_not = LinesField(
        _("is / is not"),
        columns=(
            LineColumn(name="aspect", label=_("aspect"), kind="choice", choices=ASPECTS),
            LineColumn(name="is", label=_("it is")),
            LineColumn(name="is_not", label=_("it is not")),
            LineColumn(name="differs", label=_("what differs"), required=False),
        ),
    )
    timeline = LinesField(
        _("timeline"),
        columns=(
            LineColumn(name="on", label=_("day"), kind="day"),
            LineColumn(name="what", label=_("what happened")),
            LineColumn(name="known", label=_("how we know"), required=False),
        ),
    )
    root_cause = models.TextField(_("root cause"), blank=True)
    cause = models.CharField(_("kind of cause"), max_length=12, choices=Cause, blank=True)
    cause_known = models.TextField(_("how we know that this is the cause"), blank=True)
    elsewhere = models.TextField(_("where else the same cause could be at work"), blank=True)
    doubt = models.CharField(_("doubt about the root cause"), max_length=10, choices=Doubt, blank=True, editable=False)
    """Computed from the words of the root cause whenever the record is written (M108)."""

    justification = models.TextField(_("why these actions remove the cause, and fit the risk"), blank=True)
    side_effects = models.TextField(_("checked: no harm to safety, performance or a legal duty"), blank=True)
    criterion = models.CharField(_("it worked, if"), max_length=300, blank=True)
    direction = models.CharField(_("the figure must be"), max_length=8, choices=Direction, default=Direction.AT_MOST)
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=3, null=True, blank=True)
    records_needed = models.PositiveSmallIntegerField(_("records to be looked at, at least"), default=5)
    planned_on = models.DateField(_("plan approved on"), null=True, editable=False)
    """The criterion is older than this day, and the implementation younger."""

    check_from = models.DateField(_("effect is observed from"), null=True, blank=True)
    check_due = models.DateField(_("effect is judged by"), null=True, blank=True)

    no_document = models.TextField(_("why no procedure changed"), blank=True)
    no_training = models.TextField(_("why nobody had to be told or trained"), blank=True)
    implemented_on = models.DateField(_("implemented on"), null=True, editable=False)

    after = models.DecimalField(_("figure after"), max_digits=14, decimal_places=3, null=True, blank=True)
    result = models.TextField(_("what the records show"), blank=True)
    checked_on = models.DateField(_("judged on"), null=True, editable=False)
    rounds = models.PositiveSmallIntegerField(_("times taken up again"), default=0, editable=False)

    def clean(self) -> None:
        self.doubt = doubt_about(self.root_cause, self.symptom, self.title)

    @property
    def shown_state(self) -> State:
        return NAMED[self.state]

    @property
    def reached(self) -> bool | None:
        """Whether the figure meets the target set beforehand; None while one of them is missing."""
        if self.after is None or self.target is None:
            return None
        after, target = Decimal(self.after), Decimal(self.target)
        return after <= target if self.direction == self.Direction.AT_MOST else after >= target


class CapaAction(Record):
    """One action of a CAPA, with an owner of its own, a day, and a trace of having been done."""

    class Purpose(models.TextChoices):
        CORRECTIVE = "corrective", _("corrective: removes the cause")
        PREVENTIVE = "preventive", _("preventive: removes a possible cause")
        CORRECTION = "correction", _("correction: puts the case right")
        CONTAINMENT = "containment", _("containment: limits it meanwhile")

    class Type(models.TextChoices):
        DOCUMENTATION = "documentation", _("a document is written or changed")
        TRAINING = "training", _("people learn something")
        PROCESS = "process", _("work is done another way")
        EQUIPMENT = "equipment", _("equipment, tool or software")
        PRODUCT = "product", _("the product or its design")
        SUPPLIER = "supplier", _("a supplier or purchased part")
        OTHER = "other", _("something else")

    what = models.TextField(_("what is done, and how one sees that it is"))
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose, default=Purpose.CORRECTIVE)
    type = models.CharField(_("what changes"), max_length=14, choices=Type)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    outcome = models.TextField(_("what was done, and where it can be seen"), blank=True)

    @property
    def shown_state(self) -> State:
        return NAMED[self.state]
