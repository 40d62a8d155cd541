"""Events and the head of each chain. Events and their chains are append-only in the database itself."""

from typing import ClassVar

from django.db import models

from gemba.kernel import clock
from gemba.kernel.people.models import Person

GENESIS = "0" * 64


class Event(models.Model):
    """One change to one subject. `body` holds the exact canonical bytes that were hashed, as text; nothing re-made.

    The other columns repeat parts of `body` so that they can be searched; the verifier compares them.
    """

    APPEND_ONLY: ClassVar[bool] = True

    subject = models.CharField(max_length=80)
    """`kind/ULID`: whose chain this is. Records, but also people, grants, sites and settings have one."""
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    act = models.CharField(max_length=60)
    actor = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    record = models.ForeignKey("kernel.Record", models.PROTECT, null=True, related_name="events", db_index=False)
    body = models.TextField()
    hash = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)
    key_id = models.CharField(max_length=16)

    class Meta:
        app_label = "kernel"
        constraints = (
            models.UniqueConstraint(fields=["subject", "seq"], name="event_once"),
            models.UniqueConstraint(fields=["hash"], name="event_hash"),
        )
        indexes = (
            models.Index(fields=["record", "-id"], name="event_history"),
            models.Index(fields=["actor", "-id"], name="event_actor"),
            models.Index(fields=["act", "-id"], name="event_act"),
        )

    def __str__(self) -> str:
        return f"{self.subject}#{self.seq} {self.act}"


class ChainHead(models.Model):
    """The last event of a subject's chain; locked while the next one is appended."""

    subject = models.CharField(max_length=80, primary_key=True)
    seq = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return f"{self.subject}#{self.seq}"


class SecurityEvent(models.Model):
    """A denied or failed attempt, a sign-in, an alert. Written outside the refused transaction; holds no secrets."""

    APPEND_ONLY: ClassVar[bool] = True

    at = models.DateTimeField(default=clock.now, db_index=True)
    what = models.CharField(max_length=60, db_index=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    target = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)
    detail = models.CharField(max_length=400, blank=True)

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}"
