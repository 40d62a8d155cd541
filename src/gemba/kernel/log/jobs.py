"""When sealing happens: soon after a signature, every five minutes when anything is new, and once a day in any case."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django_tasks import task

from gemba.kernel.jobs.schedule import BEATS, LAST, every
from gemba.kernel.log.models import Seal
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.log.standing import warn_if_behind
from gemba.kernel.log.timestamp import stamp
from gemba.kernel.log.witness import bring_up_to_date, note_early
from gemba.kernel.notices.mail import post


@task()
def seal() -> None:
    """What is new, under one seal; and what witnesses missed. Tells quality when the oldest event waits too long."""
    seal_now()
    bring_up_to_date()
    warn_if_behind()


@task()
def heartbeat() -> None:
    """A seal a day although nothing is new, so that silence is a sign; every event without a leaf is looked for."""
    made = seal_now(always=True, thorough=True).seal
    bring_up_to_date()
    if made:
        mail_checkpoint(made)
        stamp(made)


def seal_what_is_left() -> None:
    """Before the worker stops."""
    seal_now()


def mail_checkpoint(made: Seal) -> None:
    """To the head of quality, whose mail the administrator of the database cannot take back."""
    if settings.GEMBA_WITNESS_MAIL:
        subject = _("Seal %(number)d of the trail: %(root)s") % {"number": made.number, "root": made.root[:16]}
        text = _(
            "Keep this mail. It proves which events were in the trail when it was sent, whatever happens to the "
            "database later."
        )
        post(settings.GEMBA_WITNESS_MAIL, subject, f"{text}\n\n{made.checkpoint}")


def seal_soon() -> None:
    """Have the trail sealed as soon as this transaction is committed: once, however many signatures it holds."""
    waiting: Sequence[tuple[object, ...]] = connection.run_on_commit
    if not any(_enqueue in entry for entry in waiting):
        transaction.on_commit(_enqueue, robust=True)


def _enqueue() -> None:
    seal.enqueue()


every("seal", seal, dt.timedelta(minutes=5))
every("daily seal", heartbeat, dt.timedelta(days=1), at=dt.timedelta(hours=3))
BEATS.append(note_early)
LAST.append(seal_what_is_left)
