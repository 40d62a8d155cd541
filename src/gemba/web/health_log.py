"""How the trail is sealed and witnessed, and plainly what is not protected."""

import datetime as dt
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.log.models import WitnessState
from gemba.kernel.log.standing import Standing, standing
from gemba.kernel.trail.timekeeping import clock_state
from gemba.web.reading import Reading, reading

SILENT = dt.timedelta(days=2)
"""A witness that took nothing for so long is out of reach, whatever was last noted: there is a seal a day."""


def log_readings() -> Sequence[Reading]:
    found = standing()
    return [_sealing(found), _waiting(found), *_witnesses(), *_unprotected()]


def _sealing(found: Standing) -> Reading:
    if found.damage:
        sentence = _("Nothing is sealed and nothing can be signed, because of this damage: %s") % found.damage
        return reading(_("Seals"), "bad", sentence)
    if found.last is None:
        sentence = _("The trail has not been sealed yet. The first seal follows within minutes.")
        return reading(_("Seals"), "warn", sentence)
    if found.set_back:
        sentence = _("The server's clock is behind the last seal (%s). Nothing can be signed until it is set right.")
        return reading(_("Seals"), "bad", sentence % _moment(found.last.at))
    sentence = _("Seal %(number)d, %(when)s, covers %(size)d events. Its root begins with %(root)s.") % {
        "number": found.last.number, "when": _moment(found.last.at), "size": found.last.size,
        "root": found.last.root[:16],
    }  # fmt: skip
    link_text = _("Download the signed checkpoint")
    return reading(_("Seals"), "good", sentence, link=reverse("checkpoint"), link_text=link_text)


def _waiting(found: Standing) -> Reading:
    if found.oldest is None:
        return reading(_("Waiting for a seal"), "good", _("No event waits for its seal."))
    minutes = int(found.waits.total_seconds() // 60)
    sentence = _("The oldest event without a seal was written %(when)s, %(minutes)d minutes ago.") % {
        "when": _moment(found.oldest), "minutes": minutes,
    }  # fmt: skip
    if not found.behind:
        return reading(_("Waiting for a seal"), "good", sentence)
    blocked = _("After %d hours nobody can sign.") % settings.GEMBA_SEAL_BLOCK_HOURS
    return reading(_("Waiting for a seal"), "bad", f"{sentence} {blocked}")


def _witnesses() -> Iterator[Reading]:
    configured = [*settings.GEMBA_WITNESS, *([settings.GEMBA_TIMESTAMP_URL] if settings.GEMBA_TIMESTAMP_URL else [])]
    states = {state.name: state for state in WitnessState.objects.all()} if configured else {}
    for name in configured:
        yield _witness(name, states.get(name[:200]))
    if settings.GEMBA_WITNESS_MAIL:
        sentence = _("The newest seal goes to %s once a day.") % settings.GEMBA_WITNESS_MAIL
        yield reading(_("Witness by mail"), "good", sentence)


def _witness(name: str, state: WitnessState | None) -> Reading:
    title = _("Witness %s") % name
    if state is None or (state.at is None and not state.problem):
        return reading(title, "warn", _("It has taken nothing yet."))
    last = _("It last took something %s.") % (_moment(state.at) if state.at else _("never"))
    if state.problem:
        sentence = _("It cannot be written: %(why)s. %(last)s") % {"why": state.problem, "last": last}
        return reading(title, "bad", sentence)
    if state.at and clock.now() - state.at > SILENT:
        return reading(title, "bad", last)
    return reading(title, "good", f"{last} {_('It holds %d sealed events.') % state.size}")


def _unprotected() -> Iterator[Reading]:
    """What nobody could prove here, in plain words; missing altogether where all is protected."""
    title = _("Not protected")
    if not settings.GEMBA_WITNESS:
        yield reading(
            title, "warn",
            _("No copy of the log is kept where the administrator of the database cannot reach it (GEMBA_WITNESS). "
              "Removing the newest events together with their seals, or putting back an old backup, would go unseen, "
              "except against a printed PDF, a mail or a downloaded checkpoint."),
        )  # fmt: skip
    if connection.vendor == "sqlite":
        yield reading(
            title, "warn",
            _("SQLite has no roles: whoever can write its file can take the guards away. The seals show what was "
              "changed, they do not prevent it."),
        )  # fmt: skip
    elif _owns_tables():
        yield reading(
            title, "warn",
            _("Gemba is connected as the owner of its tables, so the database would let it take the guards away. Use "
              "a role that does not own them ('gemba init --postgres')."),
        )  # fmt: skip
    if clock_state() == "free":
        yield reading(
            title, "warn",
            _("Nothing says that the server's clock is synchronised. Events and seals carry this as a flag."),
        )  # fmt: skip


def _owns_tables() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'kernel_event'::regclass"
        )
        return bool(cursor.fetchone()[0])


def _moment(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
