"""Personal data is erased while every chain, seal and signature stays what it was (PRV-01 to PRV-03)."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from gemba.kernel import clock
from gemba.kernel.actions.people import AddPerson, ChangePerson, EndPerson
from gemba.kernel.actions.write import Edit
from gemba.kernel.checks import problems
from gemba.kernel.commitments.models import MARK, Erasure, PersonalValue, commitment
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.notices.models import Notice, OutgoingMail
from gemba.kernel.people.models import Account, Person
from gemba.kernel.privacy import actions
from gemba.kernel.privacy.actions import AskErasure, DeclineErasure, Erase, asked_for
from gemba.kernel.privacy.told import told_about
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.search.models import SavedFilter, SearchEntry
from gemba.kernel.signing.models import Signature, verdict
from gemba.kernel.trail.history import page_of
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry
from gemba.kernel.verify.run import Wish, verify
from gemba.modules.complaint.models import Complaint
from tests.kernel.people import as_
from tests.kernel.privacy.support import FIRST, GROUND, NAME, Office
from tests.kernel.samples import again, raised
from tests.modules.complaint.support import complaint, edited
from tests.tamper.attacker import as_owner
from tests.tamper.histories import by_system, joined

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def sound() -> list[str]:
    return [found.sentence for found in verify(Wish()).findings]


def everything_stored() -> str:
    """Every text in every table of the database, as whoever holds the file could read it."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [str(value) for row in cursor.fetchall() for value in row]
        if connection.vendor == "sqlite":
            cursor.execute("SELECT block FROM kernel_search_fts_data")
            found += [str(block) for (block,) in cursor.fetchall()]
    return "\n".join(found).casefold()


def test_prv_01_events_hold_commitments_and_pages_the_value(office: Office) -> None:
    """PRV-01: no event of any chain says the name; the history that people read does."""
    made = office.signed_complaint()
    bodies = "".join(Event.objects.values_list("body", flat=True))
    assert "Eeva" not in bodies
    assert "Korpela" not in bodies
    first, second = PersonalValue.objects.filter(subject=made.subject, field="complainant").order_by("pk")
    assert (first.value, second.value) == (FIRST, NAME)
    assert commitment(second.salt, NAME) == second.commitment in bodies
    assert first.salt != second.salt
    assert len(second.salt) == 32
    told = [change for each in page_of(made.pk).told for change in each.changes if change[0] == "complainant"]
    assert told == [("complainant", FIRST, NAME), ("complainant", None, FIRST)]
    assert again(made).complainant == NAME
    assert sound() == []


def test_prv_01_an_erasure_leaves_every_chain_seal_and_signature_valid(office: Office) -> None:
    """PRV-01: value and salt are gone everywhere, the mark and the ground are shown, all chains and seals verify."""
    made = office.signed_complaint()
    seal_now()
    assert "iskanen" in everything_stored()
    signature = Signature.objects.get(record=made)
    still, digest = verdict(signature), made.digest
    hashes = list(Event.objects.order_by("pk").values_list("hash", flat=True))
    erased = office.erased(made, "complainant", "patient_initials")
    assert (erased.complainant, erased.patient_initials) == (MARK, "***")
    assert not [word for word in ("korpela", "iskanen", "torikatu", "1234567") if word in everything_stored()]
    assert erased.digest == digest
    assert verdict(signature) == still
    assert list(Event.objects.order_by("pk").values_list("hash", flat=True))[: len(hashes)] == hashes
    seal_now()
    assert sound() == []
    event = Event.objects.get(act="complaint.erase")
    body = json.loads(event.body)
    assert {name for name, _old, _new in body["chg"]} == {
        "complainant", "patient_initials", "erasure", "ground", "asked_by",
    }  # fmt: skip
    assert body["reason"] == "She asked us to."
    assert ["ground", None, "not_needed"] in body["chg"]
    told = [change for each in page_of(made.pk).told for change in each.changes if change[0] == "complainant"]
    assert set(told) == {("complainant", MARK, None), ("complainant", MARK, MARK), ("complainant", None, MARK)}


def test_prv_03_who_knows_the_value_cannot_show_that_it_stood_there(office: Office) -> None:
    """PRV-03: without the salt of 128 bits a guess that is right gives no commitment."""
    made = office.signed_complaint()
    commitments = set(PersonalValue.objects.filter(subject=made.subject).values_list("commitment", flat=True))
    office.erased(made, "complainant", "patient_initials")
    rows = PersonalValue.objects.filter(subject=made.subject)
    assert {(row.salt, row.value) for row in rows} == {("", MARK), ("", "***")}
    assert {row.commitment for row in rows} == commitments
    assert not {commitment(salt, value) for salt in ("", "00" * 16) for value in (NAME, FIRST, "EK")} & commitments


def test_what_repeats_the_value_is_erased_with_it(office: Office) -> None:
    """PRV-01: search, notices, mails that wait or were sent, and saved filters."""
    made = office.signed_complaint()
    Notice.objects.create(person=office.quality, record=made, reason="change", text=f"Call {NAME.splitlines()[0]} back")
    OutgoingMail.objects.create(to="x@example.com", subject="Complaint", body=f"From:\n{NAME}\nRegards")
    SavedFilter.objects.create(person=office.quality, kind="complaint", name="Hers", query="q=Eeva+Korpela-Niskanen")
    assert "korpela" in SearchEntry.objects.get(record=made).words
    office.erased(made, "complainant")
    assert "korpela" not in SearchEntry.objects.get(record=made).words
    assert Notice.objects.get(text__startswith="Call").text == f"Call {MARK} back"
    assert "Eeva" not in OutgoingMail.objects.get(subject="Complaint").body
    assert not SavedFilter.objects.exists()


def test_an_erasure_needs_a_second_person_who_is_no_administrator(office: Office) -> None:
    """ACL-13, PRV-01: quality or top management; not who asked, not an administrator, nobody without the role."""
    admin, engineer = joined("Root", Role.ADMINISTRATOR), joined("Eng", Role.ENGINEER)
    made = office.signed_complaint()
    with pytest.raises(NotAllowed):
        AskErasure(row=made, names=["complainant"], ground=GROUND, reason="So", **as_(engineer)).execute()
    asked = office.ask(made, "complainant")
    for who in (office.quality, admin, engineer):
        with pytest.raises(NotAllowed):
            Erase(row=asked, **as_(who)).execute()
    assert asked_for() == [asked]
    assert again(made).complainant == NAME
    office.erase(asked)
    assert asked_for() == []


def test_an_erasure_needs_reason_ground_and_something_to_erase(office: Office) -> None:
    """PRV-01: what is missing is said, and nothing is written."""
    made = office.signed_complaint(patient_initials="")
    given: dict[str, Any] = {"row": made, "names": ["complainant"], "ground": GROUND, "reason": "She asked."}
    mistakes: list[dict[str, Any]] = [
        {"reason": " "}, {"reason": "x" * 1001}, {"ground": "because"}, {"names": []}, {"names": ["title"]},
        {"names": ["complainant", "title"]}, {"names": ["patient_initials"]},
    ]  # fmt: skip
    for wrong in mistakes:
        with pytest.raises(Refused):
            AskErasure(**{**given, **wrong}, **as_(office.quality)).execute()
    AskErasure(**given, **as_(office.quality)).execute()
    with pytest.raises(Conflict):
        AskErasure(**given, **as_(office.manager)).execute()
    assert Erasure.objects.count() == 1
    assert sound() == []


def test_nothing_is_erased_twice(office: Office) -> None:
    """PRV-01: the second decision finds it decided; asking again finds nothing."""
    made = office.signed_complaint()
    asked = office.ask(made, "complainant")
    office.erase(asked)
    with pytest.raises(Conflict):
        office.erase(asked)
    with pytest.raises(Conflict):
        DeclineErasure(row=asked, reason="No", **as_(office.manager)).execute()
    with pytest.raises(Refused):
        office.ask(made, "complainant")
    assert Event.objects.filter(act="complaint.erase").count() == 1


def test_an_erasure_may_be_declined_with_a_reason_or_taken_back(office: Office) -> None:
    """PRV-01: the value stays, and the reason that the person is told stands in the trail."""
    made = office.signed_complaint()
    for who in (office.manager, office.quality):
        asked = office.ask(made, "complainant")
        with pytest.raises(Invalid):
            DeclineErasure(row=asked, reason="", **as_(who)).execute()
        DeclineErasure(row=asked, reason="A claim is being heard in court.", **as_(who)).execute()
    assert again(made).complainant == NAME
    assert sound() == []


def test_nobody_decides_about_what_they_may_not_see(office: Office) -> None:
    """PRV-01, ACL-04: neither way; who asked may take it back all the same."""
    made = office.signed_complaint()
    asked, blind = office.ask(made, "complainant"), joined("Quinn", Role.QUALITY)
    with pytest.raises(NotAllowed):
        Erase(row=asked, **as_(blind)).execute()
    with pytest.raises(NotAllowed):
        DeclineErasure(row=asked, reason="No", **as_(blind)).execute()
    assert again(asked).state == "asked"
    DeclineErasure(row=asked, reason="A mistake", **as_(office.quality)).execute()


def test_what_is_erased_is_held_before_it_is_looked_at(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """CON-01, PRV-02: somebody who comes back to work at that moment waits, or is seen to be back."""
    made, order = office.signed_complaint(), list[tuple[str, str]]()
    asked = office.ask(made, "complainant")

    def noted(name: str, real: Callable[[str], Any]) -> Callable[[str], Any]:
        def call(subject: str) -> Any:
            order.append((name, subject))
            return real(subject)

        return call

    for name in ("lock_head", "whose"):
        monkeypatch.setattr(actions, name, noted(name, getattr(actions, name)))
    office.erase(asked)
    assert order[:2] == [("lock_head", made.subject), ("whose", made.subject)]


def test_who_has_the_record_open_cannot_save_the_value_back(office: Office) -> None:
    """PRV-01, CON-01: the erasure is a change like any other; the old page gives a conflict."""
    made = complaint(office.quality, complainant=NAME)
    seen = again(made)
    office.erased(made, "complainant")
    stale = {"complainant": NAME, "country": "Finland"}
    with pytest.raises(Conflict):
        Edit(record=seen, version=seen.version, values=stale, **as_(office.quality)).execute()
    kept = edited(made, office.quality, complainant=MARK, country="Finland")
    assert (kept.complainant, kept.country) == (MARK, "Finland")
    told = json.loads(Event.objects.filter(record=made).latest("seq").body)
    assert told["chg"] == [["country", "", "Finland"]]
    anew = edited(made, office.quality, complainant="Ward 4")
    assert anew.complainant == "Ward 4"
    assert sound() == []
    assert office.erased(anew, "complainant").complainant == MARK
    assert sound() == []


def test_prv_02_who_signed_or_acted_cannot_be_erased_until_the_period_ends(office: Office, settings: Settings) -> None:
    """PRV-02: refused with the law and the day until which it is kept; afterwards the row can be erased."""
    settings.GEMBA_KEEP_SIGNERS_YEARS = 10
    office.signed_complaint()
    other = joined("Olga", Role.QUALITY, confidential=True)
    EndPerson(person=office.quality, reason="Left", **as_(office.manager)).execute()
    left = again(office.quality)

    def asked_by_other() -> Erasure:
        return AskErasure(row=left, names=["name", "email"], ground=GROUND, reason="Left", **as_(other)).execute()

    until = clock.today().replace(year=clock.today().year + 10)
    with pytest.raises(Refused, match=f"until {until.day} {until:%b %Y}"):
        asked_by_other()
    with clock.shifted(dt.datetime.now(dt.UTC) + dt.timedelta(days=3660)):
        office.erase(asked_by_other())
    assert again(left).name == MARK
    assert Signature.objects.get().name == "Aino", "the printed name is part of what was signed"


def test_somebody_who_never_acted_is_erased_once_they_left(office: Office) -> None:
    """PRV-01: a person without login, entry or signature, such as an auditor's guest."""
    guest = AddPerson(values={"name": "Gerda Gast", "email": "gerda@example.org"}, **by_system()).execute()
    ChangePerson(person=guest, values={"name": "Gerda Gast-Neu"}, reason="Married", **as_(office.quality)).execute()
    assert "Gerda" not in "".join(Event.objects.values_list("body", flat=True))
    with pytest.raises(Refused, match="still works here"):
        office.ask(guest, "name")
    EndPerson(person=again(guest), reason="Gone", last_day=clock.today(), **as_(office.quality)).execute()
    assert [each["value"] for each in told_about(again(guest))["held"]] == [
        "gerda@example.org", "Gerda Gast", "Gerda Gast-Neu",
    ]  # fmt: skip
    erased = office.erased(again(guest), "name", "email")
    assert (erased.name, erased.email) == (MARK, MARK)
    assert "gerda" not in everything_stored()
    assert sound() == []


def test_an_erased_person_is_no_longer_changed(office: Office) -> None:
    """PRV-01: a page that was open before does not bring the name back."""
    guest = AddPerson(values={"name": "Gerda Gast", "email": ""}, **by_system()).execute()
    EndPerson(person=guest, reason="Gone", **as_(office.quality)).execute()
    office.erased(again(guest), "name")
    with pytest.raises(Refused):
        ChangePerson(person=guest, values={"name": "Gerda Gast"}, reason="Typo", **as_(office.quality)).execute()
    assert again(guest).name == MARK


def test_a_login_is_part_of_what_is_kept(office: Office, settings: Settings) -> None:
    """PRV-02, SIG-09: whoever had a user name is kept for the period, because it is never given to anybody else."""
    joined("Ida", Role.ENGINEER)
    ida = Person.objects.get(name="Ida")
    EndPerson(person=ida, reason="Left", **as_(office.quality)).execute()
    with pytest.raises(Refused, match="kept until"):
        office.ask(again(ida), "name", "email", "user_name")
    settings.GEMBA_KEEP_SIGNERS_YEARS = 2
    with clock.shifted(dt.datetime.now(dt.UTC) + dt.timedelta(days=800)):
        office.erased(again(ida), "name", "email", "user_name")
    assert Account.objects.get(person=ida).email.endswith("@erased.invalid")
    assert sound() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE kernel_personalvalue SET value = 'Somebody else' WHERE field = 'complainant'", "personal-altered"),
        ("UPDATE kernel_personalvalue SET salt = '00112233445566778899aabbccddeeff'", "personal-altered"),
        ("UPDATE kernel_personalvalue SET salt = '', value = '[erased]', erased = TRUE", "personal-removed"),
        ("DELETE FROM kernel_personalvalue WHERE field = 'complainant'", "personal-missing"),
        ("UPDATE kernel_personalvalue SET commitment = 'f' || substr(commitment, 2, 62) || 'e'", "personal-missing"),
        ("UPDATE kernel_personalvalue SET subject = 'complaint/other'", "personal-without-event"),
        ("UPDATE complaint_complaint SET complainant = 'Somebody else'", "row-altered"),
        ("UPDATE complaint_complaint SET complainant = '[erased]'", "row-altered"),
    ],
)
def test_tampering_with_personal_data_is_found(office: Office, change: str, code: str) -> None:
    """TMP-13, PRV-01: a value that is not what was committed to, or that went without an erasure, is named."""
    made = office.signed_complaint()
    with as_owner() as cursor:
        cursor.execute(change)
    found = verify(Wish()).findings
    assert code in {each.code for each in found}
    if code == "row-altered":
        [finding] = [each for each in found if each.code == code]
        assert (finding.field, finding.was, finding.subject) == ("complainant", NAME, made.subject)


def test_the_database_lets_a_value_be_erased_and_nothing_else(office: Office) -> None:
    """TMP-01, PRV-01: kept rows are not deleted, changed or brought back, not even by the program itself."""
    made = office.signed_complaint()
    asked = office.ask(made, "patient_initials")
    office.erase(asked)
    for change in (
        "UPDATE kernel_personalvalue SET value = 'x' WHERE NOT erased",
        "UPDATE kernel_personalvalue SET salt = '', value = 'x', field = 'y', erased = TRUE WHERE NOT erased",
        "UPDATE kernel_personalvalue SET value = 'x' WHERE erased",
        "UPDATE kernel_personalvalue SET erased = FALSE WHERE erased",
        "DELETE FROM kernel_personalvalue",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert sound() == []


def test_a_kind_without_personal_columns_asks_nothing_more(office: Office, store: Path) -> None:
    """M12: commitments cost kinds that need none neither a row nor a statement."""
    assert Complaint.PERSONAL
    count = PersonalValue.objects.count()
    raised(office.quality)
    assert PersonalValue.objects.count() == count


def test_what_was_told_in_clear_before_stays_sound_and_is_not_erased(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TMP-26, PRV-01: a column that becomes personal later; from its next change on it is committed to."""
    with monkeypatch.context() as before:
        before.setattr(Complaint, "PERSONAL", frozenset())
        made = complaint(office.quality, complainant=NAME)
    assert sound() == []
    edited(made, office.quality, country="Finland")
    assert sound() == []
    with pytest.raises(Refused):
        office.ask(made, "complainant")
    edited(made, office.quality, complainant=FIRST)
    assert sound() == []
    assert office.erased(made, "complainant").complainant == MARK
    assert sound() == []
    assert NAME.splitlines()[1] in Event.objects.filter(record=made).earliest("seq").body


def test_a_personal_column_must_be_one_that_can_be_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    """PRV-01: a declaration that could not be kept stops the start."""
    monkeypatch.setattr(Complaint, "PERSONAL", frozenset({"harm", "title", "details"}))
    found = [problem for problem in problems(registry.named("complaint")) if "personal" in problem]
    assert len(found) == 2
    assert "'harm'" in found[0]
    assert "'title'" in found[1]
