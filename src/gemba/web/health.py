"""Whether the machinery behind the records runs: read here, each as a sentence with a mark."""

import datetime as dt
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from gemba.kernel.notices.models import OutgoingMail
from gemba.kernel.trail.guards import missing
from gemba.kernel.trail.models import Event, SecurityEvent

GIGABYTE = 1024**3
LITTLE = 5
MAIL_WAITS = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
AMISS = ("refused", "denied", "signing.failed", "signing.blocked")


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that was looked at. `tone` is `good`, `warn` or `bad`."""

    name: str
    tone: str
    word: str
    sentence: str


def readings() -> Sequence[Reading]:
    return [_mode(), _database(), _migrations(), _guards(), _trail(), _witness(), _mail(), _refusals(), _disk()]


def _reading(name: str, tone: str, sentence: str) -> Reading:
    words = {"good": _("in order"), "warn": _("look at this"), "bad": _("wrong")}
    return Reading(name, tone, words[tone], sentence)


def _mode() -> Reading:
    texts = {
        "production": ("good", _("Real records are kept here.")),
        "demo": ("warn", _("Demonstration: nothing here is real.")),
        "test": ("warn", _("Test mode: nothing here is kept.")),
    }  # fmt: skip
    tone, sentence = texts[settings.GEMBA_MODE]
    return _reading(_("Mode"), tone, f"Gemba {settings.GEMBA_BUILD}. {sentence}")


def _database() -> Reading:
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        version = cursor.fetchone()[0]
    return _reading(_("Database"), "good", f"{names.get(connection.vendor, connection.vendor)} {version}")


def _migrations() -> Reading:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return _reading(_("Tables"), "bad", _("%d migrations are not applied. Run 'gemba migrate'.") % len(plan))
    return _reading(_("Tables"), "good", _("As this version needs them."))


def _guards() -> Reading:
    gone = missing()
    if gone:
        sentence = _("Missing: %s. Verify the trail before anything else.") % ", ".join(gone)
        return _reading(_("Append-only guards"), "bad", sentence)
    sentence = _("The database refuses to change or delete events and signatures.")
    return _reading(_("Append-only guards"), "good", sentence)


def _trail() -> Reading:
    if not Path(settings.GEMBA_TRAIL_KEY).exists():
        return _reading(_("Trail key"), "bad", _("The key file is missing; nothing can be written."))
    last = Event.objects.order_by("-id").values_list("at", flat=True).first()
    when = timezone.localtime(last).strftime("%Y-%m-%d %H:%M") if last else _("never")
    return _reading(_("Trail"), "good", _("The last event was written: %s.") % when)


def _witness() -> Reading:
    return _reading(
        _("Witness"), "warn",
        _("No copy of the trail is kept where the database administrator cannot reach it: removing the newest events "
          "together with their records would go unseen."),
    )  # fmt: skip


def _mail() -> Reading:
    waiting = OutgoingMail.objects.filter(sent_at=None)
    late = waiting.filter(made_at__lt=timezone.now() - MAIL_WAITS).count()
    if late:
        return _reading(_("Mail"), "bad", _("%d mails have waited for more than an hour.") % late)
    return _reading(_("Mail"), "good", _("%d mails are waiting.") % waiting.count())


def _refusals() -> Reading:
    since = timezone.now() - DAY
    count = SecurityEvent.objects.filter(at__gte=since, what__in=AMISS).count()
    return _reading(_("Refusals"), "warn" if count else "good", _("%d refused attempts in the last 24 hours.") % count)


def _disk() -> Reading:
    folder = Path(settings.GEMBA_FILES)
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // GIGABYTE
    tone = "good" if free >= LITTLE else "bad"
    return _reading(_("Disk"), tone, _("%d GB free where files are kept.") % free)
