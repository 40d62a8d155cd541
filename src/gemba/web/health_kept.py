"""Whether everything could be brought back: the last backup, the last drill; and whether the clock was moved."""

import datetime as dt
import json
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.backup.mark import older_than_noted
from gemba.kernel.backup.noted import last_backup, last_drill
from gemba.kernel.trail.timekeeping import waiting_step
from gemba.web.reading import Reading, reading

BACKUP_DUE = dt.timedelta(hours=26)
"""A day and a little: backups are made at night, not to the minute."""
BACKUP_LATE = dt.timedelta(days=7)
DRILL_DUE = dt.timedelta(days=182)


def kept_readings() -> Sequence[Reading]:
    return [_backup(), _drill(), *_older(), *_clock()]


def _backup() -> Reading:
    made = last_backup()
    if made is None:
        return reading(_("Backup"), "bad", _("There is none. Run 'gemba backup', best every night."))
    age = clock.now() - made
    tone = "good" if age <= BACKUP_DUE else "warn" if age <= BACKUP_LATE else "bad"
    return reading(_("Backup"), tone, _("The last one was made %s.") % _moment(made))


def _drill() -> Reading:
    last = last_drill()
    if last is None:
        sentence = _("Nobody has tried yet whether a backup brings everything back: gemba restore FILE --drill")
        return reading(_("Restore drill"), "warn", sentence)
    facts = {name: value for name, _old, value in json.loads(last.body)["chg"]}
    if facts.get("result") != "sound":
        words = {"when": _moment(last.at), "why": str(facts.get("result"))[:300]}
        return reading(_("Restore drill"), "bad", _("The last one, %(when)s, failed: %(why)s") % words)
    words = {"when": _moment(last.at), "seconds": str(facts.get("recovery_seconds"))}
    sentence = _("The last one, %(when)s, brought everything back in %(seconds)s s.") % words
    return reading(_("Restore drill"), "good" if clock.now() - last.at <= DRILL_DUE else "bad", sentence)


def _older() -> Sequence[Reading]:
    sentence = older_than_noted()
    return [reading(_("Database"), "bad", sentence)] if sentence else []


def _clock() -> Sequence[Reading]:
    step = waiting_step()
    if step is None:
        return []
    sentence = _("The server's clock was moved (%s). Nobody can sign until quality has accepted it (/server-clock).")
    return [reading(_("Clock"), "bad", sentence % step.detail)]


def _moment(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
