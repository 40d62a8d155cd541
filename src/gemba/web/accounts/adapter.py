"""Where allauth asks the product: who may try, what mails say, how second factors are kept."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.kernel.actions.alerts import alert, warn
from gemba.kernel.entrance import brake
from gemba.kernel.entrance.factors import decrypt, encrypt
from gemba.kernel.notices.mail import post
from gemba.kernel.people.models import Account
from gemba.kernel.people.organisation import organisation
from gemba.web.accounts.device import known_device, remember_device
from gemba.web.middleware import client_address, note


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy(
            "This e-mail and this password do not belong together. Try again, or ask for a new password below."
        )
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people are invited."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "0.0.0.0"  # noqa: S104  an address of nobody, not one to listen on

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        """Count the attempt before the password is looked at; who may not enter is answered like a wrong password."""
        email = str(credentials.get("email", ""))
        made = self._attempt(request, email)
        account = super().authenticate(request, **credentials)
        if isinstance(account, Account) and account.may_enter:
            brake.forgive(made, made.keys[0])
            return account
        self._failed(request, email, made)
        return None

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counted in `authenticate`, in the database and not in a cache."""

    @staticmethod
    def _attempt(request: HttpRequest, email: str) -> brake.Attempt:
        address = (f"address:{client_address(request)}", brake.ADDRESS)
        if device := known_device(request, email):
            made = brake.attempt((device, brake.DEVICE), address)
        else:
            made = brake.attempt((brake.account_key(email), brake.ACCOUNT), address, ("everybody", brake.EVERYBODY))
        if isinstance(made, brake.Attempt):
            return made
        note(request, "sign-in.held", account=_account(email), detail=made.key.split(":", 1)[0])
        sentence = _("Too many failed attempts. Wait until %s UTC and try again, or use a passkey.")
        raise ValidationError(sentence % f"{made.until:%H:%M:%S}", code="too_many_login_attempts")

    @staticmethod
    def _failed(request: HttpRequest, email: str, made: brake.Attempt) -> None:
        account = _account(email)
        note(request, "sign-in.failed", account=account, detail="" if account else "no such account")
        if not made.alerts:
            return
        kind = made.alerts[0].split(":", 1)[0]
        note(request, "sign-in.alert", account=account, detail=kind)
        where = client_address(request) or _("an unknown address")
        alert(_("Many failed sign-ins (%(kind)s) from %(where)s.") % {"kind": kind, "where": where})
        if account is not None and kind in ("account", "device"):
            warn(
                account.person, _("Failed sign-ins in Gemba"),
                _("Somebody tried several wrong passwords for your account, last from %s. Your account is not blocked, "
                  "each further try only has to wait longer.") % where,
            )  # fmt: skip

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        remember_device(request, response, user.email)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox, with names and addresses from the settings and never from the request."""
        site = SimpleNamespace(name=organisation().name or "Gemba", domain=settings.GEMBA_URL)
        context = {**context, "current_site": site, "email": email}
        subject = render_to_string(f"{template_prefix}_subject.txt", context)
        post(email, subject, render_to_string(f"{template_prefix}_message.txt", context).strip())


class FactorAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """On white in dark pages too, or no camera reads it."""
        head, rest = super().build_totp_svg(url).split("<path", 1)
        return f'{head}<rect width="100%" height="100%" fill="#fff"/><path{rest}'

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the host of the settings."""
        return {"id": settings.HOST, "name": organisation().name or "Gemba"}


def _account(email: str) -> Account | None:
    return Account.objects.select_related("person").filter(email=email.strip().casefold()).first()
