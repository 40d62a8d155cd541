"""Electronic signatures: who, what for, over exactly what, proved just now, kept for ever (21 CFR 11.50 to 11.200)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from pytest_django import Settings

from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.together import SignTogether
from gemba.kernel.actions.write import Edit
from gemba.kernel.actor import Via
from gemba.kernel.attachments.models import files_of
from gemba.kernel.people.models import Account, Person, Site
from gemba.kernel.records.models import content_digest
from gemba.kernel.refusals import Conflict, NotAllowed, NotProven, Refused
from gemba.kernel.signing.models import Signature, verdict
from gemba.kernel.signing.proof import FAILURES_BEFORE_BLOCK, SESSION_KEY, Credentials, needs, prove
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.models import Event, SecurityEvent
from tests.kernel.people import PASSWORD, as_
from tests.kernel.samples import again, bodies, proof, raised, signed, submitted

pytestmark = pytest.mark.django_db


def account(who: Person) -> Account:
    return Account.objects.get(person=who)


def test_sig_01_without_credentials_nothing_is_signed_and_the_third_failure_locks(
    quality: Person, manager: Person
) -> None:
    """SIG-01: no signature row, a failed-attempt event each, and a lock that a right password does not open."""
    objective, session = submitted(quality), {}  # type: ignore[var-annotated]
    with pytest.raises(NotProven):
        signed(objective, "approve", manager, proof=None)
    with pytest.raises(NotProven, match="belongs to somebody else"):
        signed(objective, "approve", manager, proof=proof(quality))
    for wrong in ("", "guess", PASSWORD.upper()):
        with pytest.raises(NotProven, match="could not be confirmed"):
            prove(account(manager), Credentials(password=wrong), session, "192.0.2.7")
    assert SecurityEvent.objects.filter(what="signing.failed", person=manager).count() == FAILURES_BEFORE_BLOCK
    assert SecurityEvent.objects.filter(what="signing.blocked", person=manager, address="192.0.2.7").count() == 1
    with pytest.raises(NotProven, match="blocked"):
        prove(account(manager), Credentials(password=PASSWORD), session, "192.0.2.7")
    assert not Signature.objects.exists()
    assert again(objective).state == "review"
    assert PASSWORD not in repr(list(SecurityEvent.objects.values()))


def test_sig_02_a_series_of_signings_asks_for_all_first_then_one_then_all_after_a_pause(
    manager: Person, settings: Settings
) -> None:
    """SIG-02, 21 CFR 11.200(a)(1): the first needs everything the account has, and so does the first after a pause."""
    session: dict[str, Any] = {}
    whole = needs(account(manager), session)
    assert "password" in whole
    assert prove(account(manager), Credentials(password=PASSWORD), session, None).person == manager
    assert needs(account(manager), session) == ("password",)
    session[SESSION_KEY] -= settings.GEMBA_IDLE_SECONDS + 1
    assert needs(account(manager), session) == whole
    with pytest.raises(NotProven):
        prove(account(manager), Credentials(), session, None)


def test_sig_03_content_that_changed_between_reading_and_signing_is_not_signed(
    quality: Person, manager: Person
) -> None:
    """SIG-03: a conflict that carries what stands now and what was seen; nothing is signed."""
    objective = raised(quality)
    seen = objective.digest
    Edit(record=objective, values={"target": 3}, **as_(quality)).execute()
    Advance(record=objective, name="submit", **as_(quality)).execute()
    with pytest.raises(Conflict, match="content changed") as refusal:
        signed(again(objective), "approve", manager, seen=seen)
    assert refusal.value.given == seen
    assert refusal.value.current.target == 3  # type: ignore[attr-defined]
    assert not Signature.objects.exists()


def test_sig_04_a_signature_is_bound_to_exactly_what_was_signed(quality: Person, manager: Person) -> None:
    """SIG-04: an edit in the database, past all guards, leaves a signature over something the record no longer says."""
    objective = signed(submitted(quality), "approve", manager)
    signature = Signature.objects.get()
    assert signature.content == content_digest(objective, files_of(objective))
    assert signature.content == bodies(objective)[-1]["sig"]["content"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE objective_objective SET target = 99")
    now = again(objective)
    assert content_digest(now, files_of(now)) != signature.content
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_record SET digest = %s", [content_digest(now, [])])
    assert verdict(Signature.objects.get()) == "not valid: the content changed after signing"


def test_sig_05_a_change_after_a_signature_needs_a_new_one(quality: Person, manager: Person) -> None:
    """SIG-05, M43: what was signed is closed; sent back and changed, the old signature no longer counts."""
    objective = signed(submitted(quality), "approve", manager)
    with pytest.raises(Refused, match="cannot be changed while"):
        Edit(record=objective, values={"target": 3}, **as_(quality)).execute()
    other = signed(submitted(quality), "reject", manager, "Too easy")
    Edit(record=other, values={"target": 3}, **as_(quality)).execute()
    old = Signature.objects.get(record=other)
    assert (old.valid, old.name, old.meaning, old.reason) == (False, "Marta", "Rejection", "Too easy")


def test_sig_07_every_manifestation_has_the_same_name_time_zone_and_meaning(quality: Person, manager: Person) -> None:
    """SIG-07, 21 CFR 11.50: stored with the record and in the event, with the zone of the signer's site."""
    manager.site = Site.objects.create(name="Oulu", time_zone="Europe/Helsinki")
    Person.objects.filter(pk=manager.pk).update(site=manager.site)
    objective = submitted(quality)
    given = proof(manager)
    signed(objective, "approve", manager, proof=given)
    kept, told = Signature.objects.get(), bodies(objective)[-1]["sig"]
    assert (kept.name, kept.meaning, kept.statement) == (told["name"], told["meaning"], told["statement"])
    assert (kept.time_zone, told["tz"]) == ("Europe/Helsinki", "Europe/Helsinki")
    assert (kept.at, kept.factors, kept.ceremony) == (given.at, told["factors"], told["ceremony"])
    assert kept.seq == bodies(objective)[-1]["seq"]


def delete_in_the_database(who: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_person WHERE id = %s", [who.pk])
    connection.check_constraints()


def test_sig_08_a_renamed_signer_keeps_the_name_of_that_day_and_is_never_deleted(
    quality: Person, manager: Person
) -> None:
    """SIG-08: name and roles at signing stay; deleting the person is impossible."""
    signed(submitted(quality), "approve", manager)
    Person.objects.filter(pk=manager.pk).update(name="Marta Korhonen")
    signature = Signature.objects.get()
    assert (signature.name, signature.person.name, signature.roles) == ("Marta", "Marta Korhonen", "management")
    with pytest.raises(ProtectedError):
        manager.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        delete_in_the_database(manager)


def test_sig_09_an_address_is_never_given_to_somebody_else(quality: Person, manager: Person) -> None:
    """SIG-09, 21 CFR 11.100(a): a closed account keeps its address; a person's identity is never made twice."""
    Account.objects.filter(person=quality).update(is_active=False)
    newcomer = Person.objects.create(name="Aino", email=quality.email)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(person=newcomer, email=account(quality).email)
    assert newcomer.uid not in (quality.uid, manager.uid)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(name="Eve", uid=quality.uid)


@pytest.mark.parametrize("via", [via for via in Via if via is not Via.UI])
def test_sig_10_only_a_person_at_a_screen_signs(via: Via, quality: Person, manager: Person) -> None:
    """SIG-10: no token, import, job or command signs, even with somebody's proof in hand."""
    objective = submitted(quality)
    with pytest.raises(NotProven, match="only a person at a screen"):
        Advance(
            record=objective, name="approve", proof=proof(manager), seen=objective.digest, **as_(manager, via)
        ).execute()
    assert not Signature.objects.exists()
    assert again(objective).state == "review"


def test_sig_12_no_request_signs_by_itself(quality: Person, manager: Person) -> None:
    """SIG-12, kernel part: without a fresh proof and the digest that was shown, a click does nothing."""
    objective = submitted(quality)
    for missing in ({"proof": None}, {"seen": ""}):
        with pytest.raises((NotProven, Conflict)):
            signed(objective, "approve", manager, **missing)
    assert not Signature.objects.exists()


def test_sig_13_a_rejection_is_kept_for_ever_and_the_next_round_starts_unsigned(
    quality: Person, manager: Person
) -> None:
    """SIG-13: with reason, signed, in order; nothing overwrites it."""
    objective = signed(submitted(quality), "reject", manager, "Too vague")
    Edit(record=objective, values={"measure": "Median working days"}, **as_(quality)).execute()
    Advance(record=objective, name="submit", **as_(quality)).execute()
    signed(again(objective), "approve", manager)
    kept = [(s.rejection, s.reason, verdict(s)) for s in Signature.objects.order_by("at")]
    assert kept == [(True, "Too vague", "rejection"), (False, "", "valid")]
    for change in ({"rejection": False}, {"reason": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Signature.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.filter(rejection=True).delete()


def together(who: Person, *records: Any, opened: dict[str, str] | None = None) -> SignTogether:
    given = proof(who)
    steps = [Advance(record=r, name="approve", proof=given, seen=r.digest, **as_(who)) for r in records]
    return SignTogether(steps=steps, opened={r.uid: r.digest for r in records} if opened is None else opened)


def test_sig_14_records_signed_together_each_have_a_signature_and_an_event(quality: Person, manager: Person) -> None:
    """SIG-14: one ceremony, one signature and event per record, each over its own content."""
    records = [submitted(quality, title=f"Objective {n}") for n in range(3)]
    together(manager, *records).execute()
    signatures = Signature.objects.all()
    assert len({s.ceremony for s in signatures}) == 1
    assert {s.content for s in signatures} == {r.digest for r in records}
    assert [bodies(r)[-1]["act"] for r in records] == ["objective.approve"] * 3


def test_sig_14_nobody_approves_what_they_have_not_opened(quality: Person, manager: Person) -> None:
    """SIG-14: one unopened or meanwhile changed record refuses the whole; so does one that cannot be signed."""
    first, second = submitted(quality), submitted(quality)
    with pytest.raises(Refused, match=f"Open {second.number}"):
        together(manager, first, second, opened={first.uid: first.digest}).execute()
    with pytest.raises(Refused):
        together(manager, first, second, opened={first.uid: first.digest, second.uid: "0" * 64}).execute()
    mine = submitted(manager)
    with pytest.raises(NotAllowed, match="second person"):
        together(manager, first, mine).execute()
    assert not Signature.objects.exists()
    assert SecurityEvent.objects.filter(target="SignTogether", person=manager).exists()
    with pytest.raises(Refused):
        together(manager).execute()


class FailsAt:
    """Lets so many statements through and fails the next one."""

    def __init__(self, place: int) -> None:
        self.left, self.failed = place, False

    def __call__(self, execute: Callable[..., object], *given: object) -> object:
        self.left -= 1
        if self.left == -1:
            self.failed = True
            raise DatabaseError("gone")
        return execute(*given)


def test_sig_16_a_crash_leaves_both_signature_and_state_or_neither(quality: Person, manager: Person) -> None:
    """SIG-16: whichever statement fails, no part of the signing is there afterwards and the chain is sound."""
    objective = submitted(quality)
    for place in range(100):
        fails = FailsAt(place)
        try:
            with connection.execute_wrapper(fails):
                signed(objective, "approve", manager)
            break
        except DatabaseError:
            assert fails.failed
        assert (again(objective).state, Signature.objects.count()) == ("review", 0), place
        assert Event.objects.filter(record=objective).count() == 2
        assert verify_chain(objective.subject) == []
    assert place > 10, "so few statements cannot have written a signature, a state and an event"
    assert again(objective).state == "pursued"
    assert Signature.objects.get().at <= timezone.now()
