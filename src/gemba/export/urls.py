"""Addresses of downloads; beside the page they belong to."""

from django.urls import path, re_path

from gemba.export import personal, practice, views

urlpatterns = [
    re_path(r"^records/(?P<kind>[a-z]+)/export\.(?P<form>csv|xlsx)$", views.record_list, name="export-list"),
    re_path(r"^r/(?P<number>[A-Z0-9-]+)/history\.(?P<form>csv|xlsx)$", views.record_history, name="export-history"),
    re_path(
        r"^matrix/(?P<framework>[-a-z0-9_]+)\.(?P<form>csv|xlsx|pdf)$", practice.matrix, name="practice_matrix_file"
    ),
    path("people/data.pdf", personal.found_file, name="export-personal"),
    path("r/<str:number>/bundle.zip", views.record_bundle, name="export-bundle"),
    path("r/<str:number>/record.pdf", views.record_document, name="export-record"),
]
