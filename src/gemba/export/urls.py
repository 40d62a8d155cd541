"""Addresses of downloads; beside the page they belong to."""

from django.urls import path, re_path

from gemba.export import views

urlpatterns = [
    re_path(r"^records/(?P<kind>[a-z]+)/export\.(?P<form>csv|xlsx)$", views.record_list, name="export-list"),
    re_path(r"^r/(?P<number>[A-Z0-9-]+)/history\.(?P<form>csv|xlsx)$", views.record_history, name="export-history"),
    path("r/<str:number>/record.pdf", views.record_document, name="export-record"),
]
