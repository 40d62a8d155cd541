"""Who hears of what. Notices are rows; mails are made from them later by a scheduled job."""

from collections.abc import Iterable

from django.db import connection

from gemba.kernel import held
from gemba.kernel.notices.models import Notice, Watch
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record

LONGEST = 300


def tell(people: Iterable[Person], record: Record | None, reason: Notice.Reason, text: str) -> None:
    """One notice per person. What a person may not see is left out when notices are shown or mailed."""
    rows = [Notice(person=person, record=record, reason=reason, text=text[:LONGEST]) for person in people]
    if rows:
        Notice.objects.bulk_create(rows)


def tell_watchers(record: Record, by: Person, text: str, *, besides: Iterable[Person] = ()) -> None:
    """Everybody who watches the record, except the one who just changed it and those told otherwise."""
    left_out = {by.pk, *(person.pk for person in besides)}
    with connection.cursor() as cursor:
        held.execute(cursor, "SELECT person_id FROM kernel_watch WHERE record_id = %s", [record.pk])
        watching = [person_id for (person_id,) in cursor.fetchall() if person_id not in left_out]
    if watching:
        tell(Person.objects.filter(pk__in=watching), record, Notice.Reason.CHANGE, text)


def watch(record: Record, person: Person) -> None:
    Watch.objects.bulk_create([Watch(record=record, person=person)], ignore_conflicts=True)


def unwatch(record: Record, person: Person) -> None:
    Watch.objects.filter(record=record, person=person).delete()


def mentioned(text: str) -> list[Person]:
    """The active people named as `@Full Name` in a text; the longest name wins where one begins another."""
    if "@" not in text:
        return []
    lowered, found = text.casefold(), []
    names = Person.objects.filter(ended=None).exclude(kind=Person.Kind.SYSTEM)
    for person in sorted(names, key=lambda p: len(p.name), reverse=True):
        marker = f"@{person.name.casefold()}"
        if marker in lowered:
            found.append(person)
            lowered = lowered.replace(marker, " ")
    return found
