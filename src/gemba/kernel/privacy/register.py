"""Which values were erased, kept outside the database: an older backup brings them back, this takes them away again.

One line for each erased value, in the folder of the data and in each witness: its commitment, the name of the trail key
and a MAC made with it, so that nobody else can have something erased by adding a line. It says nothing of the value.
"""

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gemba.kernel.actions.alerts import alert
from gemba.kernel.actor import Actor, Via
from gemba.kernel.commitments.models import PersonalValue
from gemba.kernel.log.witness import folders, patiently
from gemba.kernel.log.witness_files import WitnessFolder
from gemba.kernel.people.organisation import organisation
from gemba.kernel.privacy.wiping import overwriting, wipe
from gemba.kernel.refusals import Refused
from gemba.kernel.trail.keys import KeyUnusableError, TrailKey, all_keys, current_key

KIND = "erasures"
LINE = re.compile(r"([0-9a-f]{64}) ([0-9a-f]{16}) ([0-9a-f]{64})")
PREFIX = b"gemba-erasure-v1\n"
BATCH = 400


def places() -> list[WitnessFolder]:
    """Beside the data, and with every witness."""
    return [WitnessFolder(Path(settings.GEMBA_FILES).parent, organisation().uid), *folders()]


def _mac(secret: bytes, commitment: str) -> str:
    told = f"{organisation().uid}\n{commitment}".encode()
    return hmac.new(secret, PREFIX + told, hashlib.sha256).hexdigest()


def _line(commitment: str) -> str:
    key = current_key()
    return f"{commitment} {key.id} {_mac(key.secret, commitment)}"


def note_erased(rows: Iterable[PersonalValue]) -> None:
    """What was just erased. A place out of reach gets it with the next daily look."""
    bring_up_to_date({row.commitment for row in rows})


def bring_up_to_date(erased: Collection[str]) -> None:
    """Write what a place lacks."""
    for place in places():
        with suppress(OSError, KeyUnusableError):
            lacking = sorted(set(erased) - _listed(place))
            patiently(place, partial(place.append, KIND, [_line(each) for each in lacking]))


def _listed(place: WitnessFolder) -> set[str]:
    """The commitments in one place whose lines bear a MAC of ours. Raises `OSError` where it is out of reach."""
    return set(_ours(patiently(place, partial(_lines, place)), all_keys()))


def _lines(place: WitnessFolder) -> list[str]:
    try:
        return place.path(KIND).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _ours(lines: Iterable[str], keys: Mapping[str, TrailKey]) -> Iterator[str]:
    for line in lines:
        found = LINE.fullmatch(line)
        key = keys.get(found[2]) if found else None
        if found and key and hmac.compare_digest(_mac(key.secret, found[1]), found[3]):
            yield found[1]


def known_outside() -> set[str]:
    """The commitments of all values that were ever erased, as far as the places within reach say."""
    found: set[str] = set()
    for place in places():
        with suppress(OSError, KeyUnusableError):
            found |= _listed(place)
    return found


def told_after_restore() -> str:
    """What whoever restored must know about erasures; for the command line."""
    known = len(known_outside())
    if known:
        return f"Of {known} values that were erased once, those in the backup were erased again."
    return (
        "No list of erasures was found beside the data or with a witness. If personal data was erased after this backup"
        " was made, erase it again: People, Personal data."
    )


def returned() -> dict[str, set[str]]:
    """What was erased once and is here again, as columns by subject: an older backup was brought back."""
    wanted, found = sorted(known_outside()), dict[str, set[str]]()
    for start in range(0, len(wanted), BATCH):
        rows = PersonalValue.objects.filter(commitment__in=wanted[start : start + BATCH], erased=False)
        for subject, name in rows.values_list("subject", "field"):
            found.setdefault(subject, set()).add(name)
    return found


def repeat_erasures(via: Via = Via.JOB) -> list[str]:
    """Erase again what an older backup brought back, each with its event. Answers the subjects."""
    done = []
    for subject, names in sorted(returned().items()):
        try:
            with overwriting(), transaction.atomic():
                reason = _("It had been erased and came back with an older backup.")
                wipe(subject, names, Actor.system(via), reason=reason)
        except Refused as refusal:
            alert(_("%(subject)s could not be erased again: %(why)s") % {"subject": subject, "why": refusal})
        else:
            done.append(subject)
    return done
