"""PostgreSQL: who owns the tables. The role that serves must not, or it could take the guards away that bind it."""

from django.conf import settings
from django.db import connection

from gemba.kernel.trail.guards import application_rights


def grant_application_rights() -> None:
    """After tables were made or changed by their owner: what the role that serves may do with them."""
    role = settings.GEMBA_APPLICATION_ROLE
    if connection.vendor != "postgresql" or not role:
        return
    with connection.cursor() as cursor:
        for statement in application_rights(role):
            cursor.execute(statement)


def owns_its_guards() -> bool:
    """Whether this program's own role could drop the guards: it owns the events, or is a superuser."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE oid = 'kernel_event'::regclass"
        )
        [owns] = cursor.fetchone()
    return bool(owns)
