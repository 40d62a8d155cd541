"""The log in the database: which event is which leaf, the tree's upper levels, the seals, and where the work stands."""

from typing import ClassVar

from django.db import models

from gemba.kernel import clock
from gemba.kernel.trail.models import Event


class Leaf(models.Model):
    """The place of an event in the tree. Indexes begin at 0 and have no gaps."""

    APPEND_ONLY: ClassVar[bool] = True

    index = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="leaf")
    hash = models.CharField(max_length=64)
    """The event's hash as it was sealed, in hexadecimal; the leaf's own hash follows from it."""

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return f"{self.index}"


class TreeNode(models.Model):
    """The hash of a complete subtree of 256, 65,536, … leaves: what lies between is quickly made from those below."""

    APPEND_ONLY: ClassVar[bool] = True

    level = models.PositiveSmallIntegerField()
    """8, 16, …: the subtree has 2^level leaves."""
    place = models.BigIntegerField()
    """Counted from the left at this level, from 0."""
    hash = models.CharField(max_length=64)

    class Meta:
        app_label = "kernel"
        constraints = (models.UniqueConstraint(fields=["level", "place"], name="tree_node_once"),)

    def __str__(self) -> str:
        return f"{self.level}/{self.place}"


class Seal(models.Model):
    """A signed statement over all events up to one of its own. Its event holds the digest of `body`."""

    APPEND_ONLY: ClassVar[bool] = True

    number = models.PositiveIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="seal")
    at = models.DateTimeField()
    size = models.BigIntegerField()
    """Leaves of the tree that was signed; the last of them is the seal's own event."""
    root = models.CharField(max_length=64)
    body = models.TextField()
    """Canonical JSON: heads of the chains that went on, digests of files, schemas, keys, the seal before, the time."""
    checkpoint = models.TextField()
    """A signed note as C2SP describes it (c2sp.org/tlog-checkpoint)."""
    key_id = models.CharField(max_length=16)

    class Meta:
        app_label = "kernel"
        ordering = ("number",)

    def __str__(self) -> str:
        return f"#{self.number}"


class TimeStamp(models.Model):
    """What a time-stamping authority answered for a seal (RFC 3161)."""

    APPEND_ONLY: ClassVar[bool] = True

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="time_stamps")
    at = models.DateTimeField(default=clock.now)
    authority = models.CharField(max_length=200)
    token = models.BinaryField()
    """The answer in DER, as it came."""

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return f"{self.seal_id} {self.authority}"


class LogState(models.Model):
    """Where the sealer stands; one row. Nothing in it is evidence: it is made anew from the rest where it is lost."""

    settled = models.BigIntegerField(default=0)
    """No event with an id up to this one waits for a leaf, nor can one appear."""
    mark = models.BigIntegerField(default=0)
    """Up to here nothing can wait once all transactions numbered below `mark_flow` have ended (PostgreSQL)."""
    mark_flow = models.BigIntegerField(default=0)
    damage = models.TextField(blank=True)
    """Why the sealer refuses to sign, one sentence a line."""
    damaged_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    """When quality was last told that sealing is behind."""

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return "damaged" if self.damage else "sound"


class WitnessState(models.Model):
    """How a witness was reached last; for the health page. What it really holds is read from the witness itself."""

    name = models.CharField(max_length=200, primary_key=True)
    size = models.BigIntegerField(default=0)
    """Leaves of the last checkpoint it took."""
    early = models.BigIntegerField(default=0)
    """Id of the last event that was noted there before it was sealed."""
    at = models.DateTimeField(null=True)
    """When it last took something."""
    problem = models.CharField(max_length=400, blank=True)

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return self.name
