"""What must hold before records are served: the database fits the program, the trail works, nothing unsafe is set.

Every program that may write asks `refuse_unready` first; each problem is a sentence with its mend.
"""

from collections.abc import Sequence

from django.conf import settings
from django.core.checks import ERROR, Tags, run_checks
from django.core.checks.registry import registry
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.urls import get_resolver

from gemba.kernel.backup.mark import notice_older
from gemba.kernel.backup.postgresql import unfinished
from gemba.kernel.people.models import Organisation
from gemba.kernel.trail.startup import TrailUnusableError, refuse_without_trail
from gemba.kernel.trail.timekeeping import begin_watch

INDISPENSABLE = (
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "gemba.web.middleware.TimeoutMiddleware",
    "gemba.web.middleware.ScopeMiddleware",
    "csp.middleware.CSPMiddleware",
)
SHORTEST_SECRET = 50


class UnreadyError(RuntimeError):
    """The program must not serve; `args` are sentences."""


def refuse_unready() -> None:
    """Raises `UnreadyError` with everything that is wrong, the cheapest questions first."""
    for ask in (unsafe_settings, database_problems, declared_problems):
        if problems := ask():
            raise UnreadyError(*problems)
    try:
        refuse_without_trail(durable=settings.GEMBA_MODE != "test")
    except TrailUnusableError as error:
        raise UnreadyError(*error.args) from None
    begin_watch()
    notice_older()


def unsafe_settings() -> list[str]:
    """Settings that somebody changed around the environment's own checks (OPS-01, ACL-14)."""
    found = []
    if settings.DEBUG:
        found.append("DEBUG is on: error pages would show passwords and keys. Gemba runs without it.")
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        found.append(f"The session key is shorter than {SHORTEST_SECRET} characters.")
    if "django.contrib.admin" in settings.INSTALLED_APPS:
        found.append("Django's own administration is installed: it edits records without trail and signature.")
    found += [f"The middleware {name} is missing." for name in INDISPENSABLE if name not in settings.MIDDLEWARE]
    return found


def database_problems() -> list[str]:
    """Not there, newer, older, or made for something else."""
    return untouchable_database() or older_database() or other_use()


def untouchable_database() -> list[str]:
    """Why not even a migration may begin."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return [f"The database cannot be reached: {str(error).strip().splitlines()[0]}"]
    return newer_database() or half_restored()


def half_restored() -> list[str]:
    """A restore on PostgreSQL that was stopped before it was an event (DUR-08)."""
    if not unfinished():
        return []
    return ["A restore was stopped before its end. Run it again: gemba restore FILE --replace"]


def newer_database() -> list[str]:
    """An older program never touches what a newer one has written (DUR-14)."""
    applied = MigrationRecorder(connection).applied_migrations()
    loader = MigrationLoader(connection)
    ours = {label for label, _ in loader.disk_migrations or ()}
    unknown = sorted(f"{label}.{name}" for label, name in applied if label in ours and not _known(loader, label, name))
    if not unknown:
        return []
    names = ", ".join(unknown[:3])
    this = f"this is {settings.GEMBA_BUILD} and changes nothing"
    return [f"The database was written by a newer Gemba ({names}). Start that version; {this}."]


def _known(loader: MigrationLoader, label: str, name: str) -> bool:
    known = loader.disk_migrations or {}
    replaced = {old for migration in known.values() for old in migration.replaces}
    return (label, name) in known or (label, name) in replaced


def older_database() -> list[str]:
    loader = MigrationLoader(connection)
    waiting = [key for key in loader.graph.leaf_nodes() if key not in loader.applied_migrations]
    if not waiting:
        return []
    return ["The database does not fit this version of Gemba yet. Make a backup, then run 'gemba migrate'."]


def other_use() -> list[str]:
    """Invented people and records never become real ones, and real ones are no playground (AUT-16)."""
    row = Organisation.objects.order_by("pk").first()
    if row is None or row.use == settings.GEMBA_MODE:
        return []
    if row.use == Organisation.Use.DEMO:
        return ["This database holds a demonstration with invented people and known passwords. Use another GEMBA_DATA."]
    return [f"This database was made for {row.use}, and GEMBA_MODE is {settings.GEMBA_MODE}. Use another GEMBA_DATA."]


def declared_problems() -> list[str]:
    """Mistakes in the declarations of record types, as Django's system checks find them.

    The check of all addresses would build the REST interface, which the first program that asks for it does. Those of
    the screens are looked at: a screen that nobody could reach is a mistake in a declaration too.
    """
    screens = get_resolver().url_patterns
    found = run_checks(tags=[tag for tag in registry.tags_available() if tag != Tags.urls])
    problems = [f"{issue.msg} {issue.hint or ''}".strip() for issue in found if issue.level >= ERROR]
    return problems if screens else [*problems, "There is no address at all."]


def tell(sentences: Sequence[str]) -> str:
    """The refusal as it is printed."""
    return "\n".join(f"gemba: {sentence}" for sentence in sentences)
