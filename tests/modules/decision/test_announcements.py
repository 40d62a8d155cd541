"""Announcements and town halls: whom they are for, who acknowledged them, and who never did."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.people import SetAbsence
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Department, JobAssignment, JobRole, Person, Site
from gemba.kernel.refusals import Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.signing.models import Signature
from gemba.kernel.types import registry
from gemba.modules.decision.models import Announcement, Receipt
from gemba.modules.decision.telling import AttendanceForm, audience
from tests.kernel.people import access, as_, person
from tests.kernel.samples import again, bodies, raised, signed

pytestmark = pytest.mark.django_db


def announced(who: Person, **values: Any) -> Announcement:
    given = {"title": "The weld is here", "message": "<p>Why and <strong>what</strong> changes.</p>", **values}
    made = Raise(model=Announcement, values=given, **as_(who)).execute()
    return Advance(record=made, name="publish", **as_(who)).execute()


def receipts(announcement: Announcement) -> list[Receipt]:
    return list(Receipt._base_manager.filter(announcement=announcement).order_by("pk"))


def receipt(announcement: Announcement, reader: Person) -> Receipt:
    return Receipt._base_manager.get(announcement=announcement, owner=reader)


def acknowledged(announcement: Announcement, reader: Person) -> Receipt:
    Do(record=receipt(announcement, reader), name="acknowledge", **as_(reader)).execute()
    return receipt(announcement, reader)


def reached(announcement: Announcement, who: Person) -> Any:
    return registry.named("announcement").panels[0].context(announcement, access(who))


def test_everybody_who_works_here_is_told_and_acknowledges_with_one_click(
    mikael: Person, aino: Person, noora: Person
) -> None:
    """M105: a receipt per person, in their own name, with the day; without a signature."""
    Person.objects.create(name="Beatrix", kind="external")
    announcement = announced(mikael)
    assert {r.owner for r in receipts(announcement)} == {mikael, aino, noora}
    seen = acknowledged(announcement, noora)
    assert (seen.state, seen.how, seen.noted_on, seen.open) == ("seen", "read", clock.today(), False)
    acts = {body["act"]: body["actor"]["name"] for body in bodies(seen)}
    assert acts["receipt.acknowledge"] == "Noora"
    assert not Signature.objects.exists()
    assert (reached(announcement, mikael)["seen"], reached(announcement, mikael)["asked"]) == (1, 3)


def test_a_signed_announcement_is_acknowledged_by_a_signature_alone(mikael: Person, noora: Person) -> None:
    """M105: where it matters, readers sign; and where it does not, nobody can be made to."""
    announcement = announced(mikael, signed=True)
    with pytest.raises(Refused, match="by a signature"):
        acknowledged(announcement, noora)
    seen = signed(receipt(announcement, noora), "sign", noora)
    assert (seen.state, seen.how, Signature.objects.get().valid) == ("seen", "read", True)
    with pytest.raises(Refused, match="without a signature"):
        signed(receipt(announced(mikael), noora), "sign", noora)


def test_nobody_acknowledges_for_another_not_even_a_deputy(mikael: Person, aino: Person, noora: Person) -> None:
    """M105, GXP-16: who did not read it has not read it."""
    announcement = announced(mikael)
    today = clock.today()
    SetAbsence(person=noora, deputy=aino, valid_from=today, valid_to=today, **as_(noora)).execute()
    for other in (mikael, aino):
        with pytest.raises(Refused, match="told to"):
            Do(record=receipt(announcement, noora), name="acknowledge", **as_(other)).execute()


def test_attendance_of_a_town_hall_is_noted_by_who_held_it(mikael: Person, aino: Person, noora: Person) -> None:
    """M105: who was there needs not read it; who was not is still waited for."""
    announcement = announced(mikael, form="town_hall")
    form = AttendanceForm({"there": [noora.uid, aino.uid]}, None, record=announcement, access=access(mikael))
    assert form.is_valid(), form.errors
    Do(record=announcement, name="note_attendance", values=form.cleaned_data, **as_(mikael)).execute()
    assert {r.owner.name: r.how for r in receipts(announcement)} == {
        "Aino": "attended", "Noora": "attended", "Mikael": "",
    }  # fmt: skip
    again_there = {"there": [noora.uid]}
    assert not AttendanceForm(again_there, None, record=announcement, access=access(mikael)).is_valid()
    with pytest.raises(Invalid):
        Do(record=again(announcement), name="note_attendance", values=again_there, **as_(mikael)).execute()
    with pytest.raises(NotAllowed):
        Do(record=again(announcement), name="note_attendance", values=form.cleaned_data, **as_(noora)).execute()


def test_a_department_nobody_was_reached_in_is_shown(mikael: Person, aino: Person, noora: Person) -> None:
    """M103: participation by department; the missing one stands out."""
    for who, name in ((noora, "Care"), (aino, "Management")):
        who.department = Department.objects.create(name=name)
        who.save()
    announcement = announced(mikael, form="review")
    acknowledged(announcement, aino)
    context = reached(announcement, mikael)
    assert context["departments"] == [("Care", 0, 1), ("Management", 1, 1), ("no department", 0, 1)]
    assert context["missing"] == ["Care", "no department"]


def test_who_it_is_for_can_be_narrowed(mikael: Person, aino: Person, noora: Person) -> None:
    """M105: by people, department, job and site; a choice of people adds up, a site narrows."""
    care, testing = Department.objects.create(name="Care"), JobRole.objects.create(name="Tester")
    porto = Site.objects.create(name="Porto")
    noora.department, noora.site = care, porto
    noora.save()
    JobAssignment.objects.create(person=aino, job_role=testing)
    given: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"Aino", "Mikael", "Noora"}), ({"department": care}, {"Noora"}), ({"job_role": testing}, {"Aino"}),
        ({"department": care, "job_role": testing}, {"Aino", "Noora"}), ({"site": porto}, {"Noora"}),
        ({"people": [{"person": mikael.uid}]}, {"Mikael"}), ({"job_role": testing, "site": porto}, set()),
    ]  # fmt: skip
    for values, names in given:
        announcement = Announcement(**{"people": [], **values})
        assert {each.name for each in audience(announcement)} == names, values
    with pytest.raises(Refused, match="Nobody would be told"):
        announced(mikael, job_role=testing, site=porto)


def test_what_nobody_acknowledged_by_the_end_stays_marked(mikael: Person, noora: Person) -> None:
    """M105: closing makes nobody a reader."""
    announcement = announced(mikael, due=clock.today())
    flag = registry.named("receipt").flags[0]
    with seeing_everything(), clock.shifted(timezone.now() + dt.timedelta(days=2)):
        assert Receipt.objects.filter(flag.rows(clock.today())).count() == 2
    acknowledged(announcement, noora)
    signed(again(announcement), "close", mikael)
    assert {r.owner.name: r.state for r in receipts(announcement)} == {"Noora": "seen", "Mikael": "unseen"}
    with pytest.raises(Refused):
        acknowledged(announcement, mikael)


def test_an_announcement_explains_the_record_it_is_about(mikael: Person) -> None:
    """M105: the communication record links to the change or finding it explains."""
    explained = raised(mikael)
    made = Raise(
        model=Announcement, values={"title": "Why", "message": "<p>Because.</p>"}, links=[("explains", explained)],
        **as_(mikael),
    ).execute()  # fmt: skip
    assert [link.target_id for link in made.links_out.all()] == [explained.pk]
    assert [y.evidence for y in registry.named("announcement").yields] == ["comms"]


def test_an_employee_publishes_nothing(noora: Person) -> None:
    """ACL-15: what is said to everybody is said by those who lead."""
    with pytest.raises(NotAllowed):
        announced(noora)


def test_hostile_words_are_words(mikael: Person, noora: Person) -> None:
    """WEB-02: a message is cleaned before it is stored; nothing in it runs."""
    announcement = announced(mikael, message='<p onclick="x()">Hello<script>alert(1)</script></p>')
    shown = registry.named("receipt").panels[0].context(receipt(announcement, noora), access(noora))
    assert shown is not None
    assert "script" not in shown["message"]
    assert "onclick" not in shown["message"]


def test_who_comes_later_is_not_told_afterwards(mikael: Person) -> None:
    """M105: the list of readers is that of the day it was published."""
    announcement = announced(mikael)
    person("Late", Role.EMPLOYEE)
    assert len(receipts(announcement)) == 1
