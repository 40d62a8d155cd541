"""Procedures that govern four kinds of record, and who was late to read them: nothing here is ever analysed."""

import datetime as dt
from collections.abc import Sequence

from gemba.kernel import clock
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import store_many
from gemba.modules.document.asked import Reading
from gemba.modules.document.family import Document, Revision

GOVERNED = ("complaint capa", "feedback nonconformity")
READERS, REVISIONS, DAYS = 400, 5, 150
"""People, texts of each procedure that followed one another, and days between them."""
IN_TIME, LATE, DUE = 5, 40, 10
"""Days after which two of three, and the third, had read; and in which they had to."""


def procedures(me: Person) -> int:
    """Two procedures, each with five revisions that everybody was asked to read. Returns the number of readings."""
    people = [me, *Person.objects.bulk_create([Person(name=f"Reader {n}") for n in range(READERS)])]
    rows = [each for governed in GOVERNED for each in _read(_procedure(me, governed), people)]
    store_many(Reading, rows)
    return len(rows)


def _procedure(me: Person, governed: str) -> Document:
    made = Document(
        kind="document", number=f"SOP-{governed}", title=f"How we handle {governed}", state="in_force", open=False,
        owner=me, raised_by=me, digest="0" * 64, type="procedure", governed=governed,
    )  # fmt: skip
    store_many(Document, [made])
    return made


def _read(document: Document, people: Sequence[Person]) -> list[Reading]:
    first = clock.today() - dt.timedelta(days=DAYS * (REVISIONS + 1))
    starts = [first + dt.timedelta(days=DAYS * n) for n in range(REVISIONS)]
    revisions = [
        Revision(
            kind="revision", number=f"{document.number}-{n}", title=document.title, open=False, owner=document.owner,
            raised_by=document.owner, digest="0" * 64, document=document, sequence=n, working=False, sealed=True,
            state="effective" if start == starts[-1] else "superseded", in_force=start == starts[-1],
            valid_from=start, valid_to=None if start == starts[-1] else start + dt.timedelta(days=DAYS),
        )
        for n, start in enumerate(starts, 1)
    ]  # fmt: skip
    store_many(Revision, revisions)
    return [
        Reading(
            kind="reading", number=f"{revision.number}-{reader.pk}", title=document.title, state="read", open=False,
            owner=reader, raised_by=reader, digest="0" * 64, revision=revision,
            due=start + dt.timedelta(days=DUE), read_on=start + dt.timedelta(days=IN_TIME if place % 3 else LATE),
        )
        for revision, start in zip(revisions, starts, strict=True) for place, reader in enumerate(people)
    ]  # fmt: skip
