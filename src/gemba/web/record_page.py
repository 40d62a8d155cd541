"""Everything the page of one record shows, gathered in a fixed number of statements."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from gemba.kernel.access.scope import Access
from gemba.kernel.actions.due import may_decide
from gemba.kernel.actor import Actor
from gemba.kernel.attachments.models import Attachment, files_of
from gemba.kernel.attachments.reading import attachments_of
from gemba.kernel.lifecycle.machine import State
from gemba.kernel.notices.models import Comment
from gemba.kernel.prepared import Prepared
from gemba.kernel.records.models import Record, content_digest
from gemba.kernel.rights import may_change, may_comment, may_void
from gemba.kernel.signing.models import Signature, verdict
from gemba.kernel.tasks.models import Task
from gemba.kernel.types import Flag, RecordType, Section
from gemba.web.display import Shown, section_values, shown
from gemba.web.links import Tie, ties_of
from gemba.web.present import Found, flags_in
from gemba.web.steps import Station, Step, steps_of, waiting_for, way
from gemba.web.timeline import History, history

COMMENTS = 100
RECENT_COMMENTS = Prepared(
    lambda record: Comment.objects.filter(record=record).select_related("person").order_by("at")[:COMMENTS], int
)
TASKS = Prepared(
    lambda record: (
        Task.objects.filter(record=record, withdrawn=False)
        .select_related("person", "done_by", "asked_by")
        .order_by("done_at", "due", "id")
    ),
    int,
)
SIGNATURES = Prepared(
    lambda record: Signature.objects.filter(record=record).select_related("on_behalf_of", "person"), int
)
HEADING = ("title",)
"""What the head of the page already says."""


@dataclass(frozen=True, slots=True)
class SectionShown:
    index: int
    title: str
    help: str
    values: Sequence[Shown]
    editable: bool
    closed: str
    """Why it cannot be edited now, empty where it can or where the reader may not anyway."""
    folded: bool


@dataclass(frozen=True, slots=True)
class SignatureShown:
    signature: Signature
    verdict: str
    tone: str


@dataclass(frozen=True, slots=True)
class Rights:
    change: bool
    comment: bool
    void: bool
    files: bool
    """Files are part of what a record says: they change only while some of its fields may."""


@dataclass(frozen=True, slots=True)
class RecordPage:
    record: Record
    declared: RecordType[Any]
    url: str
    """Where the page is; everything that can be done to the record has its address below it."""
    state: State
    way: Sequence[Station]
    steps: Sequence[Step]
    waiting: str
    flags: Sequence[Flag]
    sections: Sequence[SectionShown]
    rights: Rights
    files: Sequence[Attachment]
    signatures: Sequence[SignatureShown]
    ties: Sequence[Tie]
    comments: Sequence[Comment]
    tasks: Sequence[Task]
    decides_due: bool
    """Another due date is asked for, and this reader may be the second person who decides."""
    watched: bool
    history: History
    today: dt.date

    @property
    def steps_open(self) -> bool:
        return any(step.possible for step in self.steps)

    @property
    def refused(self) -> bool:
        """Some step is not open to this reader, and says why."""
        return not all(step.possible for step in self.steps)


def record_page(found: Found, declared: RecordType[Any], actor: Actor, access: Access) -> RecordPage:
    """What the page shows of a record; parts that it does not have are not asked for."""
    record, there, today = found.record, found.there, found.today
    rights = _rights(record, declared, access)
    steps = steps_of(record, declared, actor, access)
    tasks = TASKS(record.pk) if there["tasks"] else []
    return RecordPage(
        record=record, declared=declared, url=reverse("record", args=[record.kind, record.number]),
        state=declared.lifecycle.state(record.state), way=way(record, declared),
        steps=steps, waiting=waiting_for(steps), flags=flags_in(there, declared),
        sections=sections_of(record, declared, rights.change, besides=HEADING), rights=rights,
        files=attachments_of(record) if there["files"] else (),
        signatures=signatures_of(record) if there["signatures"] else (),
        ties=ties_of(record, declared, access) if there["ties"] else (),
        comments=RECENT_COMMENTS(record.pk) if there["comments"] else (),
        tasks=tasks, decides_due=any(task.is_open and task.wanted for task in tasks) and may_decide(access, record),
        watched=there["watched"], history=history(record, declared), today=today,
    )  # fmt: skip


def _rights(record: Record, declared: RecordType[Any], access: Access) -> Rights:
    change = may_change(access, record)
    return Rights(
        change, may_comment(access, record), may_void(access, record) and record.open,
        change and bool(declared.editable_fields(record.state)),
    )  # fmt: skip


def sections_of(
    record: Record, declared: RecordType[Any], may: bool, *, besides: Collection[str] = ()
) -> list[SectionShown]:
    """Every section with its values, `besides` those that stand elsewhere on the page."""
    return [_section(record, index, section, may, besides) for index, section in enumerate(declared.sections)]


def _section(record: Record, index: int, section: Section, may: bool, besides: Collection[str]) -> SectionShown:
    open_in = {state.name for state in section.editable_in}
    editable = may and record.state in open_in
    labels = ", ".join(str(state.label) for state in section.editable_in)
    closed = labels if may and not editable and record.open else ""
    values = [value for value in section_values(record, section) if value.name not in besides]
    return SectionShown(index, str(section.title), str(section.help), values, editable, closed, section.folded)


def besides_sections(record: Record, declared: RecordType[Any]) -> list[Shown]:
    """What is part of the signed content and stands in no section, such as the product."""
    sectioned = {declared.field(name).attname for section in declared.sections for name in section.fields}
    names = [name for name in record.content() if name not in sectioned and name != "number"]
    return [shown(record, declared.field(name.removesuffix("_id")).name) for name in names]


def signatures_of(record: Record) -> list[SignatureShown]:
    """Judged by what the record says now, not by the digest its row claims."""
    found = []
    record.digest = content_digest(record, files_of(record))
    for signature in SIGNATURES(record.pk):
        signature.record = record
        tone = "bad" if signature.rejection else "good" if signature.valid else "warn"
        found.append(SignatureShown(signature, verdict(signature), tone))
    return found
