"""What allauth and Django tell of a sign-in becomes a security event; a changed second factor ends other sessions."""

from typing import Any

from allauth.account.signals import password_changed
from allauth.account.signals import user_logged_in as entered
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models import F
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from gemba.kernel.notices.models import Notice
from gemba.kernel.notices.tell import tell
from gemba.kernel.people.models import Account
from gemba.web.middleware import begin_session, factors, note

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@receiver(user_logged_in, dispatch_uid="gemba.sign-in")
def signed_in(request: HttpRequest, user: Any, **_: Any) -> None:
    begin_session(request)
    note(request, "sign-in", account=user, detail=factors(request))


@receiver(entered, dispatch_uid="gemba.one-session")
def one_session(request: HttpRequest, user: Account, **_given: Any) -> None:
    """Where it is demanded, the newest sign-in is the only one (AUT-14). Tokens of programs are no sessions and stay.

    The new session is listed before the others are looked for: of two sign-ins at once each ends the other or one does.
    """
    if not settings.GEMBA_ONE_SESSION:
        return
    UserSession.objects.create_from_request(request)
    others = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key)
    ended = [each.ip for each in others if each.exists()]
    for each in others:
        each.end()
    if ended:
        note(request, "session.replaced", account=user, detail=", ".join(ended))
        text = _("You signed in, and so you were signed out elsewhere (%s). If that was not you, change your password.")
        tell([user.person], None, Notice.Reason.SECURITY, text % ", ".join(sorted(set(ended))))


@receiver(user_logged_out, dispatch_uid="gemba.sign-out")
def signed_out(request: HttpRequest, user: Any, **_: Any) -> None:
    if isinstance(user, Account):
        note(request, "sign-out", account=user)


@receiver(password_changed, dispatch_uid="gemba.password")
def password_was_changed(request: HttpRequest, user: Any, **_: Any) -> None:
    note(request, "password.changed", account=user)


@receiver(authentication_failed, dispatch_uid="gemba.code-failed")
def code_failed(request: HttpRequest, user: Any, **_: Any) -> None:
    note(request, "code.failed", account=user)


@receiver(authenticator_added, dispatch_uid="gemba.factor-added")
def factor_added(request: HttpRequest, user: Account, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type in FACTORS:
        Account.objects.filter(pk=user.pk).update(must_enrol=False)
    _factor_changed(request, user, "factor.added", authenticator)


@receiver(authenticator_removed, dispatch_uid="gemba.factor-removed")
def factor_removed(request: HttpRequest, user: Account, authenticator: Authenticator, **_: Any) -> None:
    _factor_changed(request, user, "factor.removed", authenticator)


@receiver(authenticator_reset, dispatch_uid="gemba.factor-reset")
def factor_reset(request: HttpRequest, user: Account, authenticator: Authenticator, **_: Any) -> None:
    _factor_changed(request, user, "factor.renewed", authenticator)


def _factor_changed(request: HttpRequest, user: Account, what: str, authenticator: Authenticator) -> None:
    """Other sessions end (AUT-06); the one in which it was done goes on."""
    Account.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch", "must_enrol"])
    if request.user == user:
        update_session_auth_hash(request, user)
        UserSession.objects.create_from_request(request)
    note(request, what, account=user, detail=str(authenticator.type))
