"""What is done about notices in the background."""

import datetime as dt

from django.utils import timezone
from django_tasks import task

from gemba.kernel.jobs.schedule import every
from gemba.kernel.notices.mail import AT_ONCE, collect, deliver
from gemba.kernel.notices.models import NoticeSettings


@task()
def mail_at_once() -> None:
    """Mentions, tasks and security notices for those who want them at once."""
    collect(AT_ONCE, NoticeSettings.Mail.AT_ONCE)


@task()
def mail_digest() -> None:
    """Once a day: all that is unmailed, in one mail, to everybody who wants mail at all."""
    collect(None, NoticeSettings.Mail.DIGEST)
    collect(None, NoticeSettings.Mail.AT_ONCE)


@task()
def deliver_mail() -> None:
    deliver(timezone.now())


every("mail at once", mail_at_once, dt.timedelta(minutes=1))
every("daily digest", mail_digest, dt.timedelta(days=1), at=dt.timedelta(hours=5))
every("deliver mail", deliver_mail, dt.timedelta(minutes=1))
