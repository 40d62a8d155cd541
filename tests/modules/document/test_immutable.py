"""An approved revision never changes: the screen does not offer it, the action refuses it, the database refuses it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.db import DatabaseError, connection, transaction

from gemba.kernel.actions.advance import Void
from gemba.kernel.actions.files import Attach, Detach
from gemba.kernel.actions.write import Edit
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.trail import guards
from gemba.kernel.trail.models import SecurityEvent
from gemba.kernel.types import registry
from gemba.modules.document.models import Revision
from gemba.modules.document.states import SEALED_STATES
from tests.kernel.people import as_
from tests.modules.document.life import again, do, draft, released, revised, step

pytestmark = pytest.mark.django_db
CONTENT = (
    ("document_revision", "body", "'<p>other</p>'"), ("document_revision", "steps", "'[1]'"),
    ("document_revision", "change_reason", "'other'"), ("document_revision", "sequence", "99"),
    ("document_revision", "asked", "'[1]'"), ("document_revision", "bypass_reason", "'other'"),
    ("document_revision", "sealed", "false"), ("kernel_record", "title", "'other'"),
    ("kernel_record", "number", "'POL-077-R1'"), ("kernel_record", "event_date", "'2001-01-01'"),
    ("kernel_record", "kind", "'objective'"),
)  # fmt: skip


@pytest.fixture
def effective(author: Person, approver: Person, store: Path) -> Revision:
    made = draft(author)
    Attach(record=made, name="flow.txt", chunks=[b"first\n"], **as_(author)).execute()
    step(made, "submit", author)
    signed: Revision = step(made, "approve", approver)
    return signed


def refused_by_the_database(statement: str, *values: Any) -> None:
    with pytest.raises(DatabaseError, match=r"sealed|append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_no_screen_offers_an_edit_of_an_approved_revision() -> None:
    """M43: the first level. No field is open in any state from approval on."""
    for state in SEALED_STATES:
        assert registry.named("revision").editable_fields(state.name) == frozenset()


def test_no_action_changes_an_approved_revision(effective: Revision, author: Person, approver: Person) -> None:
    """M43: the second level, by its author and by quality, for fields, files and the record as a whole."""
    file = Attachment.objects.get(record=effective)
    actions: tuple[Callable[[Person], Any], ...] = (
        lambda who: Edit(record=effective, values={"body": "<p>other</p>"}, **as_(who)),
        lambda who: Edit(record=effective, values={"title": "Other"}, **as_(who)),
        lambda who: Attach(record=effective, name="more.txt", chunks=[b"x"], **as_(who)),
        lambda who: Detach(record=effective, attachment=file, reason="Gone", **as_(who)),
        lambda who: Void(record=effective, reason="Away with it", **as_(who)),
    )
    for who in (author, approver):
        for action in actions:
            with pytest.raises(Refused):
                action(who).execute()
    assert again(effective).digest == effective.digest


@pytest.mark.parametrize(("table", "column", "value"), CONTENT, ids=[f"{t}-{c}" for t, c, _v in CONTENT])
def test_the_database_refuses_a_change_of_what_an_approved_revision_says(
    effective: Revision, table: str, column: str, value: str
) -> None:
    """M43: the third level: whoever holds a connection of the application cannot do it either."""
    key = "id" if table == "kernel_record" else "record_ptr_id"
    refused_by_the_database(f"UPDATE {table} SET {column} = {value} WHERE {key} = %s", effective.pk)


def test_the_database_refuses_to_delete_an_approved_revision_or_touch_its_files(
    effective: Revision, author: Person
) -> None:
    """M43, M52: the row and its files stay."""
    refused_by_the_database("DELETE FROM document_revision WHERE record_ptr_id = %s", effective.pk)
    refused_by_the_database("UPDATE kernel_attachment SET removed = entered_at FROM kernel_record WHERE record_id = %s "
                            "AND kernel_record.id = record_id", effective.pk)  # fmt: skip
    refused_by_the_database("DELETE FROM kernel_attachment WHERE record_id = %s", effective.pk)
    other = draft(author)
    Attach(record=other, name="flow.txt", chunks=[b"second\n"], **as_(author)).execute()
    refused_by_the_database(
        "UPDATE kernel_attachment SET record_id = %s, name = 'x' WHERE record_id = %s", effective.pk, other.pk
    )


def test_a_draft_can_still_be_changed_in_every_way(author: Person, store: Path) -> None:
    """M43: the seal is on approved text alone."""
    made = draft(author)
    Edit(record=made, values={"body": "<p>other</p>", "title": "Other"}, **as_(author)).execute()
    Attach(record=made, name="a.txt", chunks=[b"a"], **as_(author)).execute()
    Detach(record=made, attachment=Attachment.objects.get(), reason="Wrong one", **as_(author)).execute()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE document_revision SET body = '<p>x</p>' WHERE record_ptr_id = %s", [made.pk])
        assert cursor.rowcount == 1


def test_being_replaced_changes_nothing_of_what_was_signed(author: Person, approver: Person) -> None:
    """M200: the signatures of a superseded revision stay valid, since it says what it said."""
    first = released(author, approver)
    revised(first.document, author, approver)
    assert again(first).state == "superseded"
    assert [signature.valid for signature in again(first).signatures.all()] == [True]


def test_a_missing_seal_stops_the_start() -> None:
    """AUD-02, M43: a database without the guard is not served."""
    guard = next(g for g in guards._all(connection) if g.name == "document_revision_sealed_update")
    with connection.cursor() as cursor:
        cursor.execute(guard.drop)
    assert guards.missing() == [guard.name]
    errors = run_checks(tags=[Tags.database], databases=["default"])
    assert any(guard.name in str(error.msg) for error in errors)
    guards.install()
    assert guards.missing() == []


def test_voiding_what_is_in_force_is_refused_and_audited(author: Person, approver: Person) -> None:
    """M52, M48: a document is kept until its retention period has passed; the attempt stays in the security trail."""
    first = released(author, approver)
    for record in (first.document, first):
        with pytest.raises(Refused):
            Void(record=again(record), reason="Away with it", **as_(approver)).execute()
    refused = SecurityEvent.objects.filter(what="refused", person=approver, target=f"Void {first.document.number}")
    assert "kept until" in refused.get().detail


def test_destruction_before_its_day_is_refused_and_audited(author: Person, approver: Person) -> None:
    """M52: five years after it was retired, and not a day sooner; without a rule never."""
    first = released(author, approver)
    with pytest.raises(Invalid):
        Edit(record=again(first.document), values={"retention_years": 1}, **as_(approver)).execute()
    step(first.document, "retire", approver, reason="Not needed")
    with pytest.raises(Refused, match="must be kept until"):
        do(first.document, "note_destruction", approver, how="Shredded")
    assert SecurityEvent.objects.filter(what="refused", target__contains="note_destruction").count() == 1
