"""REST endpoints for every declared record type, from the declaration alone."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from gemba.api.lookup import only_known, person_named, readable_or_404, record_or_404, values_of
from gemba.api.schemas import as_json, change_schema, create_schema, out_schema, page_schema, referred
from gemba.api.shapes import REFUSALS, AdvanceIn, AssignIn, EventOut, ExtendIn, ListIn, PageIn, SignatureOut, VoidIn
from gemba.api.who import writer
from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance, Void
from gemba.kernel.actions.due import ExtendDue
from gemba.kernel.actions.write import Assign, Edit, Raise
from gemba.kernel.lists.filters import Filters
from gemba.kernel.lists.paging import LARGEST_KEY
from gemba.kernel.refusals import Invalid
from gemba.kernel.signing.models import Signature, judged, verdict
from gemba.kernel.trail.models import Event
from gemba.kernel.types import RecordType

FILTERS = {
    "q": "text",
    "state": "state",
    "show": "shown",
    "owner": "owner",
    "site": "site",
    "due": "due",
    "flag": "flag",
}
"""Parameter and the filter it must become, so that none is lost on the way."""


def add_record_endpoints(router: Router, declared: RecordType[Any]) -> None:
    """List, read, raise, edit and advance records of one type, and read their history."""
    _listing(router, declared)
    _reading(router, declared)
    _history(router, declared)
    _writing(router, declared)
    _advancing(router, declared)
    _acting(router, declared)


def chosen(declared: RecordType[Any], given: ListIn) -> Filters:
    """Raises `Invalid` for a filter that is not understood: a program must not take everything for what it asked."""
    asked = given.dict()
    filters = Filters.read(declared, {name: asked[name] for name in FILTERS})
    lost = [name for name, attribute in FILTERS.items() if asked[name].strip() and not getattr(filters, attribute)]
    if lost:
        raise Invalid({name: [_("This list has no such filter.")] for name in lost})
    return filters


def _listing(router: Router, declared: RecordType[Any]) -> None:
    @router.get(
        "", response={200: page_schema(declared), **REFUSALS}, operation_id=f"list_{declared.kind}",
        summary=f"List {declared.plural}, oldest first",
    )  # fmt: skip
    def listing(request: HttpRequest, given: Query[ListIn]) -> Any:
        readable_or_404(declared)
        only_known(request, ListIn)
        rows = chosen(declared, given).spine(declared, clock.today()).filter(pk__gt=min(given.after, LARGEST_KEY))
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[: given.limit + 1])
        shown = keys[: given.limit]
        found = declared.model._base_manager.select_related(*referred(declared)).in_bulk(shown)
        items = [as_json(declared, found[key]) for key in shown]
        return {"items": items, "next": shown[-1] if len(keys) > given.limit else None}


def _reading(router: Router, declared: RecordType[Any]) -> None:
    @router.get(
        "/{number}", response={200: out_schema(declared), **REFUSALS}, operation_id=f"read_{declared.kind}",
        summary=f"Read a {declared.label}",
    )  # fmt: skip
    def detail(request: HttpRequest, number: str) -> Any:
        return as_json(declared, record_or_404(declared, number))


def _history(router: Router, declared: RecordType[Any]) -> None:
    @router.get(
        "/{number}/events", response={200: list[EventOut], **REFUSALS}, operation_id=f"events_{declared.kind}",
        summary="The trail, oldest first; the next page begins after the last `seq`",
    )  # fmt: skip
    def events(request: HttpRequest, number: str, page: Query[PageIn]) -> Any:
        only_known(request, PageIn)
        record = record_or_404(declared, number)
        rows = Event.objects.filter(record_id=record.pk, seq__gt=min(page.after, LARGEST_KEY))
        shown = rows.select_related("actor").order_by("seq")[: page.limit]
        return [
            {"seq": e.seq, "at": e.at, "act": e.act, "who": e.actor.name, "hash": e.hash, "body": e.body} for e in shown
        ]

    @router.get(
        "/{number}/signatures", response={200: list[SignatureOut], **REFUSALS},
        operation_id=f"signatures_{declared.kind}", summary="Every signature and rejection, oldest first",
    )  # fmt: skip
    def signatures(request: HttpRequest, number: str) -> Any:
        record = record_or_404(declared, number)
        rows = Signature.objects.filter(record_id=record.pk).select_related("on_behalf_of").order_by("seq")
        return [
            {
                **{name: getattr(s, name) for name in SignatureOut.model_fields if hasattr(s, name)},
                "on_behalf_of": s.on_behalf_of.name if s.on_behalf_of else None, "verdict": verdict(s),
            }
            for s in judged(record, rows)
        ]  # fmt: skip


def _writing(router: Router, declared: RecordType[Any]) -> None:
    out, create, change, kind = out_schema(declared), create_schema(declared), change_schema(declared), declared.kind

    @router.post("", response={201: out, **REFUSALS}, operation_id=f"raise_{kind}", summary=f"Raise a {declared.label}")
    def raising(request: HttpRequest, payload: create) -> Any:  # type: ignore[valid-type]
        given: Any = payload
        values = given.dict(exclude_unset=True)
        exercise, reason = values.pop("exercise", False), values.pop("reason", "")
        made = Raise(
            model=declared.model, values={**values_of(declared, values), "exercise": exercise}, reason=reason,
            **writer(request),
        ).execute()  # fmt: skip
        return Status(201, as_json(declared, record_or_404(declared, made.number)))

    @router.patch(
        "/{number}", response={200: out, **REFUSALS}, operation_id=f"edit_{kind}", summary=f"Edit a {declared.label}"
    )
    def editing(request: HttpRequest, number: str, payload: change) -> Any:  # type: ignore[valid-type]
        given: Any = payload
        values = given.dict(exclude_unset=True)
        version, reason = values.pop("version"), values.pop("reason", "")
        Edit(
            record=record_or_404(declared, number), version=version, reason=reason,
            values=values_of(declared, values), **writer(request),
        ).execute()  # fmt: skip
        return as_json(declared, record_or_404(declared, number))


def _advancing(router: Router, declared: RecordType[Any]) -> None:
    @router.post(
        "/{number}/do/{transition}", response={200: out_schema(declared), **REFUSALS},
        operation_id=f"advance_{declared.kind}",
        summary="Take a step that needs no signature; signed steps are refused here",
    )  # fmt: skip
    def advancing(request: HttpRequest, number: str, transition: str, payload: AdvanceIn) -> Any:
        record = record_or_404(declared, number)
        if transition not in declared.lifecycle.by_name:
            steps = ", ".join(declared.lifecycle.by_name)
            raise Invalid({"transition": [_("There is no such step. There are: %s.") % steps]})
        Advance(
            record=record, name=transition, version=payload.version, reason=payload.reason, **writer(request)
        ).execute()  # fmt: skip
        return as_json(declared, record_or_404(declared, number))

    @router.post(
        "/{number}/void", response={200: out_schema(declared), **REFUSALS}, operation_id=f"void_{declared.kind}",
        summary="Void a record that should not have been raised; its number stays",
    )  # fmt: skip
    def voiding(request: HttpRequest, number: str, payload: VoidIn) -> Any:
        record = record_or_404(declared, number)
        Void(record=record, version=payload.version, reason=payload.reason, **writer(request)).execute()
        return as_json(declared, record_or_404(declared, number))


def _acting(router: Router, declared: RecordType[Any]) -> None:
    out, kind = out_schema(declared), declared.kind

    @router.post(
        "/{number}/extend", response={200: out, 202: out, **REFUSALS}, operation_id=f"extend_{kind}",
        summary="Move the due date, with a reason; 202 where a second person decides about it and the old one counts",
    )  # fmt: skip
    def extending(request: HttpRequest, number: str, payload: ExtendIn) -> Any:
        record, given = record_or_404(declared, number), payload.dict()
        moved = ExtendDue(record=record, **given, **writer(request)).execute()
        status = 200 if moved.due == payload.due else 202
        return Status(status, as_json(declared, record_or_404(declared, number)))

    @router.post(
        "/{number}/assign", response={200: out, **REFUSALS}, operation_id=f"assign_{kind}",
        summary="Give the record another owner",
    )  # fmt: skip
    def assigning(request: HttpRequest, number: str, payload: AssignIn) -> Any:
        record = record_or_404(declared, number)
        owner = person_named(payload.owner, "owner")
        Assign(
            record=record, version=payload.version, reason=payload.reason, owner=owner, **writer(request)
        ).execute()  # fmt: skip
        return as_json(declared, record_or_404(declared, number))
