"""Make a bundle: records with their whole history, files, proofs that all of it is in the sealed log, and a verifier.

The bundle itself is an event: it holds the digest of the manifest, and so the scope, the totals and every file. Nobody
can take a record out afterwards, or put another one in, without that being seen.
"""

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from gemba.export.document import record_pdf
from gemba.export.proof.choose import Selection
from gemba.export.proof.page import page, record_page, table
from gemba.export.proof.signed import signatures_told
from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actor import Actor
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.attachments.store import Damaged, open_verified
from gemba.kernel.commitments.models import PersonalValue
from gemba.kernel.log.keys import known_keys
from gemba.kernel.log.merkle import inclusion_proof
from gemba.kernel.log.models import Leaf, Seal
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.log.tree import StoredTree
from gemba.kernel.people.organisation import organisation
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Refused
from gemba.kernel.rows import load
from gemba.kernel.trail.canonical import encode, moment
from gemba.kernel.trail.models import Event
from gemba.kernel.trail.writer import Entry, append
from gemba.kernel.types import registry, specific
from gemba.kernel.ulid import ulid

ACT, SCHEMA = "bundle.make", "bundle@1"
MOST_EVENTS = 50_000
CHUNK = 1 << 20
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive: the same content is the same bytes."""
README = """This bundle holds records of a company's quality management system, taken out of Gemba.

index.html            what is in it, to read
records/…             each record: a page, a PDF, its files, its whole history
manifest.json         scope, totals, and the digest of every file
proof.json            the signed checkpoint of the company's log, and the event that tells of this bundle
verify.py             checks all of it, offline, with Python 3.9 or later and nothing else:

    python3 verify.py BUNDLE.zip --key PUBLIC_KEY

Take verify.py from a source that you trust (it is part of Gemba and short enough to read), and the public key from
whoever keeps the company's witness. What it proves: nothing in here was changed since it was written, and nothing of
the declared scope is missing. What it cannot prove: that what people wrote was true.
"""


@dataclass(slots=True)
class Archive:
    """A ZIP with the digest of everything that was put in."""

    zip: zipfile.ZipFile
    listed: list[list[Any]] = field(default_factory=list)

    def put(self, name: str, data: bytes, *, listed: bool = True) -> None:
        self.zip.writestr(zipfile.ZipInfo(name, EARLIEST), data, zipfile.ZIP_DEFLATED)
        if listed:
            self.listed.append([name, sha256(data).hexdigest(), len(data)])

    def stream(self, name: str, source: IO[bytes], digest: str, size: int) -> None:
        """A file whose digest is known already."""
        with self.zip.open(zipfile.ZipInfo(name, EARLIEST), "w", force_zip64=True) as target:
            while chunk := source.read(CHUNK):
                target.write(chunk)
        self.listed.append([name, digest, size])


def make_bundle(selection: Selection, actor: Actor, access: Access, target: IO[bytes]) -> Event:
    """Write the bundle to `target` and return its event. Raises `Refused` where it cannot be proved."""
    with zipfile.ZipFile(target, "w") as file:
        archive = Archive(file)
        archive.put("README.txt", README.encode())
        archive.put("verify.py", files("gemba.export.proof").joinpath("verify.py").read_bytes())
        rows = [_record(archive, record, actor) for record in selection.records]
        archive.put("index.html", _index(selection, rows).encode())
        manifest = _manifest(selection, rows, archive.listed)
        event = _tell(selection, rows, manifest, actor, access)
        seal = _sealed()
        archive.put("manifest.json", manifest, listed=False)
        _prove(archive, rows, event, seal)
    return event


def _record(archive: Archive, found: Record, actor: Actor) -> dict[str, Any]:
    """Everything of one record except its proofs, and what the manifest says of it."""
    record, events, state = _read(found)
    base = f"records/{record.number}"
    bodies = [body for _id, body, _hash in events]
    signatures = signatures_told(record, bodies)
    archive.put(f"{base}/record.html", record_page(record, bodies, signatures).encode())
    archive.put(
        f"{base}/record.pdf", record_pdf(record, by=actor.person.name, at=clock.now(), signatures=signatures)
    )  # fmt: skip
    archive.put(f"{base}/state.json", state.encode())
    if record.PERSONAL:
        archive.put(f"{base}/personal.json", json.dumps(_personal(record), ensure_ascii=False).encode())
    return {
        "number": record.number, "title": record.title, "type": str(registry.of(record).label),
        "subject": record.subject, "count": len(events), "head": events[-1][2], "state": f"{base}/state.json",
        "events": f"{base}/events.jsonl", "attached": _attached(archive, record, base), "page": f"{base}/record.html",
        "personal": f"{base}/personal.json" if record.PERSONAL else "",
    }  # fmt: skip


def _personal(record: Record) -> list[list[str]]:
    """Column, commitment, salt and value of everything personal: whoever holds these can check what events say of it.

    Of what was erased salt and value are gone, here as everywhere.
    """
    rows = PersonalValue.objects.filter(subject=record.subject).order_by("pk")
    return [list(row) for row in rows.values_list("field", "commitment", "salt", "value")]


def _read(found: Record) -> tuple[Record, list[tuple[int, str, str]], str]:
    """The record and its events as they belong together, although others may be writing meanwhile."""
    model = type(specific(found))
    for _attempt in range(3):
        record: Record = load(model, found.pk)
        rows = Event.objects.filter(subject=record.subject).order_by("seq")
        events = list(rows.values_list("pk", "body", "hash"))
        state = encode(record.snapshot())
        if events and json.loads(events[-1][1])["state"] == sha256(state.encode()).hexdigest():
            return record, events, state
    raise Refused(_("%s is not what its last event says. Verify the trail before you give it out.") % found.number)


def _attached(archive: Archive, record: Record, base: str) -> list[list[str]]:
    attached = []
    current = Attachment.objects.filter(record_id=record.pk, removed=None).select_related("blob")
    for place, each in enumerate(current, start=1):
        name = f"{base}/files/{place:03d}-{each.name}"
        try:
            with open_verified(each.blob) as source:
                archive.stream(name, source, each.blob_id, each.blob.size)
        except Damaged as damaged:
            raise Refused(f"{record.number}, {each.name}: {' '.join(damaged.sentences)}") from None
        attached.append([each.name, each.blob_id])
    return attached


def _index(selection: Selection, rows: Sequence[dict[str, Any]]) -> str:
    head = (_("Number"), _("Title"), _("Type"), _("Events"))
    body = f"<p>{_('See README.txt for how to check this bundle.')}</p>"
    lines = [(row["number"], row["title"], row["type"], str(row["count"])) for row in rows]
    return page(f"{organisation().name}: {selection.words}", body + table(head, lines))


def _manifest(selection: Selection, rows: Sequence[dict[str, Any]], listed: Sequence[list[Any]]) -> bytes:
    content: Any = {
        "v": 1, "organisation": {"id": organisation().uid, "name": organisation().name}, "made": moment(clock.now()),
        "scope": {
            "words": selection.words, "filters": selection.filters, "records": len(rows),
            "events": sum(row["count"] for row in rows),
        },
        "records": list(rows), "files": list(listed),
    }  # fmt: skip
    return encode(content).encode()


def _tell(
    selection: Selection, rows: Sequence[dict[str, Any]], manifest: bytes, actor: Actor, access: Access
) -> Event:  # fmt: skip
    """The bundle's own event; without it nothing would say what belonged to it."""
    digest = sha256(manifest).hexdigest()
    count = sum(row["count"] for row in rows)
    if not rows:
        raise Refused(_("There is no record in this selection."))
    if count > MOST_EVENTS:
        raise Refused(_("These are more than %d events. Choose fewer records.") % MOST_EVENTS)
    entry = Entry(
        subject=f"bundle/{ulid()}", act=ACT, state=digest, schema=SCHEMA,
        changes=[
            ("scope", None, selection.words), ("filters", None, selection.filters), ("records", None, len(rows)),
            ("events", None, count), ("manifest", None, digest),
        ],
    )  # fmt: skip
    with transaction.atomic():
        return append(entry, actor, roles=access.own_roles())


def _sealed() -> Seal:
    done = seal_now()
    if done.findings:
        raise Refused(_("The trail shows damage, so nothing can be proved now. See the health page."))
    seal = done.seal or Seal.objects.order_by("-number").first()
    if seal is None:
        raise Refused(_("The trail could not be sealed."))
    return seal


def _prove(archive: Archive, rows: Sequence[dict[str, Any]], event: Event, seal: Seal) -> None:
    """Where each event stands in the log, and the way from there to the root."""
    tree = StoredTree()
    for row in rows:
        found = Leaf.objects.filter(event__subject=row["subject"], event__seq__lte=row["count"]).order_by("event__seq")
        lines = [_line(tree, body, index, seal.size) for body, index in found.values_list("event__body", "index")]
        archive.put(
            row["events"], "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines).encode(), listed=False
        )
    place = Leaf.objects.values_list("index", flat=True).get(event_id=event.pk)
    proof = {
        "checkpoint": seal.checkpoint, "public_key": known_keys()[seal.key_id].public,
        "bundle": _line(tree, event.body, place, seal.size),
    }  # fmt: skip
    archive.put("proof.json", json.dumps(proof, ensure_ascii=False).encode(), listed=False)


def _line(tree: StoredTree, body: str, index: int, size: int) -> list[Any]:
    return [body, index, [hashed.hex() for hashed in inclusion_proof(index, size, tree.part)]]
