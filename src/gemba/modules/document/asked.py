"""What is asked of people about a revision or a document, one record per person and question."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gemba.kernel.records.models import Record
from gemba.modules.document.family import Document, Revision


class Reading(Record):
    """Its owner is asked to read one revision, and signs having read and understood it (M41, ISO 13485 6.2)."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"read_on"})

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="readings", verbose_name=_("revision"))
    says = models.CharField(max_length=64, blank=True, editable=False)
    """The digest of exactly what there was to read."""
    read_on = models.DateField(_("read on"), null=True, blank=True, editable=False)

    def clean(self) -> None:
        self.says = self.says or self.revision.digest


class FitCheck(Record):
    """Its owner does the work and says whether the text describes it as it is done here (M57)."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"answered_on"})

    class Fits(models.TextChoices):
        YES = "yes", _("as it is done here")
        PARTLY = "partly", _("differs in parts")
        NO = "no", _("not how it is done here")

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="fit_checks", verbose_name=_("revision"))
    who_does_it = models.CharField(_("who really does it"), max_length=300, blank=True)
    how_often = models.CharField(_("how often"), max_length=120, blank=True)
    which_tool = models.CharField(_("with which tool"), max_length=300, blank=True)
    fits = models.CharField(_("how the text fits"), max_length=6, choices=Fits, blank=True)
    what_differs = models.TextField(_("what differs"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True, editable=False)

    @property
    def tone(self) -> str:
        """How the answer looks: good, busy or bad."""
        return {self.Fits.YES: "good", self.Fits.PARTLY: "busy", self.Fits.NO: "bad"}.get(self.Fits(self.fits), "calm")


class PeriodicReview(Record):
    """Somebody looked whether a document still holds, and signed what came of it (ISO 13485 4.2.4)."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"reviewed_on"})

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("stays as it is")
        REVISE = "revise", _("needs a new revision")
        RETIRE = "retire", _("is no longer needed")

    document = models.ForeignKey(Document, models.PROTECT, related_name="reviews", verbose_name=_("document"))
    revision = models.ForeignKey(
        Revision, models.PROTECT, null=True, blank=True, editable=False, related_name="reviews",
        verbose_name=_("revision looked at"),
    )  # fmt: skip
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.CONFIRMED)
    considered = models.TextField(
        _("what was looked at"),
        help_text=_("Changes of law and standards, complaints, findings, how the work is done."),
    )
    newer_edition = models.CharField(_("newer edition that exists"), max_length=100, blank=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True, editable=False)

    def clean(self) -> None:
        """What is looked at is what is in effect on the day it begins."""
        if self.revision_id is None:
            self.revision = Revision._base_manager.filter(document=self.document_id, in_force=True).first()
