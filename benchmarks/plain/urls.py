"""A list of fifty and a detail, as anybody writes them in Django."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import include, path

from benchmarks.plain.models import PlainRecord

PAGE = 50


def listed(request: HttpRequest) -> HttpResponse:
    rows = PlainRecord.objects.select_related("owner").order_by("-pk")[:PAGE]
    return render(request, "plain_list.html", {"rows": rows})


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(PlainRecord.objects.select_related("owner"), pk=pk)
    return render(request, "plain_detail.html", {"row": row})


urlpatterns = [path("plain/", listed), path("plain/<int:pk>", detail), path("", include("gemba.config.urls"))]
