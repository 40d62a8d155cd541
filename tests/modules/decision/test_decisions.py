"""Decisions: options, reasons, who, signed by everybody named, and spread over time."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.people import SetAbsence
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Refused
from gemba.kernel.roles import Role
from gemba.kernel.tasks.models import Task
from gemba.kernel.types import registry
from gemba.modules.decision.deciding import signers
from gemba.modules.decision.models import Decision
from tests.kernel.people import access, as_, person
from tests.kernel.samples import again, raised, signed

pytestmark = pytest.mark.django_db
OPTIONS = [
    {"option": "Buy a second rig", "pro": "No waiting", "contra": "Dear", "chosen": True},
    {"option": "Leave it as it is", "pro": "Free", "contra": "A week of waiting", "chosen": False},
]


def prepared(who: Person, *deciders: Person, **values: Any) -> Decision:
    given = {
        "title": "A second drop rig", "about": "resources", "question": "Do we buy one?", "options": OPTIONS,
        "rationale": "Waiting costs more", "deciders": [{"person": each.uid} for each in deciders], **values,
    }  # fmt: skip
    return Raise(model=Decision, values=given, **as_(who)).execute()


def proposed(who: Person, *deciders: Person, **values: Any) -> Decision:
    return Advance(record=prepared(who, *deciders, **values), name="propose", **as_(who)).execute()


def flagged(name: str) -> list[str]:
    flag = next(flag for flag in registry.named("decision").flags if flag.name == name)
    with seeing_everything():
        return list(Decision.objects.filter(flag.rows(clock.today())).order_by("pk").values_list("number", flat=True))


def test_a_decision_is_taken_when_everybody_named_has_signed(mikael: Person, aino: Person, noora: Person) -> None:
    """M118: options, rationale, who and when; each decider has it in the work list and signs once."""
    decision = proposed(noora, aino, mikael)
    assert set(Task.objects.filter(record=decision).values_list("person__name", flat=True)) == {"Aino", "Mikael"}
    first = signed(decision, "sign", aino)
    assert (first.state, signers(first), first.decided_on) == ("proposed", {aino.uid}, None)
    assert Task.objects.get(record=decision, done_at=None).person == mikael
    with pytest.raises(Refused, match="already"):
        signed(again(decision), "sign", aino)
    decided = signed(again(decision), "sign", mikael)
    assert (decided.state, decided.open, decided.decided_on) == ("decided", False, clock.today())
    assert signers(decided) == {aino.uid, mikael.uid}


def test_only_those_named_decide(mikael: Person, aino: Person, noora: Person) -> None:
    """M118: nobody decides who was not named, whatever their role; an employee who was named does."""
    decision = proposed(mikael, noora)
    with pytest.raises(Refused, match="Only those named"):
        signed(decision, "sign", aino)
    assert signed(again(decision), "sign", noora).state == "decided"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"options": OPTIONS[:1]}, "at least two options"),
        ({"options": [{**line, "chosen": False} for line in OPTIONS]}, "exactly one"),
        ({"options": [{**line, "chosen": True} for line in OPTIONS]}, "exactly one"),
        ({"rationale": ""}, "why so"),
        ({"deciders": []}, "Name who decides"),
        ({"deciders": [{"person": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}]}, "must work here"),
    ],
)
def test_nothing_is_decided_without_options_reasons_and_people(
    mikael: Person, aino: Person, values: dict[str, Any], sentence: str
) -> None:
    """M118: a decision without alternatives is an announcement."""
    decision = prepared(mikael, aino, **values)
    with pytest.raises(Refused, match=sentence):
        Advance(record=decision, name="propose", **as_(mikael)).execute()


def test_what_was_sent_back_is_signed_anew_by_everybody(mikael: Person, aino: Person) -> None:
    """M118: a signature is for the round in which it was given, also where not a word was changed."""
    decision = proposed(mikael, aino, mikael)
    signed(decision, "sign", mikael)
    with pytest.raises(Refused):
        signed(again(decision), "send_back", aino)
    back = signed(again(decision), "send_back", aino, "What does it cost?")
    assert back.state == "open"
    Advance(record=again(decision), name="propose", **as_(mikael)).execute()
    assert signers(again(decision)) == set()
    assert signed(again(decision), "sign", aino).state == "proposed"
    assert signed(again(decision), "sign", mikael).state == "decided"


def test_a_changed_text_is_not_what_was_signed(mikael: Person, aino: Person) -> None:
    """SIG-05, M118: editing between two signatures is impossible, and after sending back the old ones do not count."""
    decision = proposed(mikael, aino, mikael)
    signed(decision, "sign", mikael)
    with pytest.raises(Refused):
        Edit(record=again(decision), values={"rationale": "Other"}, **as_(mikael)).execute()


def test_somebody_with_a_role_of_their_own_does_not_decide_as_a_deputy(mikael: Person, aino: Person) -> None:
    """GXP-16, M118: who acts by their own right acts in their own name, and was not named."""
    decision = proposed(mikael, aino)
    today = clock.today()
    deputy = person("Sanna", Role.EMPLOYEE)
    SetAbsence(person=aino, deputy=deputy, valid_from=today, valid_to=today, **as_(aino)).execute()
    with pytest.raises(Refused, match="Only those named"):
        signed(decision, "sign", deputy)
    assert signers(again(decision)) == set()


def test_resource_decisions_are_evidence_of_resources_and_others_are_not(mikael: Person, aino: Person) -> None:
    """M118: what was decided about people, money and equipment proves clause 6.1 from its day on."""
    [each] = registry.named("decision").yields
    signed(proposed(mikael, aino), "sign", aino)
    signed(proposed(mikael, aino, about="law"), "sign", aino)
    assert (each.evidence, each.on) == ("resource_decision", "decided_on")
    assert Decision._base_manager.filter(each.where, state="decided").count() == 1


def test_decisions_entered_in_one_sitting_stand_out(mikael: Person, aino: Person) -> None:
    """M118: decisions are spread over time, not entered on one day before an audit."""
    for _n in range(4):
        prepared(mikael, aino)
    assert flagged("burst") == []
    fifth = prepared(mikael, aino)
    assert len(flagged("burst")) == 5
    with clock.shifted(timezone.now() + dt.timedelta(days=3)):
        lonely = prepared(mikael, aino)
    assert fifth.number in flagged("burst")
    assert lonely.number not in flagged("burst")


def test_a_decision_is_looked_at_again_and_replaced(mikael: Person, aino: Person) -> None:
    """M118: its day comes back, and the decision that replaces it ends the reminder."""
    decision = signed(proposed(mikael, aino, look_again_on=clock.today()), "sign", aino)
    assert flagged("look-again") == [decision.number]
    values = {"title": "Still one rig", "about": "resources", "question": "Again?"}
    Raise(model=Decision, values=values, links=[("replaces", decision)], **as_(mikael)).execute()
    assert flagged("look-again") == []


def test_a_decision_is_recorded_from_what_it_concerns(mikael: Person, aino: Person) -> None:
    """M118: linked both ways to the record that asked for it."""
    concerned = raised(mikael)
    made = Raise(
        model=Decision, values={"title": "Go on", "about": "quality", "question": "Do we?"},
        links=[("concerns", concerned)], **as_(mikael),
    ).execute()  # fmt: skip
    assert [link.target_id for link in made.links_out.all()] == [concerned.pk]


def test_the_page_shows_who_has_decided_and_who_has_not(mikael: Person, aino: Person) -> None:
    """M118: who and when, while it is still under way."""
    panel = registry.named("decision").panels[0]
    assert panel.context(prepared(mikael, aino), access(mikael)) is None
    decision = signed(proposed(mikael, aino, mikael), "sign", aino)
    context = panel.context(again(decision), access(mikael))
    assert context is not None
    assert context["deciders"] == [(aino, True), (mikael, False)]
