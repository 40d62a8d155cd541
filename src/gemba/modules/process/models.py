"""A process, what can go wrong in it, how well it runs, and who accepted to carry it."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from gemba.kernel.people.models import Person
from gemba.kernel.records.fields import LineColumn, LinesField
from gemba.kernel.records.models import Record
from gemba.modules.process import parts
from gemba.modules.process.offered import people_by_name, processes, roles_and_people
from gemba.modules.process.rating import Band, band_of

PARTS = (
    (parts.OWNER, _("owner of the process")), (parts.ACCOUNTABLE, _("accountable")),
    (parts.RESPONSIBLE, _("responsible")),
)  # fmt: skip
HANDED = (
    LineColumn(name="what", label=_("What")),
    LineColumn(name="process", label=_("Process"), kind="choice", choices=processes, required=False),
    LineColumn(name="outside", label=_("Or outside the system"), required=False,
               help=_("Such as a customer, a supplier or an authority.")),
)  # fmt: skip
RACI = (
    LineColumn(name="activity", label=_("Activity")),
    LineColumn(name=parts.RESPONSIBLE, label=_("Responsible"), kind="choice", choices=roles_and_people,
               help=_("Does it.")),
    LineColumn(name=parts.ACCOUNTABLE, label=_("Accountable"), kind="choice", choices=roles_and_people,
               help=_("Answers for it; exactly one.")),
    LineColumn(name=parts.CONSULTED, label=_("Consulted"), required=False,
               help=_("Job roles or people, separated by commas.")),
    LineColumn(name=parts.INFORMED, label=_("Informed"), required=False,
               help=_("Job roles or people, separated by commas.")),
)  # fmt: skip
CARRIED = (
    LineColumn(name="activity", label=_("Activity"), required=False),
    LineColumn(name="part", label=_("Part"), kind="choice", choices=PARTS),
    LineColumn(name="through", label=_("As"), required=False),
)


class Process(Record):
    """A process of the quality system. `edition` counts its approved descriptions."""

    class Area(models.TextChoices):
        """Where in the company's work it stands; the middle ones are the way of a product."""

        DIRECTION = "direction", _("Direction and improvement")
        ORDERS = "orders", _("Requirements and orders")
        DESIGN = "design", _("Design and development")
        PURCHASING = "purchasing", _("Purchasing")
        PRODUCTION = "production", _("Production")
        DELIVERY = "delivery", _("Delivery and installation")
        AFTER = "after", _("After delivery")
        SUPPORT = "support", _("Support")

    class Direction(models.TextChoices):
        AT_LEAST = "at_least", _("at least")
        AT_MOST = "at_most", _("at most")

    class Interval(models.IntegerChoices):
        """Months between two measurements."""

        MONTH = 1, _("every month")
        QUARTER = 3, _("every quarter")
        HALF_YEAR = 6, _("every half-year")
        YEAR = 12, _("every year")

    purpose = models.TextField(_("what it is for"))
    area = models.CharField(_("area"), max_length=10, choices=Area)
    position = models.PositiveSmallIntegerField(
        _("place in the sequence"), default=10, help_text=_("Within its area, the smallest number comes first.")
    )
    accountable = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("process owner"),
        help_text=_("The one person who answers for its results."),
    )  # fmt: skip
    inputs = LinesField(_("inputs"), columns=HANDED)
    outputs = LinesField(_("outputs"), columns=HANDED)
    governs = LinesField(
        _("records it leaves"), columns=(LineColumn(name="kind", label=_("Kind of record"), kind="kind"),),
        help_text=_("By them it is seen whether the process is lived and whether it runs alike each time."),
    )  # fmt: skip
    metric = models.CharField(_("how it is measured"), max_length=300, blank=True)
    direction = models.CharField(_("good is"), max_length=8, choices=Direction, default=Direction.AT_LEAST)
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=3, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    metric_source = models.CharField(_("where the figure comes from"), max_length=300, blank=True)
    monitored = models.PositiveSmallIntegerField(_("measured"), choices=Interval, null=True, blank=True)
    raci = LinesField(_("responsibilities"), columns=RACI)
    outsourced = LinesField(
        _("performed outside the company"),
        columns=(
            LineColumn(name="what", label=_("What")), LineColumn(name="who", label=_("By whom")),
            LineColumn(name="control", label=_("How it is controlled"), kind="long"),
        ),
    )  # fmt: skip
    edition = models.PositiveSmallIntegerField(_("edition"), default=1, editable=False)

    def clean(self) -> None:
        """Who answers for the process also owns its record, so that nobody else is asked for it."""
        if self.accountable_id:
            self.owner_id = self.accountable_id

    @property
    def measurable(self) -> bool:
        """Whether everything is there that a measurement needs."""
        return bool(self.metric and self.metric_source and self.monitored) and self.target is not None

    def reached(self, value: Any) -> bool:
        """Whether a measured value meets the target."""
        if self.target is None:
            return False
        return bool(value >= self.target if self.direction == self.Direction.AT_LEAST else value <= self.target)


class ProcessRisk(Record):
    """What can go wrong in a process of the quality system, how bad and how likely, and what is done about it."""

    class Affects(models.TextChoices):
        PATIENT = "patient", _("patients and users")
        PRODUCT = "product", _("conformity of the product")
        COMPLIANCE = "compliance", _("what the law asks")
        COMPANY = "company", _("the company")

    class Severity(models.IntegerChoices):
        NEGLIGIBLE = 1, _("1 negligible")
        MINOR = 2, _("2 minor")
        SERIOUS = 3, _("3 serious")
        CRITICAL = 4, _("4 critical")
        CATASTROPHIC = 5, _("5 catastrophic")

    class Likelihood(models.IntegerChoices):
        ALMOST_NEVER = 1, _("1 almost never")
        RARE = 2, _("2 every few years")
        SOMETIMES = 3, _("3 every year")
        OFTEN = 4, _("4 every month")
        ALWAYS = 5, _("5 all the time")

    class Treatment(models.TextChoices):
        ACCEPT = "accept", _("accepted as it is")
        REDUCE = "reduce", _("made smaller")
        AVOID = "avoid", _("avoided by working otherwise")
        SHARE = "share", _("shared with somebody outside")

    cause = models.TextField(_("what can go wrong"))
    effect = models.TextField(_("what it would lead to"))
    affects = models.CharField(_("affects above all"), max_length=10, choices=Affects)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity)
    likelihood = models.PositiveSmallIntegerField(_("likelihood"), choices=Likelihood)
    treatment = models.CharField(_("decision"), max_length=8, choices=Treatment, default=Treatment.ACCEPT)
    measures = models.TextField(_("what is done about it"), blank=True)
    severity_after = models.PositiveSmallIntegerField(_("severity afterwards"), choices=Severity, null=True, blank=True)
    likelihood_after = models.PositiveSmallIntegerField(
        _("likelihood afterwards"), choices=Likelihood, null=True, blank=True
    )

    @property
    def before(self) -> Band:
        return band_of(self.severity, self.likelihood)

    @property
    def after(self) -> Band:
        """The rating with what is done about it; the first one where nothing is."""
        return band_of(self.severity_after or self.severity, self.likelihood_after or self.likelihood)


class ProcessMeasurement(Record):
    """One measured value of a process, for the period that ends on `event_date`."""

    value = models.DecimalField(_("value"), max_digits=12, decimal_places=3)
    source = models.CharField(_("where the figure comes from"), max_length=300)
    remark = models.TextField(_("what it tells us"), blank=True)


class Acknowledgement(Record):
    """One person accepts what the process asks of them. `lines` is what was accepted, word for word."""

    of_process = models.ForeignKey(Process, models.PROTECT, related_name="+", verbose_name=_("process"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    remark = models.TextField(_("what I need for it"), blank=True)
    lines = LinesField(_("responsibilities"), columns=CARRIED, editable=False)
    edition = models.PositiveSmallIntegerField(
        _("edition of the process"), default=1, editable=False, validators=[MinValueValidator(1)]
    )

    def clean(self) -> None:
        """It is the person's own; what it says follows from the process."""
        if self.person_id:
            self.owner_id = self.person_id
        if self.person_id and self.of_process_id and not self.lines:
            self.lines = parts.carried_by(self.of_process, people_by_name()).get(self.person, [])
            self.edition = self.of_process.edition
