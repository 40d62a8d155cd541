"""Verification once a night. Its result is a security event, and the last one stands on the health page."""

import datetime as dt

from django.utils.translation import gettext as _
from django_tasks import task

from gemba.kernel.actions.alerts import alert
from gemba.kernel.jobs.schedule import every
from gemba.kernel.trail.models import SecurityEvent
from gemba.kernel.verify.run import Report, Wish, configured_witness, verify

CLEAN, FOUND = "verify.clean", "verify.findings"
OLD = dt.timedelta(days=2)
"""A verification that is older than this is one that has stopped happening."""


def keep_result(report: Report) -> SecurityEvent:
    """Note what came out, and tell quality where something is not as it must be.

    Chain and sort of the first finding only: who reads this page or notice may not be allowed to see the record.
    """
    if report.clean:
        counts = _("%(events)d events, %(rows)d rows, %(files)d files") % report.counts
        return SecurityEvent.objects.create(what=CLEAN, detail=counts)
    first = report.findings[0]
    words = {"count": len(report.findings) + report.more, "code": first.code, "subject": first.subject}
    told = _("%(count)d findings; the first is %(code)s of %(subject)s.") % words
    alert((_("Verification of the trail: %s") % told)[:300])
    return SecurityEvent.objects.create(what=FOUND, target=first.subject[:200], detail=told[:400])


def last_result() -> SecurityEvent | None:
    return SecurityEvent.objects.filter(what__in=(CLEAN, FOUND)).order_by("-id").first()


@task()
def verify_all() -> None:
    keep_result(verify(Wish(witness=configured_witness())))


every("verification", verify_all, dt.timedelta(days=1), at=dt.timedelta(hours=2))
