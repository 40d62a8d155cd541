"""Signatures as kept: who, what for, when, over exactly which content, proved how. Never changed, never deleted."""

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from gemba.kernel.attachments.models import files_of
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record, content_digest
from gemba.kernel.signing.since import filled_in_since


class Signature(models.Model):
    """One act of signing (21 CFR 11.50, 11.70). Name and roles are kept as they were at signing."""

    APPEND_ONLY: ClassVar[bool] = True

    record = models.ForeignKey(Record, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, models.PROTECT, related_name="signatures")
    on_behalf_of = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    roles = models.CharField(max_length=200)
    transition = models.CharField(max_length=60)
    meaning = models.CharField(max_length=120)
    statement = models.CharField(max_length=400)
    rejection = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    content = models.CharField(max_length=64)
    """SHA-256 of what was on the screen: fields, revision, files."""
    at = models.DateTimeField()
    time_zone = models.CharField(max_length=60)
    factors = models.CharField(max_length=60)
    ceremony = models.CharField(max_length=26)
    """Shared by the signatures given in one act over several records."""
    seq = models.PositiveIntegerField()
    """The event of the record's chain that carries this signature."""

    class Meta:
        app_label = "kernel"
        ordering = ("at",)
        constraints = (models.UniqueConstraint(fields=["record", "seq"], name="signature_once"),)

    def __str__(self) -> str:
        return f"{self.name}: {self.meaning}"

    @property
    def valid(self) -> bool:
        """Whether the record still says exactly what was signed. The record's digest is recomputed by verification."""
        return self.content == self.record.digest


def judged(record: Record, signatures: Iterable[Signature]) -> list[Signature]:
    """The same signatures, judged by what `record`, with its own columns, says now: not by what its row claims to say.

    An edit past the trail leaves the row's digest as it was (SIG-04). One statement, for the files.
    """
    record.digest = content_digest(record, files_of(record))
    found = list(signatures)
    for signature in found:
        signature.record = record
    return found


def verdict(signature: Signature) -> str:
    """The state of a signature in words, beside its manifestation."""
    if signature.rejection:
        return str(_("rejection"))
    if signature.valid:
        return str(_("valid"))
    added = filled_in_since(signature.record, signature.seq, signature.content)
    if added is None:
        return str(_("not valid: the content changed after signing"))
    count = len(added)
    return ngettext("valid; %d field filled in since", "valid; %d fields filled in since", count) % count
