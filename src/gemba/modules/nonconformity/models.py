"""What did not meet a requirement, what was done about it at once, and what was decided; concessions and rework."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gemba.kernel.records.fields import LineColumn, LinesField
from gemba.kernel.records.models import Record


class YesNo(models.TextChoices):
    """A question that must be answered; the reason stands beside it."""

    YES = "yes", _("yes")
    NO = "no", _("no")


class Nonconformity(Record):
    """A requirement that was not met by a product, a process, a supplier or a document."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"evaluated_on", "decided_on", "closed_on"})

    class About(models.TextChoices):
        PRODUCT = "product", _("a product or part")
        PROCESS = "process", _("a process")
        SUPPLIER = "supplier", _("something a supplier delivered or did")
        SYSTEM = "system", _("the quality system or a document")

    class Source(models.TextChoices):
        PRODUCTION = "production", _("our own work")
        INSPECTION = "inspection", _("inspection or test")
        INCOMING = "incoming", _("incoming goods")
        INTERNAL_AUDIT = "internal_audit", _("an internal audit")
        EXTERNAL_AUDIT = "external_audit", _("an external audit or inspection by an authority")
        COMPLAINT = "complaint", _("a complaint or feedback")
        SERVICE = "service", _("service or installation")
        OTHER = "other", _("another source")

    class Found(models.TextChoices):
        BEFORE = "before", _("before delivery")
        AFTER = "after", _("after delivery or use began")
        NONE = "none", _("no product is affected")

    class Severity(models.TextChoices):
        MINOR = "minor", _("minor")
        MAJOR = "major", _("major")
        CRITICAL = "critical", _("critical")

    class RiskImpact(models.TextChoices):
        NONE = "none", _("covered by the risk file as it stands")
        UPDATE = "update", _("the risk file must change")
        NOT_RELATED = "not_related", _("no relation to product risk")

    class Disposition(models.TextChoices):
        REWORK = "rework", _("rework and verify again")
        CONCESSION = "concession", _("use as it is, under a concession")
        SCRAP = "scrap", _("scrap")
        RETURN = "return", _("return to the supplier")
        OTHER_USE = "other_use", _("rule out its intended use (training, test, spare)")
        CORRECT = "correct", _("put right; no product is involved")

    AUDITS = (Source.INTERNAL_AUDIT, Source.EXTERNAL_AUDIT)

    description = models.TextField(_("what was found, and what should have been"))
    about = models.CharField(_("it is about"), max_length=12, choices=About, default=About.PRODUCT)
    source = models.CharField(_("found through"), max_length=20, choices=Source, default=Source.PRODUCTION)
    unmet = models.CharField(_("requirement not met"), max_length=300)
    found = models.CharField(_("found"), max_length=8, choices=Found, default=Found.BEFORE)
    part = models.CharField(_("part, document or process step"), max_length=200, blank=True)
    lots = models.CharField(_("lots or serial numbers"), max_length=300, blank=True)
    quantity = models.PositiveIntegerField(_("how many"), null=True, blank=True)

    contained = LinesField(
        _("what was done at once"),
        columns=(
            LineColumn(name="what", label=_("what was done")),
            LineColumn(name="by", label=_("by"), kind="person", required=False),
            LineColumn(name="on", label=_("on"), kind="day"),
        ),
    )
    segregated = models.CharField(_("set apart and marked"), max_length=4, choices=YesNo, blank=True)
    segregation = models.CharField(_("where it stands, or why nothing is set apart"), max_length=300, blank=True)

    reach = models.TextField(_("how far it reaches and what it can cause"), blank=True)
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity, blank=True,
        help_text=_("Minor: no effect on safety, performance or a legal duty. Critical: affects safety or breaks one."),
    )  # fmt: skip
    risk_impact = models.CharField(_("risk management"), max_length=12, choices=RiskImpact, blank=True)
    risk_reason = models.TextField(_("why, with the entry of the risk file"), blank=True)
    investigate = models.CharField(_("investigate further"), max_length=4, choices=YesNo, blank=True)
    investigate_reason = models.TextField(_("why, and what the investigation found"), blank=True)
    notify = models.CharField(_("tell somebody outside"), max_length=4, choices=YesNo, blank=True)
    notify_reason = models.TextField(_("who is responsible outside, or why nobody is told"), blank=True)
    evaluated_on = models.DateField(_("evaluated on"), null=True, editable=False)

    disposition = models.CharField(_("disposition"), max_length=12, choices=Disposition, blank=True)
    disposition_reason = models.TextField(_("why this disposition"), blank=True)
    capa_decision = models.CharField(_("corrective action (CAPA)"), max_length=4, choices=YesNo, blank=True)
    capa_reason = models.TextField(_("why a CAPA is or is not needed"), blank=True)
    decided_on = models.DateField(_("decided on"), null=True, editable=False)

    notices = LinesField(
        _("who outside was told"),
        columns=(
            LineColumn(name="party", label=_("supplier, partner, customer or authority")),
            LineColumn(name="on", label=_("told on"), kind="day"),
            LineColumn(name="how", label=_("how, and their answer"), kind="long"),
        ),
    )
    outcome = models.TextField(_("how it was carried out"), blank=True)
    closed_on = models.DateField(_("closed on"), null=True, editable=False)


class Concession(Record):
    """Leave to use or deliver what does not meet a requirement: for these items, for this time, for this reason."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"granted_on"})

    deviation = models.TextField(_("what does not meet which requirement"))
    justification = models.TextField(_("why its use is safe and serves its purpose"))
    regulatory = models.TextField(_("which legal requirements were checked, and that they are met"), blank=True)
    risk_effect = models.TextField(_("effect on risk"), blank=True)
    items = models.CharField(_("which items (lots, serial numbers)"), max_length=300)
    quantity = models.PositiveIntegerField(_("how many at most"), null=True, blank=True)
    until = models.DateField(_("valid until"), null=True, blank=True)
    customer_agrees = models.CharField(_("the customer agrees, where that is needed"), max_length=300, blank=True)
    granted_on = models.DateField(_("granted on"), null=True, editable=False)


class Rework(Record):
    """Work on a nonconforming product so that it meets its requirements, to an approved instruction, verified again."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"verified_on"})

    class Result(models.TextChoices):
        PASS = "pass", _("meets its requirements")
        FAIL = "fail", _("does not meet them")

    items = models.CharField(_("which items (lots, serial numbers)"), max_length=300)
    quantity = models.PositiveIntegerField(_("how many"), default=1)
    instruction = models.TextField(_("what is done, step by step, or the instruction that says so"))
    harm_weighed = models.TextField(_("harm that the rework itself could do to the product"), blank=True)
    to_verify = models.TextField(_("what must be verified afterwards, with limits"), blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done = models.TextField(_("what was done, and what came up"), blank=True)
    verified = models.TextField(_("what the verification measured, with equipment"), blank=True)
    result = models.CharField(_("result"), max_length=5, choices=Result, blank=True)
    verified_on = models.DateField(_("verified on"), null=True, editable=False)
