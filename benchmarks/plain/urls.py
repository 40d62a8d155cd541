"""A list of fifty, a detail, and a detail with all that a record's page shows, as anybody writes them in Django."""

import json

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import include, path

from benchmarks.plain.models import PlainRecord
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.links.models import Link
from gemba.kernel.notices.models import Comment, Watch
from gemba.kernel.signing.models import Signature
from gemba.kernel.tasks.models import Task
from gemba.modules.objective.models import Objective
from gemba.web.timeline import SHOWN

PAGE = 50


def listed(request: HttpRequest) -> HttpResponse:
    rows = PlainRecord.objects.select_related("owner").order_by("-pk")[:PAGE]
    return render(request, "plain_list.html", {"rows": rows})


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(PlainRecord.objects.select_related("owner"), pk=pk)
    return render(request, "plain_detail.html", {"row": row})


def whole(request: HttpRequest, pk: int) -> HttpResponse:
    """The same parts as on the page of a record, as Django's own manual reads them."""
    rows = Objective._base_manager.select_related("owner", "raised_by", "site", "product")
    parts = rows.prefetch_related(
        Prefetch("attachments", Attachment.objects.filter(removed=None).select_related("blob", "added_by")),
        Prefetch("signatures", Signature.objects.select_related("person", "on_behalf_of")),
        Prefetch("links_out", Link.objects.filter(ended=None).select_related("target")),
        Prefetch("links_in", Link.objects.filter(ended=None).select_related("source")),
        Prefetch("comments", Comment.objects.select_related("person")),
        Prefetch("tasks", Task.objects.filter(withdrawn=False).select_related("person", "asked_by", "done_by")),
    )
    row = get_object_or_404(parts, pk=pk)
    events = row.events.select_related("actor").order_by("-pk")[:SHOWN]
    told = [(event, json.loads(event.body)) for event in events]
    watched = Watch.objects.filter(record=row, person=request.user.person).exists()  # type: ignore[union-attr]
    return render(request, "plain_whole.html", {"row": row, "events": told, "watched": watched})


urlpatterns = [
    path("plain/", listed), path("plain/<int:pk>", detail), path("plain/whole/<int:pk>", whole),
    path("", include("gemba.config.urls")),
]  # fmt: skip
