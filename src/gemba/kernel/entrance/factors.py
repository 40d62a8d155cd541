"""Second factors: their secrets are encrypted at rest, and a code works once.

The key lies in a file of its own beside the trail's, outside the database: a dump of the database holds no second
factor that anybody could use.
"""

import base64
from pathlib import Path
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.cache import cache

from gemba.kernel.people.models import Account
from gemba.kernel.trail.keys import load_key


class FactorUnreadableError(RuntimeError):
    """The second factors were encrypted with another key file than the present one."""


def entrance_key() -> bytes:
    """256 bits from `GEMBA_ENTRANCE_KEY`. Raises `KeyUnusableError` with a sentence."""
    return load_key(Path(settings.GEMBA_ENTRANCE_KEY)).secret


def encrypt(text: str) -> str:
    return _cipher().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    try:
        return _cipher().decrypt(text.encode()).decode()
    except InvalidToken:
        raise FactorUnreadableError(
            "The second factors cannot be read: the file entrance.key is not the one they were made with."
        ) from None


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(entrance_key()))


def factors_of(account: Account) -> set[str]:
    """The kinds of second factor that are set up: `totp`, `webauthn`. Recovery codes alone are none."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    found = Authenticator.objects.filter(user=account, type__in=kinds).values_list("type", flat=True)
    return set(found)


def use_code(account: Account, code: str) -> bool:
    """Whether `code` is right now the account's code, and was not used before."""
    authenticator = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).first()
    if authenticator is None:
        return False
    wrapped: Any = authenticator.wrap()
    return bool(wrapped.validate_code(code)) and first_use(account, code)


def first_use(account: Account, code: str) -> bool:
    """False where this code was used already. Remembered for as long as any clock would still accept it.

    The library remembers a used code for one period only, while its tolerance accepts it for three.
    """
    periods = 2 * app_settings.TOTP_TOLERANCE + 2
    digits = "".join(code.split())
    return bool(cache.add(f"gemba.code.{account.pk}.{digits}", "used", app_settings.TOTP_PERIOD * periods))
