"""A supplier, how it was judged, what was decided about it and when, and how it delivered."""

import datetime as dt
from typing import Any, ClassVar

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.kernel import clock
from gemba.kernel.records.fields import LineColumn, LinesField
from gemba.kernel.records.models import Record
from gemba.modules.supplier.choices import (
    AGAIN_MONTHS,
    BEST,
    CRITERIA,
    GOODS,
    OUTSOURCED,
    SCORES,
    Criticality,
    Look,
    Ruling,
    Verdict,
)

PER_CENT = (MaxValueValidator(100),)


def outsources(supplies: list[dict[str, Any]]) -> bool:
    """Whether a process of ours is among it, which asks for a quality agreement whatever the class."""
    return any(line["sort"] == OUTSOURCED for line in supplies)


SUPPLIES = (
    LineColumn(name="what", label=gettext_lazy("Part, material or service")),
    LineColumn(name="sort", label=gettext_lazy("Sort"), kind="choice", choices=GOODS),
    LineColumn(name="effect", label=gettext_lazy("Effect on the device"), kind="long", required=False),
)


class Supplier(Record):
    """Who supplies what from where. Its status, class and scope change by a signed decision only, once it is approved.

    `valid_from` is the day since which it has its status.
    """

    PERSONAL = frozenset({"contact"})

    record_ptr = models.OneToOneField(
        Record, models.CASCADE, parent_link=True, primary_key=True, related_name="as_supplier"
    )
    """Named, so that columns of other types can be called `supplier`."""
    supplies = LinesField(
        gettext_lazy("what it supplies"), columns=SUPPLIES,
        help_text=gettext_lazy("The approval holds for these only."),
    )  # fmt: skip
    address = models.TextField(gettext_lazy("where the work is done"))
    contact = models.CharField(gettext_lazy("contact"), max_length=300, blank=True)
    criticality = models.CharField(gettext_lazy("class"), max_length=10, choices=Criticality)
    criticality_reason = models.TextField(gettext_lazy("why this class"))
    agreement_from = models.DateField(gettext_lazy("quality agreement in force from"), null=True, blank=True)
    agreement_until = models.DateField(gettext_lazy("quality agreement ends on"), null=True, blank=True)
    most_late = models.PositiveSmallIntegerField(
        gettext_lazy("late deliveries that make us act, per cent"), default=10, validators=PER_CENT
    )
    most_faulty = models.PositiveSmallIntegerField(
        gettext_lazy("faulty deliveries that make us act, per cent"), default=2, validators=PER_CENT
    )
    outsourced = models.BooleanField(default=False, editable=False)
    """It carries out a process of ours (4.1.5). Follows from `supplies`."""

    def clean(self) -> None:
        self.outsourced = outsources(self.supplies)
        if self.agreement_until and not (self.agreement_from and self.agreement_from <= self.agreement_until):
            raise ValidationError({"agreement_until": _("It ends after it began. Give both days.")})


class SupplierEvaluation(Record):
    """One look at a supplier, with what it was held against and what came of it."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"signed_on"})

    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="evaluations", verbose_name=gettext_lazy("supplier")
    )
    look = models.CharField(gettext_lazy("what this is"), max_length=14, choices=Look)
    means = models.TextField(gettext_lazy("how we looked: visit, questionnaire, samples, figures"))
    criteria = LinesField(
        gettext_lazy("criteria"),
        columns=(
            LineColumn(name="by", label=gettext_lazy("Judged by"), kind="choice", choices=CRITERIA),
            LineColumn(name="criterion", label=gettext_lazy("Criterion")),
            LineColumn(name="score", label=gettext_lazy("Score"), kind="choice", choices=SCORES, required=False),
            LineColumn(name="seen", label=gettext_lazy("What was seen"), kind="long", required=False),
        ),
    )
    standard = models.CharField(gettext_lazy("certified to"), max_length=100, blank=True)
    certificate = models.CharField(gettext_lazy("certificate number"), max_length=100, blank=True)
    issuer = models.CharField(gettext_lazy("issued by"), max_length=200, blank=True)
    expires = models.DateField(gettext_lazy("certificate valid until"), null=True, blank=True)
    covers = models.TextField(gettext_lazy("what the certificate covers: site and goods"), blank=True)
    result = models.CharField(gettext_lazy("result"), max_length=14, choices=Verdict, blank=True)
    reasons = models.TextField(gettext_lazy("reasons and conditions"), blank=True)
    next_due = models.DateField(gettext_lazy("to be looked at again by"), null=True, blank=True)
    signed_on = models.DateField(gettext_lazy("signed on"), null=True, blank=True, editable=False)

    class Meta:
        indexes = (
            models.Index(fields=["supplier", "look", "signed_on"], name="supplier_look"),
            models.Index(fields=["expires"], condition=Q(expires__isnull=False), name="supplier_certificate"),
        )

    @property
    def score(self) -> int | None:
        """Per cent of the best that the scored criteria allow; None where nothing is scored."""
        given = [int(line["score"]) for line in self.criteria if line["score"]]
        return round(100 * sum(given) / (BEST * len(given))) if given else None

    def clean(self) -> None:
        """By when to look again is part of what is signed; where nobody says, it is as late as the class lets it be."""
        faults: dict[str, Any] = {}
        open_end = self.next_due is None and self.signed_on is None
        if open_end and self.supplier_id and self.look in (Look.QUALIFICATION, Look.AGAIN):
            months = AGAIN_MONTHS.get(self.supplier.criticality)
            self.next_due = clock.today() + relativedelta(months=months) if months else None
        if self.expires and not (self.certificate.strip() and self.issuer.strip()):
            faults["certificate"] = _("Give number and issuer of the certificate.")
        if faults:
            raise ValidationError(faults)


class SupplierDecision(Record):
    """A status from a day on, with what it holds for. Decided ones never change; the list of any day is read from them.

    It is in force from `valid_from` on and no longer on `valid_to`, when the next one begins. `until` is the last day
    on which an approval holds.
    """

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"standing"})

    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="decisions", verbose_name=gettext_lazy("supplier")
    )
    ruling = models.CharField(gettext_lazy("decision"), max_length=12, choices=Ruling)
    grounds = models.TextField(gettext_lazy("grounds"))
    conditions = models.TextField(gettext_lazy("conditions"), blank=True)
    until = models.DateField(gettext_lazy("holds until"), null=True, blank=True)
    criticality = models.CharField(gettext_lazy("class"), max_length=10, choices=Criticality)
    criticality_reason = models.TextField(gettext_lazy("why this class"))
    supplies = LinesField(gettext_lazy("for what"), columns=SUPPLIES)
    address = models.TextField(gettext_lazy("where the work is done"))
    standing = models.BooleanField(gettext_lazy("in force"), default=False, editable=False)
    """The decision that holds now: there is one at a time for each supplier."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["supplier"], condition=Q(standing=True), name="supplier_one_standing"),
        )

    def clean(self) -> None:
        if self.ruling == Ruling.CONDITIONS and not self.conditions.strip():
            raise ValidationError({"conditions": _("Say under which conditions.")})


class SupplierPerformance(Record):
    """What came in a period, how much of it late or faulty; the rates follow."""

    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="performance", verbose_name=gettext_lazy("supplier")
    )
    begins = models.DateField(gettext_lazy("from"))
    ends = models.DateField(gettext_lazy("to"))
    deliveries = models.PositiveIntegerField(gettext_lazy("deliveries"))
    late = models.PositiveIntegerField(gettext_lazy("late"), default=0)
    faulty = models.PositiveIntegerField(gettext_lazy("faulty"), default=0)
    source = models.CharField(gettext_lazy("counted from"), max_length=200)
    acted = models.TextField(gettext_lazy("what we did about it"), blank=True)

    class Meta:
        indexes = (models.Index(fields=["supplier", "ends"], name="supplier_period"),)

    def clean(self) -> None:
        faults: dict[str, Any] = {}
        if self.ends < self.begins:
            faults["ends"] = _("The period ends after it begins.")
        faults |= {
            name: _("Not more than there were deliveries.")
            for name in ("late", "faulty")
            if getattr(self, name) > self.deliveries
        }
        if faults:
            raise ValidationError(faults)

    def per_cent(self, name: str) -> float | None:
        """Late or faulty deliveries of 100, or None where nothing was delivered."""
        return 100 * float(getattr(self, name)) / self.deliveries if self.deliveries else None

    @property
    def days(self) -> int:
        return (self.ends - self.begins + dt.timedelta(days=1)).days


class Purchase(Record):
    """An order as it was told to the supplier, checked before it went out. `event_date` is the day it was placed."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"exception"})

    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="purchases", verbose_name=gettext_lazy("supplier")
    )
    reference = models.CharField(gettext_lazy("order number"), max_length=100)
    items = LinesField(
        gettext_lazy("what is ordered"), blank=False,
        columns=(
            LineColumn(name="item", label=gettext_lazy("Part or service")),
            LineColumn(name="revision", label=gettext_lazy("Specification and revision")),
            LineColumn(name="quantity", label=gettext_lazy("Quantity"), kind="number", required=False),
        ),
    )  # fmt: skip
    asked = models.TextField(
        gettext_lazy("what else the order asks for"), blank=True,
        help_text=gettext_lazy("Tests, certificates, process, equipment, qualified people, quality system."),
    )  # fmt: skip
    change_notice = models.BooleanField(
        gettext_lazy("the supplier agreed to tell changes before they are made"), default=False
    )
    at_supplier = models.TextField(gettext_lazy("checked at the supplier: how, and how it is released"), blank=True)
    exception = models.BooleanField(
        gettext_lazy("ordered though the supplier was not approved"), default=False, editable=False
    )


class Incoming(Record):
    """What was looked at when goods came, what was found, and what became of them."""

    class Outcome(models.TextChoices):
        STOCK = "stock", gettext_lazy("to stock")
        BLOCKED = "blocked", gettext_lazy("blocked")
        RETURNED = "returned", gettext_lazy("returned")

    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="deliveries", verbose_name=gettext_lazy("supplier")
    )
    of_order = models.ForeignKey(
        Purchase, models.PROTECT, null=True, blank=True, related_name="deliveries",
        verbose_name=gettext_lazy("order"),
    )  # fmt: skip
    item = models.CharField(gettext_lazy("part and revision"), max_length=200)
    lot = models.CharField(gettext_lazy("lot"), max_length=100)
    quantity = models.PositiveIntegerField(gettext_lazy("quantity"))
    papers = models.TextField(gettext_lazy("papers that came along"), blank=True)
    checked = LinesField(
        gettext_lazy("what was checked"),
        columns=(
            LineColumn(name="characteristic", label=gettext_lazy("Characteristic")),
            LineColumn(name="limit", label=gettext_lazy("Limit")),
            LineColumn(name="found", label=gettext_lazy("Found, and with what")),
            LineColumn(name="good", label=gettext_lazy("Good"), kind="yes"),
        ),
    )  # fmt: skip
    outcome = models.CharField(gettext_lazy("decision"), max_length=10, choices=Outcome, blank=True)
    reasons = models.TextField(gettext_lazy("why"), blank=True)

    def clean(self) -> None:
        if self.of_order is not None and self.of_order.supplier_id != self.supplier_id:
            raise ValidationError({"of_order": _("That order went to another supplier.")})
