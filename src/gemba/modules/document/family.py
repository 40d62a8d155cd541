"""A document is a family of revisions under one number; a revision is the text that people work to."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.kernel.people.models import Person
from gemba.kernel.records.fields import LinesField, RichTextField
from gemba.kernel.records.models import Record
from gemba.kernel.types import registry
from gemba.modules.document.choices import evidence_choices
from gemba.modules.document.lines import ASKED, CADENCE, FACTS, GOVERNED, READERS, SIGNERS, STEPS, TERMS

LEAST_YEARS = 2
"""No record of a medical device is kept shorter than this (ISO 13485 4.2.5)."""
PREFIXES = {
    "manual": "MAN", "policy": "POL", "procedure": "SOP", "instruction": "WI", "form": "FRM", "template": "TPL",
    "plan": "PLN", "external": "EXT", "paper": "PAP",
}  # fmt: skip
"""The first part of a number, by type of document."""


def unknown_kinds(lines: list[dict[str, Any]]) -> list[str]:
    """The kinds of record named in lines that this installation does not have."""
    return sorted({line["kind"] for line in lines if line["kind"] and line["kind"] not in registry})


class Document(Record):
    """A controlled document whatever its revision: what it is, who keeps it, who must read it, who signs it."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset(
        {"next_review", "escalated", "destroyed_on", "destroyed_how"}
    )

    class Type(models.TextChoices):
        MANUAL = "manual", gettext_lazy("quality manual")
        POLICY = "policy", gettext_lazy("policy")
        PROCEDURE = "procedure", gettext_lazy("procedure")
        INSTRUCTION = "instruction", gettext_lazy("work instruction")
        FORM = "form", gettext_lazy("form")
        TEMPLATE = "template", gettext_lazy("template")
        PLAN = "plan", gettext_lazy("plan")
        EXTERNAL = "external", gettext_lazy("external document")
        PAPER = "paper", gettext_lazy("paper record")

    class Area(models.TextChoices):
        DESIGN = "design", gettext_lazy("design")
        PURCHASING = "purchasing", gettext_lazy("purchasing")
        PRODUCTION = "production", gettext_lazy("production")
        VALIDATION = "validation", gettext_lazy("validation")
        MAINTENANCE = "maintenance", gettext_lazy("maintenance")
        MARKET = "market", gettext_lazy("after the sale")
        QUALITY = "quality", gettext_lazy("quality system")

    class TakesEffect(models.TextChoices):
        APPROVED = "approved", gettext_lazy("as soon as it is approved")
        DAY = "day", gettext_lazy("on the day that the revision names")
        TRAINED = "trained", gettext_lazy("when those who must read it have read it")

    class Retention(models.TextChoices):
        DEVICE = "device", gettext_lazy("lifetime of the device, counted from the last one placed on the market")
        OBSOLETE = "obsolete", gettext_lazy("counted from the day it was replaced or retired")
        RECORD = "record", gettext_lazy("counted from the date of the record")
        LAW = "law", gettext_lazy("set by a law, counted from the day it was replaced or retired")

    record_ptr = models.OneToOneField(
        Record, models.CASCADE, parent_link=True, primary_key=True, related_name="as_document"
    )
    """Named, so that columns of other types can be called `document`."""
    type = models.CharField(gettext_lazy("type"), max_length=12, choices=Type)
    area = models.CharField(gettext_lazy("area"), max_length=12, choices=Area)
    takes_effect = models.CharField(
        gettext_lazy("a revision takes effect"), max_length=10, choices=TakesEffect, default=TakesEffect.APPROVED
    )
    trained_percent = models.PositiveSmallIntegerField(
        gettext_lazy("share of readers needed, in per cent"), default=100,
        validators=(MinValueValidator(1), MaxValueValidator(100)),
    )  # fmt: skip
    review_months = models.PositiveSmallIntegerField(
        gettext_lazy("months between reviews"), default=24, validators=(MinValueValidator(1), MaxValueValidator(60))
    )
    retention = models.CharField(gettext_lazy("retention"), max_length=10, choices=Retention, blank=True)
    retention_years = models.PositiveSmallIntegerField(
        gettext_lazy("years it is kept at least"), null=True, blank=True,
        validators=(MinValueValidator(LEAST_YEARS), MaxValueValidator(200)),
    )  # fmt: skip
    retention_from = models.DateField(gettext_lazy("last device placed on the market"), null=True, blank=True)
    retention_basis = models.CharField(gettext_lazy("law or reason for the period"), max_length=300, blank=True)
    readers = LinesField(gettext_lazy("who must read it"), columns=READERS)
    reading_days = models.PositiveSmallIntegerField(
        gettext_lazy("days to read it in"), default=14, validators=(MinValueValidator(1), MaxValueValidator(365))
    )
    signers = LinesField(gettext_lazy("who reviews and approves it"), columns=SIGNERS)
    in_order = models.BooleanField(gettext_lazy("signed one after the other"), default=False)
    governs = LinesField(gettext_lazy("kinds of record made by it"), columns=GOVERNED)
    governed = models.CharField(max_length=1000, blank=True, editable=False)
    """The kinds in `governs` between spaces, so that the page of a record finds its procedure with one short look."""
    place = models.CharField(gettext_lazy("where the paper is"), max_length=300, blank=True)
    custodian = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("custodian")
    )
    proves = models.CharField(gettext_lazy("evidence it is"), max_length=60, blank=True, choices=evidence_choices)
    issuer = models.CharField(gettext_lazy("issuer"), max_length=200, blank=True)
    edition = models.CharField(gettext_lazy("edition"), max_length=100, blank=True)
    source = models.CharField(gettext_lazy("where it was obtained"), max_length=300, blank=True)
    own_number = models.CharField(max_length=40, blank=True, editable=False)
    """The number it came with, where it was taken over from another system."""
    imported_from = models.CharField(gettext_lazy("imported from"), max_length=1000, blank=True, editable=False)
    """Folder and path of the file it was taken over from; empty where it began here. No file is taken over twice."""
    imported_sha256 = models.CharField(gettext_lazy("SHA-256 of that file"), max_length=64, blank=True, editable=False)
    imported_facts = LinesField(gettext_lazy("what the file says of itself"), columns=FACTS, editable=False)
    stated_effective = models.DateField(
        gettext_lazy("in force before, as stated"), null=True, blank=True, editable=False
    )
    """The day on which it took effect before the import, as the file states it. Nobody has confirmed it here."""
    next_review = models.DateField(gettext_lazy("next review"), null=True, blank=True, editable=False)
    escalated = models.PositiveSmallIntegerField(default=0, editable=False)
    """Whom an overdue review has been brought to: 1 its owner, 2 quality, 3 top management."""
    destroyed_on = models.DateField(gettext_lazy("destroyed on"), null=True, blank=True, editable=False)
    destroyed_how = models.CharField(gettext_lazy("how it was destroyed"), max_length=300, blank=True, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["imported_from"], condition=~Q(imported_from=""), name="document_imported_once"
            ),
        )
        indexes = (
            models.Index(fields=["governed"], condition=~Q(governed=""), name="document_governed"),
            models.Index(fields=["next_review"], name="document_next_review"),
        )

    @property
    def outside(self) -> bool:
        """Registered, not written here: a paper record or somebody else's document."""
        return self.type in (self.Type.EXTERNAL, self.Type.PAPER)

    @property
    def needs_fit_check(self) -> bool:
        """Whether people who do the work are asked if it fits (M57)."""
        return self.type in (self.Type.PROCEDURE, self.Type.INSTRUCTION)

    def clean(self) -> None:
        faults = {**self._type_fault(), **self._retention_fault(), **self._line_faults()}
        if faults:
            raise ValidationError(faults)
        kinds = sorted({line["kind"] for line in self.governs})
        self.governed = f" {' '.join(kinds)} " if kinds else ""

    def _type_fault(self) -> dict[str, Any]:
        prefix = PREFIXES.get(self.type, "")
        if self.pk is None or self.own_number or f"{prefix}-" in self.number:
            return {}
        return {"type": _("The number %s says what it is. Void this one and raise another.") % self.number}

    def _retention_fault(self) -> dict[str, Any]:
        if self.retention and not self.retention_years:
            return {"retention_years": _("Say how many years.")}
        if self.retention == self.Retention.LAW and not self.retention_basis.strip():
            return {"retention_basis": _("Name the law.")}
        return {}

    def _line_faults(self) -> dict[str, Any]:
        faults = {}
        if not all(line["role"] or line["person"] for line in self.signers):
            faults["signers"] = _("Each line names a role or a person.")
        if not all(line["group"] or line["person"] for line in self.readers):
            faults["readers"] = _("Each line names a group or a person.")
        if unknown := unknown_kinds(self.governs):
            faults["governs"] = _("There is no kind of record called %s.") % unknown[0]
        return faults


class Revision(Record):
    """One text of a document. Once approved nothing in it changes, in the database neither."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset(
        {"asked", "working", "in_force", "sealed", "own_percent", "bypassed_fit_check", "bypass_reason"}
    )
    COPIES: ClassVar[frozenset[str]] = frozenset({"template_text", "drawn"})
    SEALED_BY: ClassVar[str] = "sealed"
    CHANGES_WHEN_SEALED: ClassVar[frozenset[str]] = frozenset({"working", "in_force"})

    class Provenance(models.TextChoices):
        AUTHORED = "authored", gettext_lazy("written here")
        TEMPLATE = "template", gettext_lazy("from a template")
        COPIED = "copied", gettext_lazy("copied from another document")
        ASSISTED = "assisted", gettext_lazy("written with the help of AI")
        IMPORTED = "imported", gettext_lazy("taken over from the files used before")

    record_ptr = models.OneToOneField(
        Record, models.CASCADE, parent_link=True, primary_key=True, related_name="as_revision"
    )
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="revisions", verbose_name=gettext_lazy("document")
    )
    sequence = models.PositiveIntegerField(gettext_lazy("revision"), default=0, editable=False)
    """1 for the first, given when raised. A void revision keeps it."""
    body = RichTextField(gettext_lazy("text"), blank=True)
    steps = LinesField(gettext_lazy("steps"), columns=STEPS)
    terms = LinesField(gettext_lazy("terms"), columns=TERMS)
    cadence = LinesField(gettext_lazy("what it makes happen"), columns=CADENCE)
    change_reason = models.TextField(gettext_lazy("why it changes"), blank=True)
    what_changed = models.TextField(gettext_lazy("what changed"), blank=True)
    provenance = models.CharField(
        gettext_lazy("where the text comes from"), max_length=10, choices=Provenance, default=Provenance.AUTHORED
    )
    template_name = models.CharField(gettext_lazy("template"), max_length=300, blank=True, editable=False)
    template_text = models.TextField(blank=True, editable=False)
    """The text it was made from, as it stood then; empty where nothing, or a document here, was the template."""
    drawn = models.TextField(blank=True, editable=False)
    """The text with its live data as they stood when it was sent to be signed; empty where it holds none."""
    training_needed = models.BooleanField(gettext_lazy("readers sign that they understood"), default=True)
    effective_on = models.DateField(gettext_lazy("takes effect on"), null=True, blank=True)
    asked = LinesField(gettext_lazy("asked to sign"), columns=ASKED, editable=False)
    """Who reviews and approves, as the document's rule stood when this text was sent."""
    working = models.BooleanField(default=True, editable=False)
    """Not yet in force and not void: there is one at a time."""
    in_force = models.BooleanField(default=False, editable=False)
    """The text that people work to today: there is one at a time. Set together with the state, never alone."""
    sealed = models.BooleanField(default=False, editable=False)
    """Approved: the database refuses every change of what it says."""
    own_percent = models.PositiveSmallIntegerField(
        gettext_lazy("wording of its own, in per cent"), null=True, blank=True, editable=False
    )
    """Measured when it was approved, rounded down; None before, and where it was made from no template."""
    bypassed_fit_check = models.BooleanField(
        gettext_lazy("approved without asking those who do the work"), default=False, editable=False
    )
    bypass_reason = models.TextField(gettext_lazy("why nobody was asked"), blank=True, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["document", "sequence"], name="revision_once"),
            models.UniqueConstraint(fields=["document"], condition=Q(working=True), name="revision_one_draft"),
            models.UniqueConstraint(fields=["document"], condition=Q(in_force=True), name="revision_one_in_force"),
        )
        indexes = (
            models.Index(fields=["own_percent"], condition=Q(own_percent__isnull=False), name="revision_own_percent"),
        )

    def clean(self) -> None:
        """A revision stays with its document, whose number is part of its own."""
        for name in ("steps", "cadence"):
            if unknown := unknown_kinds(getattr(self, name)):
                raise ValidationError({name: _("There is no kind of record called %s.") % unknown[0]})
        if self.pk is not None and not self.number.endswith(f"{self.document.number}-R{self.sequence}"):
            raise ValidationError({"document": _("A revision cannot move to another document.")})
