"""Django's own sessions in the database, found by a statement that is made once."""

import logging
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.utils import timezone

from gemba.kernel.prepared import Prepared
from gemba.kernel.trouble import trouble_of

log = logging.getLogger("gemba.web")
BY_KEY = Prepared(lambda key: Session.objects.filter(session_key=key), str)


class SessionStore(db.SessionStore):
    """The name is Django's: it looks for a class called so."""

    def _get_session_from_db(self) -> Any:
        key = str(self.session_key)
        found = BY_KEY(key) if "\0" not in key else []
        if found and found[0].expire_date > timezone.now():
            return found[0]
        self._session_key = None
        return None

    def save(self, must_create: bool = False) -> None:
        """A session that goes on is not ended by a full disk: what was to be noted in it is lost, and reading goes on.

        A new one is refused then, as everything is that has to be written.
        """
        try:
            super().save(must_create=must_create)
        except UpdateError as error:
            if trouble_of(error) is None:
                raise
            log.warning("the session could not be kept: %s", error.__context__)
