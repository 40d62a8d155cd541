"""A link stores the digest of the far end as last seen. When the far end says something else, the link is suspect."""

from django.db import models
from django.db.models import F, Q, QuerySet

from gemba.kernel import clock
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record


class LinkQuerySet(QuerySet["Link"]):
    def standing(self) -> "LinkQuerySet":
        return self.filter(ended=None)

    def suspect(self) -> "LinkQuerySet":
        """Standing links whose far end changed since somebody last looked."""
        return self.standing().exclude(seen=F("target__digest"))


class Link(models.Model):
    """`source` names `target` in a declared role. Ended links stay as history."""

    source = models.ForeignKey(Record, models.PROTECT, related_name="links_out")
    target = models.ForeignKey(Record, models.PROTECT, related_name="links_in")
    role = models.CharField(max_length=60)
    seen = models.CharField(max_length=64)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    looked_at = models.DateTimeField(default=clock.now)
    ended = models.DateTimeField(null=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        app_label = "kernel"
        constraints = (
            models.UniqueConstraint(fields=["source", "role", "target"], condition=Q(ended=None), name="link_once"),
        )
        indexes = (models.Index(fields=["target", "role"], name="link_back"),)

    def __str__(self) -> str:
        return f"{self.source_id} {self.role} {self.target_id}"

    @property
    def suspect(self) -> bool:
        return self.ended is None and self.seen != self.target.digest
