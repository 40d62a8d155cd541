"""A passkey's answer to a fresh challenge, which no other page and no earlier sign-in can have asked for.

The challenge is kept apart from that of the sign-in, and user verification is required: the key itself has checked the
finger, the face or the PIN of its holder, so that its possession alone signs nothing.
"""

from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    UserVerificationRequirement,
)

from gemba.kernel.people.models import Account


def _server() -> Fido2Server:
    return Fido2Server(PublicKeyCredentialRpEntity(id=settings.HOST, name="Gemba"), verify_origin=_is_our_origin)


def _is_our_origin(origin: str) -> bool:
    """The address of the settings; while trying on this machine, whatever port the program happens to run on."""
    if settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN:
        return origin.startswith(f"http://{settings.HOST}:") or origin == f"http://{settings.HOST}"
    return bool(origin == settings.GEMBA_URL)


def _credentials(account: Account) -> list[AttestedCredentialData]:
    keys = Authenticator.objects.filter(user=account, type=Authenticator.Type.WEBAUTHN)
    found = (key.wrap().authenticator_data.credential_data for key in keys)
    return [data for data in found if data is not None]


def begin(account: Account) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options for the browser, and the state to keep in the session until it answers."""
    options, state = _server().authenticate_begin(
        credentials=_credentials(account), user_verification=UserVerificationRequirement.REQUIRED
    )
    return dict(options), dict(state)


def complete(account: Account, state: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    """Whether a key of this account answered exactly this challenge, from our page, with its holder verified."""
    try:
        parsed = AuthenticationResponse.from_dict(answer)
        _server().authenticate_complete(dict(state), _credentials(account), parsed)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return bool(parsed.response.authenticator_data.is_user_verified())
