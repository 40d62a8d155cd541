"""A token stands for its person with at most that person's rights."""

import datetime as dt
import hashlib
import secrets

from django.db import models
from django.utils import timezone

from gemba.kernel.people.models import Account

MARK = "gemba_"
"""Begins every token, so that scanners for leaked secrets can recognise one."""
LONGEST_LIFE = dt.timedelta(days=366)
NOTE_USE_EVERY = dt.timedelta(minutes=5)


class ApiToken(models.Model):
    """Only the SHA-256 of the token is kept. It dies with its expiry, its withdrawal, or the account's sessions."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField(default=False)
    expires = models.DateTimeField()
    session_epoch = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    last_used = models.DateTimeField(null=True)
    withdrawn = models.DateTimeField(null=True)

    class Meta:
        app_label = "kernel"
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return self.name

    @property
    def usable(self) -> bool:
        """Whether it opens anything now."""
        account = self.account
        return (
            self.withdrawn is None and self.expires > timezone.now() and account.is_active and account.person.active
            and account.session_epoch == self.session_epoch
        )  # fmt: skip


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_secret() -> str:
    return MARK + secrets.token_urlsafe(32)


def token_behind(text: str) -> ApiToken | None:
    """The usable token with this text, or None. Its use is noted now and then, not at every request."""
    if not text.startswith(MARK):
        return None
    found = ApiToken.objects.select_related("account__person__site").filter(digest=digest_of(text)).first()
    if found is None or not found.usable:
        return None
    now = timezone.now()
    if found.last_used is None or now - found.last_used > NOTE_USE_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(last_used=now)
    return found
