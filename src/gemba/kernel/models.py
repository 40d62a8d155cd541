"""All tables of the kernel, gathered for Django."""

from gemba.kernel.attachments.models import Attachment, Blob
from gemba.kernel.bulk.models import BulkRun
from gemba.kernel.commitments.models import Erasure, PersonalValue
from gemba.kernel.entrance.models import Brake, FactorReset, OneTimeLink
from gemba.kernel.jobs.models import Slot, WorkerBeat
from gemba.kernel.links.models import Link
from gemba.kernel.log.models import Leaf, LogState, Seal, TimeStamp, TreeNode, WitnessState
from gemba.kernel.notices.models import Comment, Notice, NoticeSettings, OutgoingMail, Resolution, Watch
from gemba.kernel.numbering.models import NumberSequence
from gemba.kernel.people.models import (
    Absence,
    Account,
    Department,
    JobAssignment,
    JobRole,
    Organisation,
    Person,
    Product,
    RoleGrant,
    Site,
    UserName,
)
from gemba.kernel.records.models import Record
from gemba.kernel.search.models import SavedFilter, SearchEntry
from gemba.kernel.signing.models import Signature
from gemba.kernel.tasks.models import Task
from gemba.kernel.tokens.models import ApiToken
from gemba.kernel.trail.models import ChainHead, Event, SecurityEvent

__all__ = [
    "Absence", "Account", "ApiToken", "Attachment", "Blob", "Brake", "BulkRun", "ChainHead", "Comment",
    "Department", "Erasure", "Event", "FactorReset", "JobAssignment", "JobRole", "Leaf", "Link", "LogState", "Notice",
    "NoticeSettings", "NumberSequence", "OneTimeLink", "Organisation", "OutgoingMail", "Person", "PersonalValue",
    "Product", "Record", "Resolution", "RoleGrant", "SavedFilter", "Seal", "SearchEntry", "SecurityEvent", "Signature",
    "Site", "Slot", "Task", "TimeStamp", "TreeNode", "UserName", "Watch", "WitnessState", "WorkerBeat",
]  # fmt: skip
