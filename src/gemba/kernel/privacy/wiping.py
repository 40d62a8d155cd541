"""Take personal values away: beside the chain, in the row, and wherever a copy of the row stands."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import quote, quote_plus

from django.db import connection, models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext as _

from gemba.kernel.actions.marking import mark_record
from gemba.kernel.actor import Actor
from gemba.kernel.commitments.held import KEY, forget
from gemba.kernel.commitments.models import MARK, PersonalValue, mark_for
from gemba.kernel.notices.models import Notice, OutgoingMail
from gemba.kernel.people.models import Account, Person, erased_address
from gemba.kernel.privacy.subjects import Whose, whose
from gemba.kernel.records.models import Record, state_digest
from gemba.kernel.refusals import Refused
from gemba.kernel.search.engine import FTS
from gemba.kernel.search.models import SavedFilter, SearchEntry
from gemba.kernel.trail.models import Event
from gemba.kernel.trail.writer import Change, Entry, append, lock_head

VERB = "erase"
MERGED_AT_ONCE = 20_000
"""Records up to which the words are gone from SQLite's index in the same moment."""
SHORTEST = 5
"""Characters of a value that is looked for in other texts: initials would be found in any word."""


def wipe(
    subject: str, names: Collection[str], actor: Actor, *, reason: str, facts: Sequence[Change] = (),
    roles: Sequence[str] = (),
) -> list[PersonalValue]:  # fmt: skip
    """Erase all that these columns hold or ever held, with one event on the chain. Answers what was erased.

    Runs inside a transaction. The chain, its states and every signature stay as they are: they hold commitments, and
    those do not change. Raises `Refused` where there is nothing to erase or where a value stands in events in clear.
    """
    head = lock_head(subject)
    found = whose(subject)
    if found is None:
        raise Refused(_("What was to be erased is no longer here."))
    before = found.snapshot()
    kept = list(PersonalValue.objects.filter(subject=subject, field__in=names, erased=False).order_by("id"))
    if not kept:
        raise Refused(_("There is nothing here that could be erased, or it was erased already."))
    _refuse_clear_text(found, names, before)
    values = [row.value for row in kept]
    for name in sorted({row.field for row in kept}):
        rows = PersonalValue.objects.filter(subject=subject, field=name, erased=False)
        rows.update(salt="", value=mark_for(found.column(name)), erased=True)
    _mark(found, names)
    forget(found.row)
    if found.snapshot() != before:
        raise Refused(_("This row is not what its events say. Verify the trail before anything is erased."))
    erased: list[Change] = [(row.field, {KEY: row.commitment}, None) for row in kept]
    append(
        Entry(
            subject=subject, act=f"{found.kind}.{VERB}", state=state_digest(before), changes=[*erased, *facts],
            schema=found.schema, reason=reason, record_id=found.row.pk if isinstance(found.row, Record) else None,
        ),
        actor, head=head, roles=roles,
    )  # fmt: skip
    clean_copies(values)
    _forget_words()
    return kept


def _refuse_clear_text(found: Whose, names: Collection[str], before: dict[str, object]) -> None:
    for name in names:
        if isinstance(before.get(name), str) and before[name] != "":
            words = {"field": found.label(name)}
            raise Refused(
                _(
                    "%(field)s was entered before personal data was kept apart: it stands in the trail itself and"
                    " cannot be erased from it."
                )
                % words
            )


def _mark(found: Whose, names: Collection[str]) -> None:
    """The row, and what is made from it."""
    row, values = found.row, found.values()
    filled = frozenset(name for name in names if values.get(name) not in (None, ""))
    if isinstance(row, Person):
        _mark_person(row, filled)
        return
    mark_record(row, {name: mark_for(found.column(name)) for name in filled})


def _mark_person(person: Person, names: Collection[str]) -> None:
    for name in names:
        if name != "user_name":
            setattr(person, name, MARK)
    person.save(update_fields=[name for name in names if name != "user_name"])
    if "user_name" in names:
        account = Account.objects.get(person=person)
        account.email, account.is_active = erased_address(person), False
        account.session_epoch += 1
        account.save(update_fields=["email", "is_active", "session_epoch"])


def clean_copies(values: Iterable[str]) -> None:
    """Notices, mails and saved filters that repeat a value: the mark takes its place; such a filter goes altogether.

    A value of several lines is looked for line by line. Case counts: these are copies, not other people's words.
    """
    parts = {line.strip() for value in values for line in (value, *value.splitlines())}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) < SHORTEST:
            continue
        _replace(Notice, "text", part)
        OutgoingMail.objects.filter(to__iexact=part, sent_at=None).delete()
        OutgoingMail.objects.filter(to__iexact=part).update(to=MARK)
        for name in ("subject", "body"):
            _replace(OutgoingMail, name, part)
        asked = Q(query__contains=part) | Q(query__contains=quote_plus(part)) | Q(query__contains=quote(part))
        SavedFilter.objects.filter(asked | Q(name__contains=part)).delete()


def _replace(model: type[models.Model], name: str, part: str) -> None:
    """Never longer than what it replaces: the column has a length."""
    mark = MARK if len(part) >= len(MARK) else "\N{HORIZONTAL ELLIPSIS}"
    rows = model._base_manager.filter(**{f"{name}__contains": part})
    rows.update(**{name: Replace(F(name), Value(part), Value(mark))})


def _forget_words() -> None:
    """SQLite's full-text index keeps deleted words in its segments until they are merged. A large one is left to time:
    merging it would hold everybody up, and no search finds these words any more."""
    if connection.vendor == "sqlite" and SearchEntry.objects.count() <= MERGED_AT_ONCE:
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {FTS}({FTS}) VALUES ('optimize')")  # noqa: S608  our own name


@contextmanager
def overwriting() -> Iterator[None]:
    """Within the block SQLite overwrites what it deletes, instead of leaving it in free pages of its file."""
    _overwrite("ON")
    try:
        yield
    finally:
        _overwrite("OFF")


def _overwrite(how: str) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA secure_delete = {how}")


def erasures_of(subject: str) -> list[Event]:
    """The events that tell of erasures, newest first."""
    kind = subject.partition("/")[0]
    return list(Event.objects.filter(subject=subject, act=f"{kind}.{VERB}").order_by("-seq"))
