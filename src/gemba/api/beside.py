"""What stands beside a record: links, files, tasks and comments, over REST."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Query, Router, Status, UploadedFile

from gemba.api.lookup import file_or_404, link_or_404, only_known, person_named, record_or_404
from gemba.api.shapes import (
    MOST,
    REFUSALS,
    UPLOAD_REFUSALS,
    CommentIn,
    CommentOut,
    FileOut,
    LinkIn,
    LinkOut,
    LinksOut,
    LookIn,
    ReasonIn,
    TaskIn,
    TaskOut,
)
from gemba.api.who import writer
from gemba.kernel.access.viewer import current_access
from gemba.kernel.actions.connect import EndLink, LookAgain, MakeLink, not_found
from gemba.kernel.actions.files import Attach, Detach
from gemba.kernel.actions.talk import AskFor, FinishTask, Say
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.attachments.reading import attachments_of
from gemba.kernel.attachments.store import CHUNK
from gemba.kernel.links.models import Link
from gemba.kernel.links.reading import find_far_end, links_of
from gemba.kernel.notices.models import Comment
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid
from gemba.kernel.roles import Role
from gemba.kernel.tasks.models import Task
from gemba.kernel.types import RecordType


def add_beside_endpoints(router: Router, declared: RecordType[Any]) -> None:
    """Links, files, tasks and comments of the records of one type."""
    _links(router, declared)
    _link_ends(router, declared)
    _files(router, declared)
    _tasks(router, declared)
    _comments(router, declared)


def link_json(link: Link, far: Record) -> dict[str, Any]:
    """`target` must be loaded with the link, and so must the far end."""
    return {"id": link.pk, "role": link.role, "record": far, "suspect": link.suspect}


def file_json(file: Attachment) -> dict[str, Any]:
    """Blob and person must be loaded with the attachment."""
    return {
        "uid": file.uid, "name": file.name, "version": file.version, "size": file.blob.size,
        "media_type": file.blob.media_type, "sha256": file.blob_id, "added_by": file.added_by,
        "added_at": file.added_at,
    }  # fmt: skip


def task_json(task: Task) -> dict[str, Any]:
    """Record, person and asker must be loaded with the task."""
    return {
        "id": task.pk, "record": task.record.number, "what": task.what, "person": task.person,
        "role": task.role or None, "due": task.due, "asked_by": task.asked_by, "open": task.is_open,
    }  # fmt: skip


def _links(router: Router, declared: RecordType[Any]) -> None:
    @router.get(
        "/{number}/links", response={200: LinksOut, **REFUSALS}, operation_id=f"links_{declared.kind}",
        summary="Links both ways; those that turned suspect are marked",
    )  # fmt: skip
    def listing(request: HttpRequest, number: str) -> Any:
        around = links_of(record_or_404(declared, number), current_access())
        return {
            "out": [link_json(link, link.target) for link in around.out],
            "back": [link_json(link, link.source) for link in around.back], "hidden": around.hidden,
        }  # fmt: skip

    @router.post(
        "/{number}/links", response={201: LinkOut, **REFUSALS}, operation_id=f"link_{declared.kind}",
        summary="Link to another record",
    )  # fmt: skip
    def linking(request: HttpRequest, number: str, payload: LinkIn) -> Any:
        record, far = record_or_404(declared, number), None
        if "\0" not in payload.to:
            far = find_far_end(current_access(), payload.to)
        if far is None:
            raise Invalid({"to": [not_found()]})
        made = MakeLink(record=record, role=payload.role, to=far, **writer(request)).execute()
        return Status(201, link_json(made, far))


def _link_ends(router: Router, declared: RecordType[Any]) -> None:
    @router.delete(
        "/{number}/links/{int:pk}", response={204: None, **REFUSALS}, operation_id=f"unlink_{declared.kind}",
        summary="End a link, with a reason; it stays in the history",
    )  # fmt: skip
    def ending(request: HttpRequest, number: str, pk: int, given: Query[ReasonIn]) -> Any:
        only_known(request, ReasonIn)
        record = record_or_404(declared, number)
        EndLink(record=record, link=link_or_404(record, pk), reason=given.reason, **writer(request)).execute()
        return Status(204, None)

    @router.post(
        "/{number}/links/{int:pk}/look", response={200: LinkOut, **REFUSALS}, operation_id=f"look_{declared.kind}",
        summary="Somebody read what the far end says now, and the link holds",
    )  # fmt: skip
    def looking(request: HttpRequest, number: str, pk: int, payload: LookIn) -> Any:
        record = record_or_404(declared, number)
        link = link_or_404(record, pk)
        looked = LookAgain(record=record, link=link, seen=payload.seen, **writer(request)).execute()
        return link_json(looked, looked.target)


def _files(router: Router, declared: RecordType[Any]) -> None:
    @router.get(
        "/{number}/files", response={200: list[FileOut], **REFUSALS}, operation_id=f"files_{declared.kind}",
        summary="The files of the record; the bytes are at /files/{uid}",
    )  # fmt: skip
    def listing(request: HttpRequest, number: str) -> Any:
        return [file_json(file) for file in attachments_of(record_or_404(declared, number))[:MOST]]

    @router.post(
        "/{number}/files", response={201: FileOut, **UPLOAD_REFUSALS}, operation_id=f"attach_{declared.kind}",
        summary="Attach a file; one of the same name becomes its next version",
    )  # fmt: skip
    def attaching(request: HttpRequest, number: str, file: File[UploadedFile]) -> Any:
        record = record_or_404(declared, number)
        made = Attach(
            record=record, name=file.name or "", chunks=file.chunks(CHUNK), **writer(request)
        ).execute()  # fmt: skip
        return Status(201, file_json(made))

    @router.delete(
        "/{number}/files/{uid}", response={204: None, **REFUSALS}, operation_id=f"detach_{declared.kind}",
        summary="Take a file out, with a reason; it stays in the history",
    )  # fmt: skip
    def detaching(request: HttpRequest, number: str, uid: str, given: Query[ReasonIn]) -> Any:
        only_known(request, ReasonIn)
        record = record_or_404(declared, number)
        file = file_or_404(uid, record)
        Detach(record=record, attachment=file, reason=given.reason, **writer(request)).execute()
        return Status(204, None)


def _tasks(router: Router, declared: RecordType[Any]) -> None:
    @router.get(
        "/{number}/tasks", response={200: list[TaskOut], **REFUSALS}, operation_id=f"tasks_{declared.kind}",
        summary="What was asked for about the record, newest first",
    )  # fmt: skip
    def listing(request: HttpRequest, number: str) -> Any:
        record = record_or_404(declared, number)
        rows = Task.objects.filter(record_id=record.pk, withdrawn=False).select_related("record", "person", "asked_by")
        return [task_json(task) for task in rows.order_by("-pk")[:MOST]]

    @router.post(
        "/{number}/tasks", response={201: TaskOut, **REFUSALS}, operation_id=f"ask_{declared.kind}",
        summary="Ask a person or a role to do something",
    )  # fmt: skip
    def asking(request: HttpRequest, number: str, payload: TaskIn) -> Any:
        record = record_or_404(declared, number)
        if payload.role is not None and payload.role not in Role.values:
            raise Invalid({"role": [_("There is no such role.")]})
        task = AskFor(
            record=record, what=payload.what, due=payload.due,
            person=None if payload.person is None else person_named(payload.person, "person"),
            role=None if payload.role is None else Role(payload.role), **writer(request),
        ).execute()  # fmt: skip
        return Status(201, task_json(task))

    @router.post(
        "/{number}/tasks/{int:pk}/done", response={200: TaskOut, **REFUSALS}, operation_id=f"finish_{declared.kind}",
        summary="The task is done",
    )  # fmt: skip
    def finishing(request: HttpRequest, number: str, pk: int) -> Any:
        record = record_or_404(declared, number)
        task = Task.objects.filter(pk=pk, record_id=record.pk).first()
        if task is None:
            raise Http404
        return task_json(FinishTask(task=task, **writer(request)).execute())


def _comments(router: Router, declared: RecordType[Any]) -> None:
    @router.get(
        "/{number}/comments", response={200: list[CommentOut], **REFUSALS}, operation_id=f"comments_{declared.kind}",
        summary="The latest comments, oldest first",
    )  # fmt: skip
    def listing(request: HttpRequest, number: str) -> Any:
        record = record_or_404(declared, number)
        rows = Comment.objects.filter(record_id=record.pk).select_related("person").order_by("-pk")[:MOST]
        return [{"who": c.person, "at": c.at, "text": c.text} for c in reversed(rows)]

    @router.post(
        "/{number}/comments", response={201: CommentOut, **REFUSALS}, operation_id=f"comment_{declared.kind}",
        summary="Comment; people named as @Full Name are told",
    )  # fmt: skip
    def commenting(request: HttpRequest, number: str, payload: CommentIn) -> Any:
        said = Say(record=record_or_404(declared, number), text=payload.text, **writer(request)).execute()
        return Status(201, {"who": said.person, "at": said.at, "text": said.text})
