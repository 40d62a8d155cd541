"""A plan for a certificate, the certificate, and each visit of the body that gives and watches it."""

import datetime as dt
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.evidence.catalogue.load import SHIPPED
from gemba.evidence.catalogue.model import Framework
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.kernel.people.models import Person
from gemba.kernel.records.fields import LineColumn, LinesField
from gemba.kernel.records.models import Record
from gemba.modules.certification.cycle import ends
from gemba.modules.certification.naming import milestones

MOST_MONTHS = 24


def frameworks() -> list[tuple[str, str]]:
    return [(each.id, each.designation) for each in known_catalogue().frameworks.values() if each.id in SHIPPED]


class CertificationPlan(Record):
    """The way to a certificate. Only dates and names are typed; what is reached is computed from evidence."""

    framework = models.CharField(_("framework"), max_length=40, choices=frameworks)
    body = models.CharField(_("certification body"), max_length=200)
    covers = models.TextField(_("what is to be certified"), help_text=_("Sites, processes, products."))
    stage1_on = models.DateField(
        _("stage 1 planned for"), null=True, blank=True, help_text=_("The paper track is to be ready by then.")
    )
    stage2_on = models.DateField(
        _("stage 2 planned for"), null=True, blank=True, help_text=_("The practice track is to be ready by then.")
    )
    months_of_records = models.PositiveSmallIntegerField(
        _("months of records before stage 2"), default=3,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MONTHS)],
    )  # fmt: skip
    targets = LinesField(
        _("other days and people"),
        columns=(
            LineColumn(name="milestone", label=_("Milestone"), kind="choice", choices=milestones),
            LineColumn(name="day", label=_("To be reached by"), kind="day", required=False),
            LineColumn(name="person", label=_("Responsible"), kind="person", required=False),
        ),
        help_text=_("Milestones not named here are due with their stage, and lie with the owner of the plan."),
    )  # fmt: skip

    def clean(self) -> None:
        """Stage 2 comes after stage 1, and each milestone is named once."""
        if self.stage1_on and self.stage2_on and self.stage2_on < self.stage1_on:
            raise ValidationError({"stage2_on": [_now("Stage 2 comes after stage 1.")]})
        named = [line["milestone"] for line in self.targets or []]
        if len(named) != len(set(named)):
            raise ValidationError({"targets": [_now("Name each milestone once.")]})

    @property
    def catalogued(self) -> Framework | None:
        return known_catalogue().frameworks.get(self.framework)


class Certificate(Record):
    """A certificate as its body gave it. It proves nothing of practice, and nothing is done because of it."""

    record_ptr = models.OneToOneField(
        Record, models.CASCADE, parent_link=True, primary_key=True, related_name="as_certificate"
    )

    plan = models.ForeignKey(
        CertificationPlan, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("plan")
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("replaces")
    )
    framework = models.CharField(_("framework"), max_length=40, choices=frameworks)
    body = models.CharField(_("certification body"), max_length=200)
    certificate = models.CharField(_("certificate number"), max_length=120)
    covers = models.TextField(_("scope as certified"))
    issued = models.DateField(_("issued on"))
    expires = models.DateField(
        _("expires on"), null=True, blank=True, help_text=_("Empty: after the usual time of the framework.")
    )
    deputy = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("deputy"),
        help_text=_("Who looks after it while the owner cannot."),
    )  # fmt: skip

    def clean(self) -> None:
        """It ends after it begins; without a day it lasts as long as its kind does."""
        issued: dt.date | None = self.issued
        if issued is not None and self.expires is None:
            self.expires = ends(self.framework, issued)
        if issued is not None and self.expires is not None and self.expires < issued:
            raise ValidationError({"expires": [_now("It cannot expire before it was issued.")]})
        if self.pk and self.replaces_id == self.pk:
            raise ValidationError({"replaces": [_now("It cannot replace itself.")]})

    @property
    def catalogued(self) -> Framework | None:
        return known_catalogue().frameworks.get(self.framework)


class CertificationVisit(Record):
    """A visit of the body: stage 1, stage 2, surveillance, recertification. `due` is the last day for it."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"asked_on", "claimed", "working", "applicable"})

    class Stage(models.TextChoices):
        STAGE1 = "stage1", _("stage 1")
        STAGE2 = "stage2", _("stage 2")
        SURVEILLANCE = "surveillance", _("surveillance")
        RECERTIFICATION = "recertification", _("recertification")
        UNANNOUNCED = "unannounced", _("unannounced")
        SPECIAL = "special", _("special")

    stage = models.CharField(_("kind of visit"), max_length=15, choices=Stage)
    plan = models.ForeignKey(
        CertificationPlan, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("plan")
    )
    of_certificate = models.ForeignKey(
        Certificate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("certificate")
    )
    prepare_from = models.DateField(_("to be prepared from"), null=True, blank=True)
    held_on = models.DateField(_("held until"), null=True, blank=True)
    auditors = models.CharField(_("auditors"), max_length=300, blank=True)
    majors = models.PositiveSmallIntegerField(_("major nonconformities"), null=True, blank=True)
    minors = models.PositiveSmallIntegerField(_("minor nonconformities"), null=True, blank=True)
    observations = models.PositiveSmallIntegerField(_("observations"), null=True, blank=True)
    conclusion = models.TextField(_("what they said"), blank=True)
    asked_on = models.DateField(null=True, blank=True, editable=False)
    claimed = models.PositiveIntegerField(_("duties on paper on that day"), null=True, editable=False)
    working = models.PositiveIntegerField(_("duties in practice on that day"), null=True, editable=False)
    applicable = models.PositiveIntegerField(_("duties that asked for practice"), null=True, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(working=None) | Q(working__lte=F("applicable"), claimed__lte=F("applicable")),
                name="visit_figures",
            ),
        )

    def clean(self) -> None:
        """It happened on the day it was held, which is part of what is signed."""
        if self.held_on is not None:
            self.event_date = self.held_on

    @property
    def framework(self) -> str:
        """Of its certificate, else of its plan; empty where it has neither."""
        if self.of_certificate is not None:
            return self.of_certificate.framework
        return self.plan.framework if self.plan is not None else ""

    @property
    def first_pass(self) -> bool | None:
        """Stage 2 without a major nonconformity; None for every other visit, and before it was held (M166)."""
        if self.stage != self.Stage.STAGE2 or self.majors is None or self.held_on is None:
            return None
        return self.majors == 0
