"""Make and withdraw API tokens; each leaves an event on the person's chain, without the secret."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from gemba.kernel.actions.base import Action
from gemba.kernel.actor import Via
from gemba.kernel.refusals import Invalid, NotAllowed, Refused
from gemba.kernel.tokens.models import LONGEST_LIFE, ApiToken, digest_of, new_secret
from gemba.kernel.trail.canonical import digest
from gemba.kernel.trail.writer import Entry, append


class NewToken(NamedTuple):
    token: ApiToken
    secret: str
    """Shown once; nobody can read it again."""


@dataclass(kw_only=True)
class MakeToken(Action[NewToken]):
    """A token for oneself. `days` it is good for; `may_write` False gives reading only."""

    name: str
    days: int
    may_write: bool = False

    def check(self) -> Refused | None:
        if self.actor.via is not Via.UI:
            return NotAllowed(_("Tokens are made by a person at a screen."))
        if not self.name.strip():
            return Invalid({"name": [_("Say what the token is for.")]})
        if not 0 < self.days <= LONGEST_LIFE.days:
            return Invalid({"days": [_("A token is good for 1 to %d days.") % LONGEST_LIFE.days]})
        return None

    def perform(self) -> NewToken:
        account, secret = self.actor.person.account, new_secret()
        token = ApiToken.objects.create(
            account=account, name=self.name.strip()[:80], digest=digest_of(secret), may_write=self.may_write,
            expires=timezone.now() + dt.timedelta(days=self.days), session_epoch=account.session_epoch,
        )  # fmt: skip
        _append(self, token, "token.make")
        return NewToken(token, secret)


@dataclass(kw_only=True)
class WithdrawToken(Action[ApiToken]):
    token: ApiToken

    def check(self) -> Refused | None:
        if self.token.account.person_id != self.actor.person.pk:
            return NotAllowed(_("This token is somebody else's."))
        return None

    def perform(self) -> ApiToken:
        self.token.withdrawn = timezone.now()
        self.token.save(update_fields=["withdrawn"])
        _append(self, self.token, "token.withdraw")
        return self.token


def _append(action: Action[NewToken] | Action[ApiToken], token: ApiToken, act: str) -> None:
    person = token.account.person
    state = {"name": token.name, "may_write": token.may_write, "expires": token.expires, "withdrawn": token.withdrawn}
    entry = Entry(
        subject=f"person/{person.uid}", act=act, state=digest(state), schema="token@1", reason=action.reason,
        changes=[(name, None, value) for name, value in state.items()],
    )  # fmt: skip
    append(entry, action.actor, roles=action.access.own_roles())
