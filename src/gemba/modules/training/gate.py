"""The gate at the point of work: may this person do this step today? (M27, M93)"""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.prepared import Prepared
from gemba.kernel.records.models import Record
from gemba.modules.training.board import TEACHES, valid_on
from gemba.modules.training.models import Competence, Override, Training
from gemba.modules.training.states import GRANTED, IN_FORCE

ALLOWS = "allows"
NEVER_GATED = ("competence", "override")
"""The ways out of a gate that nobody can pass."""
GATING = Prepared(lambda state: Competence._base_manager.filter(state=state).exclude(gates=[]), str)
"""The competences that close some gate; asked before every step of every record, so the statement is made once."""
OF_THE_TRAINEE = frozenset({"sign_read", "sign_test", "take_test"})
NOT_OF_THE_TRAINEE = frozenset({"sign_watched", "sign_outside", "not_passed", "worked", "did_not_work", "excuse"})


def may_do(record: Record, step: str, person: Person) -> str | None:
    """None, or the sentence why not. One statement where no competence gates this step."""
    if record.kind == "training" and (sentence := own_part(record, step, person)):
        return sentence
    lacking = [c for c in _gating(record.kind, step) if not holds(person, c)]
    if not lacking or overridden(record, step, person):
        return None
    names = ", ".join(f"{competence.title} ({competence.number})" for competence in lacking)
    return _(
        "%(person)s is not shown to be competent for this work: %(names)s. Complete the training first, or let "
        "somebody grant an override for this record."
    ) % {"person": person, "names": names}


def own_part(training: Record, step: str, person: Person) -> str | None:
    """Nobody learns for another, and nobody judges their own training; a deputy does neither for the absent person."""
    trainee = getattr(training, "person_id", None)
    if step in OF_THE_TRAINEE and trainee != person.pk:
        return _("Only the person trained can do this.")
    if step in NOT_OF_THE_TRAINEE and trainee == person.pk:
        return _("Somebody else than the person trained does this.")
    if step == "worked" and getattr(training, "trainer_id", None) == person.pk:
        return _("Somebody else than the trainer judges whether it helped.")
    return None


def _gating(kind: str, step: str) -> list[Competence]:
    if kind in NEVER_GATED:
        return []
    return [c for c in GATING(IN_FORCE.name) if any(g["kind"] == kind and g["step"] in ("", step) for g in c.gates)]


def holds(person: Person, competence: Competence) -> bool:
    """Whether a training that counts today shows it."""
    teaches = Link.objects.standing().filter(role=TEACHES, source=OuterRef("course"), target=competence.pk)
    found = Training._base_manager.filter(valid_on(clock.today()), Exists(teaches), person=person, exercise=False)
    return found.exists()


def overridden(record: Record, step: str, person: Person) -> bool:
    allows = Link.objects.standing().filter(role=ALLOWS, source=OuterRef("pk"), target=record.pk)
    granted = Override._base_manager.filter(
        Q(step="") | Q(step=step), Exists(allows), state=GRANTED.name, person=person, until__gte=clock.today()
    )
    return granted.exists()
