"""The mail server from one address, and what happens without one: mail waits in the outbox and says why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from gemba.config.environment import UnsafeSettingsError

PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool


def mail_server(url: str) -> MailServer | None:
    """`smtp://user:password@host:587?tls=starttls` or `smtps://…`; None for an empty address."""
    if not url:
        return None
    wrong = UnsafeSettingsError("GEMBA_MAIL_URL must look like smtp://user:password@mail.example.com:587?tls=starttls")
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise wrong from None
    if not parts.hostname:
        raise wrong
    return MailServer(
        parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""),
        starttls=parts.scheme == "smtp" and parse_qs(parts.query).get("tls") == ["starttls"],
        tls=parts.scheme == "smtps",
    )  # fmt: skip


class NoServer(BaseEmailBackend):
    """Every mail stays in the outbox; the health page shows the reason."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> NoReturn:
        raise ConnectionError("No mail server is configured (GEMBA_MAIL_URL).")
