"""Look at a whole database: what is in it, and what is wrong with it. One line of JSON."""

import hashlib
import json
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.db.models import Max  # noqa: E402

from gemba.kernel.attachments.models import files_of  # noqa: E402
from gemba.kernel.clock import now  # noqa: E402
from gemba.kernel.history import as_of  # noqa: E402
from gemba.kernel.records.models import Record, content_digest, state_digest  # noqa: E402
from gemba.kernel.signing.models import Signature  # noqa: E402
from gemba.kernel.trail import guards  # noqa: E402
from gemba.kernel.trail.chain import verify_chain  # noqa: E402
from gemba.kernel.trail.models import ChainHead, Event  # noqa: E402
from gemba.kernel.types import specific  # noqa: E402


def problems_of(record: Any) -> list[str]:
    """Every row equals the state its last event committed to, and its events alone give the same."""
    full, last = specific(record), json.loads(Event.objects.filter(record=record).latest("seq").body)
    found = []
    if state_digest(full.snapshot()) != last["state"]:
        found.append(f"{record.number}: the row is not the state of its last event.")
    if as_of(full, now()) != full.snapshot():
        found.append(f"{record.number}: its events do not add up to the row.")
    if full.digest != content_digest(full, files_of(full)):
        found.append(f"{record.number}: its digest is not that of its content.")
    told = [e.seq for e in Event.objects.filter(record=record) if json.loads(e.body)["sig"]]
    if told != list(Signature.objects.filter(record=record).order_by("seq").values_list("seq", flat=True)):
        found.append(f"{record.number}: signatures and events differ.")
    return found


def integrity() -> str:
    """What the database itself says."""
    if connection.vendor != "sqlite":
        return "ok"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return str(cursor.fetchone()[0])


heads = dict(ChainHead.objects.values_list("subject", "seq"))
problems = [text for subject in heads for text in verify_chain(subject)]
problems += [text for record in Record._base_manager.all() for text in problems_of(record)]
hashes = "".join(Event.objects.order_by("subject", "seq").values_list("hash", flat=True))
print(json.dumps({
    "integrity": integrity(), "vendor": connection.vendor, "heads": heads, "problems": problems,
    "guards": guards.missing(), "weak": guards.weak_settings(),
    "records": Record._base_manager.count(), "signatures": Signature.objects.count(),
    "last": dict(Event.objects.values_list("subject").annotate(Max("seq"))),
    "hash": hashlib.sha256(hashes.encode()).hexdigest(),
}))  # fmt: skip
