"""Values of people's data beside the chains, and requests to erase them."""

import hashlib
import hmac
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.people.models import Person
from gemba.kernel.ulid import ulid

MARK = "[erased]"
"""What stands where a value was, in the business row and in everything made from it."""


def mark_for(column: "models.Field[Any, Any] | None") -> str:
    """The mark, or as many stars as a short column has room for."""
    room: int | None = getattr(column, "max_length", None)
    return MARK if room is None or room >= len(MARK) else "*" * room


def is_mark(value: str) -> bool:
    return value == MARK or (value != "" and set(value) == {"*"})


def commitment(salt: str, value: str) -> str:
    """SHA-256(salt || bytes) as 64 hexadecimal digits. `salt` is 32 hexadecimal digits, `value` text in NFC."""
    return hashlib.sha256(bytes.fromhex(salt) + value.encode()).hexdigest()


class PersonalValue(models.Model):
    """What one personal column of one subject once held. The newest row of a column is what it holds now.

    Nothing is ever changed or deleted here except that a value is erased: then its salt is gone, the mark stands in its
    place, and nobody can find out what it was by trying.
    """

    ERASABLE: ClassVar[tuple[str, ...]] = ("salt", "value", "erased")
    """The database lets these be changed, once, and nothing else."""

    subject = models.CharField(max_length=80)
    """`kind/ULID`: the chain whose events hold the commitment."""
    field = models.CharField(max_length=60)
    commitment = models.CharField(max_length=64, unique=True)
    salt = models.CharField(max_length=32, blank=True)
    """128 random bits, hexadecimal; empty once erased."""
    value = models.TextField()
    at = models.DateTimeField(default=clock.now)
    erased = models.BooleanField(default=False)

    class Meta:
        app_label = "kernel"
        indexes = (models.Index(fields=["subject", "field", "id"], name="personal_newest"),)

    def __str__(self) -> str:
        return f"{self.subject} {self.field}"

    @property
    def sound(self) -> bool:
        """Whether value and salt give the commitment; of an erased value nobody can say."""
        if self.erased:
            return self.salt == "" and is_mark(self.value)
        try:
            made = commitment(self.salt, self.value)
        except ValueError:
            return False
        return hmac.compare_digest(made, self.commitment)


class Erasure(models.Model):
    """Somebody asked that personal values of a subject be erased; a second person does it, or says why not."""

    class Ground(models.TextChoices):
        NOT_NEEDED = "not_needed", _("No longer needed for what it was collected for (GDPR Art. 17(1)(a))")
        CONSENT = "consent", _("Consent was withdrawn (GDPR Art. 17(1)(b))")
        OBJECTION = "objection", _("The person objects, and nothing outweighs it (GDPR Art. 17(1)(c))")
        UNLAWFUL = "unlawful", _("It was unlawfully collected (GDPR Art. 17(1)(d))")
        DUTY = "duty", _("A law demands the erasure (GDPR Art. 17(1)(e))")
        OTHER = "other", _("Another law, named in the reason")

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for a second person")
        DONE = "done", _("Erased")
        DECLINED = "declined", _("Not erased")

    uid = models.CharField(max_length=26, default=ulid, unique=True, editable=False)
    subject = models.CharField(max_length=80)
    fields = models.CharField(max_length=400)
    """Names of columns with a space between them."""
    ground = models.CharField(_("legal ground"), max_length=12, choices=Ground)
    reason = models.CharField(_("reason"), max_length=1000)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "kernel"
        indexes = (models.Index(fields=["subject"], name="erasure_subject"),)

    def __str__(self) -> str:
        return f"{self.subject}: {self.fields}"

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.fields.split())
