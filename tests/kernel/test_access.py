"""What one person may see and do: scope, confidentiality, dates, deputies. Trust cases ACL-02 to ACL-16."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gemba.kernel.access.scope import Access, Grant
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Absence, Person, Product, RoleGrant, Site
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed
from gemba.kernel.rights import may_change, may_comment, may_read, may_void
from gemba.kernel.roles import Role
from gemba.kernel.signing.proof import Proof
from gemba.kernel.trail.models import Event, SecurityEvent
from gemba.modules.objective.models import Objective
from tests.kernel.people import access, as_, person

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


def objective(by: Person, **more: Any) -> Objective:
    values = {
        "title": "Answer quickly", "why": "People wait", "measure": "Median days", "direction": "at_most",
        "target": Decimal(10), "unit": "days", "due": TODAY + 90 * DAY, **more,
    }  # fmt: skip
    return Raise(model=Objective, values=values, **as_(by)).execute()


def sees(who: Person) -> set[str]:
    with seeing(access(who)):
        return set(Record.objects.values_list("number", flat=True))


def grant(who: Person, role: Role, **more: Any) -> RoleGrant:
    return RoleGrant.objects.create(person=who, role=role, **{"valid_from": TODAY - DAY, **more})


def away(who: Person, deputy: Person, **more: Any) -> Absence:
    dates = {"valid_from": TODAY - DAY, "valid_to": TODAY + DAY}
    return Absence.objects.create(person=who, deputy=deputy, **{**dates, **more})


def proof(who: Person) -> Proof:
    return Proof(who, "pwd", timezone.now())


@pytest.fixture
def quality() -> Person:
    return person("Aino", Role.QUALITY, confidential=True)


def test_acl_08_a_role_reaches_nothing_before_it_begins_and_after_it_ends(quality: Person) -> None:
    """ACL-08: withdrawn, past, future and unconfirmed roles give nothing; checked on the next look."""
    number = objective(quality).number
    reader = person("Reader")
    held = grant(reader, Role.EMPLOYEE)
    assert sees(reader) == {number}
    for change in (
        {"withdrawn": timezone.now()},
        {"withdrawn": None, "valid_from": TODAY + DAY},
        {"valid_from": TODAY - 9 * DAY, "valid_to": TODAY - DAY},
        {"valid_to": None, "awaits_confirmation": True},
    ):
        RoleGrant.objects.filter(pk=held.pk).update(**change)
        assert sees(reader) == set(), change


def test_acl_09_whoever_left_sees_nothing_however_many_roles_remain(quality: Person) -> None:
    """ACL-09: the last day counts, not whether somebody thought of the roles."""
    objective(quality)
    quality.ended = TODAY
    quality.save()
    assert sees(quality) == set()
    assert access(quality).grants == ()


def test_acl_02_a_role_at_one_site_or_product_reaches_that_alone(quality: Person) -> None:
    """ACL-02: records elsewhere, and records of no site, are not there."""
    here, there = Site.objects.create(name="Oulu"), Site.objects.create(name="Porto")
    pump = Product.objects.create(name="Pump")
    mine = objective(quality, site=here)
    objective(quality, site=there)
    objective(quality)
    objective_of_pump = objective(quality, site=here, product=pump)
    local, both = person("Local"), person("Narrow")
    grant(local, Role.EMPLOYEE, site=here)
    grant(both, Role.EMPLOYEE, site=here, product=pump)
    assert sees(local) == {mine.number, objective_of_pump.number}
    assert sees(both) == {objective_of_pump.number}


def test_acl_02_confidential_records_need_a_role_that_says_so(quality: Person) -> None:
    """ACL-02: neither seen nor changed through the plain role; the owner keeps seeing what they own."""
    secret = objective(quality, confidential=True)
    plain, owner = person("Plain", Role.QUALITY), person("Owner", Role.EMPLOYEE)
    assert sees(plain) == set()
    for right in (may_read, may_change, may_void, may_comment):
        assert not right(access(plain), secret)
    with pytest.raises(NotAllowed):
        Edit(record=secret, values={"unit": "h"}, **as_(plain)).execute()
    with pytest.raises(NotAllowed):
        Advance(record=secret, name="submit", **as_(plain)).execute()
    theirs = objective(quality, confidential=True, owner=owner)
    assert sees(owner) == {theirs.number}


def test_acl_02_one_role_here_and_another_there_do_not_add_up(quality: Person) -> None:
    """ACL-02: reading as an auditor at one site and working at another gives no say at the first."""
    here, there = Site.objects.create(name="Oulu"), Site.objects.create(name="Porto")
    record = objective(quality, site=here)
    mixed = person("Mixed")
    grant(mixed, Role.AUDITOR, site=here)
    grant(mixed, Role.EMPLOYEE, site=there)
    assert may_read(access(mixed), record)
    assert not may_comment(access(mixed), record)
    assert not may_change(access(mixed), record)


def test_acl_05_fields_outside_the_form_are_refused(quality: Person) -> None:
    """ACL-05: state, number, version and owner of the row cannot be slipped in; nothing is written."""
    record = objective(quality)
    for name, value in (
        ("state", "pursued"),
        ("number", "X-1"),
        ("version", 9),
        ("raised_by", quality),
        ("digest", ""),
    ):
        with pytest.raises(Invalid):
            Edit(record=record, values={name: value}, **as_(quality)).execute()
        with pytest.raises(Invalid):
            objective(quality, **{name: value})
    assert Event.objects.filter(record=record).count() == 1


def test_acl_10_an_auditor_reads_within_scope_and_dates_and_writes_nowhere(quality: Person) -> None:
    """ACL-10: only the granted site, only until the granted day, and no verb at all."""
    here = Site.objects.create(name="Oulu")
    record, _other = objective(quality, site=here), objective(quality)
    auditor = person("Auditor")
    grant(auditor, Role.AUDITOR, site=here, valid_to=TODAY)
    assert sees(auditor) == {record.number}
    for right in (may_change, may_void, may_comment):
        assert not right(access(auditor), record)
    with pytest.raises(NotAllowed):
        objective(auditor, site=here)
    RoleGrant.objects.update(valid_to=TODAY - DAY)
    assert sees(auditor) == set()


def test_acl_11_the_administrator_of_the_system_is_not_quality(quality: Person) -> None:
    """ACL-11: neither reads, nor writes, nor signs."""
    record = objective(quality)
    admin = person("Root", Role.ADMINISTRATOR)
    assert sees(admin) == set()
    for right in (may_read, may_change, may_void, may_comment):
        assert not right(access(admin), record)
    Advance(record=record, name="submit", **as_(quality)).execute()
    with pytest.raises(NotAllowed):
        Advance(record=record, name="approve", proof=proof(admin), seen=record.digest, **as_(admin)).execute()


def test_acl_15_only_declared_steps_are_possible(quality: Person) -> None:
    """ACL-15: skipping a step is a conflict; the only trace is the refusal."""
    record = objective(quality)
    with pytest.raises(Conflict):
        Advance(record=record, name="end", proof=proof(quality), seen=record.digest, **as_(quality)).execute()
    assert [event.act for event in Event.objects.filter(record=record)] == ["objective.raise"]


def test_acl_16_nobody_approves_what_they_raised_not_even_as_a_deputy() -> None:
    """ACL-16, M49: four eyes hold in one's own name, as somebody's deputy, and through one's own deputy."""
    author = person("Author", Role.QUALITY, Role.MANAGEMENT)
    boss, stand_in = person("Boss", Role.MANAGEMENT), person("Standin", Role.EMPLOYEE)
    record = objective(author)
    Advance(record=record, name="submit", **as_(author)).execute()
    with pytest.raises(NotAllowed):
        Advance(record=record, name="approve", proof=proof(author), seen=record.digest, **as_(author)).execute()
    away(author, stand_in)
    with pytest.raises(NotAllowed):
        Advance(record=record, name="approve", proof=proof(stand_in), seen=record.digest, **as_(stand_in)).execute()
    Advance(record=record, name="approve", proof=proof(boss), seen=record.digest, **as_(boss)).execute()


def test_gxp_16_a_deputy_signs_in_their_own_name_for_the_absent_person(quality: Person) -> None:
    """GXP-16, M49: within dates and scope; the signature names both."""
    boss, deputy = person("Boss", Role.MANAGEMENT), person("Deputy", Role.EMPLOYEE)
    record = objective(quality)
    Advance(record=record, name="submit", **as_(quality)).execute()
    with pytest.raises(NotAllowed):
        Advance(record=record, name="approve", proof=proof(deputy), seen=record.digest, **as_(deputy)).execute()
    away(boss, deputy)
    Advance(record=record, name="approve", proof=proof(deputy), seen=record.digest, **as_(deputy)).execute()
    signature = record.signatures.get()
    assert (signature.name, signature.on_behalf_of, signature.roles) == ("Deputy", boss, "employee")


@pytest.mark.parametrize(
    "change", [{"valid_to": TODAY - DAY}, {"valid_from": TODAY + DAY}, {"cancelled": True}], ids=str
)
def test_a_deputy_outside_the_dates_is_nobody_special(quality: Person, change: dict[str, Any]) -> None:
    """GXP-16: before, after and when cancelled."""
    boss, deputy = person("Boss", Role.MANAGEMENT), person("Deputy", Role.EMPLOYEE)
    away(boss, deputy, **{"valid_from": TODAY - DAY, "valid_to": TODAY + DAY, **change})
    assert access(deputy).roles == {Role.EMPLOYEE}


def test_a_deputy_gets_the_bounds_of_the_absent_person_and_no_secrets_unless_told(quality: Person) -> None:
    """GXP-16: site and confidentiality are lent as they are held, confidential records only where that was said."""
    here = Site.objects.create(name="Oulu")
    boss, deputy = person("Boss"), person("Deputy")
    grant(boss, Role.QUALITY, site=here, confidential=True)
    grant(deputy, Role.EMPLOYEE, product=Product.objects.create(name="Pump"))
    open_one, secret = objective(quality, site=here), objective(quality, site=here, confidential=True)
    elsewhere = objective(quality)
    absence = away(boss, deputy)
    assert sees(deputy) == {open_one.number}
    Absence.objects.filter(pk=absence.pk).update(confidential=True)
    assert sees(deputy) == {open_one.number, secret.number}
    assert elsewhere.number not in sees(deputy)


def test_the_work_of_somebody_absent_is_seen_by_the_deputy(quality: Person) -> None:
    """GXP-16: what they own outside their bounds too, or it would lie unseen."""
    boss, deputy = person("Boss"), person("Deputy", Role.EMPLOYEE)
    grant(boss, Role.ENGINEER, site=Site.objects.create(name="Oulu"))
    RoleGrant.objects.filter(person=deputy).update(site=Site.objects.create(name="Porto"))
    theirs = objective(quality, owner=boss)
    assert sees(deputy) == set()
    away(boss, deputy)
    assert sees(deputy) == {theirs.number}


def test_nobody_is_lent_the_administration_or_an_audit_and_who_left_lends_nothing() -> None:
    """ACL-12: standing in for an administrator makes no administrator; an auditor stands in for nobody."""
    admin, boss = person("Root", Role.ADMINISTRATOR, Role.EMPLOYEE), person("Boss", Role.MANAGEMENT)
    deputy, auditor = person("Deputy", Role.EMPLOYEE), person("Auditor", Role.AUDITOR)
    away(admin, deputy)
    away(boss, auditor)
    assert not access(deputy).roles & {Role.ADMINISTRATOR}
    assert access(auditor).roles == {Role.AUDITOR}
    away(boss, deputy)
    assert Role.MANAGEMENT in access(deputy).roles
    Person.objects.filter(pk=boss.pk).update(ended=TODAY)
    assert Role.MANAGEMENT not in access(deputy).roles


def test_deputies_do_not_pass_on_what_they_were_lent() -> None:
    """GXP-16: two absences in a row make no chain."""
    boss, first, second = (
        person(n, r) for n, r in (("A", Role.MANAGEMENT), ("B", Role.EMPLOYEE), ("C", Role.EMPLOYEE))
    )
    away(boss, first)
    away(first, second)
    assert access(second).roles == {Role.EMPLOYEE}


def test_rights_over_people_are_never_lent() -> None:
    """ACL-12: `holds` asks for one's own roles."""
    boss, deputy = person("Boss", Role.QUALITY), person("Deputy", Role.EMPLOYEE)
    away(boss, deputy)
    assert Role.QUALITY in access(deputy).roles
    assert not access(deputy).holds(Role.QUALITY)


def test_access_is_one_query_however_many_roles_and_absences(quality: Person) -> None:
    """ACL-01: loaded at every request, so it must stay cheap; and the condition holds no list of ids."""
    busy = person("Busy", Role.EMPLOYEE, Role.ENGINEER)
    for number in range(5):
        away(person(f"Boss{number}", Role.MANAGEMENT), busy)
    for _ in range(3):
        objective(quality)
    with CaptureQueriesContext(connection) as queries:
        found = access(busy)
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries, seeing(found):
        assert Record.objects.count() == 3
    assert len(queries) == 1


def test_acl_04_what_is_not_there_for_somebody_reads_the_same_as_what_does_not_exist(quality: Person) -> None:
    """ACL-04: a foreign identifier finds nothing, exactly as an invented one."""
    objective(quality, site=Site.objects.create(name="Oulu"))
    stranger = person("Stranger")
    grant(stranger, Role.EMPLOYEE, site=Site.objects.create(name="Porto"))
    hidden = Record._base_manager.get()
    with seeing(access(stranger)):
        assert not Record.objects.filter(uid=hidden.uid).exists()
        assert not Objective.objects.filter(pk=hidden.pk).exists()
    assert SecurityEvent.objects.filter(person=stranger).count() == 0


ROLES = st.sampled_from(list(Role))
PLACES = st.sampled_from([None, 1, 2])
GRANTS = st.lists(st.builds(Grant, ROLES, PLACES, PLACES, st.booleans()), max_size=6).map(tuple)


@given(grants=GRANTS, site=PLACES, product=PLACES, confidential=st.booleans(), roles=st.sets(ROLES))
def test_a_grant_is_found_exactly_when_one_covers_everything_at_once(
    grants: tuple[Grant, ...], site: int | None, product: int | None, confidential: bool, roles: set[Role]
) -> None:
    """ACL-01: role, site, product and confidentiality from one and the same grant, never put together from several."""
    found = Access(Person(name="x"), grants).grant_for(
        roles, site_id=site, product_id=product, confidential=confidential
    )
    fits = [
        g for g in grants
        if g.role in roles and g.site_id in (None, site) and g.product_id in (None, product)
        and (g.confidential or not confidential)
    ]  # fmt: skip
    assert (found in fits) if fits else found is None
