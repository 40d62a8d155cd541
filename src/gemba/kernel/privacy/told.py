"""Everything that is kept about one person, in one object: for the person's right of access (GDPR Art. 15, 20).

Texts that others wrote in records are theirs and the company's; here stands where the person is named as the one who
acted, signed, owns or was told, and what is kept of the person itself. Nothing secret is in it.
"""

import json
from collections.abc import Iterable
from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.rows import row_snapshot, row_values, subject_of
from gemba.kernel.commitments.models import PersonalValue
from gemba.kernel.entrance.factors import factors_of
from gemba.kernel.notices.models import Comment, Notice, OutgoingMail, Resolution, Watch
from gemba.kernel.people.models import Absence, Account, JobAssignment, Person, RoleGrant, UserName
from gemba.kernel.privacy.subjects import columns_naming
from gemba.kernel.records.models import Record
from gemba.kernel.search.models import SavedFilter
from gemba.kernel.signing.models import Signature
from gemba.kernel.tasks.models import Task
from gemba.kernel.tokens.models import ApiToken
from gemba.kernel.trail.canonical import moment
from gemba.kernel.trail.models import Event, SecurityEvent


def told_about(person: Person) -> dict[str, Any]:
    """Reads only. Records appear by number: whether they may be read is decided by rights, as ever."""
    return {
        "about": {"name": person.name, "id": person.uid, "told_at": moment(clock.now())},
        "why": _(
            "Kept because law asks a maker of medical devices to show who did what (ISO 13485 4.2.5, 21 CFR 11.10): "
            "entries and signatures stay for as long as the records they belong to."
        ),
        "person": row_values(person),
        "held": _held(person),
        "login": _login(person),
        "roles": _rows(RoleGrant.objects.filter(person=person)),
        "jobs": _rows(JobAssignment.objects.filter(person=person)),
        "absences": _rows(Absence.objects.filter(Q(person=person) | Q(deputy=person))),
        "records_owned": _numbers(Record._base_manager.filter(owner=person)),
        "signatures": [
            {"record": number, "meaning": meaning, "at": moment(at)}
            for number, meaning, at in Signature.objects.filter(person=person).order_by("pk")
            .values_list("record__number", "meaning", "at")
        ],
        "entries": [
            {"event": pk, "subject": subject, "act": act, "at": moment(at)}
            for pk, subject, act, at in Event.objects.filter(actor=person).order_by("pk")
            .values_list("pk", "subject", "act", "at").iterator()
        ],
        "security": [
            {"what": what, "at": moment(at), "address": address, "target": target}
            for what, at, address, target in SecurityEvent.objects.filter(person=person).order_by("pk")
            .values_list("what", "at", "address", "target").iterator()
        ],
        "comments": [
            {"record": number, "text": text, "at": moment(at)}
            for number, text, at in Comment.objects.filter(person=person).order_by("pk")
            .values_list("record__number", "text", "at")
        ],
        "answers": [
            {"record": number, "text": text, "at": moment(at)}
            for number, text, at in Resolution.objects.filter(person=person).order_by("pk")
            .values_list("comment__record__number", "answer", "at")
        ],
        "named_in": _named_in(person),
        "watched": _numbers(Record._base_manager.filter(pk__in=Watch.objects.filter(person=person).values("record"))),
        "saved_filters": list(SavedFilter.objects.filter(person=person).order_by("pk").values("name", "query")),
        "sessions": _sessions(person),
        "counted": {
            "tasks": Task.objects.filter(person=person).count(),
            "notices": Notice.objects.filter(person=person).count(),
            "mails_sent_to": OutgoingMail.objects.filter(to=person.email).count() if person.email else 0,
        },
    }  # fmt: skip


def _login(person: Person) -> dict[str, Any] | None:
    account = Account.objects.filter(person=person).first()
    if account is None:
        return None
    return {
        "user_name": account.email,
        "earlier_user_names": list(UserName.objects.filter(person=person).values_list("email", flat=True)),
        "may_sign_in": account.is_active,
        "made": moment(account.created),
        "last_sign_in": moment(account.last_login) if account.last_login else None,
        "second_factors": sorted(str(kind) for kind in factors_of(account)),
        "tokens": list(ApiToken.objects.filter(account=account).values_list("name", flat=True)),
    }


def _held(person: Person) -> list[dict[str, Any]]:
    """Every name and address there ever was, as kept beside the person's chain; the mark where one was erased."""
    return [
        {"field": row.field, "value": row.value, "since": moment(row.at), "erased": row.erased}
        for row in PersonalValue.objects.filter(subject=subject_of(person)).order_by("pk")
    ]


def _named_in(person: Person) -> list[dict[str, str]]:
    """The records that name the person in a column, other than those owned, and what the column is called."""
    found = []
    for model, name in columns_naming():
        if name == "owner":
            continue
        label = str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        found += [{"record": number, "as": label} for number in _numbers(model._base_manager.filter(**{name: person}))]
    return found


def _sessions(person: Person) -> list[dict[str, str]]:
    """Where the person is or was signed in from: address and program as they told of themselves."""
    rows = UserSession.objects.filter(user__person=person).order_by("pk")
    return [
        {
            "address": str(row.ip), "program": row.user_agent, "since": moment(row.created_at),
            "last": moment(row.last_seen_at),
        }
        for row in rows
    ]  # fmt: skip


def _rows(rows: "QuerySet[Any]") -> list[dict[str, Any]]:
    found: Iterable[Model] = rows.order_by("pk")
    return [row_snapshot(row) for row in found]


def _numbers(records: "QuerySet[Record]") -> list[str]:
    return list(records.order_by("pk").values_list("number", flat=True))


def as_json(person: Person) -> bytes:
    return json.dumps(told_about(person), ensure_ascii=False, indent=1).encode()
