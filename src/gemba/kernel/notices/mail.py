"""Notices become mails: mentions and tasks at once where wanted, the rest once a day. The outbox waits out outages."""

import datetime as dt
import logging
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.entrance.links import fill_in
from gemba.kernel.notices.models import Notice, NoticeSettings, OutgoingMail
from gemba.kernel.notices.visible import visible_notices
from gemba.kernel.people.models import Person

MOST_PER_RUN = 200
FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=1)
AT_ONCE = (Notice.Reason.MENTION, Notice.Reason.TASK, Notice.Reason.SECURITY)
log = logging.getLogger("gemba.mail")


def post(to: str, subject: str, body: str) -> OutgoingMail:
    """Put a mail into the outbox, within the caller's transaction. Line breaks cannot smuggle headers in."""
    return OutgoingMail.objects.create(to=to, subject=" ".join(subject.split())[:200], body=body)


def collect(reasons: Sequence[str] | None, wish: NoticeSettings.Mail) -> int:
    """One mail per person with the notices not yet mailed. Returns how many mails were made."""
    waiting = Notice.objects.filter(mailed_at=None, person__email__gt="", person__ended=None)
    if reasons is not None:
        waiting = waiting.filter(reason__in=reasons)
    made = 0
    wishes = wishes_of(list(waiting.values_list("person", flat=True).distinct()))
    for person in Person.objects.filter(pk__in=[pk for pk, mail in wishes.items() if mail == wish]):
        made += _mail_to(person, reasons)
    return made


def wishes_of(people: Sequence[int]) -> Mapping[int, str]:
    """How each person wants mail; the default where nothing is chosen is the daily digest."""
    chosen = dict(NoticeSettings.objects.filter(person__in=people).values_list("person", "mail"))
    return {pk: chosen.get(pk, NoticeSettings.Mail.DIGEST) for pk in people}


@transaction.atomic
def _mail_to(person: Person, reasons: Sequence[str] | None) -> int:
    rows = Notice.objects.select_for_update().filter(person=person, mailed_at=None)
    if reasons is not None:
        rows = rows.filter(reason__in=reasons)
    ids = list(rows.values_list("pk", flat=True))
    seen = visible_notices(person, ids)
    Notice.objects.filter(pk__in=ids).update(mailed_at=clock.now())
    if not seen:
        return 0
    lines = [f"- {notice.text}\n  {address(notice)}".rstrip() for notice in seen]
    subject = seen[0].text if len(seen) == 1 else _("%d things to know in Gemba") % len(seen)
    post(person.email, subject, "\n".join([*lines, "", settings.GEMBA_URL]))
    return 1


def address(notice: Notice) -> str:
    """Where the notice leads. The host comes from the settings, never from a request."""
    return f"{settings.GEMBA_URL}/r/{notice.record.number}/" if notice.record else ""


def deliver(now: dt.datetime) -> tuple[int, int]:
    """Send what waits; (sent, failed). A failure is kept with its reason and tried again with growing pauses."""
    sent = failed = 0
    for pk in (
        OutgoingMail.objects.filter(sent_at=None, next_try__lte=now)
        .order_by("pk")
        .values_list("pk", flat=True)[:MOST_PER_RUN]
    ):
        outcome = _deliver_one(pk, now)
        sent, failed = sent + (outcome is True), failed + (outcome is False)
    return sent, failed


def _deliver_one(pk: int, now: dt.datetime) -> bool | None:
    """True sent, False failed, None where another worker has it. The row is leased first, so a mail goes out once."""
    lease = now + FIRST_WAIT * 5
    if not OutgoingMail.objects.filter(pk=pk, sent_at=None, next_try__lte=now).update(next_try=lease):
        return None
    mail = OutgoingMail.objects.get(pk=pk)
    try:
        EmailMessage(mail.subject, fill_in(mail.body), settings.DEFAULT_FROM_EMAIL, [mail.to]).send()
    except OSError as error:
        mail.tries += 1
        mail.last_error = str(error)[:300]
        mail.next_try = now + min(FIRST_WAIT * int(2 ** min(mail.tries, 6)), LONGEST_WAIT)
        mail.save(update_fields=["tries", "last_error", "next_try"])
        log.warning("mail %d could not be sent: %s", pk, error)
        return False
    mail.sent_at, mail.last_error = clock.now(), ""
    mail.save(update_fields=["sent_at", "last_error"])
    return True
