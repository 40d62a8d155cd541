"""All tables of the kernel, gathered for Django."""

from gemba.kernel.attachments.models import Attachment, Blob
from gemba.kernel.jobs.models import Slot, WorkerBeat
from gemba.kernel.links.models import Link
from gemba.kernel.notices.models import Comment, Notice, NoticeSettings, OutgoingMail, Watch
from gemba.kernel.numbering.models import NumberSequence
from gemba.kernel.people.models import (
    Absence,
    Account,
    Department,
    JobAssignment,
    JobRole,
    Person,
    Product,
    RoleGrant,
    Site,
)
from gemba.kernel.records.models import Record
from gemba.kernel.search.models import SavedFilter, SearchEntry
from gemba.kernel.signing.models import Signature
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.models import ChainHead, Event, SecurityEvent

__all__ = [
    "Absence", "Account", "Attachment", "Blob", "ChainHead", "Comment", "Department", "Event", "JobAssignment",
    "JobRole", "Link", "Notice", "NoticeSettings", "NumberSequence", "OutgoingMail", "Person", "Product", "Record",
    "RoleGrant", "SavedFilter", "SearchEntry", "SecurityEvent", "Signature", "Site", "Slot", "Task", "Watch",
    "WorkerBeat",
]  # fmt: skip
