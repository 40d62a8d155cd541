"""Which accounts may be signed in: asked at every request, so that whoever leaves is out at the next click (ACL-09)."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from gemba.kernel.people.models import Account
from gemba.kernel.prepared import Prepared

BY_KEY = Prepared(lambda key: Account.objects.select_related("person__site").filter(pk=key), int)


class AccountBackend(AuthenticationBackend):
    def user_can_authenticate(self, user: Any) -> bool:
        return isinstance(user, Account) and user.may_enter

    def get_user(self, user_id: Any) -> Account | None:
        """The account with its person and site, in one query; None ends the session."""
        found = BY_KEY(int(user_id))
        return found[0] if found and self.user_can_authenticate(found[0]) else None
