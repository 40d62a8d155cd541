"""Comments, watchers, notices to people and the mails that carry them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gemba.kernel import clock
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record


class Comment(models.Model):
    """Said about a record; never edited. A comment can ask for an answer and then be resolved."""

    APPEND_ONLY: ClassVar[bool] = True

    record = models.ForeignKey(Record, models.PROTECT, related_name="comments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "kernel"
        ordering = ("at",)

    def __str__(self) -> str:
        return self.text[:40]


class Resolution(models.Model):
    """A comment is settled: who said so, and what was done about it. Once, and for ever."""

    APPEND_ONLY: ClassVar[bool] = True

    comment = models.OneToOneField(Comment, models.PROTECT, related_name="resolution")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return self.answer[:40]


class Watch(models.Model):
    """Somebody wants to hear of every change of a record."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="watchers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="watches")

    class Meta:
        app_label = "kernel"
        constraints = (models.UniqueConstraint(fields=["record", "person"], name="watch_once"),)

    def __str__(self) -> str:
        return f"{self.person_id} watches {self.record_id}"


class Notice(models.Model):
    """Something a person should know, shown in the page head and put into mails."""

    class Reason(models.TextChoices):
        MENTION = "mention"
        TASK = "task"
        CHANGE = "change"
        SECURITY = "security"

    person = models.ForeignKey(Person, models.PROTECT, related_name="notices")
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason)
    text = models.CharField(max_length=300)
    at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "kernel"
        indexes = (
            models.Index(fields=["person", "-id"], condition=Q(seen_at=None), name="notice_unseen"),
            models.Index(fields=["person", "id"], condition=Q(mailed_at=None), name="notice_unmailed"),
        )

    def __str__(self) -> str:
        return self.text


class NoticeSettings(models.Model):
    """How a person wants mail: at once for mentions and tasks, a daily digest, or none."""

    class Mail(models.TextChoices):
        AT_ONCE = "at_once"
        DIGEST = "digest"
        NONE = "none"

    person = models.OneToOneField(Person, models.PROTECT, related_name="notice_settings")
    mail = models.CharField(max_length=8, choices=Mail, default=Mail.DIGEST)

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return f"{self.person_id}: {self.mail}"


class OutgoingMail(models.Model):
    """A mail that waits until a mail server takes it. Kept after sending; failures are shown on the health page."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    made_at = models.DateTimeField(default=clock.now)
    next_try = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        app_label = "kernel"
        indexes = (models.Index(fields=["next_try"], condition=Q(sent_at=None), name="mail_waiting"),)

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
