"""The addresses of paper and practice."""

from django.urls import path

from gemba.web.practice import ledger_views, signal_views, views

urlpatterns = [
    path("", views.first, name="practice"),
    path("signals", signal_views.signals, name="practice_signals"),
    path("signals/<slug:name>", signal_views.signal, name="practice_signal"),
    path("<slug:framework>/", views.clause_map, name="practice_map"),
    path("<slug:framework>/rows.csv", views.export, name="practice_export"),
    path("<slug:framework>/first", views.first_found, name="practice_first"),
    path("<slug:framework>/matrix", views.matrix, name="practice_matrix"),
    path("<slug:framework>/processes", views.processes, name="practice_processes"),
    path("<slug:framework>/ledger", ledger_views.ledger, name="practice_ledger"),
    path("<slug:framework>/ledger/<str:uid>/waive", ledger_views.waive, name="practice_waive"),
    path("<slug:framework>/duty/<str:name>", views.duty, name="practice_duty"),
    path("<slug:framework>/<str:number>", views.clause, name="practice_clause"),
]
