"""A claim: this document covers this duty. Who says so is kept apart, and an ended claim stays as history."""

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record

CLAIMANT = "document"
"""The kind of record that covers duties. Every other kind proves them."""


class ClaimQuerySet(QuerySet["Claim"]):
    def standing(self) -> "ClaimQuerySet":
        return self.filter(ended=None)


class Claim(models.Model):
    """One duty, named by framework and its own id. The document family claims; its revision in force makes it count."""

    class Source(models.TextChoices):
        DOCUMENT = "document", _("the document itself")
        MAP = "map", _("the clause map")
        ASSESSOR = "assessor", _("an assessor")
        STARTER = "starter", _("the starter set")

    record = models.ForeignKey(Record, models.PROTECT, related_name="claims")
    framework = models.CharField(max_length=40)
    duty = models.CharField(max_length=60)
    source = models.CharField(max_length=10, choices=Source, default=Source.DOCUMENT)
    note = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    ended = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        app_label = "evidence"
        constraints = (
            models.UniqueConstraint(
                fields=["record", "framework", "duty", "source"], condition=Q(ended=None), name="claim_once"
            ),
        )
        indexes = (models.Index(fields=["framework", "duty"], condition=Q(ended=None), name="claim_of_duty"),)

    def __str__(self) -> str:
        return f"{self.framework} {self.duty}"
