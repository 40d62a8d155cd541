"""The addresses of people, rights and the organisation."""

from django.urls import path

from gemba.web import organisation_views as organisation
from gemba.web import people_views as views
from gemba.web import privacy_views as privacy

urlpatterns = [
    path("", views.people, name="people"),
    path("new", views.add, name="add_person"),
    path("waiting", views.waiting, name="waiting"),
    path("grants/<str:uid>/confirm", views.confirm, name="confirm_grant"),
    path("grants/<str:uid>/withdraw", views.withdraw, name="withdraw_grant"),
    path("jobs/<str:uid>/end", views.end_job, name="end_job"),
    path("absences/<str:uid>/cancel", views.cancel_absence, name="cancel_absence"),
    path("factors/<str:uid>/confirm", views.confirm_factor_reset, name="confirm_factor_reset"),
    path("organisation", organisation.show, name="organisation"),
    path("organisation/name", organisation.name, name="name_organisation"),
    path("organisation/<str:part>/new", organisation.add, name="add_to_organisation"),
    path("organisation/<str:part>/<str:uid>", organisation.change, name="change_in_organisation"),
    path("data", privacy.personal_data, name="personal_data"),
    path("data/requests/<str:uid>/erase", privacy.erase, name="erase_data"),
    path("data/requests/<str:uid>/decline", privacy.decline_erasure, name="decline_erasure"),
    path("data/of/<slug:kind>/<str:uid>", privacy.personal_of, name="personal_of"),
    path("data/of/<slug:kind>/<str:uid>/erase", privacy.ask_erasure, name="ask_erasure"),
    path("<str:uid>/", views.person, name="person"),
    path("<str:uid>/edit", views.change, name="change_person"),
    path("<str:uid>/end", views.end, name="end_person"),
    path("<str:uid>/return", views.come_back, name="return_person"),
    path("<str:uid>/grant", views.grant, name="grant_role"),
    path("<str:uid>/job", views.job, name="assign_job"),
    path("<str:uid>/absence", views.absence, name="set_absence"),
    path("<str:uid>/factors", views.ask_factor_reset, name="ask_factor_reset"),
    path("<str:uid>/help/<str:what>", views.sign_in_help, name="sign_in_help"),
]
