"""Whether the machinery behind the records runs: read here, each as a sentence with a mark."""

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from gemba.kernel.notices.models import OutgoingMail
from gemba.kernel.trail.guards import missing
from gemba.kernel.trail.models import Event, SecurityEvent
from gemba.kernel.verify.jobs import CLEAN, OLD, last_result
from gemba.web.health_kept import kept_readings
from gemba.web.health_log import log_readings
from gemba.web.reading import Reading, reading

GIGABYTE = 1024**3
LITTLE = 5
MAIL_WAITS = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
AMISS = ("refused", "denied", "signing.failed", "signing.blocked")


def readings() -> Sequence[Reading]:
    return [
        _mode(), _database(), _migrations(), _guards(), _trail(), *log_readings(), *kept_readings(), _verified(),
        _mail(), _refusals(), _disk(),
    ]  # fmt: skip


def _mode() -> Reading:
    texts = {
        "production": ("good", _("Real records are kept here.")),
        "demo": ("warn", _("Demonstration: nothing here is real.")),
        "test": ("warn", _("Test mode: nothing here is kept.")),
    }  # fmt: skip
    tone, sentence = texts[settings.GEMBA_MODE]
    return reading(_("Mode"), tone, f"Gemba {settings.GEMBA_BUILD}. {sentence}")


def _database() -> Reading:
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        version = cursor.fetchone()[0]
    return reading(_("Database"), "good", f"{names.get(connection.vendor, connection.vendor)} {version}")


def _migrations() -> Reading:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return reading(_("Tables"), "bad", _("%d migrations are not applied. Run 'gemba migrate'.") % len(plan))
    return reading(_("Tables"), "good", _("As this version needs them."))


def _guards() -> Reading:
    gone = missing()
    if gone:
        sentence = _("Missing: %s. Verify the trail before anything else.") % ", ".join(gone)
        return reading(_("Append-only guards"), "bad", sentence)
    sentence = _("The database refuses to change or delete events and signatures.")
    return reading(_("Append-only guards"), "good", sentence)


def _trail() -> Reading:
    if not Path(settings.GEMBA_TRAIL_KEY).exists():
        return reading(_("Trail key"), "bad", _("The key file is missing; nothing can be written."))
    last = Event.objects.order_by("-id").values_list("at", flat=True).first()
    when = timezone.localtime(last).strftime("%Y-%m-%d %H:%M") if last else _("never")
    return reading(_("Trail"), "good", _("The last event was written: %s.") % when)


def _verified() -> Reading:
    """What the nightly verification found; that it happened at all."""
    last = last_result()
    if last is None:
        return reading(_("Verification"), "warn", _("Nothing has been verified yet. It happens once a night."))
    when = timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M")
    if last.what != CLEAN:
        words = {"when": when, "what": last.detail}
        sentence = _("%(when)s: %(what)s Run 'gemba verify' and keep what it says.") % words
        return reading(_("Verification"), "bad", sentence)
    tone = "good" if timezone.now() - last.at < OLD else "warn"
    sentence = _("%(when)s: everything is as the trail says (%(what)s).") % {"when": when, "what": last.detail}
    return reading(_("Verification"), tone, sentence)


def _mail() -> Reading:
    waiting = OutgoingMail.objects.filter(sent_at=None)
    late = waiting.filter(made_at__lt=timezone.now() - MAIL_WAITS).count()
    if late:
        return reading(_("Mail"), "bad", _("%d mails have waited for more than an hour.") % late)
    return reading(_("Mail"), "good", _("%d mails are waiting.") % waiting.count())


def _refusals() -> Reading:
    since = timezone.now() - DAY
    count = SecurityEvent.objects.filter(at__gte=since, what__in=AMISS).count()
    return reading(_("Refusals"), "warn" if count else "good", _("%d refused attempts in the last 24 hours.") % count)


def _disk() -> Reading:
    folder = Path(settings.GEMBA_FILES)
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // GIGABYTE
    tone = "good" if free >= LITTLE else "bad"
    return reading(_("Disk"), tone, _("%d GB free where files are kept.") % free)
