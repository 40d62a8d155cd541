"""Which accounts may be signed in: asked at every request, so that whoever leaves is out at the next click (ACL-09)."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from gemba.kernel.people.models import Account


class AccountBackend(AuthenticationBackend):
    def user_can_authenticate(self, user: Any) -> bool:
        return isinstance(user, Account) and user.may_enter

    def get_user(self, user_id: Any) -> Account | None:
        """The account with its person and site, in one query; None ends the session."""
        account = Account.objects.select_related("person__site").filter(pk=user_id).first()
        return account if account is not None and self.user_can_authenticate(account) else None
