"""Whether what is kept of people beside the chains is what events committed to, and was erased only by an erasure."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from gemba.kernel.actions.rows import CHAINS
from gemba.kernel.commitments.held import SIGN, commitment_in, personal_columns
from gemba.kernel.commitments.models import PersonalValue
from gemba.kernel.trail.finding import Finding
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry

CHUNK = 2000
ERASE = "erase"


class Known(NamedTuple):
    """What events say of one commitment: whose it is, and whether one of them erased it."""

    subject: str
    field: str
    at: str
    erased: bool = False


def personal_problems() -> Iterator[Finding]:
    """Every commitment of every event against what is kept, and everything that is kept against the events."""
    known = _told()
    for row in PersonalValue.objects.order_by("pk").iterator(chunk_size=CHUNK):
        told = known.pop(row.commitment, None)
        if told is None or (told.subject, told.field) != (row.subject, row.field):
            yield _finding("personal-without-event", row.subject, row.field, _("no event commits to it"))
        elif row.erased != told.erased:
            yield _erased(row, told)
        elif not row.sound:
            what = _("value or salt were changed: they do not give what the event of %s committed to") % told.at
            yield _finding("personal-altered", row.subject, row.field, what, since=told.at, now=row.value)
    for told in known.values():
        what = _("what the event of %s committed to is not kept any more, and no erasure tells why") % told.at
        if not told.erased:
            yield _finding("personal-missing", told.subject, told.field, what, since=told.at)
        else:
            what = _("the erased value has lost its place")
            yield _finding("personal-missing", told.subject, told.field, what, since=told.at)


def _erased(row: PersonalValue, told: Known) -> Finding:
    if row.erased:
        what = _("its value was removed, and no erasure tells of it")
        return _finding("personal-removed", row.subject, row.field, what, since=told.at)
    what = _("it was erased by the event of %s, and is here again") % told.at
    return _finding("personal-returned", row.subject, row.field, what, since=told.at)


def _told() -> dict[str, Known]:
    """By commitment. Only events that hold one are parsed."""
    found: dict[str, Known] = {}
    events = Event.objects.filter(act__in=_acts()).order_by("id")
    for subject, body in events.values_list("subject", "body").iterator(chunk_size=CHUNK):
        if SIGN not in body:
            continue
        try:
            told: dict[str, Any] = json.loads(body)
            changes = [(name, commitment_in(old), commitment_in(new)) for name, old, new in told["chg"]]
            act, at = str(told["act"]), str(told["at"])
        except (ValueError, KeyError, TypeError):
            continue  # said where chains are checked
        for name, old, new in changes:
            if act.rpartition(".")[2] == ERASE and old:
                found[old] = Known(subject, name, at, erased=True)
            elif new:
                found.setdefault(new, Known(subject, name, at))
    return found


def _acts() -> list[str]:
    """What was ever done to what has personal columns: from act to act in the index, so that no event is read."""
    kinds = {declared.kind for declared in registry if personal_columns(declared.model)}
    kinds |= {chain for model, chain in CHAINS.items() if personal_columns(model)}
    found, act = [], _next("")
    while act is not None:
        if act.rpartition(".")[0] in kinds:
            found.append(act)
        act = _next(act)
    return found


def _next(act: str) -> str | None:
    return Event.objects.filter(act__gt=act).order_by("act").values_list("act", flat=True).first()


def _finding(code: str, subject: str, field: str, what: str, *, since: str = "", now: str = "") -> Finding:
    sentence = _("%(subject)s: personal data in %(field)s: %(what)s.") % {
        "subject": subject, "field": field, "what": what,
    }  # fmt: skip
    return Finding(code=code, subject=subject, sentence=sentence, field=field, since=since, now=now)
