"""The addresses of the entrance. Only those of allauth that fit: no sign-up, no change of address, no login by mail."""

from allauth.account import views as account
from allauth.usersessions import views as sessions
from django.urls import include, path

from gemba.web.accounts import tokens, views

urlpatterns = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/reset/", views.forgotten, name="account_reset_password"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("accounts/sessions/end/", views.end_sessions, name="end_sessions"),
    path("my/tokens/", tokens.tokens, name="tokens"),
    path("my/tokens/<int:pk>/withdraw", tokens.withdraw, name="withdraw_token"),
    path("welcome/<str:uid>/<str:secret>/", views.welcome, name="welcome"),
]
