"""Erase personal data: one person asks with a legal ground, a second one does it or says why not."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.alerts import holders
from gemba.kernel.actions.rows import MANAGERS, RowAction, refuse_unless, refuse_without_reason
from gemba.kernel.commitments.models import Erasure, PersonalValue
from gemba.kernel.notices.models import Notice
from gemba.kernel.notices.tell import tell
from gemba.kernel.people.models import Person
from gemba.kernel.privacy.register import note_erased
from gemba.kernel.privacy.subjects import Whose, refuse_while_kept, whose
from gemba.kernel.privacy.wiping import overwriting, wipe
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.writer import lock_head

SECOND = (Role.QUALITY, Role.MANAGEMENT)
"""Who carries an erasure out: never the administrator alone."""
LONGEST_REASON = 1000
ASKED, DONE, DECLINED = Erasure.State.ASKED, Erasure.State.DONE, Erasure.State.DECLINED


def not_there() -> NotAllowed:
    return NotAllowed(_("There is nothing here that you could have erased."))


def _refuse_hidden(found: Whose | None, access: Access) -> Refused | None:
    return None if found is not None and found.may_be_read(access) else not_there()


@dataclass(kw_only=True)
class AskErasure(RowAction[Erasure]):
    """Ask that personal columns of a record or a person be erased, with everything they ever held."""

    row: Record | Person
    names: Sequence[str]
    ground: str

    def prepare(self) -> None:
        lock_head(Whose(self.row).subject)  # of two who ask at once one is told so

    def check(self) -> Refused | None:
        found = whose(Whose(self.row).subject)
        refusal = refuse_unless(self.access, *MANAGERS) or _refuse_hidden(found, self.access)
        refusal = refusal or refuse_without_reason(self.reason) or refuse_while_kept(self.row)
        if refusal or found is None:
            return refusal
        return self._wrong_input(found) or self._nothing(found)

    def _wrong_input(self, found: Whose) -> Refused | None:
        if len(self.reason) > LONGEST_REASON:
            return Invalid({"reason": [_("At most %d characters.") % LONGEST_REASON]})
        if self.ground not in Erasure.Ground.values:
            return Invalid({"ground": [_("Choose the legal ground.")]})
        if not self.names or not set(self.names) <= set(found.columns):
            return Invalid({"names": [_("Choose what is to be erased.")]})
        return None

    def _nothing(self, found: Whose) -> Refused | None:
        kept = PersonalValue.objects.filter(subject=found.subject, field__in=self.names, erased=False)
        if not kept.exists():
            return Refused(_("There is nothing here that could be erased, or it was erased already."))
        waiting = Erasure.objects.filter(subject=found.subject, state=ASKED)
        if any(set(each.names) & set(self.names) for each in waiting):
            return Conflict(_("Somebody asked for that already; it waits for a second person."))
        return None

    def perform(self) -> Erasure:
        asked = Erasure(
            subject=Whose(self.row).subject, fields=" ".join(sorted(set(self.names))), ground=self.ground,
            reason=self.reason.strip(), asked_by=self.actor.person, asked_at=clock.now(),
        )  # fmt: skip
        self.keep(asked, "ask")
        deciding = [person for person in holders(*SECOND) if person != self.actor.person]
        text = _("%s asks that personal data be erased. A second person decides: People, Personal data.")
        tell(deciding, None, Notice.Reason.SECURITY, text % self.actor.person)
        return asked


@dataclass(kw_only=True)
class DecideErasure(RowAction[Erasure]):
    """What both ways of deciding have in common."""

    row: Erasure
    found: Whose | None = field(init=False, default=None)

    def prepare(self) -> None:
        """What it is about is held before it is looked at: nobody comes back to work between the look and the act."""
        self.row = self.hold(self.row)
        lock_head(self.row.subject)
        self.found = whose(self.row.subject)

    def check(self) -> Refused | None:
        if self.row.state != ASKED:
            return Conflict(_("This was decided already."))
        return refuse_unless(self.access, *SECOND) or _refuse_hidden(self.found, self.access) or self.objection()

    def objection(self) -> Refused | None:
        return None

    def decided(self, state: str) -> Erasure:
        self.row.state = state
        self.row.decided_by, self.row.decided_at = self.actor.person, clock.now()
        self.keep(self.row, state)
        if self.actor.person.pk != self.row.asked_by_id:
            words = {"who": self.actor.person, "end": self.row.get_state_display()}
            text = _("%(who)s decided about the personal data that you asked to have erased: %(end)s.") % words
            tell([self.row.asked_by], None, Notice.Reason.TASK, text)
        return self.row


@dataclass(kw_only=True)
class Erase(DecideErasure):
    """The second person agrees: values and salts are gone, the mark stands in their place, and the chain says so."""

    def execute(self) -> Erasure:
        with overwriting():
            return super().execute()

    def objection(self) -> Refused | None:
        concerned = self.found.row if self.found else None
        if self.actor.person.pk == self.row.asked_by_id or self.actor.person == concerned:
            return NotAllowed(_("A second person carries this out, not who asked and not whose data it is."))
        return refuse_while_kept(concerned) if concerned else None

    def perform(self) -> Erasure:
        facts = (
            ("erasure", None, self.row.uid), ("ground", None, self.row.ground),
            ("asked_by", None, self.row.asked_by.uid),
        )  # fmt: skip
        roles = self.access.own_roles()
        erased = wipe(
            self.row.subject, self.row.names, self.actor, reason=self.row.reason, facts=facts, roles=roles
        )  # fmt: skip
        transaction.on_commit(lambda: note_erased(erased), robust=True)
        return self.decided(DONE)


@dataclass(kw_only=True)
class DeclineErasure(DecideErasure):
    """It is not erased, for a reason that the person who asked can be told. Who asked may take it back."""

    def check(self) -> Refused | None:
        if self.row.state != ASKED:
            return Conflict(_("This was decided already."))
        if self.actor.person.pk != self.row.asked_by_id:
            refusal = refuse_unless(self.access, *SECOND) or _refuse_hidden(self.found, self.access)
            if refusal is not None:
                return refusal
        return refuse_without_reason(self.reason)

    def perform(self) -> Erasure:
        return self.decided(DECLINED)


def asked_for() -> list[Erasure]:
    """What waits for a second person, the oldest first."""
    return list(Erasure.objects.filter(state=ASKED).select_related("asked_by").order_by("pk"))
