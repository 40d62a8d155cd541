"""One-time links, counters of failed attempts, and requests that wait for a second person."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gemba.kernel.people.models import Person
from gemba.kernel.ulid import ulid


class OneTimeLink(models.Model):
    """A way in that works once, for one purpose, for a while. The secret part is kept as a digest only."""

    class Purpose(models.TextChoices):
        START = "start", _("first administrator")
        INVITE = "invite", _("invitation")
        RESET = "reset", _("new password")

    uid = models.CharField(max_length=26, default=ulid, unique=True, editable=False)
    purpose = models.CharField(max_length=6, choices=Purpose)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    """Whom it lets in; nobody yet for the link that makes the first administrator."""
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        app_label = "kernel"
        indexes = (models.Index(fields=["person", "purpose"], condition=Q(used_at=None), name="link_open"),)

    def __str__(self) -> str:
        return f"{self.purpose} {self.uid}"

    @property
    def usable(self) -> bool:
        return self.used_at is None and not self.withdrawn and self.ends_at > timezone.now()


class Brake(models.Model):
    """Failed attempts against one account, from one address, or in all; and until when the next one must wait."""

    key = models.CharField(max_length=80, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return f"{self.key}: {self.failures}"


class FactorReset(models.Model):
    """One administrator asked to take somebody's second factors away; a second person must confirm it (ACL-13)."""

    uid = models.CharField(max_length=26, default=ulid, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "kernel"
        constraints = (
            models.UniqueConstraint(fields=["person"], condition=Q(done_at=None), name="factor_reset_one_open"),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.asked_by}"
