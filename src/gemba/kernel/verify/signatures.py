"""Whether signatures are what the signed events say, and each of them is there; and which no longer hold (SIG-04)."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from gemba.kernel.attachments.models import Attachment
from gemba.kernel.commitments.held import look_up
from gemba.kernel.records.models import Record, content_digest
from gemba.kernel.signing.models import Signature
from gemba.kernel.trail.canonical import NotCanonicalError
from gemba.kernel.trail.finding import Finding
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry
from gemba.kernel.verify.beside import of_record

BATCH = 500


def signature_problems(signed: Iterable[tuple[str, int]]) -> Iterator[Finding]:
    """`signed` are the events that carry a signature, by subject and number."""
    there: set[tuple[str, int]] = set()
    event = Event.objects.filter(record_id=OuterRef("record_id"), seq=OuterRef("seq"))
    rows = Signature.objects.annotate(subject=of_record(), body=Subquery(event.values("body")[:1])).select_related(
        "person", "on_behalf_of", "record"
    )
    for signature in rows.order_by("pk").iterator(chunk_size=BATCH):
        row: Any = signature
        there.add((row.subject, signature.seq))
        yield from _one(signature, row.body)
    yield from _missing(set(signed) - there)
    yield from _digests()


def _digests() -> Iterator[Finding]:
    """By its digest a signed record says whether its signatures hold: it must be that of its content."""
    for declared in registry:
        signed = Signature.objects.filter(record__kind=declared.kind).order_by("record_id").distinct()
        keys = iter(signed.values_list("record_id", flat=True))
        while batch := list(islice(keys, BATCH)):
            files = _files(batch)
            for key, record in _readable(declared.model, batch):
                if content_digest(record, files.get(key, [])) != record.digest:
                    words = {"number": record.number, "subject": record.subject}
                    sentence = _("%(number)s (%(subject)s): its digest is not that of its content.") % words
                    yield Finding(
                        code="digest-altered", subject=record.subject, sentence=sentence, field="digest",
                        now=record.digest,
                    )  # fmt: skip


def _readable(model: type[Record], keys: Sequence[int]) -> Iterator[tuple[int, Record]]:
    """Rows that hold what their columns can hold; of the others it is said elsewhere."""
    try:
        rows: Sequence[Record] = list(model._base_manager.filter(pk__in=keys))
    except (ValueError, ArithmeticError):
        return
    if model.PERSONAL:
        look_up((row, row.subject) for row in rows)
    for row in rows:
        try:
            row.snapshot()
        except (NotCanonicalError, ArithmeticError):
            continue
        yield row.pk, row


def _files(keys: Sequence[int]) -> dict[int, list[tuple[str, str, int]]]:
    found: dict[int, list[tuple[str, str, int]]] = {}
    rows = Attachment.objects.filter(record__in=keys, removed=None)
    for key, name, digest, size in rows.values_list("record_id", "name", "blob_id", "blob__size"):
        found.setdefault(key, []).append((name, digest, size))
    return found


def _one(signature: Signature, body: str | None) -> Iterator[Finding]:
    told = _read(body)
    if told is None or not told.get("sig"):
        yield _finding("signature-without-event", signature, _("no event tells of it"))
        return
    kept, actor = told["sig"], told["actor"]
    behalf = actor.get("for") or {}
    expected = {
        "meaning": kept.get("meaning"), "name": kept.get("name"), "person": kept.get("uid"),
        "content": kept.get("content"), "statement": kept.get("statement"), "factors": kept.get("factors"),
        "ceremony": kept.get("ceremony"), "time_zone": kept.get("tz"), "rejection": kept.get("rejection"),
        "reason": told.get("reason") or "", "transition": str(told.get("act")).rpartition(".")[2],
        "on_behalf_of": behalf.get("id"), "roles": ", ".join(actor.get("roles", ())),
    }  # fmt: skip
    for name, was in expected.items():
        value: Any = getattr(signature, name)
        now = getattr(value, "uid", value)
        if now != was:
            yield _finding(
                "signature-altered", signature, _("its %s was changed") % name, field=name, was=str(was), now=str(now)
            )
    if kept.get("at", _at(signature)) != _at(signature):
        yield _finding(
            "signature-altered",
            signature,
            _("its time was changed"),
            field="at",
            was=str(kept["at"]),
            now=_at(signature),
        )


def _at(signature: Signature) -> str:
    return signature.at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _read(body: str | None) -> dict[str, Any] | None:
    try:
        found = json.loads(body or "")
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("actor"), dict) else None


def _missing(keys: Collection[tuple[str, int]]) -> Iterator[Finding]:
    """Signed events whose signature is gone. Read again, because one may have come while others were looked at."""
    rest = iter(sorted(keys))
    while batch := list(islice(rest, BATCH)):
        events = Event.objects.filter(subject__in={subject for subject, _seq in batch}, record__isnull=False)
        there = set(
            Signature.objects.annotate(subject=of_record())
            .filter(subject__in={subject for subject, _seq in batch})
            .values_list("subject", "seq")
        )
        for subject, seq, body in events.values_list("subject", "seq", "body"):
            told = _read(body)
            if (subject, seq) not in batch or (subject, seq) in there or told is None or not told.get("sig"):
                continue
            words = {"subject": subject, "seq": seq, "name": told["sig"].get("name"), "at": told.get("at")}
            sentence = _("%(subject)s: the signature of %(name)s (event %(seq)d, %(at)s) is missing.") % words
            yield Finding(code="signature-missing", subject=subject, seq=seq, sentence=sentence, was=str(words["name"]))


def no_longer_valid(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The signatures over what these findings say was changed in the database or on the disk, past the trail."""
    fields: dict[str, list[str]] = {}
    for each in findings:
        if each.code in TOUCHING:
            fields.setdefault(each.subject, []).append(each.field or each.code)
    rest = iter(sorted(fields))
    while batch := list(islice(rest, BATCH)):
        rows = Signature.objects.annotate(subject=of_record()).filter(subject__in=batch, rejection=False)
        for signature in rows.select_related("record").order_by("pk"):
            row: Any = signature
            what = _("it is INVALID: %s was changed after it was signed") % ", ".join(sorted(set(fields[row.subject])))
            yield _finding("signature-invalid", signature, what, field=fields[row.subject][0])


TOUCHING = frozenset(
    {"row-altered", "file-altered", "file-missing", "file-without-event", "file-size", "digest-altered"}
)


def _finding(code: str, signature: Signature, what: str, *, field: str = "", was: str = "", now: str = "") -> Finding:
    subject = signature.record.subject
    words = {
        "number": signature.record.number, "subject": subject, "who": signature.name, "meaning": signature.meaning,
        "seq": signature.seq, "what": what,
    }  # fmt: skip
    sentence = _("%(number)s (%(subject)s), signature of %(who)s (%(meaning)s, event %(seq)d): %(what)s.") % words
    return Finding(
        code=code, subject=subject, seq=signature.seq, sentence=sentence, field=field, was=was, now=now,
        since=_at(signature),
    )  # fmt: skip
