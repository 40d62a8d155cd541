"""Endpoints of no single record type: who one is, what there is, search, one's tasks, the bytes of files."""

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router

from gemba.api.beside import task_json
from gemba.api.lookup import file_or_404, only_known
from gemba.api.shapes import MOST, REFUSALS, FoundOut, MeOut, SearchIn, TaskOut, TypeOut
from gemba.api.who import token_of
from gemba.kernel.access.viewer import current_access
from gemba.kernel.attachments.store import CHUNK, open_verified
from gemba.kernel.search.query import search
from gemba.kernel.tasks.mine import my_tasks
from gemba.kernel.types import registry

general = Router(tags=["Gemba"])
SANDBOX = "default-src 'none'; sandbox"


@general.get("/me", response={200: MeOut, **REFUSALS}, operation_id="me", summary="Whose rights these are")
def me(request: HttpRequest) -> Any:
    access, token = current_access(), token_of(request)
    return {
        "person": access.person, "roles": access.own_roles(), "stands_in_for": list(access.principals),
        "by": "token" if token else "session", "may_write": token.may_write if token else True,
        "expires": token.expires if token else None,
    }  # fmt: skip


@general.get(
    "/types", response={200: list[TypeOut], **REFUSALS}, operation_id="types", summary="Record types one may read"
)
def types(request: HttpRequest) -> Any:
    roles = current_access().roles
    return [
        {
            "kind": t.kind, "label": str(t.label), "plural": str(t.plural), "purpose": str(t.purpose),
            "prefix": t.prefix, "states": [state.name for state in t.lifecycle.states],
            "transitions": list(t.lifecycle.by_name), "links": [role.name for role in t.links],
            "flags": [flag.name for flag in t.flags], "evidence": sorted({y.evidence for y in t.yields}),
        }
        for t in registry
        if roles & set(t.permissions.read)
    ]  # fmt: skip


@general.get("/search", response={200: list[FoundOut], **REFUSALS}, operation_id="search", summary="Find records")
def find(request: HttpRequest, given: Query[SearchIn]) -> Any:
    only_known(request, SearchIn)
    return [
        {
            "number": f.record.number, "kind": f.record.kind, "title": f.record.title,
            "excerpt": f.before + f.hit + f.after,
        }
        for f in search(given.q, limit=given.limit)
    ]  # fmt: skip


@general.get(
    "/tasks", response={200: list[TaskOut], **REFUSALS}, operation_id="my_tasks", summary="Open tasks that are mine"
)
def tasks(request: HttpRequest) -> Any:
    return [task_json(task) for task in my_tasks()[:MOST]]


@general.get("/files/{uid}", operation_id="download", summary="The exact bytes of a file", response=REFUSALS)
def download(request: HttpRequest, uid: str) -> Any:
    """Through the right to see its record. Refused where the bytes are no longer the ones that were stored."""
    found = file_or_404(uid)
    file = open_verified(found.blob)
    response = StreamingHttpResponse(iter(lambda: file.read(CHUNK), b""), content_type=found.blob.media_type)
    response._resource_closers.append(file.close)  # type: ignore[attr-defined]
    response["Content-Length"] = str(found.blob.size)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "no-store, private"
    return response
